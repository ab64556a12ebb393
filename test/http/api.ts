/** The API over a fresh database or one that is given, with one key for each scope. */
import { loadDefinitions } from '../../config/index.ts';
import { createKey, type KeyScope, scope } from '../../src/control/key.ts';
import { type AppOptions, buildApp } from '../../src/http/app.ts';
import { silentLog, systemClock } from '../../src/model/ports.ts';
import { testDatabase } from '../database.ts';
import { systemActor } from '../../src/model/actor.ts';

export async function testApi(options: Partial<AppOptions> = {}) {
  const db = options.db ?? (await testDatabase());
  const definitions = await loadDefinitions();
  const base = { db, definitions, log: silentLog, clock: systemClock, requestsPerMinute: 100_000 };
  const app = await buildApp({ ...base, ...options });
  const keys = {} as Record<KeyScope, string>;
  for (const one of scope.options)
    keys[one] = (await createKey(db, { name: one, scopes: [one] }, systemActor('test'))).key;
  const as = (one: KeyScope) => ({ authorization: `Bearer ${keys[one]}` });
  const close = async () => {
    await app.close();
    if (!options.db) await db.close();
  };
  return { app, db, keys, as, close };
}

export type TestApi = Awaited<ReturnType<typeof testApi>>;
