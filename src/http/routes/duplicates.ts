/** Golden records that more than one Salesforce record stands for, and why we say so. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import sql, { empty, join } from 'sql-template-tag';
import { z } from 'zod';
import { identifier } from '../../db/identifier.ts';
import { DomainError } from '../../model/errors.ts';
import type { AppContext } from '../app.ts';
import { decodeCursor, pageOf, pageQuery, toPage } from '../page.ts';
import { problems } from '../problem.ts';
import { existingTables, present } from '../row.ts';
import { goldenId, rate, time } from '../shapes.ts';

const duplicate = z
  .object({ goldenId: z.string(), entity: z.string(), recordCount: z.int(), objects: z.array(z.string()) })
  .meta({ id: 'Duplicate' });

const member = z.object({ salesforceId: z.string(), object: z.string(), label: z.string().nullable() });
const pair = z.object({
  left: z.string(),
  right: z.string(),
  weight: z.number().describe('Match weight in bits, prior included: 0 is even odds'),
  probability: rate,
  decision: z.string(),
  evidence: z.unknown().describe('Each comparison with its level and weight'),
});
const survivor = z.object({
  field: z.string(),
  value: z.unknown(),
  salesforceId: z.string().describe('The record the value comes from'),
  strategy: z.string(),
});
const identityEvent = z.object({
  runId: z.string(),
  at: time,
  kind: z.string(),
  goldenId: z.string(),
  otherGoldenId: z.string().nullable(),
  salesforceId: z.string().nullable(),
});
const duplicateDetail = z
  .object({
    goldenId: z.string(),
    entity: z.string(),
    retiredInto: z.string().nullable().describe('The golden record that took this one over'),
    members: z.array(member),
    pairs: z.array(pair),
    survivors: z.array(survivor),
    events: z.array(identityEvent),
  })
  .meta({ id: 'DuplicateDetail' });

/** A cluster of thousands is a fault of its own; the page shows the strongest and newest this many. */
const detailLimit = 500;

export const duplicateRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, connectionId, definitions, guard } = context;
  const entityName = z.enum(definitions.entities.map((entity) => entity.name) as [string, ...string[]]);

  app.get(
    '/v1/duplicates',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'Groups of records that stand for the same person or company',
        querystring: z.strictObject({ ...pageQuery, entity: entityName.optional() }),
        response: { 200: pageOf(duplicate), ...problems() },
      },
    },
    async ({ query }) => {
      const after = decodeCursor('duplicates', query.cursor, 1);
      const rows = await db.query(sql`/* duplicates.list */
        select golden_id, entity, count(*)::int as record_count, array_agg(distinct object) as objects
        from golden.crosswalk where connection_id = ${connectionId}
        ${query.entity ? sql`and entity = ${query.entity}` : empty}
        ${after ? sql`and golden_id > ${after[0]}` : empty}
        group by golden_id, entity having count(*) > 1 order by golden_id limit ${query.limit + 1}`);
      const shown = rows.map((row) => present(duplicate, row));
      return toPage('duplicates', shown, query.limit, (row) => [row.goldenId]);
    },
  );

  app.get(
    '/v1/duplicates/:goldenId',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['duplicates'],
        summary: 'Members of one group, the evidence, the record each value survived from, and the history of its id',
        params: z.strictObject({ goldenId }),
        response: { 200: duplicateDetail, ...problems(404) },
      },
    },
    async ({ params }) => {
      const id = params.goldenId;
      const [identity] = await db.query<{ entity: string; retired_into: string | null }>(sql`/* duplicates.identity */
        select entity, retired_into from golden.identity where golden_id = ${id}`);
      if (!identity) throw new DomainError('not-found', `There is no golden record ${id}.`);
      return {
        goldenId: id,
        entity: identity.entity,
        retiredInto: identity.retired_into,
        members: await membersOf(id),
        pairs: await pairsOf(id, identity.entity),
        survivors: await survivorsOf(id, identity.entity),
        events: await eventsOf(id),
      };
    },
  );

  async function membersOf(id: string) {
    const labelled = definitions.objects.filter((object) => object.label !== null);
    const tables = await existingTables(
      db,
      labelled.map((object) => `standard.${object.table}`),
    );
    const sources = labelled.filter((object) => tables.has(`standard.${object.table}`));
    const labels = sources.map(
      (
        object,
      ) => sql`select ${object.name} as object, s.connection_id, s.id, s.${identifier(object.label ?? 'id')}::text as label
        from ${identifier('standard', object.table)} s join members using (connection_id, id)`,
    );
    const none = sql`select null::text as object, null::text as connection_id, null::text as id, null::text as label where false`;
    const rows = await db.query(sql`/* duplicates.members */ with members as (
        select connection_id, id, object from golden.crosswalk
        where golden_id = ${id} order by object, id limit ${detailLimit}
      ), labels as (${join([none, ...labels], ' union all ')})
      select m.id as salesforce_id, m.object, l.label from members m left join labels l using (object, connection_id, id)
      order by m.object, m.id`);
    return rows.map((row) => present(member, row));
  }

  async function pairsOf(id: string, entity: string) {
    const rows = await db.query(sql`/* duplicates.pairs */ with members as (
        select connection_id, id from golden.crosswalk where golden_id = ${id} and entity = ${entity}
      )
      select p.l_id as "left", p.r_id as "right", p.weight, p.probability, p.decision, p.evidence from match.pair p
      join members l on (l.connection_id, l.id) = (p.l_connection_id, p.l_id)
      join members r on (r.connection_id, r.id) = (p.r_connection_id, p.r_id)
      where p.entity = ${entity} order by p.weight desc, p.l_id, p.r_id limit ${detailLimit}`);
    return rows.map((row) => present(pair, row));
  }

  async function survivorsOf(id: string, entity: string) {
    const table = `golden.${entity}`;
    const values = (await existingTables(db, [table])).has(table)
      ? sql`(select to_jsonb(g) from ${identifier('golden', entity)} g where g.golden_id = ${id})`
      : sql`'{}'::jsonb`;
    const rows = await db.query(sql`/* duplicates.survivors */
      select field, ${values} -> field as value, id as salesforce_id, strategy
      from golden.provenance where golden_id = ${id} order by field`);
    return rows.map((row) => present(survivor, row));
  }

  async function eventsOf(id: string) {
    const rows = await db.query(sql`/* duplicates.events */
      select run_id, at, kind, golden_id, other_golden_id, id as salesforce_id from golden.event
      where golden_id = ${id} or other_golden_id = ${id} order by sequence desc limit ${detailLimit}`);
    return rows.map((row) => present(identityEvent, row));
  }
};
