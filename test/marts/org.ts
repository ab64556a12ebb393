/** Hand-made CSVs become an org, a sync of it through every stage, and the published view to ask. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql, { raw } from 'sql-template-tag';
import type { Change } from '@assay/emulator/change.ts';
import { startEmulator } from '@assay/emulator/start.ts';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { identifier } from '../../src/db/identifier.ts';
import { newRunId, type StageResult } from '../../src/model/run.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { putMarks } from '../../src/pipeline/marks.ts';
import { publish } from '../../src/pipeline/publish.ts';
import { runPipeline } from '../../src/pipeline/run.ts';
import { score } from '../../src/pipeline/score.ts';
import { takeInputFolder } from '../../src/review/input.ts';
import { openSalesforce } from '../../src/salesforce/source.ts';
import { testDatabase } from '../database.ts';

/** Rows by object: a first row of field names, then one of values each; a blank is null. */
export type Rows = Record<string, (string | number | boolean)[][]>;

export type Published = {
  db: Db;
  warnings: string[];
  /** Raw and clean; no value where there is no row. */
  metric(name: string, period?: string, slice?: string): Promise<(number | null)[]>;
  ask(query: string): Promise<unknown[]>;
  /** Judges and publishes what a test wrote into the standard tables. */
  again(day?: string): Promise<void>;
  /** Changes records in Salesforce. */
  change(...changes: Change[]): Promise<void>;
  /** Says to the org what a client may not: faults, permissions, usage. */
  emulator(control: string, body: object): Promise<void>;
  /** A sync through every stage, at noon UTC of a day or at an instant; its warnings. */
  sync(day?: string): Promise<string[]>;
  /** One stage, as the last sync had it. */
  run(stage: (context: Context, subject: string) => Promise<StageResult>): Promise<StageResult>;
  close(): Promise<void>;
};

const today = '2026-11-20';
const owner: Rows = {
  User: [
    ['Id', 'Name', 'IsActive'],
    ['0055g0000000001AAA', 'Una', true],
  ],
};

/** `day` or instant of the first sync; the users whose writes confirm nothing; a folder of inputs; what orgs hold that do not hold the same. */
export type Given = { day?: string; integrationUserIds?: string[]; inputs?: string; others?: Record<string, Rows> };

/** As of noon of `today` where no other day is given. */
export async function publishOrg(
  rows: Rows,
  connections: readonly string[] = ['default'],
  given: Given = {},
): Promise<Published> {
  const folder = await folderOf(rows);
  const published = await publishFolder(folder, connections, given);
  return {
    ...published,
    async close() {
      await published.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function folderOf(rows: Rows): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-org-'));
  for (const [object, lines] of Object.entries({ ...owner, ...rows })) {
    await writeFile(join(folder, `${object}.csv`), lines.map((line) => `${line.join(',')}\n`).join(''));
  }
  return folder;
}

/** @param connections orgs that all hold the same records, but for those `others` has, synced one after the other */
export async function publishFolder(
  folder: string,
  connections: readonly string[],
  { day: first = today, integrationUserIds = [], inputs, others = {} }: Given = {},
): Promise<Published> {
  let day = first;
  const now = () => new Date(day.includes('T') ? day : `${day}T12:00:00Z`);
  const emulator = await startEmulator({ org: folder, now });
  const db = await testDatabase();
  const timing = { retryDelay: 1, pollDelay: 10, maxPollDelay: 50 };
  const open = ({ loginUrl, clientId, clientSecret }: typeof emulator) =>
    openSalesforce({ loginUrl, clientId, clientSecret, apiVersion: '62.0', timing });
  const source = open(emulator);
  const beside = new Map<string, { emulator: typeof emulator; folder: string }>();
  for (const [connectionId, rows] of Object.entries(others)) {
    const of = await folderOf(rows);
    beside.set(connectionId, { folder: of, emulator: await startEmulator({ org: of, now }) });
  }
  const definitions = { ...(await loadDefinitions()), integrationUserIds };
  const nothing = async () => undefined;
  const ledger = { isDone: async () => false, start: nothing, finish: nothing, skip: nothing };
  const control = async (what: string, given: object) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(given);
    const answer = await fetch(`${emulator.url}/control/${what}`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const warnings: string[] = [];
  let last = 'none';
  /** A run that is known as one, as the nights that judging looks back at are. */
  const night = async (connectionId = 'default') => {
    const run = { id: newRunId(), connectionId };
    last = run.id;
    await db.query(sql`insert into control.run (id, connection_id, trigger, mode, state, requested_by)
      values (${run.id}, ${connectionId}, 'cli', 'auto', 'succeeded', 'test')`);
    const other = beside.get(connectionId);
    const asked = other ? open(other.emulator) : source;
    return runPipeline(stageContext({ db, definitions, source: asked, clock: { now }, run }), ledger);
  };
  if (inputs) await takeInputFolder(db, inputs, now());
  for (const connectionId of connections) {
    await db.query(
      sql`insert into control.connection (id, name) values (${connectionId}, ${connectionId}) on conflict do nothing`,
    );
    warnings.push(...(await night(connectionId)));
  }
  return {
    db,
    warnings,
    async metric(name, period = 'all', slice = 'all') {
      const found = await db.query<{ value: string | null }>(sql`select value from unified.metric_value
        where metric = ${name} and period = ${period} and slice = ${slice} order by basis desc`);
      return found.map(({ value }) => (value === null ? null : Number(value)));
    },
    async again(on = today) {
      day = on;
      for (const { name, table } of definitions.objects) {
        const version = sql`(select max(_version) from ${identifier('standard', table)})`;
        await db.query(
          putMarks('standardise', [{ subject: name, source: 'standardise', connectionId: 'default', version }]),
        );
      }
      const next = stageContext({ db, definitions, clock: { now } });
      for (const object of definitions.objects) await score(next, object);
      await publish(next);
    },
    change: (...changes) => control('changes', changes),
    emulator: control,
    sync: (on = today) => {
      day = on;
      return night();
    },
    run: (stage) => stage(stageContext({ db, definitions, source, clock: { now }, run: { id: last } }), 'all'),
    ask: (query) => db.query(raw(query)),
    async close() {
      await db.close();
      await emulator.close();
      for (const other of beside.values()) {
        await other.emulator.close();
        await rm(other.folder, { recursive: true });
      }
    },
  };
}
