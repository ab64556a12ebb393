/** Orgs: list them, add one, change its login, and ask what it can see. */
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  changeConnection,
  createConnection,
  getConnection,
  listConnections,
  loginFlow,
} from '../../control/connection.ts';
import { answerOnce } from '../../control/idempotency.ts';
import { mayDo } from '../../control/key.ts';
import { bindOrg } from '../../control/org.ts';
import type { Db, Transaction } from '../../db/connect.ts';
import { DomainError } from '../../model/errors.ts';
import { type ConnectionSight, connectionSight } from '../../model/org.ts';
import { plainText } from '../../model/plain-text.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames, principalOf } from '../auth.ts';
import { etagOf, givenRevision, ifMatch } from '../etag.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, connectionId, freeText, idempotent, time } from '../shapes.ts';

const connection = z
  .object({
    id: z.string(),
    name: z.string(),
    loginUrl: z.string().nullable().describe('Null: the login is set by the SALESFORCE_ settings of the service'),
    flow: loginFlow.nullable(),
    clientId: z.string().nullable(),
    username: z.string().nullable().describe('Null also for a key with neither pii:read nor config:write'),
    orgId: z.string().nullable().describe('Organization Id; null before the first login'),
    orgName: z.string().nullable(),
    instanceUrl: z.string().nullable().describe('Where links to records lead'),
    instanceName: z.string().nullable(),
    isSandbox: z.boolean().nullable().describe('Null: not known'),
    exclude: z.array(z.string()).describe('Objects and fields that are never pulled'),
    syncShare: z
      .number()
      .nullable()
      .describe('Of the day’s API requests, what one sync may use; null: as the service is set'),
    totalShare: z
      .number()
      .nullable()
      .describe('Share of them, whoever made them, at which a sync waits; null: as the service is set'),
    createdAt: time,
    updatedAt: time,
    updatedBy: actorRef.nullable(),
    deletedAt: time.nullable().describe('When its login was taken away; its records were kept or forgotten'),
  })
  .meta({ id: 'Connection' });

const secret = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\0]*$/, 'must not hold NUL')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');
const login = {
  name: freeText.max(100),
  loginUrl: z
    .string()
    .regex(/^https?:\/\/[!-~]{1,290}$/, 'must be a URL, like https://….my.salesforce.com')
    .describe('My Domain of the org, https://….my.salesforce.com'),
  flow: loginFlow,
  clientId: plainText(500).describe('Consumer key of the External Client App'),
  username: plainText(200).optional().describe('Of the user the flow jwt_bearer logs in as'),
  clientSecret: secret(1_000).optional().describe('Never shown again'),
  privateKey: secret(10_000).optional().describe('RSA key in PEM, for jwt_bearer; never shown again'),
  refreshToken: secret(2_000).optional().describe('Never shown again; replaced when Salesforce rotates it'),
};
/** Without these no record can be told from another, or a changed one from an unchanged one. */
const needed = /\.(Id|IsDeleted|CreatedDate|LastModifiedDate|SystemModstamp|MasterRecordId)$/i;
const exclude = z
  .array(
    z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{0,79}(\.[A-Za-z][A-Za-z0-9_]{0,79})?$/, 'must be an object, or Object.Field')
      .refine((name) => !needed.test(name), 'is a field that Assay cannot do without'),
  )
  .max(1_000)
  .describe('Objects and fields that Assay never asks for, such as Lead and Contact.Birthdate');
const share = z.number().gt(0).max(1).nullish();
const budget = {
  syncShare: share.describe('Of the day’s API requests, what one sync may use; null: as the service is set'),
  totalShare: share.describe('Share of them, whoever made them, at which a sync waits; null: as the service is set'),
};
const createBody = z
  .strictObject({ ...login, exclude: exclude.optional(), ...budget })
  .meta({ id: 'ConnectionRequest' });
const changeBody = z
  .strictObject({ ...login, exclude, ...budget })
  .partial()
  .meta({ id: 'ConnectionChange' });
const params = z.strictObject({ connectionId });

