/** What the pages of Settings ask of the API beside orgs and schedules: removal, people, inputs. */
import { queryOptions } from '@tanstack/react-query';
import { client, dataOf } from './client.ts';

/** What removing an org would touch. */
export const deletionOf = (connectionId: string) =>
  queryOptions({
    queryKey: ['/v1/connections', connectionId, 'deletion'],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/connections/{connectionId}/deletion', { params: { path: { connectionId } }, signal })),
  });

/** Asked again each second until it is done. */
export const forgettingById = (forgettingId: string) =>
  queryOptions({
    queryKey: ['/v1/forgettings', forgettingId],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/forgettings/{forgettingId}', { params: { path: { forgettingId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'done' || state.data?.state === 'failed' ? false : 1000),
  });

/** Where people sign in beside keys; without a path nowhere. */
export const signInProvider = queryOptions({
  queryKey: ['/v1/sessions/provider'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/sessions/provider', { signal })),
  staleTime: Infinity,
});

export const people = queryOptions({
  queryKey: ['/v1/people'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/people', { signal })),
});

export const inputs = queryOptions({
  queryKey: ['/v1/inputs'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/inputs', { signal })),
});

/** The versions of an input, newest first, the last hundred. */
export const inputVersions = (name: string) =>
  queryOptions({
    queryKey: ['/v1/inputs', name, 'versions'],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/inputs/{name}/versions', { params: { path: { name }, query: { limit: 100 } }, signal })),
  });

/** The lines of an input; `version` left out: those that count. */
export const inputLines = (name: string, version?: number) =>
  queryOptions({
    queryKey: ['/v1/inputs', name, 'lines', version ?? null],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/v1/inputs/{name}', {
          params: { path: { name }, query: version === undefined ? {} : { version } },
          signal,
        }),
      ),
  });

/** Gives an input in the place of a version; the file goes as it is. @throws Refusal with its faults, Unreachable. */
export const putInput = ({ name, version }: { name: string; version: number }, file: Blob) =>
  dataOf(
    client.PUT('/v1/inputs/{name}', {
      params: { path: { name }, header: { 'if-match': `"${version}"` } },
      body: file as unknown as string,
      bodySerializer: (body: unknown) => body as Blob,
      headers: { 'content-type': 'text/csv' },
    }),
  );
