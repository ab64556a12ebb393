/** The only reader of process.env: every setting with its default, checked together; all faults are told at once. */
import { z } from 'zod';
import { DomainError, type Fault } from '../src/model/errors.ts';

const blank = (value: unknown) => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(blank, schema.optional());
const port = z.coerce.number('must be a number').int().min(0).max(65_535);

type Setting<T extends z.ZodType = z.ZodType> = { schema: T; description: string; isSecret?: boolean };
const setting = <T extends z.ZodType>(schema: T, description: string, isSecret = false): Setting<T> => ({
  schema,
  description,
  isSecret,
});

/** One row a setting; the README's table and the faults at boot come from here. */
export const settings = {
  DATABASE_URL: setting(
    optional(z.url({ protocol: /^postgres(ql)?$/ })),
    'PostgreSQL 17 or newer. Unset: an embedded one under ASSAY_DATA',
    true,
  ),
  REDIS_URL: setting(
    optional(z.url({ protocol: /^rediss?$/ })),
    'Redis for the queue. Unset: the queue lives in PostgreSQL',
    true,
  ),
  ASSAY_DATA: setting(z.preprocess(blank, z.string().default('.assay')), 'Folder of the embedded PostgreSQL'),
  HOST: setting(z.preprocess(blank, z.string().default('127.0.0.1')), 'Address the API listens on'),
  PORT: setting(z.preprocess(blank, port.default(3000)), 'Port of the API'),
  ASSAY_URL: setting(
    z.preprocess(blank, z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000')),
    'The API that `assay sync` asks',
  ),
  ASSAY_KEY: setting(optional(z.string()), 'Key that `assay sync` shows it', true),
  LOG_LEVEL: setting(
    z.preprocess(blank, z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
    'How much is logged',
  ),
  SALESFORCE_LOGIN_URL: setting(
    optional(z.url({ protocol: /^https?$/ })),
    'My Domain of the org, https://….my.salesforce.com',
  ),
  SALESFORCE_CLIENT_ID: setting(optional(z.string()), 'Consumer key of the connected app (client credentials flow)'),
  SALESFORCE_CLIENT_SECRET: setting(optional(z.string()), 'Consumer secret of the connected app', true),
  SALESFORCE_API_VERSION: setting(
    z.preprocess(
      blank,
      z
        .string()
        .regex(/^\d{2}\.0$/, 'must look like 62.0')
        .default('62.0'),
    ),
    'API version; 58.0 or newer',
  ),
  SALESFORCE_API_TOTAL_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').gt(0).max(1).default(0.8)),
    "Share of the day's API requests, whoever makes them, at which a sync waits; 0.8 is 80 %",
  ),
  SALESFORCE_API_SYNC_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').gt(0).max(1).default(0.25)),
    "Share of the day's API requests that one sync may spend before it waits",
  ),
  SALESFORCE_SILENCE_SECONDS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').min(1).max(3600).default(300)),
    'Seconds without a byte of an answer after which a connection to Salesforce counts as dead and the request is repeated',
  ),
  MATCH_SHARE_FROM: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(1).default(200_000)),
    'People or companies from which all worker processes share the matching of everything, where there are several',
  ),
  MATCH_TRAIN_DECISIONS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(1).default(20)),
    'Pairs on which reviewers say something new before a matching model is trained again on what they said',
  ),
  MATCH_TRAIN_MOVED_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').gt(0).max(1).default(0.2)),
    'Share of the records a model was trained on that may move before it is trained again; 0.2 is 20 %',
  ),
  MATCH_HOLD_CLUSTERS: setting(
    z.preprocess(blank, z.coerce.number('must be a number').int().min(0).default(20)),
    'A model trained for decisions or moved records that changes more clusters nobody touched than this, and more than MATCH_HOLD_SHARE of them, is put aside until somebody accepts it',
  ),
  MATCH_HOLD_SHARE: setting(
    z.preprocess(blank, z.coerce.number('must be a number').min(0).max(1).default(0.05)),
    'See MATCH_HOLD_CLUSTERS; 0.05 is 5 %, 1 puts nothing aside',
  ),
  ASSAY_SECRET_KEY: setting(
    optional(z.string()),
    'Keys that seal the logins of connections: 32 bytes in base64, comma separated, the first seals. Unset: a file under ASSAY_DATA',
    true,
  ),
  INTEGRATION_USER_IDS: setting(
    z.preprocess(blank, z.string().default('')).transform((list) =>
      list
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    ),
    'Salesforce user ids, comma separated, whose writes do not confirm a value',
  ),
  SLACK_WEBHOOK_URL: setting(
    optional(z.url({ protocol: /^https?$/ })),
    'Incoming webhook that hears about drops',
    true,
  ),
  SLACK_BOT_TOKEN: setting(
    optional(z.string().startsWith('xoxb-')),
    'Bot token (chat:write); its messages are edited in place',
    true,
  ),
  SLACK_CHANNEL: setting(optional(z.string()), 'Channel id for the bot token'),
  SLACK_API_URL: setting(optional(z.url()), 'Only for tests: another Slack'),
  CRASH_AT: setting(
    optional(z.string().regex(/^[a-z]+\.[a-z_]+(#[1-9]\d*)?$/, 'must look like publish.before_commit#2')),
    'Only for tests: a place in the code at which the process kills itself, and at which passing of it',
  ),
} as const;

export type Env = { [Name in keyof typeof settings]: z.infer<(typeof settings)[Name]['schema']> };

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
  const source: NodeJS.ProcessEnv = { ...environment, ...Object.fromEntries(options) };
  const faults: Fault[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(settings)) {
    const parsed = schema.safeParse(source[name]);
    if (parsed.success) values[name] = parsed.data;
    else faults.push({ pointer: name, message: parsed.error.issues.map((issue) => issue.message).join('; ') });
  }
  const needs = (name: keyof Env, others: (keyof Env)[]) => {
    if (source[name]) for (const other of others) lack(other, `is needed beside ${name}`);
  };
  const lack = (name: keyof Env, message: string) => {
    if (!source[name] && !faults.some(({ pointer }) => pointer === name)) faults.push({ pointer: name, message });
  };
  for (const name of required) lack(name, `is needed: ${settings[name].description}`);
  needs('SALESFORCE_LOGIN_URL', ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET']);
  needs('SLACK_BOT_TOKEN', ['SLACK_CHANNEL']);
  if (faults.length > 0) {
    const told = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('\n  ');
    throw new DomainError('config-invalid', `${faults.length} setting(s) are wrong:\n  ${told}`, { faults });
  }
  return values as Env;
}
