/** Rules held against what came after: planted predictors are found, placebos are named, and nothing of the future is known. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '@assay/emulator/seed/random.ts';
import { loadDefinitions } from '../../config/index.ts';
import { createKey } from '../../src/control/key.ts';
import type { Db } from '../../src/db/connect.ts';
import { buildApp } from '../../src/http/app.ts';
import { systemActor } from '../../src/model/actor.ts';
import { silentLog } from '../../src/model/ports.ts';
import { asWritten, defineRule } from '../../src/model/rule.ts';
import { adjust, chanceOf, judgeRules, rateOf } from '../../src/quality/evidence.ts';
import { askEvidence, keptEvidence, ruleEvidence } from '../../src/quality/rule-evidence.ts';
import { testDatabase } from '../database.ts';
import { createStandardTables } from '../pipeline/score-tables.ts';

const now = new Date('2026-06-01T00:00:00Z');
const day = 86_400_000;
const loaded = await loadDefinitions();
const examples = { violated: [{ name: 'x' }], kept: [{ name: 'y' }] };
const rule = (id: string, violated: string, parameters = {}) =>
  asWritten({
    ...defineRule({
      object: 'Opportunity',
      dimension: 'timeliness',
      severity: 'warn',
      title: id,
      advice: 'None.',
      applies: 'r.is_closed is not true',
      violated,
      parameters,
      examples,
    }),
    id,
  });
const amount = { type: 'number', unit: 'euros', default: 50_000, min: 1, max: 10_000_000, description: 'Large' };
const rules = [
  loaded.rules.find(({ id }) => id === 'opportunity-pushed')!,
  rule('large', 'r.amount > 100000'),
  // The same by a number that somebody guessed.
  rule('large-guessed', 'r.amount > :amount', { amount }),
  rule('odd-name', `r.name ~ '[13579]$'`),
  rule('late-in-month', 'extract(day from r.close_on) > 15'),
  // Of the future: that a deal will be won, and rows its history will have.
  rule('clairvoyant', 'r.is_won'),
  rule(
    'later-rows',
    `exists (select from standard.opportunity_history h where h.opportunity_id = r.id and h.created_at > :now)`,
  ),
  rule('rare', `r.name like '%7'  and r.amount < 400`),
  loaded.rules.find(({ id }) => id === 'opportunity-next-step-missing')!,
  loaded.rules.find(({ id }) => id === 'account-website-missing')!,
];
const definitions = { ...loaded, rules };

type Version = { from: number; close: number; won: boolean; closed: boolean };

/** A deal that is pushed often, or above 100,000, is won at a quarter of the speed. Its name and the day it is to close tell nothing. */
function life(random: Random, created: number): { amount: number; versions: Version[] } {
  const isLarge = random.chance(0.3);
  const worth = isLarge ? 100_000 + random.int(0, 400_000) : 100 + random.int(0, 99_000);
  let close = created + 60 + random.int(0, 90);
  let pushes = 0;
  const versions: Version[] = [{ from: created, close, won: false, closed: false }];
  const eager = random.chance(0.5);
  for (let at = created + 1; at < 1100; at += 1) {
    const speed = 0.008 * (pushes > 2 ? 0.25 : 1) * (isLarge ? 0.25 : 1);
    const isWon = random.chance(speed);
    if (isWon || random.chance(0.002)) {
      versions.push({ from: at, close: at, won: isWon, closed: true });
      break;
    }
    if (eager && random.chance(1 / 35)) {
      close += 32;
      pushes += 1;
      versions.push({ from: at, close, won: false, closed: false });
    }
  }
  return { amount: worth, versions };
}

let db: Db;
beforeAll(async () => {
  db = await testDatabase();
  await createStandardTables(db, loaded.objects);
});
afterAll(() => db.close());

