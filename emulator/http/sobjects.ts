/** Objects over REST: the list of them, and what each is made of. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Org } from '../org/org.ts';
import type { Context } from './context.ts';
import { describeBriefly, describeFully } from './describe.ts';
import { objectOf } from './record-find.ts';
import { orgOf } from './session-check.ts';
import { versionNumber } from './versions.ts';

interface ObjectRoute {
  Params: { version: string; name: string };
}

export function sobjectRoutes(app: FastifyInstance, context: Context): void {
  const root = '/services/data/:version/sobjects';

  /** What describe shows changes only with the schema: a client that has it gets 304. */
  const isUnchanged = (org: Org, request: FastifyRequest): boolean => {
    const since = Date.parse(String(request.headers['if-modified-since'] ?? ''));
    return since >= org.schemaChangedAt.getTime();
  };

  app.get<{ Params: { version: string } }>(root, async (request, reply) => {
    const { version } = request.params;
    versionNumber(version);
    const org = orgOf(context, request);
    if (isUnchanged(org, request)) return reply.code(304).send();
    reply.header('last-modified', org.schemaChangedAt.toUTCString());
    const sobjects = org.objects.map((object) => describeBriefly(object, version));
    return { encoding: 'UTF-8', maxBatchSize: 200, sobjects };
  });

  app.get<ObjectRoute>(`${root}/:name`, async (request) => {
    const { version, name } = request.params;
    versionNumber(version);
    return { objectDescribe: describeBriefly(objectOf(orgOf(context, request), name), version), recentItems: [] };
  });

  app.get<ObjectRoute>(`${root}/:name/describe`, async (request, reply) => {
    const { version, name } = request.params;
    versionNumber(version);
    const org = orgOf(context, request);
    const object = objectOf(org, name);
    if (isUnchanged(org, request)) return reply.code(304).send();
    reply.header('last-modified', org.schemaChangedAt.toUTCString());
    return describeFully(org, object, version);
  });
}
