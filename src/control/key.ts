/** API keys: a random secret shown once, kept as its SHA-256, turned back into who may do what. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { Db } from '../db/connect.ts';
import { DomainError } from '../model/errors.ts';

/**
 * `data:read` shows states, counts and scores; `pii:read` also names, e-mails and phones; `reviews:write` decides on
 * duplicates and pins values; `admin` may everything.
 */
export const scope = z.enum(['data:read', 'pii:read', 'runs:write', 'reviews:write', 'config:write', 'admin']);
export type Scope = z.infer<typeof scope>;

export type Principal = { keyId: string; name: string; scopes: Scope[] };

const opening = 'sk_live_';
/** 32 random bytes in base64url. No slow hash is needed: nobody guesses 256 bits. */
const keyShape = /^sk_live_[A-Za-z0-9_-]{43}$/;
/** Enough to recognise a key by, far too little to guess the rest. */
const prefixLength = opening.length + 6;

export type NewKey = { name: string; scopes: Scope[]; expiresAt?: Date | null };

/** Makes a key. `key` is in no other place afterwards: show it once. */
export async function createKey(db: Db, wanted: NewKey): Promise<{ id: string; prefix: string; key: string }> {
  const key = opening + randomBytes(32).toString('base64url');
  const id = `key_${uuidv7()}`;
  const prefix = key.slice(0, prefixLength);
  await db.query(sql`/* key.create */ insert into control.api_key (id, name, prefix, sha256, scopes, expires_at)
    values (${id}, ${wanted.name}, ${prefix}, ${digest(key)}, ${wanted.scopes}, ${wanted.expiresAt ?? null})`);
  return { id, prefix, key };
}

type KeyRow = { id: string; name: string; sha256: Buffer; scopes: Scope[] };

/** Who holds this key; null when it is malformed, unknown, expired or revoked (not told apart, on purpose). */
export async function verifyKey(db: Db, key: string, now: Date): Promise<Principal | null> {
  if (!keyShape.test(key)) return null;
  const hash = digest(key);
  // Looked up by the public prefix and compared in constant time, so that no index probe depends on the secret part.
  const candidates = await db.query<KeyRow>(sql`/* key.verify */ select id, name, sha256, scopes from control.api_key
    where prefix = ${key.slice(0, prefixLength)} and revoked_at is null
      and (expires_at is null or expires_at > ${now})`);
  const found = candidates.find((row) => timingSafeEqual(row.sha256, hash));
  if (!found) return null;
  // At most one write a minute for each key, whatever its traffic.
  await db.query(sql`/* key.used */ update control.api_key set last_used_at = ${now}
    where id = ${found.id} and (last_used_at is null or last_used_at < ${now}::timestamptz - interval '1 minute')`);
  return { keyId: found.id, name: found.name, scopes: found.scopes };
}

/** Ends a key at once. @throws DomainError `not-found`. */
export async function revokeKey(db: Db, id: string, now: Date): Promise<void> {
  const changed = await db.query(sql`/* key.revoke */ update control.api_key
    set revoked_at = coalesce(revoked_at, ${now}) where id = ${id} returning id`);
  if (changed.length === 0) throw new DomainError('not-found', `There is no key ${id}.`);
}

export function mayDo(principal: Principal, needed: Scope): boolean {
  return principal.scopes.includes('admin') || principal.scopes.includes(needed);
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
