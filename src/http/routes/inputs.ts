/** What numbers need and Salesforce does not hold, as CSV: what there is, what stands, and a new version of it. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type InputDefinition, inputs, inputTypes } from '../../model/input.ts';
import { inputNamed, putInput } from '../../review/input.ts';
import { inputLines, inputVersions, standingInputs } from '../../views/inputs.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames, principalOf } from '../auth.ts';
import { etagOf, givenRevision, ifMatch } from '../etag.ts';
import { answerList, csvText, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';
import { actorRef, time } from '../shapes.ts';

const version = {
  version: z.int().describe('0: never given'),
  lineCount: z.int().describe('0: never given, or taken back'),
  putBy: z.string().nullable(),
  putActor: actorRef.nullable(),
  putAt: time.nullable(),
};
const input = z
  .object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    columns: z.array(
      z.object({
        name: z.string(),
        type: z.enum(inputTypes),
        isRequired: z.boolean(),
        oneOf: z.array(z.string()).nullable(),
        description: z.string(),
      }),
    ),
    ...version,
  })
  .meta({ id: 'Input' });
const lines = z
  .object({
    name: z.string(),
    lines: z
      .array(z.record(z.string(), z.string().nullable()))
      .describe('In the order of the file; a person is an id or null for a key without pii:read'),
  })
  .meta({ id: 'InputLines' });
const inputVersion = z.object(version).meta({ id: 'InputVersion' });
const versions = { name: 'input-versions', keyLength: 1, row: inputVersion };
const put = z
  .object({
    name: z.string(),
    version: z.int(),
    isChanged: z.boolean().describe('False: these lines stood already'),
    runId: z.string().nullable().describe('The run that publishes it; null where nothing was published yet'),
  })
  .meta({ id: 'InputPut' });

/** Bytes: a file of 50,000 lines. */
const bodyLimit = 5_000_000;
const never = { version: 0, lineCount: 0, putBy: null, putActor: null, putAt: null };

export const inputRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, guard, connectionId } = context;
  // One letter a byte, as the encoding is for the reader of the file to find out.
  app.addContentTypeParser('text/csv', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, (body as Buffer).toString('latin1')),
  );
  const params = z.object({ name: z.string().regex(/^[a-z]{1,40}$/, 'must be the name of an input') });

  app.get(
    '/v1/inputs',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'What numbers need and Salesforce does not hold, and what was given of it',
        response: { 200: z.object({ data: z.array(input) }), ...problems() },
      },
    },
    async () => {
      const standing = await standingInputs(db);
      const data = inputs.map(({ columns, ...one }) =>
        present(input, {
          ...one,
          ...(standing.get(one.name) ?? never),
          columns: Object.entries(columns).map(([name, { type, isRequired = false, oneOf = null, description }]) => ({
            name,
            type,
            isRequired,
            oneOf,
            description,
          })),
        }),
      );
      return { data };
    },
  );

  app.get(
    '/v1/inputs/:name',
    {
      config: { sends: ['etag'] },
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The lines of an input',
        params,
        querystring: z.strictObject({
          version: z.coerce.number().int().min(1).max(999_999).optional().describe('Left out: what stands'),
          format: z.enum(['json', 'csv']).default('json'),
        }),
        response: {
          200: {
            description: 'The lines',
            content: { 'application/json': { schema: lines }, 'text/csv': { schema: z.string() } },
          },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { query } = request;
      const { columns } = inputNamed(name);
      const lines = await inputLines(db, name, query.version ?? null);
      const standing = (await standingInputs(db)).get(name)?.version ?? 0;
      void reply.header('etag', etagOf(query.version ?? standing));
      const found = maySeeNames(request) ? lines : lines.map((line) => withoutPeople(columns, line));
      if (query.format === 'json') return { name, lines: found };
      return reply
        .header('content-disposition', `attachment; filename="${name}.csv"`)
        .type('text/csv; charset=utf-8')
        .send(csvText(Object.keys(columns), found));
    },
  );

  app.get(
    '/v1/inputs/:name/versions',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The versions of an input, newest first: who gave it and when',
        params,
        querystring: z.strictObject(listQuery),
        response: { 200: listResponse(inputVersion), ...problems(404) },
      },
    },
    ({ params: { name }, query }, reply) => {
      inputNamed(name);
      return answerList(reply, versions, query, (page) => inputVersions(db, name, page));
    },
  );

  app.put(
    '/v1/inputs/:name',
    {
      bodyLimit,
      config: { sends: ['etag'] },
      onRequest: guard('config:write'),
      schema: {
        tags: ['metrics'],
        summary: 'Give an input as CSV, in the place of what stood; a header alone takes it back',
        description:
          'UTF-8 or UTF-16, separated by comma, semicolon or tab. A fault names line and column, and nothing is taken then.',
        params,
        headers: ifMatch,
        consumes: ['text/csv'],
        body: z.string().nullish().describe('The file'),
        response: { 200: put, ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const file = Buffer.from(request.body ?? '', 'latin1');
      const by = principalOf(request);
      const expected = givenRevision(request.headers);
      const made = await putInput(db, { name, file, connectionId, by, expected }, clock.now());
      return reply.header('etag', etagOf(made.version)).send({ name, ...made });
    },
  );
};

type InputLine = Record<string, string | null>;

/** Of people only ids are left. */
const withoutPeople = (columns: InputDefinition['columns'], line: InputLine): InputLine =>
  Object.fromEntries(
    Object.entries(line).map(([name, value]) => {
      const mayStay = columns[name]?.isPerson !== true || salesforceId.safeParse(value).success;
      return [name, mayStay ? value : null];
    }),
  );