/** The org is kept, unless the connection has another one or it has another connection: that is the fault then. */
async function withKeptOrg(db: Db, id: string, sight: ConnectionSight): Promise<ConnectionSight> {
  const { orgId, userId, instanceUrl, orgName: name, instanceName, isSandbox } = sight;
  if (orgId === null || userId === null || instanceUrl === null) return sight;
  try {
    await bindOrg(db, id, { orgId, userId, instanceUrl, name, instanceName, isSandbox }, 'test');
    return sight;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { ...sight, isOk: false, fault: { code: error.code, detail: error.message, hint: error.kind.hint } };
  }
}

/** The user a login is of is a person. */
function seen(request: FastifyRequest, row: { username: string | null }) {
  const maySee = maySeeNames(request) || mayDo(principalOf(request), 'config:write');
  return present(connection, maySee ? row : { ...row, username: null });
}

export const connectionRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, guard, orgs, keys } = context;
  const tags = ['connections'];

  app.get(
    '/v1/connections',
    {
      onRequest: guard('data:read'),
      schema: {
        tags,
        summary: 'All connected orgs, without their secrets',
        querystring: z.strictObject({}),
        response: { 200: z.object({ data: z.array(connection) }), ...problems() },
      },
    },
    async (request) => ({ data: (await listConnections(db)).map((one) => seen(request, one)) }),
  );

  app.post(
    '/v1/connections',
    {
      config: { sends: ['location', 'etag', 'idempotent-replayed'] },
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Add an org',
        description:
          'Assay encrypts the secrets and never shows them again. Then send /test. ' +
          'Sent again under the same Idempotency-Key within a day, it is answered as before and adds nothing.',
        headers: idempotent,
        body: createBody,
        response: { 201: connection, ...problems(422) },
      },
    },
    async (request, reply) => {
      orgs.checkLoginUrl(request.body.loginUrl);
      const by = principalOf(request);
      const add = async (tx: Transaction) => {
        const made = await createConnection(tx, keys, request.body, by);
        const headers = { location: `/v1/connections/${made.id}`, etag: etagOf(made.revision) };
        return { status: 201, headers, body: present(connection, made) };
      };
      const key = request.headers['idempotency-key'];
      const keyed = { by, request: 'POST /v1/connections', key: key ?? '', body: request.body };
      const answer = key === undefined ? await db.transaction(add) : await answerOnce(db, keyed, add);
      if ('isReplay' in answer && answer.isReplay) void reply.header('idempotent-replayed', 'true');
      return reply
        .code(201)
        .headers(answer.headers)
        .send(answer.body as z.input<typeof connection>);
    },
  );

  app.get(
    '/v1/connections/:connectionId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('data:read'),
      schema: {
        tags,
        summary: 'One connected org, without its secrets',
        params,
        response: { 200: connection, ...problems(404) },
      },
    },
    async (request, reply) => {
      const found = await getConnection(db, request.params.connectionId);
      return reply.header('etag', etagOf(found.revision)).send(seen(request, found));
    },
  );

  app.patch(
    '/v1/connections/:connectionId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Change the name or the login of an org',
        description:
          'What is left out stays as it is, secrets too. Another host of loginUrl asks for the secret again.',
        params,
        headers: ifMatch,
        body: changeBody,
        response: { 200: connection, ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      if (request.body.loginUrl !== undefined) orgs.checkLoginUrl(request.body.loginUrl);
      const by = principalOf(request);
      const expected = givenRevision(request.headers);
      const { connectionId: id } = request.params;
      const changed = await changeConnection(db, keys, id, request.body, by, expected);
      return reply.header('etag', etagOf(changed.revision)).send(present(connection, changed));
    },
  );

  app.post(
    '/v1/connections/:connectionId/test',
    {
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Test the login, and list what it can and cannot read',
        description:
          'A refused login is an answer too: `fault` names the part that is wrong. Costs some API requests of the org.',
        params,
        response: { 200: connectionSight.meta({ id: 'ConnectionSight' }), ...problems(404, 409, 502, 503) },
      },
    },
    async (request) => {
      const { id } = await getConnection(db, request.params.connectionId);
      return withKeptOrg(db, id, await orgs.look(id, AbortSignal.timeout(25_000)));
    },
  );
};
