/** A key, or a link that was made for one, becomes a browser's session: a random token, kept as its SHA-256. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import type { Db, Queryable } from '../db/connect.ts';
import type { Actor, AskedFrom } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { audit } from './audit.ts';
import { type KeyScope, type Principal, verifyKey } from './key.ts';
import type { Person } from './person.ts';

/** A session is at most as old as a working week is long; whoever comes back later signs in again. */
export const sessionDays = 7;
const day = 24 * 60 * 60_000;

export type BrowserSession = { id: string; token: string; principal: Principal; expiresAt: Date };

/** What a browser signs in with: a key, or the code of a link made by `createSignInLink`. */
export type SignIn = { key: string } | { link: string };

/**
 * Opens a session for the holder of a key, or of a link that was not used yet. `token` is in no other place afterwards.
 * @throws DomainError `unauthenticated`: unknown, expired, revoked or used (not said which, on purpose).
 */
export async function openSession(db: Db, by: SignIn, now: Date, asked: AskedFrom): Promise<BrowserSession> {
  const principal = 'key' in by ? await verifyKey(db, by.key, now) : await useLink(db, by.link, now);
  if (!principal) {
    const what = 'key' in by ? 'This key is not valid' : 'This sign-in link is not valid any more, or was used';
    throw new DomainError('unauthenticated', `${what}.`);
  }
  return insertSession(db, { ...principal, asked }, now);
}

/** For somebody whom an identity provider has sent. */
export const openPersonSession = (
  db: Db,
  { id, name, granted, scopes }: Person,
  now: Date,
  asked: AskedFrom,
): Promise<BrowserSession> => insertSession(db, { kind: 'person', id, name, scopes: granted ?? scopes, asked }, now);

async function insertSession(db: Db, principal: Principal, now: Date): Promise<BrowserSession> {
  const token = randomBytes(32).toString('base64url');
  const id = `ses_${uuidv7()}`;
  const expiresAt = new Date(now.getTime() + sessionDays * day);
  const [keyId, personId] = principal.kind === 'key' ? [principal.id, null] : [null, principal.id];
  await db.transaction(async (tx) => {
    await tx.query(sql`/* session.open */ insert into control.session (id, sha256, key_id, person_id, created_at, expires_at)
      values (${id}, ${digest(token)}, ${keyId}, ${personId}, ${now}, ${expiresAt})`);
    await audit(tx, principal, { kind: 'session', id, action: 'create', fields: [] });
  });
  return { id, token, principal, expiresAt };
}

type SessionRow = {
  id: string;
  sha256: Buffer;
  kind: 'key' | 'person';
  owner: string;
  name: string;
  scopes: KeyScope[];
};

/** Sessions that are open, with their owner: a key that is valid still, or a person who is not blocked and may do something. */
const standing = (now: Date) => sql`control.session s
  left join control.api_key k on k.id = s.key_id and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now})
  left join control.person p on p.id = s.person_id and p.blocked_at is null and coalesce(p.granted, p.scopes) <> '{}'
  where s.ended_at is null and s.expires_at > ${now} and (k.id is not null or p.id is not null)`;

/** Whose session this is; null when it is unknown or over, or its owner may do nothing any more. */
export async function verifySession(
  db: Db,
  token: string,
  now: Date,
): Promise<{ id: string; principal: Principal } | null> {
  if (!/^[\w-]{43}$/.test(token)) return null;
  const hash = digest(token);
  const [found] =
    await db.query<SessionRow>(sql`/* session.verify */ select s.id, s.sha256, coalesce(k.id, p.id) as owner,
      case when k.id is null then 'person' else 'key' end as kind, coalesce(k.name, p.name) as name,
      coalesce(k.scopes, p.granted, p.scopes) as scopes
    from ${standing(now)} and s.sha256 = ${hash}`);
  if (!found || !timingSafeEqual(found.sha256, hash)) return null;
  const { id, kind, owner, name, scopes } = found;
  return { id, principal: { kind, id: owner, name, scopes } };
}

/** Whether a session that was valid still is, and its owner: what stays open for long asks again. */
export async function isSessionValid(db: Queryable, id: string, now: Date): Promise<boolean> {
  const rows = await db.query(sql`/* session.valid */ select from ${standing(now)} and s.id = ${id}`);
  return rows.length > 0;
}

/** Ends one session, or all sessions of its owner. Ending twice is fine. Returns how many ended. */
export async function endSessions(
  db: Db,
  which: { id: string } | { ownerId: string },
  by: Actor,
  now: Date,
): Promise<number> {
  const those = 'id' in which ? sql`id = ${which.id}` : sql`${which.ownerId} in (key_id, person_id)`;
  return db.transaction(async (tx) => {
    const ended = await tx.query<{ id: string }>(sql`/* session.end */ update control.session set ended_at = ${now}
      where ${those} and ended_at is null and expires_at > ${now} returning id`);
    for (const { id } of ended) await audit(tx, by, { kind: 'session', id, action: 'end', fields: ['endedAt'] });
    return ended.length;
  });
}

/** A code that opens one session of a key, once, until it expires. Put it behind the `#` of a link: it is then in no log. */
export async function createSignInLink(db: Db, keyId: string, now: Date, minutes: number): Promise<string> {
  const code = randomBytes(32).toString('base64url');
  await db.query(sql`/* session.link */ insert into control.sign_in_link (sha256, key_id, expires_at)
    values (${digest(code)}, ${keyId}, ${new Date(now.getTime() + minutes * 60_000)})`);
  return code;
}

async function useLink(db: Db, code: string, now: Date): Promise<Principal | null> {
  const [used] = await db.query<{ id: string; name: string; scopes: KeyScope[] }>(sql`/* session.use_link */
    update control.sign_in_link l set used_at = ${now} from control.api_key k
    where l.sha256 = ${digest(code)} and l.used_at is null and l.expires_at > ${now} and k.id = l.key_id
      and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now})
    returning k.id, k.name, k.scopes`);
  return used ? { kind: 'key', ...used } : null;
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
