/** One object of a made org: records and violations that live through working days, weekends, holidays and a year. */
import type { Dimension, RuleDefinition } from '../../src/model/rule.ts';
import type { Check } from '../../src/pipeline/alert/explain.ts';
import { weigh } from '../../src/quality/weigh.ts';
import type { Random } from './random.ts';

type RuleState = {
  id: string;
  dimension: Dimension;
  version: number;
  isOn: boolean;
  /** Of the records, how many it is asked of. */
  share: number;
  /** Of those, in the long run. */
  rate: number;
  violated: number;
  /** Points of seasons that the rate goes up and down by. */
  wave: number;
  phase: number;
};

export type World = {
  object: string;
  recordCount: number;
  rules: RuleState[];
  /** Noise of a working day in score. */ noise: number;
};

export function makeWorld(object: string, rules: readonly RuleDefinition[], noise: number, random: Random): World {
  const recordCount = random.whole(2_000, 6_000);
  return {
    object,
    recordCount,
    noise,
    rules: rules.map(({ id, dimension, version }) => {
      const share = random.pick([1, 1, 1, 0.8, 0.5]);
      const rate = random.pick([0.01, 0.02, 0.05, 0.1, 0.15, 0.25]);
      const violated = Math.round(recordCount * share * rate);
      const wave = dimension === 'timeliness' ? random.between(0, 0.03) : 0;
      return { id, dimension, version, isOn: true, share, rate, violated, wave, phase: random.next() };
    }),
  };
}

export function checksOf({ recordCount, rules }: World): Check[] {
  return rules
    .filter(({ isOn }) => isOn)
    .map(({ id, version, dimension, share, violated }) => {
      const applicableCount = Math.round(recordCount * share);
      const violatedCount = Math.max(0, Math.min(applicableCount, Math.round(violated)));
      return {
        ruleId: id,
        ruleVersion: version,
        ruleRevision: 0,
        weight: 1,
        dimension,
        applicableCount,
        violatedCount,
      };
    });
}

export const scoreOf = (world: World): number =>
  weigh(checksOf(world)).find(({ dimension }) => dimension === null)!.score!;

/** How much of a working day happens: weekends, the turn of the year, half of August. */
export function activityOn(day: Date): number {
  const [month, date] = [day.getUTCMonth(), day.getUTCDate()];
  if ((month === 11 && date >= 22) || (month === 0 && date <= 3)) return 0.05;
  const rest = day.getUTCDay() === 0 || day.getUTCDay() === 6 ? 0.1 : 1;
  return month === 7 && date <= 16 ? rest * 0.4 : rest;
}

/** What people do in a day: records come, some values are mended, some break. */
export function liveOneDay(world: World, day: Date, random: Random): void {
  const activity = activityOn(day);
  const grown = world.recordCount * 0.0008 * activity;
  const year = (day.getTime() / 86_400_000 / 365) % 1;
  // A Monday finds what the weekend's forms brought.
  const monday = day.getUTCDay() === 1 ? 1 : 0;
  world.recordCount += grown;
  const perRule = world.noise / Math.sqrt(Math.max(1, world.rules.length));
  for (const rule of world.rules) {
    const applicable = world.recordCount * rule.share;
    const target = (rule.rate + rule.wave * Math.sin(2 * Math.PI * (year + rule.phase))) * applicable;
    const weight = weightOf(world, rule);
    const spread = perRule / weight;
    rule.violated += grown * rule.share * rule.rate * 1.2;
    rule.violated +=
      (target - rule.violated) * 0.1 * activity + random.normal() * spread * activity + 0.3 * spread * monday;
    rule.violated = Math.max(0, Math.min(applicable, rule.violated));
  }
}

/** In score, of one more violation. */
export function weightOf(world: World, { dimension }: Pick<RuleState, 'dimension'>): number {
  const checks = checksOf(world).map((check) => ({ ...check, violatedCount: 0 }));
  const [first] = checks.filter((check) => check.dimension === dimension);
  if (!first) return 1;
  const one = checks.map((check) => (check === first ? { ...check, violatedCount: 1 } : check));
  return 1 - weigh(one).find((score) => score.dimension === null)!.score!;
}
