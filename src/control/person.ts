/** People who sign in at an identity provider: who they are, and what they may do, by their groups or by an admin. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import type { Db, Queryable } from '../db/connect.ts';
import type { Actor, AskedFrom } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import type { Identity } from '../model/identity.ts';
import { audit, changedFields } from './audit.ts';
import type { KeyScope } from './key.ts';
import { expectRevision } from './revision.ts';

export type Person = {
  id: string;
  issuer: string;
  name: string;
  email: string | null;
  groups: string[];
  /** By the groups of the last sign-in. */
  scopes: KeyScope[];
  /** By an admin, instead of the groups; null: the groups count. */
  granted: KeyScope[] | null;
  blockedAt: Date | null;
  createdAt: Date;
  lastSeenAt: Date;
  revision: number;
};

const columns = sql`id, issuer, name, email, groups, scopes, granted, blocked_at as "blockedAt", created_at as "createdAt",
  last_seen_at as "lastSeenAt", revision`;

/** What people may do by their group, e.g. `{ revops: ['admin'] }`. */
export type Roles = Record<string, KeyScope[]>;

/**
 * Somebody who has come from the provider becomes a row, new or known. One without any scope is kept too: an admin grants
 * it to somebody who is in the list. @throws DomainError `forbidden` when they are blocked or may do nothing.
 */
export async function admitPerson(db: Db, who: Identity, roles: Roles, now: Date, asked: AskedFrom): Promise<Person> {
  const scopes = [...new Set(who.groups.flatMap((group) => roles[group] ?? []))].sort();
  const person = await db.transaction(async (tx) => {
    const [row] = await tx.query<Person & { isNew: boolean }>(sql`/* person.admit */ insert into control.person as p
        (id, issuer, subject, name, email, groups, scopes, created_at, last_seen_at)
      values (${`usr_${uuidv7()}`}, ${who.issuer}, ${who.subject}, ${who.name.slice(0, 200)}, ${who.email}, ${who.groups}, ${scopes},
        ${now}, ${now})
      on conflict (issuer, subject) do update set name = excluded.name, email = excluded.email, groups = excluded.groups,
        scopes = excluded.scopes, last_seen_at = excluded.last_seen_at
      returning ${columns}, xmax = 0 as "isNew"`);
    const { isNew, ...found } = row!;
    const actor: Actor = { kind: 'person', id: found.id, name: found.name, asked };
    if (isNew) await audit(tx, actor, { kind: 'person', id: found.id, action: 'create', fields: [] });
    return found;
  });
  if (person.blockedAt) throw new DomainError('forbidden', `${person.name} is blocked.`);
  if ((person.granted ?? person.scopes).length === 0) {
    const groups = who.groups.length === 0 ? 'no group' : `the groups ${who.groups.join(', ')}`;
    throw new DomainError(
      'forbidden',
      `${person.name} is of ${groups}, which OIDC_ROLES gives nothing. An admin can grant scopes with PATCH /v1/people/${person.id}.`,
    );
  }
  return person;
}

/** Who was here last comes first; at most 500. */
export const listPeople = (db: Queryable): Promise<Person[]> =>
  db.query(sql`/* person.list */ select ${columns} from control.person order by last_seen_at desc, id limit 500`);

/** @throws DomainError `not-found`. */
export async function getPerson(db: Queryable, id: string): Promise<Person> {
  const [row] = await db.query<Person>(sql`/* person.get */ select ${columns} from control.person where id = ${id}`);
  if (!row) throw new DomainError('not-found', `There is no person ${id}.`);
  return row;
}

export type PersonChange = { granted?: KeyScope[] | null | undefined; isBlocked?: boolean | undefined };

/** Counts from the next request on, in sessions that are open too. @throws DomainError `not-found`, `version-outdated`. */
export async function changePerson(
  db: Db,
  id: string,
  change: PersonChange,
  by: Actor,
  expected: number | null,
  now: Date,
): Promise<Person> {
  return db.transaction(async (tx) => {
    await tx.query(sql`/* person.hold */ select from control.person where id = ${id} for update`);
    const before = await getPerson(tx, id);
    expectRevision(expected, before.revision);
    const granted = change.granted === undefined ? before.granted : change.granted;
    const blockedAt =
      change.isBlocked === undefined ? before.blockedAt : change.isBlocked ? (before.blockedAt ?? now) : null;
    await tx.query(sql`/* person.change */ update control.person set granted = ${granted}, blocked_at = ${blockedAt},
      revision = revision + 1 where id = ${id}`);
    const fields = changedFields({ granted: before.granted, isBlocked: before.blockedAt !== null }, change);
    await audit(tx, by, { kind: 'person', id, action: 'change', fields });
    return getPerson(tx, id);
  });
}
