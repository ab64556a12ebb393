/** `npm run bench -- semantic-model`: dbt and MetricFlow answer ten metrics by month and owner, held against what Assay published. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import sql from 'sql-template-tag';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startEmulator } from '@assay/emulator/start.ts';
import { loadDefinitions } from '../../config/index.ts';
import { connect, type Db } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { syncOrg } from '../lookup/command.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { table } from '../table.ts';

export type SemanticModelOptions = { python: string; accounts: number; json?: string };

/** Two ratios, a derived and a cumulative one among them. */
const asked = [
  {
    entity: 'opportunity',
    metrics: [
      'bookings',
      'won_deals',
      'open_pipeline',
      'deals_created',
      'average_deal',
      'win_rate',
      'bookings_growth',
      'bookings_to_date',
    ],
  },
  { entity: 'lead', metrics: ['leads', 'lead_conversion_rate'] },
] as const;

const run = promisify(execFile);

/** @throws Error naming what differs, or what dbt said. */
export async function semanticModelBench({ python, accounts, json }: SemanticModelOptions): Promise<void> {
  const folder = await workFolder('semantic-model');
  await rm(folder, { recursive: true, force: true });
  const [org, project] = [join(folder, 'org'), join(folder, 'dbt')];
  await mkdir(org, { recursive: true });
  await writeSeededOrg(org, { seed: 1, accounts });
  const server = await startEmbeddedPostgres(join(folder, 'postgres'));
  const db = connect(server.url, { name: 'bench' });
  const emulator = await startEmulator({ org, now: () => new Date() });
  try {
    await migrate(db);
    await syncOrg(db, await loadDefinitions(), emulator);
    await cp('docs/reference/semantic/dbt', project, { recursive: true });
    await writeFile(join(project, 'profiles.yml'), profileOf(server.url));
    const bin = resolve(python, 'bin');
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      DBT_PROFILES_DIR: project,
      DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
    };
    const call = async (command: string, ...given: string[]) => {
      const { stdout, stderr } = await run(join(bin, command), given, { cwd: project, env, maxBuffer: 1 << 26 }).catch(
        (error: { stdout?: string; message: string }) => {
          throw new Error(`${command} ${given.join(' ')} failed: ${error.message}\n${error.stdout ?? ''}`);
        },
      );
      // A metric that dbt does not understand is dropped with a warning.
      if (/I078|\[WARNING\]|Encountered an error/.test(stdout + stderr))
        throw new Error(`${command} ${given.join(' ')} warns:\n${stdout}`);
    };
    await call('dbt', 'parse', '--no-partial-parse');
    await call('dbt', 'run');
    const rows: (string | number)[][] = [];
    const wrong: string[] = [];
    for (const { entity, metrics } of asked) {
      for (const dimension of ['all', 'owner'] as const) {
        const file = join(folder, `${entity}-${dimension}.csv`);
        const groups = ['metric_time__month', ...(dimension === 'owner' ? [`${entity}__owner`] : [])];
        await call('mf', 'query', '--metrics', metrics.join(','), '--group-by', groups.join(','), '--csv', file);
        const theirs = parse<Record<string, string>>(await readFile(file), { columns: true });
        for (const metric of metrics) {
          const compared = await compare(db, metric, dimension, entity, theirs);
          rows.push([metric, dimension, compared.equal, compared.wrong.length]);
          wrong.push(...compared.wrong);
        }
      }
    }
    console.log(table(['metric', 'by month and', 'equal values', 'other values'], rows, 0));
    await writeReport(json, 'semantic-model', { accounts, rows });
    if (wrong.length > 0) throw new Error(`MetricFlow answers otherwise:\n${wrong.slice(0, 20).join('\n')}`);
  } finally {
    await emulator.close();
    await db.close();
    await server.stop();
  }
}

type Compared = { equal: number; wrong: string[] };

/** Every value of ours has to be theirs; of what is not known here they may say null or 0. */
async function compare(
  db: Db,
  metric: string,
  dimension: 'all' | 'owner',
  entity: string,
  theirs: readonly Record<string, string>[],
): Promise<Compared> {
  const ours = await db.query<{
    period: string;
    key: string;
    value: number;
  }>(sql`select period, key, value::float8 as value from unified.metric_value
    where metric = ${metric} and basis = 'clean' and period_kind = 'month' and dimension = ${dimension} and value is not null`);
  const known = new Map(
    theirs.map((row) => {
      const owner = dimension === 'owner' ? row[`${entity}__owner`] || 'none' : 'all';
      const value = row[metric];
      return [
        `${row.metric_time__month!.slice(0, 7)} ${owner}`,
        value === '' || value === undefined ? null : Number(value),
      ];
    }),
  );
  if (ours.length === 0) return { equal: 0, wrong: [`${metric} by ${dimension}: nothing was published`] };
  const wrong = ours.flatMap(({ period, key, value }) => {
    const other = known.get(`${period} ${key}`) ?? (value === 0 ? 0 : null);
    const isSame = other !== null && Math.abs(other - value) <= 1e-6 * Math.max(1, Math.abs(value));
    return isSame ? [] : [`${metric} ${period} ${key}: published ${value}, MetricFlow ${other}`];
  });
  return { equal: ours.length - wrong.length, wrong };
}

function profileOf(url: string): string {
  const { hostname, port, username, password, pathname } = new URL(url);
  const of = {
    type: 'postgres',
    host: hostname,
    port: Number(port),
    user: username,
    password: decodeURIComponent(password),
    dbname: pathname.slice(1),
    schema: 'public',
    threads: 2,
  };
  return JSON.stringify({ assay: { target: 'bench', outputs: { bench: of } } });
}
