/** Lists checked before an import: a CSV in, a job, and the same rows with what is known of each. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { askListCheck, deleteListCheck } from '../../lookup/list-check.ts';
import { kindOfList, mapList, readList } from '../../lookup/list-file.ts';
import { comparedEntity } from '../../lookup/look-up.ts';
import { DomainError } from '../../model/errors.ts';
import { plainText } from '../../model/plain-text.ts';
import { listChecks, type ListCheckView, listRows, type ListRowView, oneListCheck } from '../../views/list-checks.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { answerList, exportFormat, listQuery, listResponse, sendExport } from '../export.ts';
import { basis, complete, optedOut, verdict } from '../lookup-shapes.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, entityName, listCheckId, rate, time } from '../shapes.ts';

const check = z
  .object({
    id: z.string(),
    entity: z.string(),
    name: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed']),
    rowCount: z.int(),
    doneCount: z.int(),
    columns: z
      .array(z.object({ column: z.string(), field: z.string().nullable() }))
      .describe('What each column was taken for; null: it is not compared'),
    summary: z
      .object({
        known: z.int(),
        doubtful: z.int(),
        new: z.int(),
        unknown: z.int(),
        optedOut: z.int(),
        repeated: z.int().describe('Rows of somebody that an earlier row is of'),
        incomplete: z.int().describe('Rows of which not all that share a key were compared'),
      })
      .nullable()
      .describe('Null until it is done'),
    basis: basis.nullable(),
    fault: z.string().nullable(),
    requestedBy: z.string(),
    requestedActor: actorRef.nullable(),
    requestedAt: time,
    finishedAt: time.nullable(),
    keepUntil: time.describe('When the list and all that was found is deleted'),
  })
  .meta({ id: 'ListCheck' });
const checks = { name: 'list-checks', keyLength: 1, row: check };

/** What is said of a row, beside its own cells. */
const rowAnswer = z.object({
  assay_verdict: verdict.nullable().describe('Null: not looked up yet'),
  assay_golden_id: z.string().nullable(),
  assay_salesforce_id: z.string().nullable(),
  assay_object: z.string().nullable(),
  assay_name: z.string().nullable(),
  assay_owner_id: z.string().nullable(),
  assay_owner: z.string().nullable(),
  assay_open_deals: z.int().nullable(),
  assay_open_amount: z.number().nullable(),
  assay_currency: z.string().nullable(),
  assay_opted_out: optedOut.nullable(),
  assay_probability: rate.nullable(),
  assay_alternatives: z.string(),
  assay_repeats_line: z.int().nullable().describe('Earlier line of the same person or company'),
  assay_company_verdict: verdict.nullable(),
  assay_company_golden_id: z.string().nullable(),
  assay_company_salesforce_id: z.string().nullable(),
  assay_company: z.string().nullable(),
  assay_company_owner: z.string().nullable(),
  assay_complete: complete.nullable(),
  assay_why: z.string().nullable(),
});
const jsonRow = z
  .object({
    line: z.int(),
    cells: z.array(z.string()).describe('Its own, in the order of columns'),
    ...rowAnswer.shape,
  })
  .meta({ id: 'ListRow' });

const rows = { name: 'list-rows', keyLength: 1, row: jsonRow };

/** Bytes: 100,000 rows of a few hundred letters. */
const listBytes = 64 * 1024 * 1024;
/** Hours. */
const [keptByDefault, keptAtMost] = [24, 24 * 7];

