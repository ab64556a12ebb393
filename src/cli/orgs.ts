/** The orgs as the control API sees them: logins and the pipeline's own planning, put together by the entry. */
import type { Env } from '../../config/env.ts';
import { DomainError } from '../model/errors.ts';
import type { Orgs } from '../model/org.ts';
import { systemClock } from '../model/ports.ts';
import { lookAt } from '../pipeline/pull/look.ts';
import { planSync } from '../pipeline/pull/plan.ts';
import { guardUrl } from '../salesforce/guard.ts';
import { openSources, type Service } from './open.ts';

/** Where no local org is configured, no login may point into this machine. */
const anyOrg = 'https://login.salesforce.com';

export function openOrgs(env: Env, { db, definitions, log }: Omit<Service, 'close'>): Orgs {
  const sourceOf = openSources(env, db);
  return {
    checkLoginUrl: (url) => void guardUrl(url, env.SALESFORCE_LOGIN_URL ?? anyOrg, 'The login URL'),
    look: async (id, signal) => lookAt(definitions, await sourceOf(id), signal),
    plan: async ({ connectionId, mode, objects }, signal) =>
      planSync({
        db,
        run: { id: 'run_plan', connectionId, mode, objects },
        definitions,
        source: await sourceOf(connectionId),
        clock: systemClock,
        log,
        signal,
        report() {},
        write: () => Promise.reject(new DomainError('internal', 'A plan writes nothing.')),
      }),
  };
}
