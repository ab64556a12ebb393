/** When a score fell, and that the causes add up to the fall. */
import { expect, it } from 'vitest';
import { alerts as settings } from '../../config/alerts.ts';
import { type Check, explain } from '../../src/pipeline/alert/explain.ts';
import { isRecovered, judge } from '../../src/pipeline/alert/judge.ts';
import { weigh } from '../../src/quality/weigh.ts';

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
  runId: 'r',
  ruleId,
  dimension,
  applicableCount,
  violatedCount,
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
