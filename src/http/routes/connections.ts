/** Orgs: list them, add one, change its login, and ask what it can see. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  changeConnection,
  createConnection,
  getConnection,
  listConnections,
  loginFlow,
} from '../../control/connection.ts';
import { bindOrg } from '../../control/org.ts';
import type { Db } from '../../db/connect.ts';
import { DomainError } from '../../model/errors.ts';
import { type ConnectionSight, connectionSight } from '../../model/org.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, connectionId, freeText, time } from '../shapes.ts';

const connection = z
  .object({
    id: z.string(),
    name: z.string(),
    loginUrl: z.string().nullable().describe('Null: the login is set by the SALESFORCE_ settings of the service'),
    flow: loginFlow.nullable(),
    clientId: z.string().nullable(),
    username: z.string().nullable(),
    orgId: z.string().nullable().describe('Organization Id; null before the first login'),
    orgName: z.string().nullable(),
    instanceUrl: z.string().nullable().describe('Where links to records lead'),
    instanceName: z.string().nullable(),
    isSandbox: z.boolean().nullable().describe('Null: not known'),
    createdAt: time,
    updatedAt: time,
    updatedBy: actorRef.nullable(),
  })
  .meta({ id: 'Connection' });

const plain = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must be plain text of one line');
const secret = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\0\p{Cs}]*$/u, 'must not hold NUL');
const login = {
  name: freeText.max(100),
  loginUrl: plain(300).describe('My Domain of the org, https://….my.salesforce.com'),
  flow: loginFlow,
  clientId: plain(500).describe('Consumer key of the External Client App'),
  username: plain(200).optional().describe('Of the user the flow jwt_bearer logs in as'),
  clientSecret: secret(1_000).optional().describe('Never shown again'),
  privateKey: secret(10_000).optional().describe('RSA key in PEM, for jwt_bearer; never shown again'),
  refreshToken: secret(2_000).optional().describe('Never shown again; replaced when Salesforce rotates it'),
};
const createBody = z.strictObject(login).meta({ id: 'ConnectionRequest' });
const changeBody = z.strictObject(login).partial().meta({ id: 'ConnectionChange' });
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
    async () => ({ data: (await listConnections(db)).map((one) => present(connection, one)) }),
  );

  app.post(
    '/v1/connections',
    {
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Add an org',
        description: 'Assay encrypts the secrets and never shows them again. Then send /test.',
        body: createBody,
        response: { 201: connection, ...problems() },
      },
    },
    async (request, reply) => {
      orgs.checkLoginUrl(request.body.loginUrl);
      const made = await createConnection(db, keys, request.body, principalOf(request));
      return reply.code(201).header('location', `/v1/connections/${made.id}`).send(present(connection, made));
    },
  );

  app.get(
    '/v1/connections/:connectionId',
    {
      onRequest: guard('data:read'),
      schema: {
        tags,
        summary: 'One connected org, without its secrets',
        params,
        response: { 200: connection, ...problems(404) },
      },
    },
    async (request) => present(connection, await getConnection(db, request.params.connectionId)),
  );

  app.patch(
    '/v1/connections/:connectionId',
    {
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Change the name or the login of an org',
        description: 'What is left out stays as it is, secrets too.',
        params,
        body: changeBody,
        response: { 200: connection, ...problems(404) },
      },
    },
    async (request) => {
      if (request.body.loginUrl !== undefined) orgs.checkLoginUrl(request.body.loginUrl);
      const by = principalOf(request);
      return present(connection, await changeConnection(db, keys, request.params.connectionId, request.body, by));
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
        response: { 200: connectionSight.meta({ id: 'ConnectionSight' }), ...problems(404, 502, 503) },
      },
    },
    async (request) => {
      const { id } = await getConnection(db, request.params.connectionId);
      return withKeptOrg(db, id, await orgs.look(id, AbortSignal.timeout(25_000)));
    },
  );
};
