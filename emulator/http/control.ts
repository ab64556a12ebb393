/** The control API, which Salesforce does not have: changes by script, faults, permissions, open transactions, counts. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { changesSchema } from '../change.ts';
import { applyChanges } from '../changes/apply.ts';
import { findField } from '../org/org.ts';
import { quoteName, tableOf } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Context } from './context.ts';
import { faultSchema } from './faults.ts';
import { minuteOf } from './time.ts';

const permissionBody = z.strictObject({
  sobject: z.string(),
  readable: z.boolean().optional(),
  hiddenFields: z.array(z.string()).optional(),
});
const moment = z.iso.datetime({ offset: true });
const transactionBody = z.union([
  z.strictObject({ open: z.string().min(1), at: moment.optional() }),
  z.strictObject({ close: z.string().min(1) }),
]);

export function controlRoutes(app: FastifyInstance, context: Context): void {
  const { org, faults, requests, sessions, transactions } = context;

  app.post('/control/changes', async ({ body }) => (await applyChanges(org, parse(changesSchema, body))).counts);

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
    const { sobject, ...change } = parse(permissionBody, body);
    const object = knownObject(context, sobject);
    for (const name of change.hiddenFields ?? []) {
      if (!findField(object, name)) throw refusal(`${object.name} has no field ${name}; name fields as describe does.`);
    }
    org.permit(object.name, change);
    return { sobject: object.name, ...change };
  });

  app.get('/control/requests', async () => requests.read());
  app.delete('/control/requests', async (_, reply) => {
    requests.clear();
    return reply.code(204).send();
  });

  app.get<{ Querystring: { sobject?: string } }>('/control/rows', async ({ query }) => {
    const { name } = knownObject(context, query.sobject ?? '');
    return org.db
      .rows(`/* control.rows */ select "Id", strftime("SystemModstamp", '%Y-%m-%dT%H:%M:%S.%gZ') as ${quoteName('SystemModstamp')},
      "IsDeleted" from ${tableOf(name)} order by "Id"`);
  });

  app.get('/control/transactions', async () => transactions.names());
  app.post('/control/transactions', async ({ body }) => {
    const change = parse(transactionBody, body);
    if ('open' in change) transactions.open(change.open, change.at ? new Date(change.at) : minuteOf(org.now()));
    else if (!transactions.close(change.close)) throw refusal(`No transaction ${change.close} is open.`);
    return transactions.names();
  });

  app.post('/control/sessions/expire', async (_, reply) => {
    sessions.closeAll();
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

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw refusal(z.prettifyError(parsed.error));
  return parsed.data;
}

function refusal(message: string): SalesforceError {
  return new SalesforceError(400, 'CONTROL_REQUEST_INVALID', message);
}
