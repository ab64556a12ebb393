/** A button pressed in Slack becomes what its person wants of the incident, once. */
import sql from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import type { Actor } from '../model/actor.ts';
import type { AlertSettings } from '../model/definitions.ts';
import type { Press, PressPort } from '../model/press.ts';
import { changeByPerson } from './people.ts';

/** Hours that the button mutes for. */
const muteHours = 24;

/**
 * False when this press was taken before: Slack sends it again where our answer was lost, and anybody may who has seen it.
 * @throws DomainError as changeByPerson does.
 */
export async function takePress(
  db: Db,
  { key, action, incidentId, userId }: Press,
  port: Pick<PressPort, 'emailOf'>,
  now: Date,
  settings: AlertSettings,
): Promise<boolean> {
  const fresh =
    await db.query(sql`/* press.take */ insert into alert.press (key, at) values (${key}, ${now.toISOString()}::timestamptz)
    on conflict do nothing returning 1`);
  if (fresh.length === 0) return false;
  const by = await whoIs(db, userId, await port.emailOf(userId));
  const until = new Date(now.getTime() + muteHours * 3_600_000);
  await changeByPerson(db, { id: incidentId, action, by, ...(action === 'mute' ? { until } : {}) }, now, settings);
  return true;
}

/** By the name of the Salesforce user with that address; else by the id. */
async function whoIs(db: Db, slackUserId: string, email: string | null): Promise<Actor> {
  const id = `slack.${slackUserId}`;
  const unknown: Actor = { kind: 'person', id, name: `Slack user ${slackUserId}` };
  if (email === null || !(await tableExists(db, 'standard', 'user'))) return unknown;
  const [user] = await db.query<{ name: string | null }>(sql`/* press.person */ select name from standard."user"
    where lower(email) = lower(${email}) and is_deleted is not true order by is_active desc nulls last, id limit 1`);
  return user?.name ? { kind: 'person', id, name: user.name } : unknown;
}

/** What was pressed longer ago than Slack's signatures are good for. */
export async function forgetPresses(db: Db, now: Date): Promise<void> {
  await db.query(
    sql`/* press.forget */ delete from alert.press where at < ${now.toISOString()}::timestamptz - interval '1 day'`,
  );
}
