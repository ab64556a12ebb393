/** The only reader of process.env: every setting with its default, checked together; all faults are listed at once. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DomainError, type Fault } from '../src/model/errors.ts';

const blank = (value: unknown) => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blank, schema.optional());
const port = z.coerce.number('must be a number').int().min(0).max(65_535);

/** `revops=admin,sales=data:read+pii:read` -> scopes by group. */
function rolesOf(text: string, context: z.RefinementCtx): Record<string, string[]> {
  const roles: Record<string, string[]> = {};
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [group = '', list = ''] = part.split(/=(?=[^=]*$)/);
    const scopes = list.split('+').map((one) => one.trim());
    if (group.trim() === '' || scopes.some((one) => !/^(admin|[a-z]+:[a-z]+)$/.test(one)))
      context.addIssue({
        code: 'custom',
        message: `must look like revops=admin,sales=data:read+pii:read, not "${part}"`,
      });
    roles[group.trim()] = scopes;
  }
  return roles;
}

/** An address, or a range of them as 10.0.0.0/8. */
function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

type Setting<T extends z.ZodType = z.ZodType> = { schema: T; description: string; isSecret?: boolean };
const setting = <T extends z.ZodType>(schema: T, description: string, isSecret = false): Setting<T> => ({
  schema,
  description,
  isSecret,
});

