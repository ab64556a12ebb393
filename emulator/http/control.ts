/** The control API, which Salesforce does not have: what a script does to the org and what happens to its clients. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { changesSchema } from '../change.ts';
import { applyChanges } from '../changes/apply.ts';
import { changeSchema, schemaChange } from '../changes/schema.ts';
import { historyOf, mostTracked } from '../objects/field-history.ts';
import { findField } from '../org/org.ts';
import { quoteName, tableOf } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Context } from './context.ts';
import { faultSchema } from './faults.ts';
import { userNamed } from './session-check.ts';
import { minuteOf } from './time.ts';

const permissionBody = z.strictObject({
  sobject: z.string(),
  readable: z.boolean().optional(),
  hiddenFields: z.array(z.string()).optional(),
  /** Records that are shared with others only: no query answers them, and the org's own count has them. */
  hiddenRecords: z.array(z.string()).optional(),
  /** A username; without one the rule holds for every user. */
  user: z.string().optional(),
});
const moment = z.iso.datetime({ offset: true });
const transactionBody = z.union([
  z.strictObject({
    open: z.string().min(1),
    at: moment.optional(),
    changes: changesSchema.default([]),
    commitAfterMs: z.int().min(0).max(3_600_000).optional(),
  }),
  z.strictObject({ close: z.string().min(1) }),
]);
const rowsQuery = z.strictObject({ sobject: z.string(), since: moment.optional() });
const deleteLogBody = z.strictObject({ earliestDateAvailable: moment.nullable() });
const usageBody = z.strictObject({ used: z.int().min(0).optional(), limit: z.int().min(0).optional() });
const trackingBody = z.strictObject({ sobject: z.string(), fields: z.array(z.string()).max(mostTracked) });
const tokenBody = z.strictObject({ rotateRefreshTokens: z.boolean() });

export function controlRoutes(app: FastifyInstance, context: Context): void {
  const { org, faults, requests, sessions, transactions, usage } = context;

  app.post('/control/changes', async ({ body }) => (await applyChanges(org, parse(changesSchema, body))).counts);

  app.post('/control/schema', async ({ body }) => {
    for (const change of [body].flat()) await changeSchema(org, parse(schemaChange, change));
    return { schemaChangedAt: org.schemaChangedAt.toISOString() };
  });

  app.get('/control/faults', async () => faults.list());
  app.post('/control/faults', async ({ body }, reply) => {
    for (const fault of [body].flat()) faults.add(parse(faultSchema, fault));
    return reply.code(201).send(faults.list());
  });
  app.delete('/control/faults', async (_, reply) => {
    faults.clear();
    return reply.code(204).send();
  });

  app.post('/control/permissions', async ({ body }) => {
    const { sobject, user, ...change } = parse(permissionBody, body);
    const object = knownObject(context, sobject);
    knownFields(object, change.hiddenFields ?? []);
    const userId = user === undefined ? null : await userNamed(context, user);
    if (userId === undefined) throw refusal(`No active user is called ${user}.`);
    org.permit(object.name, change, userId);
    return { sobject: object.name, ...change, ...(user === undefined ? {} : { user }) };
  });

  app.post('/control/tracking', async ({ body }) => {
    const { sobject, fields } = parse(trackingBody, body);
    const object = knownObject(context, sobject);
    if (!historyOf(object.name)) throw refusal(`${object.name} has no history object.`);
    const names = knownFields(object, fields);
    org.track(object.name, names);
    return { sobject: object.name, fields: names };
  });

  app.get('/control/requests', async () => requests.read());
  app.delete('/control/requests', async (_, reply) => {
    requests.clear();
    return reply.code(204).send();
  });

  app.get('/control/rows', async ({ query }) => {
    const { sobject, since } = parse(rowsQuery, query);
    const object = knownObject(context, sobject);
    const { name } = object;
    // Rows of field histories have no stamp of their own: nobody can ask when one went with its record.
    const stamp = quoteName(findField(object, 'SystemModstamp') ? 'SystemModstamp' : 'CreatedDate');
    const changed = since === undefined ? '' : `where ${stamp} >= '${new Date(since).toISOString()}'::timestamp`;
    return org.db
      .rows(`/* control.rows */ select "Id", strftime("SystemModstamp", '%Y-%m-%dT%H:%M:%S.%gZ') as ${quoteName('SystemModstamp')},
      "IsDeleted" from ${tableOf(name)} ${changed} order by "Id"`);
  });

  app.get('/control/transactions', async () => transactions.names());
  app.post('/control/transactions', async ({ body }) => {
    const change = parse(transactionBody, body);
    if ('open' in change) {
      const { open, changes, commitAfterMs, at } = change;
      // Without changes of its own it only holds latestDateCovered, to the minute.
      const now = changes.length === 0 ? minuteOf(org.now()) : org.now();
      transactions.open(open, at ? new Date(at) : now, changes);
      if (commitAfterMs !== undefined) transactions.commitAfter(open, commitAfterMs);
    } else if (!(await transactions.commit(change.close))) {
      throw refusal(`No transaction ${change.close} is open.`);
    }
    return transactions.names();
  });

  app.post('/control/delete-log', async ({ body }) => {
    const { earliestDateAvailable: earliest } = parse(deleteLogBody, body);
    context.deleteLog.earliest = earliest === null ? null : new Date(earliest);
    return { earliestDateAvailable: earliest };
  });

  app.post('/control/usage', async ({ body }) => Object.assign(usage, parse(usageBody, body)));

  app.post('/control/sessions/expire', async (_, reply) => {
    sessions.closeAll();
    return reply.code(204).send();
  });
  app.post('/control/tokens', async ({ body }) => {
    sessions.rotates = parse(tokenBody, body).rotateRefreshTokens;
    return { rotateRefreshTokens: sessions.rotates };
  });
  app.post('/control/tokens/revoke', async (_, reply) => {
    sessions.revokeAll();
    return reply.code(204).send();
  });
}

function knownObject({ org }: Context, name: string) {
  const object = org.findHidden(name);
  if (!object)
    throw refusal(
      `The org has no object ${name === '' ? '(none named)' : name}; ask /services/data/v62.0/sobjects for the list.`,
    );
  return object;
}

function knownFields(object: ReturnType<typeof knownObject>, names: string[]): string[] {
  return names.map((name) => {
    const field = findField(object, name);
    if (!field) throw refusal(`${object.name} has no field ${name}; name fields as describe does.`);
    return field.name;
  });
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw refusal(z.prettifyError(parsed.error));
  return parsed.data;
}

function refusal(message: string): SalesforceError {
  return new SalesforceError(400, 'CONTROL_REQUEST_INVALID', message);
}
