/** A look-up becomes one row of the audit list: who asked by which fields, never with what values. */
import { uuidv7 } from 'uuidv7';
import { audit } from '../control/audit.ts';
import type { Db } from '../db/connect.ts';
import type { Actor } from '../model/actor.ts';

export async function auditLookup(db: Db, by: Actor, entity: string, fields: string[]): Promise<void> {
  const change = { kind: 'lookup' as const, id: `lku_${uuidv7()}`, action: 'look-up', fields: [entity, ...fields] };
  await db.transaction((tx) => audit(tx, by, change));
}