/** One row a setting; docs/reference/settings.md and the faults at the start come from here. */
export const settings = {
  DATABASE_URL: setting(
    optional(z.url({ protocol: /^postgres(ql)?$/ })),
    'The PostgreSQL database, version 17 or newer. ?sslmode=verify-full&sslrootcert=<file> asks for TLS. Without it, Assay runs its own PostgreSQL in the folder ASSAY_DATA',
    true,
  ),
  REDIS_URL: setting(
    optional(z.url({ protocol: /^rediss?$/ })),
    'Redis for the queue. Without it, the queue is in PostgreSQL',
    true,
  ),
  REDIS_CA: setting(
    optional(z.string().transform((file) => resolve(file))),
    'A file with the certificate, in PEM, by which a Redis at rediss:// is trusted. Without it, Assay trusts the authorities that Node knows',
  ),
  ASSAY_DATA: setting(
    z.preprocess(blank, z.string().default('.assay')),
    'The folder in which Assay keeps its own PostgreSQL and keys',
  ),
  ASSAY_CONFIG: setting(
    optional(z.string().transform((folder) => resolve(folder))),
    'A folder of your own objects, entities, rules, metrics and alerts, over the built-in ones. It is code that runs with the rights of Assay',
  ),
  INPUTS_FOLDER: setting(
    optional(z.string().transform((folder) => resolve(folder))),
    'A folder of CSV files, such as spend.csv, that each sync takes in if they changed. PUT /v1/inputs does the same by hand',
  ),
  HOST: setting(z.preprocess(blank, z.string().default('127.0.0.1')), 'The address the API listens on'),
  PORT: setting(z.preprocess(blank, port.default(3000)), 'The port the API listens on'),
  API_REQUESTS_PER_MINUTE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(1).max(1_000_000).default(600)),
    'How many requests the API answers in a minute for one key, or for one address without a key. With REDIS_URL, all `assay serve` count together',
  ),
  API_TRUSTED_PROXIES: setting(
    optional(
      z
        .string()
        .transform((text) => text.split(',').map((one) => one.trim()))
        .refine(
          (ranges) => ranges.every(isAddressRange),
          'must be addresses or ranges with commas between, as 10.0.0.0/8',
        ),
    ),
    'Addresses of your proxies. What they say of who asks (X-Forwarded-For) is believed: limits count that address, and the audit list keeps it',
  ),
  API_QUERY_SECONDS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').min(1).max(3600).default(30)),
    'A request whose query takes PostgreSQL longer than this is answered with 503, and its connection is free again',
  ),
  ASSAY_URL: setting(
    z.preprocess(blank, z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000')),
    'The API that `assay sync` calls',
  ),
  ASSAY_KEY: setting(
    optional(z.string()),
    'The API key that `assay sync` sends. Create one with `assay key create`',
    true,
  ),
  LOG_LEVEL: setting(
    z.preprocess(blank, z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
    'The least important lines to log: debug, info, warn, error or silent',
  ),
  SALESFORCE_LOGIN_URL: setting(
    optional(z.url({ protocol: /^https?$/ })),
    'The My Domain URL of the org, https://<name>.my.salesforce.com',
  ),
  SALESFORCE_CLIENT_ID: setting(
    optional(z.string()),
    'The consumer key of the External Client App, for the client credentials flow',
  ),
  SALESFORCE_CLIENT_SECRET: setting(optional(z.string()), 'The consumer secret of the External Client App', true),
  SALESFORCE_API_VERSION: setting(
    z.preprocess(
      blank,
      z
        .string()
        .regex(/^\d{2}\.0$/, 'must look like 62.0')
        .default('62.0'),
    ),
    'The Salesforce API version, 58.0 or newer',
  ),
  SALESFORCE_API_TOTAL_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').gt(0).max(1).default(0.8)),
    "A sync waits when this share of the day's API requests is used, whoever made them. 0.8 is 80 %",
  ),
  SALESFORCE_API_SYNC_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').gt(0).max(1).default(0.25)),
    "The share of the day's API requests that one sync may use before it waits",
  ),
  SALESFORCE_SILENCE_SECONDS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').min(1).max(3600).default(300)),
    'After this many seconds without a byte, Assay drops the connection to Salesforce and repeats the request',
  ),
  HTTPS_PROXY: setting(
    optional(z.url({ protocol: /^https?$/ })),
    'The proxy through which Assay reaches Salesforce. Lower case works too',
    true,
  ),
  HTTP_PROXY: setting(optional(z.url({ protocol: /^https?$/ })), 'The same for a local org that speaks HTTP', true),
  NO_PROXY: setting(
    optional(z.string()),
    'Hosts, separated by commas, that Assay reaches without the proxy. This machine is always among them',
  ),
  SALESFORCE_OUTAGE_HOURS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').min(0).max(168).default(6)),
    'While Salesforce does not answer, a sync waits and tries again, at least every 15 minutes. After this many hours it fails',
  ),
  RETAIN_RUNS_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).max(36_500).default(365)),
    'Days that runs, their stages, unreadable values and back-tests are kept. 0 keeps them for ever, here and below',
  ),
  RETAIN_EVENTS_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).max(36_500).default(30)),
    'Days that the progress of runs, and sessions that are over, are kept',
  ),
  RETAIN_DELIVERIES_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).max(36_500).default(90)),
    'Days that messages to Slack and by e-mail are kept once they are sent',
  ),
  RETAIN_FINDINGS_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).max(36_500).default(365)),
    'Days that closed findings and resolved incidents are kept',
  ),
  RETAIN_SCORES_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).max(36_500).default(1095)),
    'Days that scores and results of rules are kept',
  ),
  RETAIN_AUDIT_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).max(36_500).default(1095)),
    'Days that the audit list is kept',
  ),
  FORGET_DELETED_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).max(36_500).default(30)),
    'Days after which Assay erases the values of people who were deleted in Salesforce. An undelete brings them back',
  ),
  MATCH_TRAIN_DECISIONS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(1).default(20)),
    'Assay trains a matching model again when reviewers have new decisions about this many pairs',
  ),
  MATCH_TRAIN_MOVED_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').gt(0).max(1).default(0.2)),
    'Assay trains a matching model again when this share of its records has changed. 0.2 is 20 %',
  ),
  MATCH_HOLD_CLUSTERS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).default(20)),
    'A new model needs approval if it changes more groups than this, and more than MATCH_HOLD_SHARE. Groups with changed records do not count',
  ),
  MATCH_HOLD_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').min(0).max(1).default(0.05)),
    'The share of groups that a new model may change without approval; see MATCH_HOLD_CLUSTERS. 0.05 is 5 %, and 1 asks for none',
  ),
  METRIC_HISTORY_DAILY_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(1).default(120)),
    'Reported values of metrics are kept by day for so many days. Of older ones the end of each week is kept',
  ),
  METRIC_HISTORY_WEEKLY_DAYS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(1).default(406)),
    'After so many days the end of each month is kept',
  ),
  ASSAY_SECRET_KEY: setting(
    optional(z.string()),
    'The keys that encrypt the stored Salesforce logins: 32 bytes in base64, separated by commas. The first one encrypts. Without it, Assay keeps a key in the folder ASSAY_DATA',
    true,
  ),
  INTEGRATION_USER_IDS: setting(
    z.preprocess(blank, z.string().default('')).transform((list) =>
      list
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    ),
    'Salesforce user ids, separated by commas, of imports and tools. A value that such a user writes does not count as confirmed',
  ),
  SLACK_WEBHOOK_URL: setting(
    optional(z.url({ protocol: /^https?$/ })),
    'The incoming webhook that receives the alerts',
    true,
  ),
  SLACK_BOT_TOKEN: setting(
    optional(z.string().startsWith('xoxb-')),
    'A bot token; docs/how-to/handle-incidents.md lists its scopes. Assay edits its messages as an incident develops',
    true,
  ),
  SLACK_SIGNING_SECRET: setting(
    optional(z.string().min(16)),
    'The signing secret of the Slack app, for buttons by requests of Slack to /v1/slack/interactions',
    true,
  ),
  SLACK_APP_TOKEN: setting(
    optional(z.string().startsWith('xapp-')),
    'A token with the scope connections:write, for buttons by Socket Mode where Slack cannot reach Assay',
    true,
  ),
  SMTP_URL: setting(
    optional(z.url({ protocol: /^smtps?$/ })),
    'The mail server for digests and routes to mailto:, like smtp://user:password@host:587',
    true,
  ),
  MAIL_FROM: setting(optional(z.string().includes('@')), 'The sender of e-mails'),
  ASSAY_PUBLIC_URL: setting(
    optional(z.url({ protocol: /^https?$/ })),
    'The address at which people reach this API. Messages link to it',
  ),
  OIDC_ISSUER: setting(
    optional(z.url({ protocol: /^https?$/ })),
    'The identity provider at which people sign in, by OpenID Connect',
  ),
  OIDC_CLIENT_ID: setting(optional(z.string()), 'The client that the identity provider knows Assay by'),
  OIDC_CLIENT_SECRET: setting(optional(z.string()), 'The secret of that client', true),
  OIDC_GROUPS_CLAIM: setting(
    z.preprocess(blank, z.string().default('groups')),
    'The claim that lists the groups of a person',
  ),
  OIDC_SCOPE: setting(
    z.preprocess(blank, z.string().default('openid profile email')),
    'What is asked of the identity provider. Some need groups here too',
  ),
  OIDC_ROLES: setting(
    z.preprocess(blank, z.string().default('').transform(rolesOf)),
    'What groups may do: group=scope+scope, separated by commas, like revops=admin,sales=data:read+pii:read',
  ),
  SLACK_CHANNEL: setting(optional(z.string()), 'The id of the Slack channel for the bot token'),
  SLACK_API_URL: setting(optional(z.url()), 'For tests only: another Slack'),
  CRASH_AT: setting(
    optional(z.string().regex(/^[a-z]+\.[a-z_]+(#[1-9]\d*)?(!stop)?$/, 'must look like publish.before_commit#2')),
    'For tests only: the place in the code where the process ends itself, and at which pass; with !stop it freezes',
  ),
} as const;

export type Env = { [Name in keyof typeof settings]: z.infer<(typeof settings)[Name]['schema']> };

/** The data folder also where other settings are wrong. */
export const dataFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  settings.ASSAY_DATA.schema.parse(environment.ASSAY_DATA);

/** What a command says about a setting it cannot do without. */
function whenMissing(name: keyof Env): string {
  if (name === 'ASSAY_KEY') return 'is not set. Create one with `assay key create`, or pass --key.';
  const { description } = settings[name];
  return `is not set. It is ${description.charAt(0).toLowerCase()}${description.slice(1)}.`;
}

/** The names of these are written either way. */
function lowerProxies(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
  return Object.fromEntries(names.map((name) => [name, environment[name.toLowerCase()]]));
}

/**
 * `required`: settings that this command cannot do without; `given`: those its options stand in for.
 * @throws DomainError `config-invalid` listing every wrong setting, never with the value of a secret.
 */
export function readEnv(
  environment: NodeJS.ProcessEnv = process.env,
  required: (keyof Env)[] = [],
  given: Partial<Record<keyof Env, string | undefined>> = {},
): Env {
  const options = Object.entries(given).filter(([, value]) => value !== undefined);
  const source: NodeJS.ProcessEnv = { ...lowerProxies(environment), ...environment, ...Object.fromEntries(options) };
  const faults: Fault[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(settings)) {
    const parsed = schema.safeParse(source[name]);
    if (parsed.success) values[name] = parsed.data;
    else faults.push({ pointer: name, message: parsed.error.issues.map((issue) => issue.message).join('; ') });
  }
  const needs = (name: keyof Env, others: (keyof Env)[]) => {
    if (source[name]) for (const other of others) lack(other, `is required when ${name} is set`);
  };
  const lack = (name: keyof Env, message: string) => {
    if (!source[name] && !faults.some(({ pointer }) => pointer === name)) faults.push({ pointer: name, message });
  };
  for (const name of required) lack(name, whenMissing(name));
  needs('SALESFORCE_LOGIN_URL', ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET']);
  needs('REDIS_CA', ['REDIS_URL']);
  needs('SLACK_BOT_TOKEN', ['SLACK_CHANNEL']);
  needs('SMTP_URL', ['MAIL_FROM']);
  needs('OIDC_ISSUER', ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'ASSAY_PUBLIC_URL']);
  if (faults.length > 0) {
    const lines = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('\n  ');
    const count = faults.length === 1 ? 'One setting is wrong' : `${faults.length} settings are wrong`;
    throw new DomainError('config-invalid', `${count}:\n  ${lines}`, { faults });
  }
  return values as Env;
}
