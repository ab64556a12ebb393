/** When a score fell, and that the causes add up to the fall. */
import { expect, it } from 'vitest';
import { alerts as settings } from '../../config/alerts.ts';
import { type Check, explain } from '../../src/pipeline/alert/explain.ts';
import { hasDriftedAnew, isAnotherFall, isRecovered, judge as judgeScored } from '../../src/pipeline/alert/judge.ts';
import { weigh } from '../../src/quality/weigh.ts';

/** Newest first. */
const runs = (scores: readonly number[]) => scores.map((score, at) => ({ runId: `r${at}`, score }));
const judge = (score: number, history: readonly number[], of: typeof settings) => judgeScored(score, runs(history), of);
const steady = [0.8, 0.81, 0.79, 0.8, 0.8, 0.81];

it('sees a fall below the baseline and grades it', () => {
  expect(judge(0.76, steady, settings)).toMatchObject({ reason: 'drop', severity: 'warn' });
  expect(judge(0.7, steady, settings)).toMatchObject({ reason: 'drop', severity: 'critical' });
  expect(judge(0.79, steady, settings)).toBeNull();
});

it('leaves a noisy score alone where a steady one would alarm', () => {
  expect(judge(0.76, [0.7, 0.9, 0.75, 0.85, 0.72, 0.88], settings)).toBeNull();
});

it('knows only the floor while history is short', () => {
  const cautious = { ...settings, minimumRunCount: 5 };
  expect(judge(0.6, [0.9, 0.9], cautious)).toBeNull();
  expect(judge(0.4, [], settings)).toMatchObject({ reason: 'floor', baseline: null });
});

it('recovers with a margin', () => {
  const drop = judge(0.7, steady, settings)!;
  expect(isRecovered(drop, drop.baseline! - 0.02, settings)).toBe(false);
  expect(isRecovered(drop, drop.baseline! - 0.005, settings)).toBe(true);
  const low = judge(0.4, [], settings)!;
  expect(isRecovered(low, 0.505, settings)).toBe(false);
  expect(isRecovered(low, 0.52, settings)).toBe(true);
});

const check = (
  ruleId: string,
  dimension: Check['dimension'],
  applicableCount: number,
  violatedCount: number,
): Check => ({
  ruleId,
  ruleVersion: 1,
  dimension,
  applicableCount,
  violatedCount,
  ruleRevision: 0,
  weight: 1,
});
const before = [
  [check('a', 'completeness', 100, 10), check('b', 'completeness', 50, 5), check('c', 'validity', 80, 8)],
  [check('a', 'completeness', 110, 12), check('b', 'completeness', 50, 7), check('c', 'validity', 90, 8)],
];
const now = [check('a', 'completeness', 120, 50), check('b', 'completeness', 60, 5), check('c', 'validity', 90, 20)];

it.each([null, 'completeness' as const])('explains the whole fall of %s', (measure) => {
  const score = (checks: Check[]) => weigh(checks).find((one) => one.dimension === measure)!.score!;
  const causes = explain(measure, now, before);
  const fall = (score(before[0]!) + score(before[1]!)) / 2 - score(now);
  expect(causes.reduce((sum, cause) => sum + cause.contribution, 0)).toBeCloseTo(fall, 12);
  expect(causes[0]).toMatchObject({ ruleId: 'a', violatedCount: 50, addedCount: 39 });
});

it('explains a score without a baseline as what is missing to 1', () => {
  const missing = explain(null, now, []).reduce((sum, cause) => sum + cause.contribution, 0);
  expect(missing).toBeCloseTo(1 - weigh(now).at(-1)!.score!, 12);
});

it.each([0, 20])('sees a drift of a point a night within seven nights, after %i steady ones', (steadyCount) => {
  const scores = Array.from({ length: steadyCount }, () => 0.95);
  const seen = Array.from({ length: 12 }, (_, night) => {
    const verdict = judge(0.94 - night / 100, scores.toReversed(), settings);
    scores.push(0.94 - night / 100);
    return verdict;
  });
  expect(seen.findIndex((verdict) => verdict !== null)).toBeLessThan(7);
  expect(seen.findIndex((verdict) => verdict !== null)).toBeGreaterThan(0);
});

/** Draws of a normal distribution that are the same each time. */
function normalDraws(seed: number): () => number {
  let state = seed;
  const draw = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return () => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
}

