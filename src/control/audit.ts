/** A change becomes one row of the audit list, in the transaction of the change: there is never the one without the other. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { Transaction } from '../db/connect.ts';
import type { Actor } from '../model/actor.ts';

export const auditKind = z.enum([
  'sync',
  'input',
  'schedule',
  'connection',
  'key',
  'session',
  'review',
  'golden',
  'model-change',
  'incident',
  'delivery',
  'rule',
  'backtest',
  'waiver',
  'finding',
  'lookup',
  'list-check',
  'question',
  'forgetting',
  'person',
]);

export type Change = {
  /** Of what was changed, with its id. */
  kind: z.infer<typeof auditKind>;
  id: string;
  /** One verb, as the API has it. */
  action: string;
  /** Names of the fields that changed. Never a value: those lie where forgetting a person deletes them. */
  fields: string[];
};

export async function audit(tx: Transaction, by: Actor, { kind, id, action, fields }: Change): Promise<void> {
  await tx.query(sql`/* audit.write */ insert into control.audit (id, actor_kind, actor_id, address, request_id, kind, subject_id, action, fields)
    values (${`aud_${uuidv7()}`}, ${by.kind}, ${by.id}, ${by.asked?.address ?? null}, ${by.asked?.requestId ?? null},
      ${kind}, ${id}, ${action}, ${fields.toSorted()})`);
}

/** Names of the fields whose values differ; one that is in `after` alone differs too. */
export function changedFields(before: object | undefined, after: object): string[] {
  const old = new Map(Object.entries(before ?? {}));
  return Object.entries(after)
    .filter(([name, value]) => value !== undefined && JSON.stringify(old.get(name)) !== JSON.stringify(value))
    .map(([name]) => name);
}