/** 2,500 deals of the last three years, as a first sync rebuilds them from Salesforce's histories. */
async function plant(seed: number): Promise<void> {
  const random = new Random(seed);
  const date = (at: number) => new Date(now.getTime() - (1100 - at) * day).toISOString();
  const rows = Array.from({ length: 2500 }, (_, serial) => {
    const created = random.int(0, 1000);
    const { amount: worth, versions } = life(random, created);
    const id = `006${String(serial).padStart(12, '0')}AAA`;
    return versions.map(({ from, close, won, closed }, at) => ({
      id,
      name: `Deal ${random.int(0, 9)}`,
      amount: worth,
      created: date(created),
      from: date(from),
      until: at + 1 < versions.length ? date(versions[at + 1]!.from) : null,
      close: date(close),
      won,
      closed,
    }));
  }).flat();
  await db.query(sql`truncate history.opportunity_version, standard.opportunity_history`);
  const text = JSON.stringify(rows);
  await db.query(sql`insert into history.opportunity_version (connection_id, opportunity_id, valid_from, valid_to, created_at, name, stage_name,
      close_on, amount, amount_clean, amount_record, is_closed, is_won, is_deleted, counts_in_clean, source)
    select 'default', id, "from", until, created, name, case when closed then 'Closed' else 'Talk' end, close::date, amount, amount, amount,
      closed, won, false, true, 'history'
    from jsonb_to_recordset(${text}::jsonb) d (id text, name text, amount float8, created timestamptz, "from" timestamptz, until timestamptz,
      close timestamptz, won boolean, closed boolean)`);
  await db.query(sql`insert into standard.opportunity_history (connection_id, id, opportunity_id, created_at, stage_name)
    select 'default', row_number() over ()::text, opportunity_id, valid_from, stage_name from history.opportunity_version`);
}

describe.each([1, 2, 3, 4, 5])('an org of seed %i', (seed) => {
  it('names two predictors, two placebos, and what it cannot say', async () => {
    await plant(seed);
    const found = await ruleEvidence(db, definitions, { connectionId: 'default', now });
    const said = found.filter(({ ruleId }) => ruleId !== 'large-guessed');
    const of = (id: string) => found.find(({ ruleId }) => ruleId === id)!;
    expect(Object.fromEntries(said.map(({ ruleId, verdict }) => [ruleId, verdict]))).toEqual({
      'opportunity-pushed': 'predicts',
      large: 'predicts',
      'odd-name': 'predicts-nothing',
      'late-in-month': 'predicts-nothing',
      clairvoyant: 'too-few',
      'later-rows': 'too-few',
      rare: 'too-few',
      'opportunity-next-step-missing': 'not-knowable',
      'account-website-missing': 'not-knowable',
    });
    // Nothing of a later day was known: no open deal was won, and no history had rows of the future.
    expect(of('clairvoyant').judged.flagged.count + of('later-rows').judged.flagged.count).toBe(0);
    const { judged, basis, outcome, splitAt, until } = of('opportunity-pushed');
    expect(judged.flagged.high!).toBeLessThan(judged.kept.low!);
    expect({ basis, outcome }).toEqual({ basis: 'replayed', outcome: 'won within 90 days' });
    // The outcome of each day had its 90 days.
    expect(now.getTime() - until!.getTime()).toBeGreaterThanOrEqual(90 * day);
    expect(splitAt!.getTime()).toBeLessThan(until!.getTime());
    expect(of('opportunity-next-step-missing').reason).toContain('next_step');
    const { thresholds, current, suggested } = of('large-guessed');
    expect(current).toBe(50_000);
    expect(thresholds.map(({ value }) => value)).toEqual([12_500, 25_000, 37_500, 50_000, 75_000, 100_000, 150_000]);
    expect([75_000, 100_000, 150_000]).toContain(suggested);
  });
});

