/** API keys: a shape of our own with a check sum, and the keys of old. */
import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, verifyKey } from '../../src/control/key.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { testDatabase } from '../database.ts';
import { systemActor } from '../../src/model/actor.ts';

let db: Db;
/** A database that nobody can ask: whoever does gets an error. */
let closed: Db;
beforeAll(async () => {
  db = await testDatabase();
  closed = connect(db.url, { name: 'test' });
  await closed.close();
});
afterAll(() => db.close());

/** Patterns of the scanners gitleaks and trufflehog, and of GitHub's documentation. */
const stripe = [
  /sk_live_[0-9a-zA-Z]{24,}/,
  /(?:sk|rk)_(?:test|live|prod)_[a-zA-Z0-9]{10,99}/,
  /[rs]k_live_[a-zA-Z0-9]{20,247}/,
];

describe('a new key', () => {
  it('has a shape of its own that no scanner takes for another vendor’s', async () => {
    for (let made = 0; made < 50; made += 1) {
      const { key, prefix } = await createKey(db, { name: 'shape', scopes: [] }, systemActor('test'));
      expect(key).toMatch(/^assay_[0-9A-Za-z]{49}$/);
      expect(prefix).toBe(key.slice(0, 12));
      expect(stripe.filter((pattern) => pattern.test(key))).toEqual([]);
    }
  });

  it('opens what it is for', async () => {
    const { id, key } = await createKey(db, { name: 'mine', scopes: ['data:read'] }, systemActor('test'));
    expect(await verifyKey(db, key, new Date())).toEqual({ kind: 'key', id, name: 'mine', scopes: ['data:read'] });
  });

  it('is refused before the database is asked when any one character differs', async () => {
    const { key } = await createKey(db, { name: 'slip', scopes: ['admin'] }, systemActor('test'));
    await expect(verifyKey(closed, key, new Date())).rejects.toThrow('Cannot use a pool after calling end');
    for (let at = 'assay_'.length; at < key.length; at += 1) {
      const other = key.slice(0, at) + (key[at] === '7' ? 'x' : '7') + key.slice(at + 1);
      expect(await verifyKey(closed, other, new Date()), `character ${at}`).toBeNull();
    }
    for (const other of [key.slice(0, -1), `${key}0`, key.toUpperCase(), ''])
      expect(await verifyKey(closed, other, new Date())).toBeNull();
  });

  it('has the check sum that GitHub’s tokens have: CRC-32 in base 62', async () => {
    // Made by Python: zlib.crc32(b'0' * 43) written with the digits 0-9A-Za-z.
    const key = `assay_${'0'.repeat(43)}2CZclj`;
    await expect(verifyKey(closed, key, new Date())).rejects.toThrow('Cannot use a pool');
  });
});

it('a key of old still opens, also where an underscore follows its opening', async () => {
  for (const secret of ['A'.repeat(43), `_${'b-C_9'.repeat(8)}xy`]) {
    const key = `sk_live_${secret}`;
    await db.query(sql`insert into control.api_key (id, name, prefix, sha256, scopes)
      values (${key.slice(8, 14)}, 'old', ${key.slice(0, 14)}, ${createHash('sha256').update(key).digest()}, '{admin}')`);
    expect(await verifyKey(db, key, new Date())).toMatchObject({ name: 'old', scopes: ['admin'] });
    expect(await verifyKey(db, key.slice(0, -1) + 'z', new Date())).toBeNull();
  }
});
