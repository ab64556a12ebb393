/** API keys: a random secret shown once, kept as its SHA-256, turned back into who may do what. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { Db, Queryable, Transaction } from '../db/connect.ts';
import { databaseFault } from '../db/fault.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { audit } from './audit.ts';

/**
 * `data:read` shows states, counts and scores; `pii:read` also names, e-mails and phones; `reviews:write` decides on
 * duplicates and pins values; `admin` may everything.
 */
export const scope = z.enum(['data:read', 'pii:read', 'runs:write', 'reviews:write', 'config:write', 'admin']);
export type KeyScope = z.infer<typeof scope>;

/** An actor that showed who it is, and what it may do. Today always a key. */
export type Principal = Actor & { scopes: KeyScope[] };

const opening = 'assay_';
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 random characters, 256 bits: no slow hash is needed, since nobody guesses them. Then the check sum of these, in 6. */
const keyShape = /^assay_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;
/** The keys of old: they stay valid, and are no longer made, since scanners take them for another vendor's. */
const oldShape = /^sk_live_[A-Za-z0-9_-]{43}$/;
/** Characters after the opening: enough to recognise a key by, far too few to guess the rest. */
const shownLength = 6;

/** A slip of the hand, or a made-up key, is refused without asking the database. */
function hasKeyShape(key: string): boolean {
  const [, secret, sum] = keyShape.exec(key) ?? [];
  return secret === undefined ? oldShape.test(key) : sum === checkSum(secret);
}

/** CRC-32 in base 62, as the tokens of GitHub have it. */
function checkSum(secret: string): string {
  let [rest, digits] = [crc32(secret), ''];
  for (; digits.length < 6; rest = Math.floor(rest / 62)) digits = base62[rest % 62] + digits;
  return digits;
}

/** The opening, of either shape, and the characters after it. */
const prefixOf = (key: string) => key.slice(0, key.indexOf('_', 'sk_'.length) + 1 + shownLength);

export type NewKey = { name: string; scopes: KeyScope[]; expiresAt?: Date | null };

/** `key` is in no other place afterwards: show it once. */
export type ShownKey = { id: string; prefix: string; key: string };

export async function createKey(db: Db, wanted: NewKey, by: Actor): Promise<ShownKey> {
  return db.transaction(async (tx) => {
    const made = await insertKey(tx, wanted, by);
    await audit(tx, by, { kind: 'key', id: made.id, action: 'create', fields: Object.keys(wanted) });
    return made;
  });
}

async function insertKey(tx: Transaction, wanted: NewKey, by: Actor): Promise<ShownKey> {
  const secret = Array.from({ length: 43 }, () => base62[randomInt(62)]).join('');
  const key = opening + secret + checkSum(secret);
  const id = `key_${uuidv7()}`;
  const prefix = prefixOf(key);
  await tx.query(sql`/* key.create */ insert into control.api_key
    (id, name, prefix, sha256, scopes, expires_at, created_by) values (${id}, ${wanted.name}, ${prefix},
      ${digest(key)}, ${wanted.scopes}, ${wanted.expiresAt ?? null}, ${actorText(by)})`);
  return { id, prefix, key };
}

type KeyRow = { id: string; name: string; sha256: Buffer; scopes: KeyScope[] };

/** Who holds this key; null when it is malformed, unknown, expired or revoked (not told apart, on purpose). */
export async function verifyKey(db: Db, key: string, now: Date): Promise<Principal | null> {
  if (!hasKeyShape(key)) return null;
  const hash = digest(key);
  // Looked up by the public prefix and compared in constant time, so that no index probe depends on the secret part.
  const candidates = await db.query<KeyRow>(sql`/* key.verify */ select id, name, sha256, scopes from control.api_key
    where prefix = ${prefixOf(key)} and revoked_at is null
      and (expires_at is null or expires_at > ${now})`);
  const found = candidates.find((row) => timingSafeEqual(row.sha256, hash));
  if (!found) return null;
  // At most one write a minute for each key, whatever its traffic. Where nothing can be written, what is there can be read.
  await db
    .query(
      sql`/* key.used */ update control.api_key set last_used_at = ${now}
        where id = ${found.id} and (last_used_at is null or last_used_at < ${now}::timestamptz - interval '1 minute')`,
    )
    .catch((error: unknown) => {
      if (!databaseFault(error)) throw error;
    });
  return { kind: 'key', id: found.id, name: found.name, scopes: found.scopes };
}

