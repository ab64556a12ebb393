/** What the filter of a list names has to be there: an empty list would look like an answer. */
import { listConnections } from '../control/connection.ts';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import { ruleNames } from '../views/rules.ts';

/** So many names fit a sentence; of more the list is named. */
const mostNames = 20;

/** @throws DomainError `request-refused` that says what there is. */
export function refuseUnknown(field: string, names: readonly string[], list: string): never {
  const message = names.length > mostNames ? `is not there; ${list} lists what is` : `is none of ${names.join(', ')}`;
  throw new DomainError('request-refused', `${field} ${message}.`, {
    faults: [{ pointer: `/query/${field}`, message }],
  });
}

/** The org that a request asks for, in whatever list. @throws DomainError `request-refused` */
export async function checkConnection(db: Queryable, query: unknown, own: string): Promise<void> {
  for (const field of ['connection', 'connectionId']) {
    const id = (query as Record<string, unknown> | undefined)?.[field];
    if (typeof id !== 'string' || id === own) continue;
    const names = (await listConnections(db)).map((one) => one.id);
    if (!names.includes(id)) refuseUnknown(field, names, 'GET /v1/connections');
  }
}

/** @throws DomainError `request-refused` */
export async function checkRule(db: Queryable, definitions: Definitions, id: string | undefined): Promise<void> {
  if (id === undefined || definitions.rules.some((rule) => rule.id === id)) return;
  const names = await ruleNames(db, definitions, id);
  if (!names.includes(id)) refuseUnknown('rule', names, 'GET /v1/rules');
}
