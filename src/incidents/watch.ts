/** What time does to incidents: a mute ends, and one that nobody took up is announced once more. */
import sql from 'sql-template-tag';
import type { Db } from '../db/connect.ts';
import type { AlertSettings } from '../model/definitions.ts';
import { columns, type Incident } from './life.ts';
import { enqueue } from './outbox.ts';
import { noteStep } from './step.ts';

/** Several workers may look at once; each incident is taken by one. Returns how many were announced again. */
export async function watchIncidents(db: Db, now: Date, settings: AlertSettings): Promise<number> {
  const at = now.toISOString();
  return db.transaction(async (tx) => {
    const awake = await tx.query<Incident>(sql`/* incident.unmute */ update alert.incident set state = 'open',
        muted_until = null, revision = revision + 1, reminded_at = ${at}::timestamptz
      where state = 'muted' and muted_until <= ${at}::timestamptz returning ${columns}`);
    const hours = settings.reminderHours;
    const late =
      hours === null
        ? []
        : await tx.query<Incident>(sql`/* incident.remind */ update alert.incident set revision = revision + 1,
            reminded_at = ${at}::timestamptz
          where state = 'open' and reminded_at is null
            and announced_at <= ${at}::timestamptz - make_interval(secs => ${hours * 3600}) returning ${columns}`);
    for (const incident of [...awake, ...late]) {
      const action = awake.includes(incident) ? 'unmute' : 'remind';
      await noteStep(tx, { incidentId: incident.id, at, action });
      const { notice } = incident;
      if (action === 'unmute') await enqueue(tx, incident, 'update', notice, now, settings);
      const summary = `Still open: ${notice.summary}`;
      await enqueue(
        tx,
        incident,
        'remind',
        { ...notice, title: `Still open: ${notice.title}`, summary },
        now,
        settings,
      );
    }
    return awake.length + late.length;
  });
}
