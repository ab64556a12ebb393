/** `npm run bench -- nights`: years of nights with known damages; what is announced, when, with which cause, and what is announced for nothing. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { raw } from 'sql-template-tag';
import { loadDefinitions } from '../../config/index.ts';
import { connect } from '../../src/db/connect.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { workFolder } from '../peers/folders.ts';
import { writeReport } from '../report.ts';
import { table } from '../table.ts';
import { type DamageKind, paces } from './damage.ts';
import { randomOf } from './random.ts';
import { forgetAll, makeTables, tableNames } from './store.ts';
import { liveYear, type Outcome, type Seen, type Year } from './year.ts';

export type NightsOptions = {
  seed: number;
  damages: number;
  kinds: DamageKind[];
  sizes: number[];
  noise: number;
  json?: string;
};

export async function nightsBench({ seed, damages, kinds, sizes, noise, json }: NightsOptions): Promise<void> {
  const folder = join(await workFolder('nights'), 'postgres');
  await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    await db.query(raw(`alter database ${new URL(server.url).pathname.slice(1)} set synchronous_commit = off`));
    const definitions = await loadDefinitions();
    const tables = Object.values(tableNames);
    await makeTables(db, tables);
    const all = sizes.flatMap((size) => kinds.map((kind) => ({ kind, size })));
    let planned = 0;
    const wanted = () => (planned < damages ? all[planned++ % all.length]! : null);
    const years: Year[] = [];
    while (planned < damages) {
      await forgetAll(db, tables);
      years.push(await liveYear(db, definitions, wanted, noise, randomOf(seed * 1_000 + years.length)));
      console.error(`${years.length} years, ${planned} of ${damages} damages`);
    }
    const outcomes = years.flatMap((year) => year.outcomes);
    const months = years.reduce((sum, year) => sum + year.nights, 0) / 30;
    const sudden = outcomes.filter(({ damage }) => damage.kind !== 'drift');
    const drifts = outcomes.filter(({ damage }) => damage.kind === 'drift');
    const bySize = sizes.map((size) => {
      const own = sudden.filter(({ damage }) => damage.size === size);
      return { size, count: own.length, now: figures(own, 'now'), before: figures(own, 'before') };
    });
    const byKind = kinds.map((kind) => {
      const own = outcomes.filter(({ damage }) => damage.kind === kind && damage.size >= 2);
      return { kind, count: own.length, now: figures(own, 'now'), before: figures(own, 'before') };
    });
    const header = ['damages', 'at once', 'within a night', 'in all', 'mean delay', 'rule right', 'who right'];
    const rowOf = (name: string, count: number, own: Figures) =>
      [name, count, own.atOnce, own.withinOne, own.detected, own.delay, own.rule, own.who] as const;
    for (const which of ['now', 'before'] as const) {
      console.log(`\n${which === 'now' ? 'Assay' : 'Before (92571fb)'}: damages of one night, by points of the score`);
      console.log(
        table(
          ['points', ...header],
          bySize.map((one) => [...rowOf(String(one.size), one.count, one[which])]),
          2,
        ),
      );
      console.log(`\nFrom 2 points on, by kind`);
      console.log(
        table(
          ['kind', ...header],
          byKind.map((one) => [...rowOf(one.kind, one.count, one[which])]),
          2,
        ),
      );
    }
    const falls = {
      now: years.reduce((sum, year) => sum + year.falseNow, 0),
      before: years.reduce((sum, year) => sum + year.falseBefore, 0),
    };
    const byPace = paces.map((pace) => {
      const own = drifts.filter(({ damage }) => damage.pace === pace);
      return { pace, count: own.length, lost: meanOf(own.map(({ damage }) => damage.lost)), ...drifting(own) };
    });
    console.log('\nFalse alarms a month in an org of four objects');
    console.log(
      table(
        ['', 'a month'],
        (['now', 'before'] as const).map((which) => [which, falls[which] / months]),
        2,
      ),
    );
    console.log('\nDrifts, by points a night');
    const both = (of: (which: 'now' | 'before') => number | null) => [of('now'), of('before')];
    console.log(
      table(
        [
          'a night',
          'drifts',
          'lost at most, mean',
          ...['within seven nights', 'in all', 'nights until then', 'messages each'].flatMap((one) => [one, 'before']),
        ],
        byPace.map(({ pace, count, lost, ...own }) => [
          String(pace),
          count,
          lost,
          ...both((which) => own[which].withinSeven),
          ...both((which) => own[which].detected),
          ...both((which) => own[which].delay),
          ...both((which) => own[which].messages),
        ]),
        2,
      ),
    );
    console.log(`\n${outcomes.length} damages in ${years.length} years of 365 nights with 4 objects, seed ${seed}`);
    await writeReport(json, 'nights', { seed, months, bySize, byKind, falseAlarms: falls, byPace, outcomes });
  } finally {
    await db.close();
    await server.stop();
  }
}

type Figures = {
  atOnce: number | null;
  withinOne: number | null;
  detected: number | null;
  delay: number | null;
  rule: number | null;
  who: number | null;
};

function figures(outcomes: readonly Outcome[], which: 'now' | 'before'): Figures {
  const seen = outcomes.map((outcome) => outcome[which]);
  const heard = seen.filter(({ delay }) => delay !== null);
  const share = (own: readonly Seen[], is: (one: Seen) => boolean) =>
    own.length === 0 ? null : own.filter(is).length / own.length;
  return {
    atOnce: share(seen, ({ delay }) => delay === 0),
    withinOne: share(seen, ({ delay }) => delay !== null && delay <= 1),
    detected: share(seen, ({ delay }) => delay !== null),
    delay: heard.length === 0 ? null : heard.reduce((sum, { delay }) => sum + delay!, 0) / heard.length,
    rule: share(heard, ({ rule }) => rule),
    who: share(heard, ({ who }) => who),
  };
}

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;

function drifting(outcomes: readonly Outcome[]) {
  const of = (which: 'now' | 'before') => {
    const { detected, delay } = figures(outcomes, which);
    const seen = outcomes.map((outcome) => outcome[which]);
    return {
      detected,
      delay,
      withinSeven: meanOf(seen.map((one) => (one.delay !== null && one.delay < 7 ? 1 : 0))),
      messages: meanOf(seen.map(({ messages }) => messages)),
    };
  };
  return { now: of('now'), before: of('before') };
}
