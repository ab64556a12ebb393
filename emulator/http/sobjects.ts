/** Objects and their records over REST: lists, describes, and reading and writing one record. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { applyChanges } from '../changes/apply.ts';
import { isId, toId18 } from '../ids.ts';
import type { SObject } from '../objects/definition.ts';
import { findField } from '../org/org.ts';
import { quoteText, tableOf } from '../org/sql.ts';
import { jsonFault, notFound, SalesforceError } from '../salesforce-error.ts';
import { compileSoql } from '../soql/compile.ts';
import { recordSql } from '../soql/plan.ts';
import type { Context } from './context.ts';
import { describeBriefly, describeFully } from './describe.ts';
import { toRecords } from './records.ts';
import { versionNumber } from './versions.ts';

interface ObjectRoute {
  Params: { version: string; name: string };
}
interface RecordRoute {
  Params: { version: string; name: string; id: string };
  Querystring: { fields?: string };
}

const fieldsBody = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.object({ type: z.string() })]),
);

export function sobjectRoutes(app: FastifyInstance, context: Context): void {
  const { org } = context;
  const root = '/services/data/:version/sobjects';

  /** What describe shows changes only with the schema: a client that has it gets 304. */
  const isUnchanged = (request: FastifyRequest): boolean => {
    const since = Date.parse(String(request.headers['if-modified-since'] ?? ''));
    return since >= Math.floor(org.schemaChangedAt.getTime() / 1000) * 1000;
  };

  app.get<{ Params: { version: string } }>(root, async (request, reply) => {
    const { version } = request.params;
    versionNumber(version);
    if (isUnchanged(request)) return reply.code(304).send();
    reply.header('last-modified', org.schemaChangedAt.toUTCString());
    return {
      encoding: 'UTF-8',
      maxBatchSize: 200,
      sobjects: org.objects.map((object) => describeBriefly(object, version)),
    };
  });

  app.get<ObjectRoute>(`${root}/:name`, async ({ params: { version, name } }) => {
    versionNumber(version);
    return { objectDescribe: describeBriefly(objectOf(context, name), version), recentItems: [] };
  });

  app.get<ObjectRoute>(`${root}/:name/describe`, async (request, reply) => {
    const { version, name } = request.params;
    versionNumber(version);
    const object = objectOf(context, name);
    if (isUnchanged(request)) return reply.code(304).send();
    reply.header('last-modified', org.schemaChangedAt.toUTCString());
    return describeFully(org, object, version);
  });

  app.post<ObjectRoute>(`${root}/:name`, async ({ params, body }, reply) => {
    const object = objectOf(context, params.name);
    const fields = writableFields(object, body, 'createable');
    const required = object.fields.filter(
      (field) => field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean',
    );
    const absent = required.filter(({ name }) => (fields[name] ?? '') === '').map(({ name }) => name);
    if (absent.length > 0) {
      throw new SalesforceError(
        400,
        'REQUIRED_FIELD_MISSING',
        `Required fields are missing: [${absent.join(', ')}]`,
        absent,
      );
    }
    const { ids } = await applyChanges(org, [{ op: 'insert', sobject: object.name, fields }]);
    return reply.code(201).send({ id: ids[0], success: true, errors: [] });
  });

  app.get<RecordRoute>(`${root}/:name/:id`, async ({ params, query }) => {
    const object = objectOf(context, params.name);
    const id = await liveId(context, object, params.id);
    const names = query.fields?.split(',').map((name) => name.trim()) ?? object.fields.map(({ name }) => name);
    const plan = compileSoql(org, `select ${names.join(', ')} from ${object.name} where Id = '${id}'`);
    const [record] = await toRecords(org, plan, await org.db.rows(recordSql(plan)), params.version);
    return record;
  });

  app.patch<RecordRoute>(`${root}/:name/:id`, async ({ params, body }, reply) => {
    const object = objectOf(context, params.name);
    const id = await liveId(context, object, params.id);
    await applyChanges(org, [
      { op: 'update', sobject: object.name, id, fields: writableFields(object, body, 'updateable') },
    ]);
    return reply.code(204).send();
  });

  app.delete<RecordRoute>(`${root}/:name/:id`, async ({ params }, reply) => {
    const object = objectOf(context, params.name);
    const id = await liveId(context, object, params.id);
    await applyChanges(org, [{ op: 'delete', sobject: object.name, id }]);
    return reply.code(204).send();
  });
}

/** Throws NOT_FOUND for an object that is not there or that the user may not read. */
export function objectOf({ org }: Context, name: string): SObject {
  const object = org.find(name);
  if (!object) throw notFound();
  return object;
}

async function liveId({ org }: Context, object: SObject, text: string): Promise<string> {
  if (!isId(text)) throw notFound(`Provided external ID field does not exist or is not accessible: ${text}`);
  const id = toId18(text);
  const [row] = await org.db.rows(
    `/* record.find */ select "IsDeleted" from ${tableOf(object.name)} where "Id" = ${quoteText(id)}`,
  );
  if (row?.IsDeleted === true) throw new SalesforceError(404, 'ENTITY_IS_DELETED', 'entity is deleted');
  if (!row) throw notFound('Provided external ID field does not exist or is not accessible: Id');
  return id;
}

function writableFields(object: SObject, body: unknown, right: 'createable' | 'updateable') {
  const parsed = fieldsBody.safeParse(body);
  if (!parsed.success) throw jsonFault('The body must be one JSON object of fields.');
  // `attributes` names the type and is no field.
  const entries = Object.entries(parsed.data).flatMap(([name, value]) =>
    name === 'attributes' || (typeof value === 'object' && value !== null) ? [] : [[name, value] as const],
  );
  for (const [name] of entries) {
    const field = findField(object, name);
    if (!field)
      throw new SalesforceError(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
    if (!field[right]) {
      const message = `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
      throw new SalesforceError(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', message, [field.name]);
    }
  }
  return Object.fromEntries(entries.map(([name, value]) => [findField(object, name)?.name ?? name, value]));
}