it.each([0.0005, 0.0015, 0.003])(
  'sees such a drift also where nights differ by %s, and nothing in a year without one',
  (noise) => {
    let [seenCount, falseCount, all] = [0, 0, 0];
    for (let seed = 1; seed <= 100; seed++) {
      const normal = normalDraws(seed * 7919);
      const history = Array.from({ length: 40 }, () => 0.92 + noise * normal());
      const told = (score: number) => {
        const verdict = judge(score, history.slice(0, settings.bestRunCount), settings);
        history.unshift(score);
        return verdict !== null;
      };
      for (let night = 0; night < 60; night++) if (told(0.92 + noise * normal())) falseCount++;
      let seen = -1;
      for (let night = 1; night <= 7 && seen < 0; night++)
        if (told(0.92 - night / 100 + noise * normal())) seen = night;
      if (seen > 0) seenCount++;
      all++;
    }
    expect(seenCount / all).toBeGreaterThanOrEqual(0.95);
    // In 100 orgs of 60 nights: a month and an org have at most one in a hundred.
    expect(falseCount / (all * 2)).toBeLessThan(0.01);
  },
);

it('holds a drift against the best level of 28 runs, by the runs that had it, and no lucky night against the next', () => {
  const slow = Array.from({ length: 28 }, (_, at) => 0.8 + at / 100);
  expect(judge(0.79, slow, settings)).toMatchObject({ reason: 'drift', baselineRunIds: ['r25', 'r26', 'r27'] });
  expect(judge(0.79, slow, settings)!.baseline).toBeCloseTo(1.06, 12);
  expect(judge(0.8, [0.8, 0.81, 0.79, 0.87, 0.8, 0.8, 0.81, 0.8], settings)).toBeNull();
  // Half the history is another level: the fall is not new.
  expect(judge(0.8, [0.8, 0.83, 0.78, 0.84, 0.81, 0.85, 0.82], settings)).toBeNull();
});

it('tells another fall of one night from a drift and from noise', () => {
  const at = (score: number, history: readonly number[], dimension: 'validity' | null = null) =>
    isAnotherFall({ score, dimension, history: runs(history) }, settings);
  expect(at(0.6, [0.8, 0.8, 0.9, 0.9])).toBe(true);
  expect(at(0.79, [0.8, 0.81, 0.82, 0.83])).toBe(false);
  expect(at(0.76, [0.8, 0.75, 0.8, 0.76, 0.81])).toBe(false);
  expect(at(0.77, [0.8, 0.8], 'validity')).toBe(false);
  expect(at(0.7, [])).toBe(false);
});

it('tells a drift that begins in an open incident from the one it opened with, and from the noise of its nights', () => {
  const normal = normalDraws(4711);
  let [found, again, falseCount] = [0, 0, 0];
  for (let org = 0; org < 100; org++) {
    const noise = [0.0005, 0.0015, 0.003][org % 3]!;
    const news = { runId: 'news', score: 0.82 };
    const after: { runId: string; score: number }[] = [];
    const told = (score: number) => {
      const is = hasDriftedAnew({ score, dimension: null }, true, { after, news }, settings);
      after.unshift({ runId: 'r', score });
      return is;
    };
    // The drift it opened with goes on for ten points: nothing new.
    for (let night = 1; night <= 10; night++) if (told(0.82 - night / 100 + noise * normal())) again++;
    for (let night = 1; night <= 60; night++) if (told(0.72 + noise * normal())) falseCount++;
    for (let night = 1; night <= 7; night++)
      if (told(0.72 - night / 100 + noise * normal())) {
        found++;
        break;
      }
  }
  expect(again).toBe(0);
  expect(found).toBeGreaterThanOrEqual(95);
  expect(falseCount / 200).toBeLessThan(0.01);
});

it('counts a dimension that was not down once it lost a whole drift since the last news, the object never so', () => {
  const at = (score: number) => ({ runId: 'r', score });
  const since = { after: [0.7, 0.75, 0.8, 0.85, 0.9].map(at), news: at(0.95) };
  const is = (dimension: 'validity' | null, wasDown: boolean, score = 0.65) =>
    hasDriftedAnew({ score, dimension }, wasDown, since, settings);
  expect(is('validity', false)).toBe(true);
  expect(is('validity', true)).toBe(false);
  expect(is('validity', false, 0.85)).toBe(false);
  expect(is(null, false)).toBe(false);
});

it('judges a rule once two weeks of it are known, by more than its noise, and by no floor', () => {
  const rule = (score: number, history: readonly number[]) => judgeScored(score, runs(history), settings, 'rule');
  const week = [0.98, 0.979, 0.98, 0.981, 0.98, 0.98, 0.979];
  const weeks = [...week, ...week];
  expect(rule(0.96, weeks)).toMatchObject({ reason: 'drop', severity: 'warn' });
  expect(rule(0.97, weeks)).toBeNull();
  expect(rule(0.5, weeks.slice(1))).toBeNull();
  expect(
    rule(
      0.4,
      weeks.map((score) => score - 0.578),
    ),
  ).toBeNull();
  // Two points are within what its nights differ by.
  expect(
    rule(
      0.96,
      weeks.map((score, at) => score + (at % 2 ? -0.006 : 0.006)),
    ),
  ).toBeNull();
});
