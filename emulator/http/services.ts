/** The map of the API: versions, resources, limits and record counts. */
import type { FastifyInstance } from 'fastify';
import { SalesforceError } from '../salesforce-error.ts';
import { tableOf } from '../org/sql.ts';
import type { Context } from './context.ts';
import { baseUrl, orgOf } from './session-check.ts';
import { versionNumber, versions } from './versions.ts';

interface VersionRoute {
  Params: { version: string };
}

const resources = ['sobjects', 'query', 'queryAll', 'limits', 'jobs', 'composite', 'tooling', 'search', 'recent'];

export function serviceRoutes(app: FastifyInstance, context: Context): void {
  const { usage, jobs } = context;

  app.get('/services/data', async () => versions);

  app.get<VersionRoute>('/services/data/:version', async (request) => {
    const { version } = request.params;
    versionNumber(version);
    const org = orgOf(context, request);
    const paths = resources.map((name) => [name, `/services/data/${version}/${name}`]);
    return { ...Object.fromEntries(paths), identity: `${baseUrl(context, request)}/id/${org.orgId}/${org.userId}` };
  });

  app.get<VersionRoute>('/services/data/:version/limits', async ({ params: { version } }) => {
    versionNumber(version);
    const { jobs: queryJobs, megabytes } = jobs.usage();
    const left = (max: number, used = 0) => ({ Max: max, Remaining: Math.max(0, max - used) });
    return {
      ConcurrentAsyncGetReportInstances: left(200),
      ConcurrentSyncReportRuns: left(20),
      DailyApiRequests: left(usage.limit, usage.used),
      DailyAsyncApexExecutions: left(250_000),
      DailyBulkApiBatches: left(15_000),
      DailyBulkV2QueryFileStorageMB: left(976_562, megabytes),
      DailyBulkV2QueryJobs: left(usage.bulkJobs, queryJobs),
      DailyDurableStreamingApiEvents: left(10_000),
      DailyGenericStreamingApiEvents: left(10_000),
      DailyStreamingApiEvents: left(10_000),
      DailyWorkflowEmails: left(1000),
      DataStorageMB: left(5120),
      FileStorageMB: left(5120),
      HourlyAsyncReportRuns: left(1200),
      HourlyPublishedPlatformEvents: left(50_000),
      MassEmail: left(5000),
      MonthlyPlatformEventsUsageEntitlement: left(0),
      SingleEmail: left(5000),
    };
  });

  for (const path of ['search', 'parameterizedSearch', 'search/scopeOrder', 'search/layout'])
    app.all<VersionRoute>(`/services/data/:version/${path}`, async ({ params: { version } }) => {
      versionNumber(version);
      const message = 'This org does not search by SOSL: ask by SOQL, with LIKE';
      throw new SalesforceError(403, 'FUNCTIONALITY_NOT_ENABLED', message);
    });

  app.get<VersionRoute & { Querystring: { sObjects?: string } }>(
    '/services/data/:version/limits/recordCount',
    async (request) => {
      const { params, query } = request;
      versionNumber(params.version);
      const org = orgOf(context, request);
      const wanted = query.sObjects?.split(',').map((name) => name.trim()) ?? org.objects.map(({ name }) => name);
      const found = wanted.flatMap((name) => org.find(name) ?? []);
      const sObjects = await Promise.all(
        found.map(async ({ name }) => {
          const count = await org.db.value(
            `/* limits.count */ select count(*) from ${tableOf(name)} where not "IsDeleted"`,
          );
          return { count: Number(count), name };
        }),
      );
      return { sObjects };
    },
  );
}