/** Whether a key that was valid still is: what stays open for long asks again. */
export async function isKeyValid(db: Queryable, id: string, now: Date): Promise<boolean> {
  const rows = await db.query(sql`/* key.valid */ select from control.api_key
    where id = ${id} and revoked_at is null and (expires_at is null or expires_at > ${now})`);
  return rows.length > 0;
}

/** Without the key itself, which is kept nowhere. */
export type ApiKey = {
  id: string;
  name: string;
  prefix: string;
  scopes: KeyScope[];
  createdAt: Date;
  createdBy: string | null;
  expiresAt: Date | null;
  /** Exact to the minute. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
  /** Of a key that was rotated: the one in its place. */
  replacedBy: string | null;
};

const columns = sql`id, name, prefix, scopes, created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt", revoked_by as "revokedBy",
  replaced_by as "replacedBy"`;

/** Newest first, revoked and expired ones too; `before` is the id of the last one of the page before. */
export async function listKeys(db: Queryable, limit: number, before?: string): Promise<ApiKey[]> {
  return db.query(sql`/* key.list */ select ${columns} from control.api_key
    where ${before ?? null}::text is null or id < ${before ?? null} order by id desc limit ${limit}`);
}

/** @throws DomainError `not-found`. */
export async function getKey(db: Queryable, id: string): Promise<ApiKey> {
  const [key] = await db.query<ApiKey>(sql`/* key.get */ select ${columns} from control.api_key where id = ${id}`);
  if (!key) throw new DomainError('not-found', `There is no key ${id}.`);
  return key;
}

async function holdKey(tx: Transaction, id: string): Promise<ApiKey> {
  await tx.query(sql`/* key.hold */ select from control.api_key where id = ${id} for update`);
  return getKey(tx, id);
}

/** Ends a key at once; again is fine. @throws DomainError `not-found`. */
export async function revokeKey(db: Db, id: string, by: Actor, now: Date): Promise<ApiKey> {
  return db.transaction(async (tx) => {
    const key = await holdKey(tx, id);
    if (key.revokedAt) return key;
    await tx.query(sql`/* key.revoke */ update control.api_key set revoked_at = ${now}, revoked_by = ${actorText(by)}
      where id = ${id}`);
    await audit(tx, by, { kind: 'key', id, action: 'revoke', fields: ['revokedAt'] });
    return getKey(tx, id);
  });
}

/**
 * A new key of the same name and scopes, and as long a life, in the place of one, which stays valid for `graceSeconds` so
 * that who uses it can change over. @throws DomainError `not-found`; `conflict` when the key is no longer valid.
 */
export async function rotateKey(db: Db, id: string, graceSeconds: number, by: Actor, now: Date): Promise<ShownKey> {
  return db.transaction(async (tx) => {
    const old = await holdKey(tx, id);
    const isOver = old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now);
    if (isOver || old.replacedBy)
      throw new DomainError('conflict', `The key ${id} was revoked, rotated or has expired.`);
    const expiresAt = old.expiresAt && new Date(now.getTime() + old.expiresAt.getTime() - old.createdAt.getTime());
    const made = await insertKey(tx, { name: old.name, scopes: old.scopes, expiresAt }, by);
    const until = new Date(now.getTime() + graceSeconds * 1000);
    await tx.query(sql`/* key.rotate */ update control.api_key set replaced_by = ${made.id},
      expires_at = least(expires_at, ${until}) where id = ${id}`);
    await audit(tx, by, { kind: 'key', id, action: 'rotate', fields: ['expiresAt', 'replacedBy'] });
    return made;
  });
}

export function mayDo(principal: Principal, needed: KeyScope): boolean {
  return principal.scopes.includes('admin') || principal.scopes.includes(needed);
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
