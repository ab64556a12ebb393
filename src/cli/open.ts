/** Settings become the parts that every long-running entry needs: a log, a migrated database, definitions, Salesforce, Slack. */
import { z } from 'zod';
import { loadDefinitions, throwFaults } from '../../config/index.ts';
import type { Env } from '../../config/env.ts';
import {
  listConnections,
  lockedConnections,
  openConnection,
  type OpenConnection,
  saveRefreshToken,
} from '../control/connection.ts';
import type { Roles } from '../control/person.ts';
import { scope } from '../control/key.ts';
import { keyRing } from '../control/secret.ts';
import { connect, type ConnectOptions, type Db } from '../db/connect.ts';
import { startEmbeddedPostgres } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { checkReachable } from '../db/reach.ts';
import { openIdProvider } from '../identity/openid.ts';
import { mailNotifier } from '../mail/smtp.ts';
import type { Definitions } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import type { IdentityProvider } from '../model/identity.ts';
import type { Notifier, Notifiers } from '../model/notifier.ts';
import type { Log } from '../model/ports.ts';
import type { PressPort } from '../model/press.ts';
import type { Source } from '../model/source.ts';
import { definitionFaults } from '../pipeline/plan-definitions.ts';
import type { SalesforceLogin } from '../salesforce/grant.ts';
import type { RetentionDays } from '../privacy/retention.ts';
import type { Proxy } from '../salesforce/guard.ts';
import { openSalesforce } from '../salesforce/source.ts';
import { botNotifier } from '../slack/bot.ts';
import { pressPort } from '../slack/press.ts';
import { webhookNotifier } from '../slack/webhook.ts';
import { openLog } from './log.ts';

export type Base = { db: Db; log: Log; close(): Promise<void> };
type Limits = Pick<ConnectOptions, 'idleTransactionTimeout' | 'statementTimeout'>;
export type Service = Base & { definitions: Definitions };

/** `openBase`, and the definitions, every SQL text of theirs planned: what cannot run stops the start, never a sync. */
export async function openService(env: Env, name: string, limits: Limits = {}): Promise<Service> {
  const definitions = await loadDefinitions(env);
  const base = await openBase(env, name, limits);
  try {
    throwFaults(await definitionFaults(base.db, definitions, new Date()));
  } catch (error) {
    await base.close();
    throw error;
  }
  return { ...base, definitions };
}

