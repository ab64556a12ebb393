/** Each question that the pages ask of the API, with the key it is kept under. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, dataOf, pageOf, type Shape } from './client.ts';
import type { paths } from './schema.ts';

type ListPath =
  | '/v1/duplicates'
  | '/v1/findings'
  | '/v1/reviews'
  | '/v1/syncs'
  | '/v1/audit'
  | '/v1/incidents'
  | '/v1/keys'
  | '/v1/deliveries';
type QueryOf<Path extends ListPath> = NonNullable<paths[Path]['get']['parameters']['query']>;
type PageOf<Path extends ListPath> = paths[Path]['get']['responses'][200]['content']['application/json'];

/** Rows asked for at once by a list that scrolls. */
const pageRows = 100;

/** Any list of the API as one that scrolls; the filters are those of the API. */
export function listOf<Path extends ListPath>(path: Path, filters: Omit<QueryOf<Path>, 'cursor' | 'limit'>) {
  return infiniteQueryOptions({
    queryKey: [path, filters],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filters, limit: pageRows, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
      // The type of a union of paths is more than the compiler follows.
      return dataOf(client.GET(path as '/v1/syncs', { params: { query }, signal })) as unknown as Promise<PageOf<Path>>;
    },
    getNextPageParam: (last) => (last as { nextCursor: string | null }).nextCursor ?? undefined,
  });
}

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/me', { signal })),
  staleTime: 5 * 60_000,
  retry: false,
});

export const recentSyncs = queryOptions({
  queryKey: ['/v1/syncs', 'recent'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/syncs', { params: { query: { limit: 20 } }, signal })),
  refetchInterval: 15_000,
});

export const syncById = (id: string) =>
  queryOptions({
    queryKey: ['/v1/syncs', id],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/syncs/{id}', { params: { path: { id } }, signal })),
  });

export const scores = queryOptions({
  queryKey: ['/v1/scores'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/scores', { params: { query: { limit: 100 } }, signal })),
});

/** The whole score of an object over its newest syncs, oldest first. */
export const scoreSeries = (object: string) =>
  queryOptions({
    queryKey: ['/v1/scores', 'series', object],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/scores/series', { params: { query: { object, limit: 90 } }, signal })),
  });

type CountQuery = paths['/v1/findings/counts']['get']['parameters']['query'];
export const findingCounts = (query: CountQuery) =>
  queryOptions({
    queryKey: ['/v1/findings', 'counts', query],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/findings/counts', { params: { query }, signal })),
  });

export const goldenRecord = (goldenId: string) =>
  queryOptions({
    queryKey: ['/v1/duplicates', goldenId],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/duplicates/{goldenId}', { params: { path: { goldenId } }, signal })),
  });

export const connections = queryOptions({
  queryKey: ['/v1/connections'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/connections', { signal })),
});

export const schedules = queryOptions({
  queryKey: ['/v1/schedules'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/schedules', { signal })),
});

/** Which version of Assay answers; asked each minute, to notice a new one. */
export const serviceVersion = queryOptions({
  queryKey: ['/livez'],
  queryFn: ({ signal }) => dataOf(client.GET('/livez', { signal })),
  refetchInterval: 60_000,
});

export const incidentById = (incidentId: string) =>
  queryOptions({
    queryKey: ['/v1/incidents', incidentId],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/incidents/{incidentId}', { params: { path: { incidentId } }, signal })),
  });

export const rules = queryOptions({
  queryKey: ['/v1/rules'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/rules', { signal })),
});

/** A rule with the tag that a change of it needs. */
export const ruleById = (ruleId: string) =>
  queryOptions({
    queryKey: ['/v1/rules', ruleId],
    queryFn: async ({ signal }) => {
      const answer = await client.GET('/v1/rules/{ruleId}', { params: { path: { ruleId } }, signal });
      return { rule: await dataOf(Promise.resolve(answer)), etag: answer.response.headers.get('etag') ?? '' };
    },
  });

export const ruleHistory = (ruleId: string) =>
  queryOptions({
    queryKey: ['/v1/rules', ruleId, 'history'],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/rules/{ruleId}/history', { params: { path: { ruleId } }, signal })),
  });

/** Asked again each second until it is done. */
export const backtestById = (backtestId: string | null) =>
  queryOptions({
    queryKey: ['/v1/backtests', backtestId],
    enabled: backtestId !== null,
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/backtests/{backtestId}', { params: { path: { backtestId: backtestId ?? '' } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'queued' || state.data?.state === 'running' ? 1000 : false),
  });

export const metrics = queryOptions({
  queryKey: ['/v1/metrics'],
  queryFn: ({ signal }) => pageOf(client.GET('/v1/metrics', { params: { query: { limit: 100 } }, signal })),
});

/** All metrics in one period, raw and clean, over everything. */
export const metricValues = (period: string) =>
  queryOptions({
    queryKey: ['/v1/metric-values', period],
    queryFn: ({ signal }) =>
      pageOf(client.GET('/v1/metric-values', { params: { query: { period, limit: 100 } }, signal })),
  });

type PeriodKind = Shape<'MetricValue'>['periodKind'];

/** One metric over its periods, the total of each. */
export const metricHistory = (name: string, periodKind: PeriodKind) =>
  queryOptions({
    queryKey: ['/v1/metrics', name, 'values', periodKind],
    queryFn: ({ signal }) =>
      pageOf(
        client.GET('/v1/metrics/{name}/values', {
          params: { path: { name }, query: { periodKind, basis: 'clean', limit: 100 } },
          signal,
        }),
      ),
  });

/** The steps of one metric from raw to clean, of all its periods of a kind. */
export const metricBridge = (name: string, periodKind: PeriodKind) =>
  queryOptions({
    queryKey: ['/v1/metrics', name, 'bridge', periodKind],
    queryFn: ({ signal }) =>
      pageOf(
        client.GET('/v1/metrics/{name}/bridge', {
          params: { path: { name }, query: { periodKind, limit: 100 } },
          signal,
        }),
      ),
  });
