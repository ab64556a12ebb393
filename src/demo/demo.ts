/** The whole product on one machine: an org is pulled, cleaned and published over HTTP, then a bad night strikes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sql from 'sql-template-tag';
import { loadDefinitions } from '../../config/index.ts';
import { countChanges, nightChanges } from '@assay/emulator/seed/night.ts';
import { onSignal } from '../cli/signal.ts';
import { follow } from '../client/follow.ts';
import type { Db } from '../db/connect.ts';
import { changeLines, count, decimals, type Format, percent, printCounts, printTable, stageView } from './print.ts';
import {
  completeness,
  type DuplicateReport,
  duplicates,
  forecast,
  metrics,
  recordCounts,
  scores,
  staleness,
  units,
  valuableFixes,
  walk,
  waterfall,
} from './report.ts';
import { type House, startHouse } from './start.ts';

export type DemoOptions = { org?: string; exit?: boolean; data: string };

const minute = 60_000;

export async function demo(options: DemoOptions): Promise<void> {
  const folder = resolve(options.data, 'demo');
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  const stack = new AsyncDisposableStack();
  const isSeeded = options.org === undefined;
  if (isSeeded) console.log('Making a Salesforce org with planted duplicates and stale fields …');
  console.log('Starting PostgreSQL, the Salesforce org, a Slack receiver, the API and a worker …');
  const starting = startHouse(folder, options.org, stack);
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= starting.then(noop, noop).then(() => stack.disposeAsync()));
  // From the first part on: an impatient Ctrl-C must not leave a database and a worker behind.
  let isRunning = false;
  onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => {
    console.log('\nStopping …');
    void stop().then(() => process.exit(isRunning ? 0 : 130));
  });
  try {
    const house = await starting;
    if (stopping) return await stopping;
    const { api, parts } = house;
    const ready = (performance.now() - started) / 1000;
    console.log(
      `Ready after ${ready.toFixed(1)} s. Open the console; this link signs you in, once:\n  ${house.consoleUrl}`,
    );
    const summary = await twoNights(house, isSeeded);
    const peaks = await Promise.all(parts.map((part) => part.peakMemory()));
    const result = {
      ...summary,
      seconds: { ready: Math.round(ready * 100) / 100, ...summary.seconds },
      peakMemoryMiB: Math.max(...peaks),
    };
    if (options.exit) {
      await stop();
      console.log(JSON.stringify(result));
      return;
    }
    await writeFile(join(folder, 'summary.json'), JSON.stringify(result, null, 2));
    // What the two syncs have left in the log of PostgreSQL goes now: 100 MB that nobody needs while the demo stays open.
    await house.db.query(sql`/* demo.checkpoint */ checkpoint`);
    console.log(
      [
        '\nAll parts still run. Press Ctrl-C to stop them.',
        `  console     ${api.url}`,
        `  API docs    ${api.url}/docs`,
        `  API key     ${api.key}`,
        `  PostgreSQL  ${house.databaseUrl}`,
        `  Salesforce  ${house.emulatorUrl}`,
        `  log file    ${house.logFile}`,
      ].join('\n'),
    );
    isRunning = true;
  } catch (error) {
    await stop();
    throw error;
  }
}

const noop = () => {};

async function twoNights({ api, db, orgFolder, emulatorUrl, slack, advance }: House, isSeeded: boolean) {
  const { objects, rules, metrics: definitions } = await loadDefinitions();
  const call = async (method: string, path: string, body: unknown) => {
    const response = await fetch(`${api.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string };
  };

  console.log('\nThe first sync reads everything (POST /v1/syncs) …');
  const startedAt = Date.now();
  const first = await call('POST', '/v1/syncs', {});
  // The night is thought out meanwhile.
  const view = stageView();
  const [seconds, changes] = await Promise.all([follow(api, first.id, view), nightChanges(orgFolder)]);
  for (const line of view.lines(seconds)) console.log(line);
  await settled(db, first.id);
  const records = await recordCounts(db, objects);
  const before = await scores(db, first.id);
  const person = await duplicates(db, 'person', orgFolder, ['Contact', 'Lead']);
  const company = await duplicates(db, 'company', orgFolder, ['Account']);
  const stale = await staleness(db);
  const bothMetrics = await metrics(db, definitions, orgFolder);
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  const staleByTitle = Object.entries(stale.byRule).map(([id, n]) => [titles.get(id) ?? id, n] as const);
  const formats = await metricFormats(db);
  printCounts('Records copied from Salesforce', records);
  printTable(
    'Duplicates found, compared with those planted in the org',
    { people: grouped(person), companies: grouped(company) },
    (_, column) => (column === 'groups' || column === 'records' ? count : decimals(3)),
  );
  printCounts('Stale fields and records', Object.fromEntries(staleByTitle));
  printTable('Quality scores, 0 to 100', before, () => decimals(1));
  const named = Object.entries(bothMetrics).map(([metric, { raw, clean, truth, period }]) => ({
    metric,
    label: period === 'all' ? metric : `${metric} (${period})`,
    row: { raw, clean, ...(isSeeded && { planted: truth ?? null }) },
  }));
  const metricOf = new Map(named.map(({ metric, label }) => [label, metric]));
  printTable(
    `Metrics: raw as Salesforce counts, clean with duplicates counted once${isSeeded ? ', and as planted in the org' : ''}`,
    Object.fromEntries(named.map(({ label, row }) => [label, row])),
    (label) => formats(metricOf.get(label)!),
    (column) => (column === 'planted' ? '' : 'not measured'),
  );
  const whole = await completeness(db);
  console.log(
    [
      `\n${whole.yes} of ${whole.count} metrics are complete: they rest on as many records as Salesforce counts.`,
      ...whole.others.map((line) => `  ${line}`),
    ].join('\n'),
  );
  const steps = await waterfall(db, ['bookings', 'open_pipeline']);
  printTable('From raw to clean, step by step', steps, () => count);
  const valuable = await valuableFixes(db);
  console.log(
    `\nThe most valuable of ${count(valuable.openCount)} fixes of deals, of each kind\n${valuable.lines.join('\n')}`,
  );

  console.log('\nThe next night: people edit, delete and merge, and an import brings bad records.');
  // After the first sync began to read: what it did not see is new to the second.
  const behind = Math.min(3 * minute, (Date.now() - startedAt) / 2);
  advance(behind);
  const nightfall = new Date(Date.now() - behind);
  const applied = await fetch(`${emulatorUrl}/control/changes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(changes),
  });
  if (!applied.ok) throw new Error(`The org refused its night: ${await applied.text()}`);
  const changedCount = await changedSince(emulatorUrl, objects, nightfall);
  advance(0);
  for (const line of changeLines(countChanges(changes))) console.log(line);
  console.log('The nightly schedule starts the second sync …');
  await call('PUT', '/v1/schedules', { id: 'nightly', cron: '0 2 * * *', timeZone: 'UTC' });
  // Brought forward: as if the schedule had been set yesterday, the last 02:00 is a slot that nobody has run yet.
  await db.query(
    sql`/* demo.night */ update control.schedule set settled_until = now() - interval '24 hours' where id = 'nightly'`,
  );
  const second = await scheduledRun(db, first.id);
  const nightView = stageView();
  const nightSeconds = await follow(api, second, nightView);
  for (const line of nightView.lines(nightSeconds)) console.log(line);
  await settled(db, second);
  const after = await scores(db, second);
  const [pulled] = await db.query<{ n: string }>(sql`/* demo.pulled */
    select coalesce(sum(changed_count), 0) as n from control.run_stage where run_id = ${second} and stage = 'pull'`);
  const pulledCount = Number(pulled?.n ?? 0);
  console.log(`\n${count(changedCount)} records had changed in the org. The sync pulled ${count(pulledCount)}.`);
  printTable(
    'Quality scores before and after the night, 0 to 100',
    Object.fromEntries(
      Object.keys(before).map((object) => [
        object,
        { before: before[object]?.all ?? null, after: after[object]?.all ?? null },
      ]),
    ),
    () => decimals(1),
  );
  const walked = await walk(db);
  printTable('The open pipeline before the night, step by step to that after it (clean)', walked, () => count);
  const expected = await forecast(db);
  printTable('Bookings to expect, by the method that has been nearest so far', expected.rows, (_, column) =>
    column === 'mean error' || column === 'within bounds' ? percent : count,
  );
  for (const line of expected.lines) console.log(`  ${line}`);
  await messagesSettled(db);
  for (const { text } of slack.messages) console.log(`\nThe message in Slack\n  ${text}`);
  return {
    records,
    duplicates: { person, company },
    stale: { fields: stale.fields, records: stale.records },
    score: Object.fromEntries(
      Object.keys(before).map((object) => [
        object,
        { before: before[object]?.all ?? null, after: after[object]?.all ?? null },
      ]),
    ),
    metrics: bothMetrics,
    complete: whole,
    walk: walked,
    forecast: expected.rows,
    slack: { messages: slack.messages.length },
    incremental: { records: pulledCount, changedInOrg: changedCount },
    seconds: { first: seconds, second: nightSeconds },
  };
}

const grouped = ({ clusters, ...rest }: DuplicateReport) => ({ groups: clusters, ...rest });

/** As the unit of each metric wants it. */
async function metricFormats(db: Db): Promise<(metric: string) => Format> {
  const byUnit: Record<string, Format> = {
    money: count,
    count,
    rate: percent,
    days: decimals(1),
    'money per day': count,
  };
  const unitOf = await units(db);
  return (metric) => byUnit[unitOf.get(metric) ?? ''] ?? decimals(2);
}

/** Rows of the objects with a stamp of `since` or later, as the org itself has them. */
async function changedSince(emulatorUrl: string, objects: { name: string }[], since: Date): Promise<number> {
  let count = 0;
  for (const { name } of objects) {
    const response = await fetch(`${emulatorUrl}/control/rows?sobject=${name}&since=${since.toISOString()}`);
    // An org need not have every object.
    if (response.ok) count += ((await response.json()) as unknown[]).length;
  }
  return count;
}

/** @throws Error with the run's reason when it did not succeed. */
async function settled(db: Db, runId: string): Promise<void> {
  const [run] = await db.query<{ state: string; reason: string | null; warnings: string[] }>(
    sql`/* demo.settled */ select state, reason, warnings from control.run where id = ${runId}`,
  );
  for (const warning of run?.warnings ?? []) console.log(`  warning: ${warning}`);
  if (!run?.state.startsWith('succeeded')) throw new Error(`The sync ended ${run?.state}: ${run?.reason}`);
}

async function poll<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`${what} did not come within a minute.`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

const scheduledRun = (db: Db, firstId: string) =>
  poll('The nightly run', async () => {
    const [run] = await db.query<{ id: string }>(sql`/* demo.scheduled */
      select id from control.run where trigger = 'schedule' and id <> ${firstId} order by created_at desc limit 1`);
    return run?.id;
  });

const messagesSettled = (db: Db) =>
  poll('The Slack message', async () => {
    const waiting = await db.query(
      sql`/* demo.messages */ select from alert.message where state in ('pending', 'sending', 'retry')`,
    );
    return waiting.length === 0 ? true : undefined;
  });
