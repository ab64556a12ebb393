/** The rooms of the house: what lies in each, whom it may import, which outside packages have their home there. The linter and the page follow from it. */

export type Room = {
  /** From the root, without a slash at its end. */
  folder: string;
  holds: string;
  /** Last names of the rooms it may import, all of them further up in this table; an entry puts the parts together and may import every room. */
  imports: readonly string[] | 'every room';
  packages: readonly string[];
  /** A workspace has a package of its own, and is imported by the name of that. */
  workspace?: string;
};

/** What any entry may use beside the packages that have no home. */
const entryPackages = ['commander', 'csv-parse', 'pino', 'sql-template-tag', 'zod'];

export const rooms: readonly Room[] = [
  {
    folder: 'src/model',
    holds: 'the vocabulary: definitions, runs, errors, ports',
    imports: [],
    packages: ['uuidv7', 'zod'],
  },
  {
    folder: 'config',
    holds: 'declarations: settings, objects, entities, rules, metrics, alerts; checked as one set',
    imports: ['model'],
    packages: ['zod'],
  },
  {
    folder: 'src/db',
    holds: 'the connection, the embedded PostgreSQL, migrations',
    imports: ['model'],
    packages: ['pg', 'pg-copy-streams', 'sql-template-tag'],
  },
  {
    folder: 'src/quality',
    holds: 'rules: in force, worded as SQL, weighed into scores, back-tested',
    imports: ['model', 'db'],
    packages: ['i18n-iso-countries', 'libphonenumber-js', 'postcode-validator', 'sql-template-tag'],
  },
  {
    folder: 'src/control',
    holds: 'runs, leases, the outbox, schedules, keys, connections, the audit list',
    imports: ['model', 'db'],
    packages: ['cron-parser', 'sql-template-tag', 'uuidv7', 'zod'],
  },
  {
    folder: 'src/review',
    holds:
      'what people say: decisions on pairs, pinned values, accepted models, settings of rules, waivers, inputs by CSV',
    imports: ['model', 'db', 'quality', 'control'],
    packages: ['csv-parse', 'sql-template-tag', 'uuidv7', 'zod'],
  },
  {
    folder: 'src/privacy',
    holds: 'forgetting people and orgs: what is erased, and what becomes of a deleted connection',
    imports: ['model', 'db', 'control'],
    packages: ['sql-template-tag', 'uuidv7'],
  },
  {
    folder: 'src/incidents',
    holds: 'the life of incidents: steps, notices in the outbox, reminders, delivery',
    imports: ['model', 'db', 'control'],
    packages: ['sql-template-tag', 'uuidv7'],
  },
  {
    folder: 'src/salesforce',
    holds: 'the port to Salesforce; the only home of jsforce',
    imports: ['model'],
    packages: ['ipaddr.js', 'jsforce', 'undici', 'zod'],
  },
  {
    folder: 'src/slack',
    holds: 'the port to Slack',
    imports: ['model'],
    packages: ['@slack/socket-mode', '@slack/web-api', '@slack/webhook', 'zod'],
  },
  {
    folder: 'src/identity',
    holds: 'the port to an identity provider',
    imports: ['model'],
    packages: ['openid-client'],
  },
  { folder: 'src/mail', holds: 'the port to a mail server', imports: ['model'], packages: ['nodemailer'] },
  {
    folder: 'src/queue',
    holds: 'BullMQ, wholly hidden',
    imports: ['model'],
    packages: ['bullmq', 'ioredis', 'pg', 'zod'],
  },
  {
    folder: 'src/matcher',
    holds: 'the engine that finds records of one entity; knows no database',
    imports: ['model'],
    packages: [
      'any-ascii',
      'chardet',
      'csv-parse',
      'email-providers',
      'i18n-iso-countries',
      'libphonenumber-js',
      'tldts',
      'uuidv7',
      'zod',
    ],
  },
  {
    folder: 'src/metrics',
    holds: 'metrics compiled to SQL: the facts they count, one file each, and how a value is made of rows',
    imports: ['model'],
    packages: [],
  },
  {
    folder: 'src/marts',
    holds: 'the published tables and views, one `.sql` each',
    imports: ['model', 'metrics'],
    packages: [],
  },
  {
    folder: 'src/semantic',
    holds: 'the metrics and published tables as a semantic model for other tools: Apache Ossie, dbt',
    imports: ['model', 'metrics', 'marts'],
    packages: [],
  },
  {
    folder: 'src/pipeline',
    holds: 'the nine stages; [index.ts](../../src/pipeline/index.ts) is their table of contents',
    imports: ['model', 'db', 'incidents', 'matcher', 'quality', 'metrics', 'marts'],
    packages: ['pg', 'sql-template-tag', 'uuidv7', 'zod'],
  },
  {
    folder: 'src/lookup',
    holds: 'who somebody is, before they are created: one look-up, a list checked as a job',
    imports: ['model', 'db', 'control', 'matcher', 'pipeline'],
    packages: ['csv-parse', 'sql-template-tag', 'uuidv7', 'zod'],
  },
  {
    folder: 'src/views',
    holds: 'read models: what is shown, one file a subject; knows nothing of HTTP',
    imports: ['model', 'db', 'quality', 'metrics', 'lookup'],
    packages: ['sql-template-tag'],
  },
  {
    folder: 'src/mcp',
    holds:
      'questions of assistants: what each takes, its answer with a receipt, the tools of the Model Context Protocol',
    imports: ['model', 'db', 'control', 'lookup', 'views'],
    packages: ['@modelcontextprotocol/server', 'sql-template-tag', 'uuidv7', 'zod'],
  },
  {
    folder: 'src/http',
    holds: 'the API: shape, validation and wording; builds an app that does not listen',
    imports: [
      'model',
      'db',
      'quality',
      'control',
      'review',
      'privacy',
      'incidents',
      'lookup',
      'views',
      'mcp',
      'semantic',
    ],
    packages: [
      '@modelcontextprotocol/server',
      '@fastify/accept-negotiator',
      '@fastify/cookie',
      '@fastify/helmet',
      '@fastify/rate-limit',
      '@fastify/static',
      '@fastify/swagger',
      '@fastify/swagger-ui',
      'csv-stringify',
      'fastify',
      'fastify-type-provider-zod',
      'prom-client',
      'zod',
    ],
  },
  {
    folder: 'src/client',
    holds: 'a client of the API: what `assay sync` and the demo use',
    imports: ['model'],
    packages: ['cli-progress', 'zod'],
  },
  {
    folder: 'src/verify',
    holds: 'the mirror compared with the live org (`assay verify`)',
    imports: ['model', 'db'],
    packages: ['sql-template-tag'],
  },
  {
    folder: 'workers',
    holds: 'one queue a file; [main.ts](../../workers/main.ts) lists and starts them',
    imports: ['model', 'db', 'quality', 'control', 'review', 'privacy', 'incidents', 'lookup', 'queue', 'pipeline'],
    packages: ['zod'],
  },
  {
    folder: 'emulator',
    holds: 'a local Salesforce org, real HTTP; the workspace `@assay/emulator`, which production leaves out',
    imports: [],
    workspace: '@assay/emulator',
    packages: ['@duckdb/node-api', '@jetstreamapp/soql-parser-js', 'commander', 'csv-parse', 'fastify', 'ws', 'zod'],
  },
  {
    folder: 'console',
    holds:
      'what people see in the browser: a client of the API without privileges; the workspace `@assay/console`, served as built files',
    imports: [],
    workspace: '@assay/console',
    packages: [
      '@fontsource-variable/inter',
      '@tanstack/react-query',
      '@tanstack/react-router',
      '@tanstack/react-virtual',
      'openapi-fetch',
      'openapi-typescript',
      'react',
      'react-dom',
      'vite',
    ],
  },
  {
    folder: 'src/cli',
    holds: 'entries: one file a command, listed in [program.ts](../../src/cli/program.ts)',
    imports: 'every room',
    packages: [...entryPackages, '@assay/emulator', '@assay/console'],
  },
  {
    folder: 'src/demo',
    holds: 'the entry of `assay demo`',
    imports: 'every room',
    packages: [...entryPackages, '@assay/emulator', '@assay/console'],
  },
  {
    folder: 'src/catalogue',
    holds: 'the entry of `npm run catalogue`: the reference pages, made from the definitions',
    imports: 'every room',
    packages: [...entryPackages, '@assay/console'],
  },
];

/** Nothing of the product imports these, and they import a workspace by its name. */
export const workshops = ['bench', 'test'] as const;

export const nameOf = ({ folder }: Pick<Room, 'folder'>): string => folder.split('/').at(-1)!;

/** Whether a room is allowed to import another by its path. */
export function mayImport(room: Room, other: Room): boolean {
  if (other.workspace && other !== room) return false;
  return room === other || room.imports === 'every room' || room.imports.includes(nameOf(other));
}

/** Whether a room is allowed to use an outside package: one of its own, or, for an entry, one that has no home. */
export function mayUse(room: Room, name: string): boolean {
  if (room.packages.includes(name)) return true;
  return room.imports === 'every room' && !rooms.some((other) => other.packages.includes(name));
}
