/** Changes become the list of who changed what, each with the present name of its actor. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { ActorKind } from '../model/actor.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { camelRows } from './rows.ts';

export type AuditEntry = {
  id: string;
  at: Date;
  /** `name`: null of an actor that is no longer there. */
  actor: { kind: ActorKind; id: string; name: string | null };
  kind: string;
  subjectId: string;
  /** Of a key, a person or an org that is still there. */
  subjectName: string | null;
  action: string;
  fields: string[];
  /** Null of a change at the command line, and of one older than the column. */
  address: string | null;
  requestId: string | null;
};
export type AuditFilter = {
  /** Kind and id of an actor, `key:key_…`. */
  actor?: string | undefined;
  kind?: string | undefined;
  id?: string | undefined;
  since?: Date | undefined;
};

/** Newest first. */
export async function listAudit(
  db: Queryable,
  { actor, kind, id, since }: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEntry>> {
  const [, actorKind, actorId] = /^([a-z]+):(.*)$/.exec(actor ?? '') ?? [];
  const rows =
    await db.query(sql`/* audit.list */ select a.id, a.at, a.kind, a.subject_id, a.action, a.fields, a.address, a.request_id,
      coalesce(of_key.name, of_person.name, of_connection.name) as subject_name,
      jsonb_build_object('kind', a.actor_kind, 'id', a.actor_id, 'name',
        case a.actor_kind when 'key' then k.name when 'person' then p.name else a.actor_id end) as actor
    from control.audit a left join control.api_key k on a.actor_kind = 'key' and k.id = a.actor_id
    left join control.person p on a.actor_kind = 'person' and p.id = a.actor_id
    left join control.api_key of_key on a.kind = 'key' and of_key.id = a.subject_id
    left join control.person of_person on a.kind = 'person' and of_person.id = a.subject_id
    left join control.connection of_connection on a.kind = 'connection' and of_connection.id = a.subject_id
    where true ${actor ? sql`and a.actor_kind = ${actorKind} and a.actor_id = ${actorId}` : empty}
    ${kind ? sql`and a.kind = ${kind}` : empty} ${id ? sql`and a.subject_id = ${id}` : empty}
    ${since ? sql`and a.at >= ${since}` : empty} ${page.after ? sql`and a.id < ${page.after[0]}` : empty}
    order by a.id desc limit ${page.limit + 1}`);
  return toPage(camelRows<AuditEntry>(rows), page, (row) => [row.id]);
}