export const listCheckRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, definitions, guard } = context;

  app.addContentTypeParser(
    ['text/csv', 'application/octet-stream'],
    { parseAs: 'buffer', bodyLimit: listBytes },
    (_request, body, done) => done(null, body),
  );

  const one = async (id: string): Promise<ListCheckView> => {
    const found = await oneListCheck(db, id, clock.now());
    if (!found) throw new DomainError('not-found', `There is no list check ${id}, or its time is over.`);
    return found;
  };

  app.post(
    '/v1/list-checks',
    {
      config: { sends: ['location'] },
      onRequest: guard('pii:read'),
      bodyLimit: listBytes,
      schema: {
        tags: ['look-up'],
        summary: 'Check a list before it is imported: send a CSV, follow the job, then get its rows',
        description:
          'At most 100,000 rows, with the names of the columns in the first line. What a column holds is guessed by its name, or said with map. The list and what was found is deleted after keepHours.',
        consumes: ['text/csv'],
        querystring: z.strictObject({
          entity: entityName.optional().describe('person or company; left out: by the columns'),
          name: plainText(200).default('list.csv').describe('Of the file'),
          map: z.string().max(2_000).optional().describe('What columns hold: first_name=Given,email=E-Mail'),
          keepHours: z.coerce.number().int().min(1).max(keptAtMost).default(keptByDefault),
        }),
        body: z.any().describe('The CSV'),
        response: { 202: check, ...problems(409) },
      },
    },
    async (request, reply) => {
      const { name, map, keepHours } = request.query;
      if (!Buffer.isBuffer(request.body) || request.body.length === 0)
        throw new DomainError(
          'request-refused',
          'The body is to be a CSV, sent with the header content-type: text/csv.',
        );
      const list = await readList(request.body, name);
      const entity = comparedEntity(definitions, request.query.entity ?? kindOfList(list));
      const mapping = mapList(list, entity.matcher === 'company' ? 'company' : 'person', map);
      const wish = { entity: entity.name, name, mapping, list, keepHours, by: principalOf(request) };
      const id = await askListCheck(db, definitions, wish, clock.now());
      return reply
        .code(202)
        .header('location', `/v1/list-checks/${id}`)
        .send(shown(await one(id)));
    },
  );

  app.get(
    '/v1/list-checks',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['look-up'],
        summary: 'Lists that were checked and are still kept, newest first',
        querystring: z.strictObject(listQuery),
        response: { 200: listResponse(check), ...problems() },
      },
    },
    ({ query }, reply) =>
      answerList(reply, checks, query, async (page) => {
        const { data, next } = await listChecks(db, clock.now(), page);
        return { data: data.map(plainCheck), next };
      }),
  );

  app.get(
    '/v1/list-checks/:listCheckId',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['look-up'],
        summary: 'One list check: how far it is, and its counts once it is done',
        params: z.strictObject({ listCheckId }),
        response: { 200: check, ...problems(404) },
      },
    },
    async ({ params }) => shown(await one(params.listCheckId)),
  );

  app.get(
    '/v1/list-checks/:listCheckId/rows',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['look-up'],
        summary: 'The rows of a list with what is known of each; as a file with all columns of the list',
        params: z.strictObject({ listCheckId }),
        querystring: z.strictObject({ ...listQuery, verdict: verdict.optional() }),
        response: { 200: listResponse(jsonRow), ...problems(404, 409) },
      },
    },
    async ({ params, query: { verdict: wanted, ...query } }, reply) => {
      const found = await one(params.listCheckId);
      if (query.format === 'json') {
        return answerList(reply, rows, query, async (page) => {
          const { data, next } = await listRows(db, found.id, wanted, page);
          return { data: data.map((row) => ({ line: row.line, cells: row.cells, ...answered(row) })), next };
        });
      }
      // Half a file would be taken for the whole.
      if (found.state !== 'done') {
        const message = `The list is ${found.state}: ${found.doneCount} of ${found.rowCount} rows are looked up.`;
        throw new DomainError('conflict', message);
      }
      const own = found.header.filter((column) => !(column in rowAnswer.shape));
      const row = z.object({ ...Object.fromEntries(own.map((column) => [column, z.string()])), ...rowAnswer.shape });
      return sendExport(
        reply,
        {
          name: `${found.name.replace(/\.csv$/i, '').replaceAll(/[^\w.-]+/g, '_')}-checked`,
          format: exportFormat.parse(query.format),
          row,
        },
        async (page) => {
          const { data, next } = await listRows(db, found.id, wanted, page);
          return { data: data.map((one) => ({ ...cellsOf(found.header, one), ...answered(one) })), next };
        },
      );
    },
  );

  app.delete(
    '/v1/list-checks/:listCheckId',
    {
      onRequest: guard('pii:read'),
      schema: {
        tags: ['look-up'],
        summary: 'Delete a list and all that was found of it, before its time is over',
        params: z.strictObject({ listCheckId }),
        response: { 204: z.null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      await deleteListCheck(db, request.params.listCheckId, principalOf(request));
      return reply.code(204).send(null);
    },
  );
};

function plainCheck({ header, mapping, ...found }: ListCheckView): object {
  const fieldOf = new Map(Object.entries(mapping).map(([field, at]) => [at, field]));
  return { ...found, columns: header.map((column, at) => ({ column, field: fieldOf.get(at) ?? null })) };
}

const shown = (found: ListCheckView) => present(check, plainCheck(found));

function cellsOf(header: readonly string[], { cells }: ListRowView): Record<string, string> {
  return Object.fromEntries(header.map((column, at) => [column, cells[at] ?? '']));
}

function answered({ answer, repeatsLine }: ListRowView): z.input<typeof rowAnswer> {
  return {
    assay_verdict: answer?.verdict ?? null,
    assay_golden_id: answer?.goldenId ?? null,
    assay_salesforce_id: answer?.salesforceId ?? null,
    assay_object: answer?.object ?? null,
    assay_name: answer?.name ?? null,
    assay_owner_id: answer?.ownerId ?? null,
    assay_owner: answer?.ownerName ?? null,
    assay_open_deals: answer?.openDealCount ?? null,
    assay_open_amount: answer?.openAmount ?? null,
    assay_currency: answer?.openCurrency ?? null,
    assay_opted_out: answer?.optedOut ?? null,
    assay_probability: answer?.probability ?? null,
    assay_alternatives: answer?.alternatives.join(' ') ?? '',
    assay_repeats_line: repeatsLine,
    assay_company_verdict: answer?.companyVerdict ?? null,
    assay_company_golden_id: answer?.companyId ?? null,
    assay_company_salesforce_id: answer?.companySalesforceId ?? null,
    assay_company: answer?.companyName ?? null,
    assay_company_owner: answer?.companyOwnerName ?? null,
    assay_complete: answer?.complete ?? null,
    assay_why: answer?.why ?? null,
  };
}
