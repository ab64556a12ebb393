/** One record over REST: by its id, or by an external id. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SObject } from '../objects/definition.ts';
import type { Org } from '../org/org.ts';
import { notFound } from '../salesforce-error.ts';
import { compileSoql } from '../soql/compile.ts';
import { recordSql } from '../soql/plan.ts';
import type { Context } from './context.ts';
import { findByField, liveId, objectOf } from './record-find.ts';
import { apply, deleteChange, insertChange, SeveralRecords, updateChange, upsertChange } from './records-write.ts';
import { toRecords } from './records.ts';
import { orgOf } from './session-check.ts';
import { versionNumber } from './versions.ts';

interface ObjectRoute {
  Params: { version: string; name: string };
}
interface RecordRoute {
  Params: { version: string; name: string; id: string };
  Querystring: { fields?: string };
}
interface KeyRoute {
  Params: { version: string; name: string; key: string; value: string };
  Querystring: { fields?: string };
}

export function recordRoutes(app: FastifyInstance, context: Context): void {
  const root = '/services/data/:version/sobjects/:name';

  const visit = (request: FastifyRequest<{ Params: { version: string; name: string } }>) => {
    versionNumber(request.params.version);
    const org = orgOf(context, request);
    return { org, object: objectOf(org, request.params.name) };
  };

  app.post<ObjectRoute>(root, async (request, reply) => {
    const { org, object } = visit(request);
    const id = await apply(org, await insertChange(org, object, request.body));
    return reply.code(201).send({ id, success: true, errors: [] });
  });

  app.get<RecordRoute>(`${root}/:id`, async (request) => {
    const { org, object } = visit(request);
    const id = await liveId(org, object, request.params.id);
    return readRecord(org, object, id, request.query.fields, request.params.version);
  });

  app.patch<RecordRoute>(`${root}/:id`, async (request, reply) => {
    const { org, object } = visit(request);
    await apply(org, await updateChange(org, object, request.params.id, request.body));
    return reply.code(204).send();
  });

  app.delete<RecordRoute>(`${root}/:id`, async (request, reply) => {
    const { org, object } = visit(request);
    await apply(org, await deleteChange(org, object, request.params.id));
    return reply.code(204).send();
  });

  /** The one record with this key; 404 for none, 300 for several. */
  const only = async (org: Org, object: SObject, { key, value }: KeyRoute['Params']): Promise<string> => {
    const ids = await findByField(org, object, key, value);
    if (ids.length > 1) throw new SeveralRecords(ids);
    if (ids[0] === undefined) throw notFound();
    return ids[0];
  };
  const choices = (reply: FastifyReply, error: unknown, { version, name }: KeyRoute['Params']) => {
    if (!(error instanceof SeveralRecords)) throw error;
    return reply.code(300).send(error.ids.map((id) => `/services/data/${version}/sobjects/${name}/${id}`));
  };

  app.get<KeyRoute>(`${root}/:key/:value`, async (request, reply) => {
    const { org, object } = visit(request);
    const { params, query } = request;
    try {
      return await readRecord(org, object, await only(org, object, params), query.fields, params.version);
    } catch (error) {
      return choices(reply, error, params);
    }
  });

  app.patch<KeyRoute>(`${root}/:key/:value`, async (request, reply) => {
    const { org, object } = visit(request);
    const { key, value, version } = request.params;
    try {
      const { change, id } = await upsertChange(org, object, key, value, request.body);
      const made = await apply(org, change);
      // Older versions answer an update with no body.
      if (id !== null && versionNumber(version) < 46) return await reply.code(204).send();
      const answer = { id: id ?? made, success: true, errors: [], created: id === null };
      return await reply.code(id === null ? 201 : 200).send(answer);
    } catch (error) {
      return choices(reply, error, request.params);
    }
  });

  app.delete<KeyRoute>(`${root}/:key/:value`, async (request, reply) => {
    const { org, object } = visit(request);
    try {
      await apply(org, await deleteChange(org, object, await only(org, object, request.params)));
      return await reply.code(204).send();
    } catch (error) {
      return choices(reply, error, request.params);
    }
  });
}

async function readRecord(org: Org, object: SObject, id: string, fields: string | undefined, version: string) {
  const names = fields?.split(',').map((name) => name.trim()) ?? object.fields.map(({ name }) => name);
  const plan = compileSoql(org, `select ${names.join(', ')} from ${object.name} where Id = '${id}'`);
  const [record] = await toRecords(org, plan, await org.db.rows(recordSql(plan)), version);
  return record;
}
