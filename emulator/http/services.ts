/** The map of the API: versions, resources, limits and record counts. */
import type { FastifyInstance } from 'fastify';
import { tableOf } from '../org/sql.ts';
import type { Context } from './context.ts';
import { versionNumber, versions } from './versions.ts';

interface VersionRoute {
  Params: { version: string };
}

const resources = ['sobjects', 'query', 'queryAll', 'limits', 'jobs', 'composite', 'tooling', 'search', 'recent'];

export function serviceRoutes(app: FastifyInstance, context: Context): void {
  const { org, usage, jobs } = context;

  app.get('/services/data', async () => versions);

  app.get<VersionRoute>('/services/data/:version', async ({ params: { version } }) => {
    versionNumber(version);
    const paths = resources.map((name) => [name, `/services/data/${version}/${name}`]);
    return { ...Object.fromEntries(paths), identity: `${context.url}/id/${org.orgId}/${org.userId}` };
  });

  app.get<VersionRoute>('/services/data/:version/limits', async ({ params: { version } }) => {
    versionNumber(version);
    const bulkJobs = 10_000;
    return {
      DailyApiRequests: { Max: usage.limit, Remaining: Math.max(0, usage.limit - usage.used) },
      DailyBulkApiBatches: { Max: 15_000, Remaining: 15_000 },
      DailyBulkV2QueryJobs: { Max: bulkJobs, Remaining: bulkJobs - jobs.list().length },
      DailyBulkV2QueryFileStorageMB: { Max: 976_562, Remaining: 976_562 },
      DataStorageMB: { Max: 5120, Remaining: 5120 },
      FileStorageMB: { Max: 5120, Remaining: 5120 },
    };
  });

  app.get<VersionRoute & { Querystring: { sObjects?: string } }>(
    '/services/data/:version/limits/recordCount',
    async ({ params, query }) => {
      versionNumber(params.version);
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
