/** Each question that the pages ask of the API, with the key it is kept under. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client, dataOf, type Shape, taggedOf } from './client.ts';
import type { paths } from './schema.ts';

type ListPath =
  | '/v1/duplicates'
  | '/v1/findings'
  | '/v1/reviews'
  | '/v1/syncs'
  | '/v1/audit'
  | '/v1/incidents'
  | '/v1/keys'
  | '/v1/deliveries'
  | '/v1/reviews/decided'
  | '/v1/waivers'
  | '/v1/pipeline/walk/deals'
  | '/v1/list-checks'
  | '/v1/fixes'
  | '/v1/golden';
type QueryOf<Path extends ListPath> = NonNullable<paths[Path]['get']['parameters']['query']>;
type PageOf<Path extends ListPath> = paths[Path]['get']['responses'][200]['content']['application/json'];

/** Rows asked for at once by a list that scrolls. */
const pageRows = 100;

/** Any list of the API as one that scrolls; the filters are those of the API, `limit` the rows of a page. */
export function listOf<Path extends ListPath>(
  path: Path,
  filters: Omit<QueryOf<Path>, 'cursor' | 'limit'>,
  limit = pageRows,
) {
  return infiniteQueryOptions({
    queryKey: [path, filters, limit],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filters, limit, ...(pageParam === undefined ? {} : { cursor: pageParam }) };
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

/** How much waits for people; asked again when a sync ends, or somebody decides. */
export const queues = queryOptions({
  queryKey: ['/v1/queues'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/queues', { signal })),
  staleTime: 60_000,
});

export const scores = queryOptions({
  queryKey: ['/v1/scores'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/scores', { params: { query: { limit: 100 } }, signal })),
});

/** The score of an object, or of one of its dimensions, over its newest syncs, oldest first. */
export const scoreSeries = (object: string, dimension?: Shape<'Score'>['dimension']) =>
  queryOptions({
    queryKey: ['/v1/scores', 'series', object, dimension ?? null],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/v1/scores/series', {
          params: { query: { object, limit: 90, ...(dimension == null ? {} : { dimension }) } },
          signal,
        }),
      ),
  });

type CountQuery = paths['/v1/findings/counts']['get']['parameters']['query'];
export const findingCounts = (query: CountQuery) =>
  queryOptions({
    queryKey: ['/v1/findings', 'counts', query],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/findings/counts', { params: { query }, signal })),
  });

export const findingById = (findingId: string) =>
  queryOptions({
    queryKey: ['/v1/findings', 'one', findingId],
    queryFn: async ({ signal }) => {
      const { data: finding, etag } = await taggedOf(
        client.GET('/v1/findings/{findingId}', { params: { path: { findingId } }, signal }),
      );
      return { finding, etag };
    },
  });

export const goldenRecord = (goldenId: string) =>
  queryOptions({
    queryKey: ['/v1/duplicates', goldenId],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/duplicates/{goldenId}', { params: { path: { goldenId } }, signal })),
  });

/** The value that is set by hand, also before a sync obeys it; null where there is none. */
export const standingPin = (goldenId: string, field: string) =>
  queryOptions({
    queryKey: ['/v1/duplicates', goldenId, 'pin', field],
    queryFn: async ({ signal }) => {
      const params = { path: { goldenId, field } };
      const asked = client.GET('/v1/golden/{goldenId}/fields/{field}/pin', { params, signal });
      if ((await asked).response.status === 404) return { pin: null, etag: '"0"' };
      const { data: pin, etag } = await taggedOf(asked);
      return { pin, etag };
    },
  });

export const connections = queryOptions({
  queryKey: ['/v1/connections'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/connections', { signal })),
});

/** An org with the tag that a change of it needs. */
export const connectionById = (connectionId: string) =>
  queryOptions({
    queryKey: ['/v1/connections', connectionId],
    queryFn: async ({ signal }) => {
      const { data: connection, etag } = await taggedOf(
        client.GET('/v1/connections/{connectionId}', { params: { path: { connectionId } }, signal }),
      );
      return { connection, etag };
    },
  });

export const schedules = queryOptions({
  queryKey: ['/v1/schedules'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/schedules', { signal })),
});

export const scheduleById = (scheduleId: string) =>
  queryOptions({
    queryKey: ['/v1/schedules', scheduleId],
    queryFn: async ({ signal }) => {
      const { data: schedule, etag } = await taggedOf(
        client.GET('/v1/schedules/{scheduleId}', { params: { path: { scheduleId } }, signal }),
      );
      return { schedule, etag };
    },
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

/** What a rule made by form may ask. */
export const ruleColumns = queryOptions({
  queryKey: ['/v1/rules', 'columns'],
  queryFn: ({ signal }) => dataOf(client.GET('/v1/rules/columns', { signal })),
  staleTime: Infinity,
});

/** A rule with the tag that a change of it needs. */
export const ruleById = (ruleId: string) =>
  queryOptions({
    queryKey: ['/v1/rules', ruleId],
    queryFn: async ({ signal }) => {
      const { data: rule, etag } = await taggedOf(
        client.GET('/v1/rules/{ruleId}', { params: { path: { ruleId } }, signal }),
      );
      return { rule, etag };
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

/** All rows of a list that is asked whole, page by page. */
export async function everyRow<Row>(
  ask: (cursor: { cursor?: string }) => Promise<{ data: Row[]; nextCursor: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: { data: Row[]; nextCursor: string | null } = await ask(cursor === undefined ? {} : { cursor });
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  return rows;
}

export const metrics = queryOptions({
  queryKey: ['/v1/metrics'],
  queryFn: ({ signal }) =>
    everyRow((cursor) => dataOf(client.GET('/v1/metrics', { params: { query: { limit: 100, ...cursor } }, signal }))),
});

/** All metrics in one period, raw and clean, over everything. */
export const metricValues = (period: string) =>
  queryOptions({
    queryKey: ['/v1/metric-values', period],
    queryFn: ({ signal }) =>
      everyRow((cursor) =>
        dataOf(client.GET('/v1/metric-values', { params: { query: { period, limit: 100, ...cursor } }, signal })),
      ),
  });

type PeriodKind = Shape<'MetricValue'>['periodKind'];
type Slice = { periodKind: PeriodKind; dimension?: string; key?: string; from?: string; to?: string };

/** One metric over its periods: the total of each, or the values of a dimension. */
export const metricHistory = (name: string, slice: Slice & { basis?: 'raw' | 'clean' }) =>
  queryOptions({
    queryKey: ['/v1/metrics', name, 'values', slice],
    queryFn: ({ signal }) =>
      everyRow((cursor) =>
        dataOf(
          client.GET('/v1/metrics/{name}/values', {
            params: { path: { name }, query: { ...slice, limit: 100, ...cursor } },
            signal,
          }),
        ),
      ),
  });

/** The steps of one metric from raw to clean, of all its periods of a kind. */
export const metricBridge = (name: string, periodKind: PeriodKind) =>
  queryOptions({
    queryKey: ['/v1/metrics', name, 'bridge', periodKind],
    queryFn: ({ signal }) =>
      everyRow((cursor) =>
        dataOf(
          client.GET('/v1/metrics/{name}/bridge', {
            params: { path: { name }, query: { periodKind, limit: 100, ...cursor } },
            signal,
          }),
        ),
      ),
  });

type BridgeStepName = paths['/v1/metrics/{name}/bridge/{step}/records']['get']['parameters']['path']['step'];
/** The records that count otherwise after a step, the first hundred. */
export const bridgeRecords = (name: string, step: BridgeStepName) =>
  queryOptions({
    queryKey: ['/v1/metrics', name, 'bridge', step, 'records'],
    queryFn: ({ signal }) =>
      dataOf(
        client.GET('/v1/metrics/{name}/bridge/{step}/records', {
          params: { path: { name, step }, query: { limit: 100 } },
          signal,
        }),
      ),
  });

type WalkQuery = paths['/v1/pipeline/walk']['get']['parameters']['query'];
export const pipelineWalk = (query: WalkQuery) =>
  queryOptions({
    queryKey: ['/v1/pipeline/walk', query],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/pipeline/walk', { params: { query }, signal })),
  });

type SegmentQuery = paths['/v1/scores/segments']['get']['parameters']['query'];
export const scoreSegments = (query: SegmentQuery) =>
  queryOptions({
    queryKey: ['/v1/scores', 'segments', query],
    queryFn: ({ signal }) => dataOf(client.GET('/v1/scores/segments', { params: { query }, signal })),
  });

/** `teamId`: a manager; left out: of all deals. */
export const forecast = (teamId: string | undefined) =>
  queryOptions({
    queryKey: ['/v1/forecast', teamId ?? null],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/forecast', { params: { query: teamId === undefined ? {} : { teamId } }, signal })),
  });

type ForecastRowQuery = Omit<
  NonNullable<paths['/v1/forecast/rows']['get']['parameters']['query']>,
  'limit' | 'cursor' | 'format'
>;
/** What was forecast, oldest first. */
export const forecastRows = (query: ForecastRowQuery) =>
  queryOptions({
    queryKey: ['/v1/forecast/rows', query],
    queryFn: ({ signal }) =>
      everyRow((cursor) =>
        dataOf(client.GET('/v1/forecast/rows', { params: { query: { ...query, limit: 100, ...cursor } }, signal })),
      ),
  });

/** The teams that had a forecast on a day: one row each. */
export const forecastTeams = (asOf: string) =>
  forecastRows({ from: asOf, to: asOf, dimension: 'team', method: 'naive', periodKind: 'month', leadMonths: 1 });

type FixSumQuery = NonNullable<paths['/v1/fixes/sums']['get']['parameters']['query']>;
/** Money promised and found by month, and how good the promises were. */
export const fixSums = (by: FixSumQuery['by']) =>
  queryOptions({
    queryKey: ['/v1/fixes', 'sums', by],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/fixes/sums', { params: { query: by === undefined ? {} : { by } }, signal })),
  });

/** One Salesforce record by its id. */
export const recordById = (salesforceId: string) =>
  queryOptions({
    queryKey: ['/v1/records', salesforceId],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/records/{salesforceId}', { params: { path: { salesforceId } }, signal })),
    retry: false,
  });

/** Asked again each second until it is done. */
export const listCheckById = (listCheckId: string) =>
  queryOptions({
    queryKey: ['/v1/list-checks', listCheckId],
    queryFn: ({ signal }) =>
      dataOf(client.GET('/v1/list-checks/{listCheckId}', { params: { path: { listCheckId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'queued' || state.data?.state === 'running' ? 1000 : false),
  });

type RowQuery = NonNullable<paths['/v1/list-checks/{listCheckId}/rows']['get']['parameters']['query']>;
/** The rows of a checked list, of one answer or of all. */
export function listRowsOf(listCheckId: string, verdict: RowQuery['verdict']) {
  return infiniteQueryOptions({
    queryKey: ['/v1/list-checks', listCheckId, 'rows', verdict ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      dataOf(
        client.GET('/v1/list-checks/{listCheckId}/rows', {
          params: {
            path: { listCheckId },
            query: {
              limit: pageRows,
              ...(verdict === undefined ? {} : { verdict }),
              ...(pageParam === undefined ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

/** Sends a list to be checked; the file goes as it is. @throws Refusal, Unreachable. */
export const sendList = (file: File, wish: { entity?: string; map?: string }) =>
  dataOf(
    client.POST('/v1/list-checks', {
      params: { query: { name: file.name, ...(wish as { entity?: 'person' }) } },
      body: file,
      bodySerializer: (body) => body as File,
      headers: { 'content-type': 'text/csv' },
    }),
  );
