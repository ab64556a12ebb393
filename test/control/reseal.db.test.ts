/** The key that seals logins is changed: old and new together, sealed anew, then the new one alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnection, openConnection, resealConnections } from '../../src/control/connection.ts';
import { keyRing } from '../../src/control/secret.ts';
import type { Db } from '../../src/db/connect.ts';
import { systemActor } from '../../src/model/actor.ts';
import { testDatabase } from '../database.ts';

const [older, newer] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

test('after it the new key opens every login and the old one none; without the old one nothing is changed', async () => {
  const login = {
    name: 'Acme',
    loginUrl: 'https://acme.my.salesforce.com',
    flow: 'client_credentials' as const,
    clientId: 'x',
  };
  const { id } = await db.transaction((tx) =>
    createConnection(tx, keyRing(older, ''), { ...login, clientSecret: 'a-client-secret' }, systemActor('test')),
  );
  await expect(resealConnections(db, keyRing(newer, ''))).rejects.toMatchObject({ code: 'config-invalid' });
  expect(await openConnection(db, keyRing(older, ''), id)).toMatchObject({ clientSecret: 'a-client-secret' });
  expect(await resealConnections(db, keyRing(`${newer},${older}`, ''))).toBe(1);
  expect(await openConnection(db, keyRing(newer, ''), id)).toMatchObject({ clientSecret: 'a-client-secret' });
  await expect(openConnection(db, keyRing(older, ''), id)).rejects.toMatchObject({ code: 'config-invalid' });
});