it('knows the chances by hand', () => {
  // Of 8 deals 4 were marked, 1 of them and 3 of the others won: 17 of 70 ways are as low or lower.
  expect(chanceOf({ flagged: 4, flaggedHad: 1, kept: 4, keptHad: 3 }, -1)).toBeCloseTo(17 / 70, 10);
  expect(chanceOf({ flagged: 4, flaggedHad: 1, kept: 4, keptHad: 3 }, 1)).toBeCloseTo(69 / 70, 10);
  expect(adjust([0.01, null, 0.04, 0.03])).toEqual([0.03, null, 0.04, 0.04]);
  const { low, high } = rateOf(20, 10);
  expect([low, high]).toEqual([expect.closeTo(0.299, 3), expect.closeTo(0.701, 3)]);
  // Found one way before the date, and the other way after it: no prediction.
  const [turned] = judgeRules([
    {
      before: { flagged: 100, flaggedHad: 10, kept: 100, keptHad: 50 },
      after: { flagged: 100, flaggedHad: 50, kept: 100, keptHad: 10 },
    },
  ]);
  expect(turned!.verdict).toBe('predicts-nothing');
});

it('of an org that was never synced it says so of every rule', async () => {
  const db = await testDatabase();
  const evidence = await ruleEvidence(db, loaded, { connectionId: 'default', now: new Date() });
  expect(evidence.length).toBeGreaterThan(50);
  expect(new Set(evidence.map(({ verdict, reason }) => `${verdict}: ${reason}`))).toEqual(
    new Set(['not-knowable: Nothing was synced yet.']),
  );
  await db.close();
});

it('evidence is kept until other rules are in force, and an older answer never takes the place of a newer', async () => {
  await plant(1);
  const kept = () => keptEvidence(db, definitions, 'default');
  expect(await kept()).toBeNull();
  const asked = await askEvidence(db, definitions, { connectionId: 'default', now });
  expect(asked.rules).toEqual(await ruleEvidence(db, definitions, { connectionId: 'default', now }));
  expect(await kept()).toEqual(asked);
  await askEvidence(db, definitions, { connectionId: 'default', now: new Date(now.getTime() - day) });
  expect((await kept())!.askedAt).toEqual(now);
  const raised = rules.map((one) => (one.id === 'large' ? { ...one, version: one.version + 1 } : one));
  expect(await keptEvidence(db, { ...definitions, rules: raised }, 'default')).toBeNull();
  for (const other of [{ applies: 'r.amount is not null' }, { facts: { is_used: `select 'true'::jsonb` } }]) {
    const reworded = rules.map((one) => (one.id === 'large' ? { ...one, ...other } : one));
    expect(await keptEvidence(db, { ...definitions, rules: reworded }, 'default')).toBeNull();
  }
  await db.query(sql`insert into review.rule_setting (rule_id, revision, is_on, parameters, reason, set_by, set_at)
    values ('rare', 1, false, '{}', 'x', 'test', now())`);
  expect(await kept()).toBeNull();
  await askEvidence(db, definitions, { connectionId: 'default', now });
  expect((await kept())!.rules.map(({ ruleId }) => ruleId)).not.toContain('rare');
  expect(await keptEvidence(db, definitions, 'con_other')).toBeNull();
});

it('who asks before a worker did waits, all for one answer', async () => {
  let asked = 0;
  const query: Db['query'] = (statement) => {
    if (statement.sql.includes('evidence.handled')) asked += 1;
    return db.query(statement);
  };
  await db.query(sql`delete from quality.rule_evidence`);
  const app = await buildApp({ db: { ...db, query }, definitions, log: silentLog, clock: { now: () => now } });
  const { key } = await createKey(db, { name: 'reader', scopes: ['data:read'] }, systemActor('test'));
  const ask = () => app.inject({ url: '/v1/rules/evidence', headers: { authorization: `Bearer ${key}` } });
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  await ask();
  expect(asked).toBe(1);
  expect(answers[0]!.json()).toMatchObject({ askedAt: now.toISOString(), data: expect.any(Array) });
  await app.close();
});