/** Opens the database (the embedded one when none is set) and brings its schema up to date. A fault of a declaration does not matter here. */
export async function openBase(env: Env, name: string, limits: Limits = {}): Promise<Base> {
  const log = openLog(env, name);
  const embedded = env.DATABASE_URL ? null : await startEmbeddedPostgres(`${env.ASSAY_DATA}/postgres`);
  const db = connect(env.DATABASE_URL ?? embedded!.url, {
    name,
    maxConnections: 10,
    ...limits,
    onError: (err) => log.warn({ err }, 'an idle database connection was lost'),
  });
  const close = async () => {
    await db.close();
    if (embedded && !embedded.adopted) await embedded.stop();
  };
  try {
    await checkReachable(db, (fault) => log.warn({ code: fault.code }, `${fault.message} Trying again.`));
    const applied = await migrate(db);
    if (applied.length > 0) log.info({ applied }, 'schema brought up to date');
    for (const { id, name: connection, reason } of await lockedConnections(
      db,
      keyRing(env.ASSAY_SECRET_KEY, env.ASSAY_DATA),
    )) {
      log.warn(
        { connectionId: id, reason },
        `nobody can log in to connection "${connection}": bring back the key its secret was sealed with, or give the secret again (PATCH /v1/connections/${id})`,
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { db, log, close };
}

/**
 * The org behind each connection, opened once and again when its login changes. The settings are the login of connections
 * that have none of their own.
 */
export function openSources(env: Env, db: Db): (connectionId: string) => Promise<Source> {
  const keys = keyRing(env.ASSAY_SECRET_KEY, env.ASSAY_DATA);
  const open = new Map<string, { version: string; source: Source }>();
  return async (id) => {
    const connection = await openConnection(db, keys, id);
    const version = connection.updatedAt.toISOString();
    const held = open.get(id);
    const syncShare = connection.syncShare ?? env.SALESFORCE_API_SYNC_SHARE;
    if (held?.version === version) return held.source.metered(syncShare);
    const login = loginOf(connection, env, (token) => saveRefreshToken(db, keys, id, token));
    const source = openSalesforce({
      ...login,
      apiVersion: env.SALESFORCE_API_VERSION,
      totalShare: connection.totalShare ?? env.SALESFORCE_API_TOTAL_SHARE,
      silenceSeconds: env.SALESFORCE_SILENCE_SECONDS,
      proxy: proxyOf(env),
      exclude: connection.exclude,
    });
    open.set(id, { version, source });
    return source.metered(syncShare);
  };
}

/** Whether anything says how to log in; connections may be added while the worker runs. */
export async function hasLogin(env: Env, db: Db): Promise<boolean> {
  return env.SALESFORCE_LOGIN_URL !== undefined || (await listConnections(db)).some(({ flow }) => flow !== null);
}

/** @throws DomainError `config-invalid` for a scope that there is not. */
function rolesOf({ OIDC_ROLES }: Env): Roles {
  const roles = z.record(z.string(), z.array(scope)).safeParse(OIDC_ROLES);
  if (roles.success) return roles.data;
  throw new DomainError(
    'config-invalid',
    `OIDC_ROLES names a scope that there is not; there are ${scope.options.join(', ')}.`,
  );
}

/** Null where no identity provider is set. */
export function openIdentity(env: Env): { provider: IdentityProvider; roles: Roles } | null {
  const {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    ASSAY_PUBLIC_URL: base,
  } = env;
  if (!issuer || !clientId || !clientSecret || !base) return null;
  const redirectUrl = `${base.replace(/\/$/, '')}/v1/sessions/finish`;
  const more = { groupsClaim: env.OIDC_GROUPS_CLAIM, scope: env.OIDC_SCOPE };
  return { provider: openIdProvider({ issuer, clientId, clientSecret, redirectUrl, ...more }), roles: rolesOf(env) };
}

export const retentionOf = (env: Env): RetentionDays => ({
  runs: env.RETAIN_RUNS_DAYS,
  events: env.RETAIN_EVENTS_DAYS,
  deliveries: env.RETAIN_DELIVERIES_DAYS,
  findings: env.RETAIN_FINDINGS_DAYS,
  scores: env.RETAIN_SCORES_DAYS,
  audit: env.RETAIN_AUDIT_DAYS,
});

function proxyOf({ HTTPS_PROXY, HTTP_PROXY, NO_PROXY }: Env): Proxy | null {
  if (!HTTPS_PROXY && !HTTP_PROXY) return null;
  return { https: HTTPS_PROXY ?? '', http: HTTP_PROXY ?? '', except: NO_PROXY ?? '' };
}

function loginOf(
  { flow, loginUrl, clientId, username, clientSecret, privateKey, refreshToken }: OpenConnection,
  env: Env,
  save: (token: string) => Promise<void>,
): SalesforceLogin {
  if (flow === null || loginUrl === null || clientId === null) return loginOfSettings(env);
  if (flow === 'jwt_bearer')
    return { flow, loginUrl, clientId, username: username ?? '', privateKey: privateKey ?? '' };
  if (flow === 'refresh_token') {
    return { flow, loginUrl, clientId, clientSecret, refreshToken: refreshToken ?? '', saveRefreshToken: save };
  }
  return { flow, loginUrl, clientId, clientSecret: clientSecret ?? '' };
}

/** @throws DomainError `org-not-connected` when no org is configured. */
function loginOfSettings(env: Env): SalesforceLogin {
  const {
    SALESFORCE_LOGIN_URL: loginUrl,
    SALESFORCE_CLIENT_ID: clientId,
    SALESFORCE_CLIENT_SECRET: clientSecret,
  } = env;
  if (!loginUrl || !clientId || !clientSecret) {
    throw new DomainError(
      'org-not-connected',
      'No Salesforce org is configured: set SALESFORCE_LOGIN_URL, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET, ' +
        'or add a connection with POST /v1/connections while `assay serve` runs. `npm run demo` brings an org of its own.',
    );
  }
  return { loginUrl, clientId, clientSecret };
}

/**
 * For `default` the bot when there is a token, else the webhook; another channel or a person needs the bot. Null: nobody; messages
 * then wait in their outbox.
 */
export function openNotifiers(env: Env): Notifiers {
  const { SLACK_BOT_TOKEN: token, SLACK_CHANNEL, SLACK_API_URL: apiUrl } = env;
  const base = env.ASSAY_PUBLIC_URL?.replace(/\/$/, '');
  const buttons = {
    canAct: env.SLACK_SIGNING_SECRET !== undefined || env.SLACK_APP_TOKEN !== undefined,
    urlOf: base === undefined ? null : (incidentId: string) => `${base}/v1/incidents/${incidentId}`,
  };
  const open = (target: string): Notifier | null => {
    if (target.startsWith('mailto:')) {
      const { SMTP_URL: url, MAIL_FROM: from } = env;
      return url && from ? mailNotifier({ url, from, to: target.slice('mailto:'.length) }) : null;
    }
    const channel = target === 'default' ? SLACK_CHANNEL : target;
    if (token && channel) return botNotifier({ token, channel, buttons, ...(apiUrl ? { apiUrl } : {}) });
    if (!env.SLACK_WEBHOOK_URL || target !== 'default') return null;
    return webhookNotifier(env.SLACK_WEBHOOK_URL, apiUrl ? [new URL(apiUrl).host] : []);
  };
  const opened = new Map<string, Notifier | null>();
  return (target) => {
    if (!opened.has(target)) opened.set(target, open(target));
    return opened.get(target)!;
  };
}

/** What reads buttons of Slack; requests of Slack count only where the signing secret is set. */
export function openPresses(env: Env): PressPort {
  return pressPort({
    signingSecret: env.SLACK_SIGNING_SECRET ?? null,
    token: env.SLACK_BOT_TOKEN ?? null,
    apiUrl: env.SLACK_API_URL,
  });
}
