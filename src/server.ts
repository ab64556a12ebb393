/** ENTRY of the control API: settings become a listening server, until SIGTERM. */
import type { Env } from '../config/env.ts';
import { buildApp } from './http/app.ts';
import { armCrash } from './model/crash-point.ts';
import { systemClock } from './model/ports.ts';
import { keyRing } from './control/secret.ts';
import { openOrgs } from './orgs.ts';
import { openService } from './service.ts';
import { closeOnSignal } from './signal.ts';

/** Prints one JSON line `{ "url": ... }` on standard output once it listens. */
export async function serve(env: Env): Promise<void> {
  armCrash(env.CRASH_AT);
  const service = await openService(env, 'assay api');
  const keys = keyRing(env.ASSAY_SECRET_KEY, env.ASSAY_DATA);
  const app = await buildApp({ ...service, clock: systemClock, orgs: openOrgs(env, service), keys });
  const url = await app.listen({ host: env.HOST, port: env.PORT });
  closeOnSignal(async () => {
    await app.close();
    await service.close();
  });
  console.log(JSON.stringify({ url }));
}
