/** A message that shows whether a channel is set up: it goes the way of every other. */
import { uuidv7 } from 'uuidv7';
import { audit } from '../control/audit.ts';
import type { Db } from '../db/connect.ts';
import type { Actor } from '../model/actor.ts';
import { enqueueAlone } from './outbox.ts';

/** Returns its key in the list of deliveries. */
export async function sendTest(db: Db, target: string, by: Actor, now: Date): Promise<string> {
  const key = `test_${uuidv7()}`;
  const title = 'Assay can write here.';
  const summary = `${title} ${by.name} sent this test message.`;
  await db.transaction(async (tx) => {
    const lines = [[`${by.name} sent this test message. Incidents come the same way.`]];
    const notice = { tone: 'info' as const, title, summary, sections: [{ heading: null, lines }], footnote: key };
    await enqueueAlone(tx, { key, target, kind: 'test', notice, due: now }, now);
    await audit(tx, by, { kind: 'delivery', id: key, action: 'test', fields: ['target'] });
  });
  return key;
}
