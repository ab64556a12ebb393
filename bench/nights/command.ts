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
import { inMemory, inPostgres, type Keeper } from './keeper.ts';
import { makeTables, tableNames } from './store.ts';
import { liveYear, type Outcome, type Seen, type Year } from './year.ts';

type Wish = { kind: DamageKind; size: number } | null;
type Which = (typeof judgings)[number];
const judgings = ['now', 'pooled', 'before'] as const;
const called: Record<Which, string> = {
  now: 'Assay',
  pooled: 'Without judging rules alone',
  before: 'Before (92571fb)',
};

export type NightsOptions = {
  seed: number;
  damages: number;
  kinds: DamageKind[];
  sizes: number[];
  noise: number;
  /** In memory, without PostgreSQL: who broke it is not judged. */
  quick?: boolean;
  json?: string;
};

export async function nightsBench(options: NightsOptions): Promise<void> {
  if (options.quick) return measure(inMemory(), options);
  const folder = join(await workFolder('nights'), 'postgres');
  await rm(folder, { recursive: true, force: true });
  const server = await startEmbeddedPostgres(folder);
  const db = connect(server.url, { name: 'bench' });
  try {
    await migrate(db);
    await db.query(raw(`alter database ${new URL(server.url).pathname.slice(1)} set synchronous_commit = off`));
    await makeTables(db, Object.values(tableNames));
    await measure(inPostgres(db), options);
  } finally {
    await db.close();
    await server.stop();
  }
}

async function measure(keeper: Keeper, { seed, damages, kinds, sizes, noise, json }: NightsOptions): Promise<void> {
  const definitions = await loadDefinitions();
  const all = sizes.flatMap((size) => kinds.map((kind) => ({ kind, size })));
  let planned = 0;
  const wanted = () => (planned < damages ? all[planned++ % all.length]! : null);
  const years: Year[] = [];
  while (planned < damages) {
    await keeper.forget();
    const at = seed * 1_000 + years.length;
    const wishes: Wish[] = [];
    const noted = () => {
      const wish = wanted();
      wishes.push(wish);
      return wish;
    };
    const year = await liveYear(keeper, definitions, noted, noise, randomOf(at));
    // The same year once more, with rules judged in their dimensions alone.
    await keeper.forget();
    const pooled = { ...definitions, alerts: { ...definitions.alerts, minimumRuleDrop: null } };
    const again = await liveYear(keeper, pooled, () => wishes.shift() ?? null, noise, randomOf(at));
    for (const [one, outcome] of year.outcomes.entries()) outcome.pooled = again.outcomes[one]!.now;
    years.push({ ...year, falsePooled: again.falseNow });
    console.error(`${years.length} years, ${planned} of ${damages} damages`);
  }
  const outcomes = years.flatMap((year) => year.outcomes);
  const months = years.reduce((sum, year) => sum + year.nights, 0) / 30;
  const sudden = outcomes.filter(({ damage }) => damage.kind !== 'drift' && damage.kind !== 'one-rule');
  const ofRule = outcomes.filter(({ damage }) => damage.kind === 'one-rule');
  const drifts = outcomes.filter(({ damage }) => damage.kind === 'drift');
  const sized = (all: readonly Outcome[]) =>
    sizes.map((size) => {
      const own = all.filter(({ damage }) => damage.size === size);
      return { size, count: own.length, ...allFigures(own) };
    });
  const bySize = sized(sudden);
  const byRuleSize = sized(ofRule);
  const byNoise = [...new Set(ofRule.map(({ noise: level }) => level))].toSorted().map((level) => {
    const own = ofRule.filter(({ noise: of, damage }) => of === level && damage.size >= 2);
    return { noise: level, count: own.length, ...allFigures(own) };
  });
  const byKind = kinds.map((kind) => {
    const own = outcomes.filter(({ damage }) => damage.kind === kind && damage.size >= 2);
    return { kind, count: own.length, ...allFigures(own) };
  });
  const header = ['damages', 'at once', 'within a night', 'in all', 'mean delay', 'rule right', 'who right'];
  const rowOf = (name: string, count: number, own: Figures) =>
    [name, count, own.atOnce, own.withinOne, own.detected, own.delay, own.rule, own.who] as const;
  for (const which of judgings) {
    console.log(`\n${called[which]}: damages of one night, by points of the score`);
    console.log(
      table(
        ['points', ...header],
        bySize.map((one) => [...rowOf(String(one.size), one.count, one[which])]),
        2,
      ),
    );
    if (ofRule.length > 0) {
      console.log(`\nDamages to one rule, by points of the records it is asked of`);
      console.log(
        table(
          ['points', ...header],
          byRuleSize.map((one) => [...rowOf(String(one.size), one.count, one[which])]),
          2,
        ),
      );
      console.log(`\nThe same from 2 points on, by points that a night moves the score`);
      console.log(
        table(
          ['noise', ...header],
          byNoise.map((one) => [...rowOf(String(one.noise), one.count, one[which])]),
          2,
        ),
      );
    }
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
    pooled: years.reduce((sum, year) => sum + year.falsePooled, 0),
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
      judgings.map((which) => [called[which], falls[which] / months]),
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
  await writeReport(json, 'nights', {
    seed,
    months,
    bySize,
    byRuleSize,
    byNoise,
    byKind,
    falseAlarms: falls,
    byPace,
    outcomes,
  });
}

type Figures = {
  atOnce: number | null;
  withinOne: number | null;
  detected: number | null;
  delay: number | null;
  rule: number | null;
  who: number | null;
};

const allFigures = (own: readonly Outcome[]) => ({
  now: figures(own, 'now'),
  pooled: figures(own, 'pooled'),
  before: figures(own, 'before'),
});

function figures(outcomes: readonly Outcome[], which: Which): Figures {
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
