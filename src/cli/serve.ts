/** `assay serve`: settings become a listening control API, until SIGTERM. */
import { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { keyRing } from '../control/secret.ts';
import { armCrash } from '../model/crash-point.ts';
import { systemClock } from '../model/ports.ts';
import { closeOnSignal } from './signal.ts';

/** Prints one JSON line `{ "url": ... }` on standard output once it listens. */
export const serve = new Command('serve').description('run the API').action(async () => {
  const { env } = await loadConfig();
  armCrash(env.CRASH_AT);
  const [
    { buildApp },
    { openConsole },
    { openOrgs },
    { openIdentity, openPresses, openService },
    { openCounter },
    { connect },
  ] = await Promise.all([
    import('../http/app.ts'),
    import('./console.ts'),
    import('./orgs.ts'),
    import('./open.ts'),
    import('../queue/connection.ts'),
    import('../db/connect.ts'),
  ]);
  const service = await openService(env, 'api', { statementTimeout: env.API_QUERY_SECONDS * 1000 });
  const counter = env.REDIS_URL ? openCounter({ redisUrl: env.REDIS_URL, redisCa: env.REDIS_CA }, service.log) : null;
  // A balancer asks every few seconds and waits for few.
  const probeDb = connect(service.db.url, { name: 'api', maxConnections: 2, statementTimeout: 5_000 });
  const keys = keyRing(env.ASSAY_SECRET_KEY, env.ASSAY_DATA);
  const app = await buildApp({
    ...service,
    probeDb,
    clock: systemClock,
    orgs: openOrgs(env, service),
    keys,
    requestsPerMinute: env.API_REQUESTS_PER_MINUTE,
    trustedProxies: env.API_TRUSTED_PROXIES,
    ...(counter ? { counter } : {}),
    console: await openConsole(service.log),
    identity: openIdentity(env),
    ...(env.SLACK_SIGNING_SECRET ? { presses: openPresses(env) } : {}),
  });
  const close = async () => {
    await app.close();
    counter?.disconnect();
    await probeDb.close();
    await service.close();
  };
  const url = await app.listen({ host: env.HOST, port: env.PORT }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  closeOnSignal(close);
  console.log(JSON.stringify({ url }));
});
