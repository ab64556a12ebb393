/** A year of nights of one made org through the real alert stage, and beside it through the judging of before. */
import type { Definitions } from '../../src/model/definitions.ts';
import type { IncidentCause } from '../../src/pipeline/alert/describe.ts';
import { type Check, explain } from '../../src/pipeline/alert/explain.ts';
import { weigh } from '../../src/quality/weigh.ts';
import { type Measured, watchAsBefore } from './before.ts';
import { type Came, type Damage, type DamageKind, importerId, planDamage, robotId, strike } from './damage.ts';
import type { Random } from './random.ts';
import type { Keeper } from './keeper.ts';
import { tableNames } from './store.ts';
import { checksOf, liveOneDay, makeWorld, scoreOf, type World } from './world.ts';

export type Seen = {
  /** Nights from the beginning to the first message; null: none came. */
  delay: number | null;
  messages: number;
  rule: boolean;
  /** The user, and whether the records are new. */
  who: boolean;
};
/** `pooled`: with rules judged in their dimensions alone. `noise`: points a working day. */
export type Outcome = { damage: Damage; noise: number; now: Seen; pooled: Seen; before: Seen };
export type Year = {
  outcomes: Outcome[];
  falseNow: number;
  falsePooled: number;
  falseBefore: number;
  nights: number;
  objects: number;
};

const nightCount = 365;
/** Nights from one damage to the next, and before the first. */
const slot = 20;
const day = 86_400_000;

const unseen = (): Seen => ({ delay: null, messages: 0, rule: false, who: false });

export async function liveYear(
  keeper: Keeper,
  definitions: Definitions,
  wanted: () => { kind: DamageKind; size: number } | null,
  noiseScale: number,
  random: Random,
): Promise<Year> {
  const noise = (noiseScale * random.pick([0.05, 0.1, 0.2, 0.3])) / 100;
  const worlds = Object.keys(tableNames).map((object) =>
    makeWorld(
      object,
      definitions.rules.filter((rule) => rule.object === object),
      noise,
      random,
    ),
  );
  const watchers = new Map(worlds.map(({ object }) => [object, watchAsBefore(definitions.alerts)]));
  const kept = new Map<string, Check[]>();
  const outcomes: Outcome[] = [];
  const mends: { at: number; damage: Damage; mend: () => void }[] = [];
  let [falseNow, falseBefore] = [0, 0];
  let next = slot + random.whole(0, 6);
  let active: Outcome | null = null;
  let start = 0;

  const hear = (which: 'now' | 'before', object: string, night: number, causes: Named | null) => {
    const isDue =
      active !== null && active.damage.object === object && night >= active.damage.from && night < active.damage.until;
    if (!isDue) {
      if (which === 'now') falseNow += 1;
      else falseBefore += 1;

      return;
    }
    const seen = active![which];
    seen.messages += 1;
    if (seen.delay !== null) return;
    const { damage } = active!;
    seen.delay = night - damage.from;
    seen.rule = causes !== null && damage.ruleIds.includes(causes.ruleId);
    seen.who = seen.rule && causes!.userId === damage.userId && causes!.isNew === damage.isNew;
  };

  for (let night = 0; night < nightCount; night += 1) {
    const at = new Date(Date.UTC(2026, 0, 1, 2) + night * day);
    const came = new Map<string, Came[]>(worlds.map(({ object }) => [object, []]));
    for (const world of worlds) {
      liveOneDay(world, at, random);
      came.get(world.object)!.push(...churn(world, random));
    }
    if (night === next && active === null) {
      const wish = wanted();
      const world = random.pick(worlds);
      if (wish) {
        active = {
          damage: planDamage(wish.kind, wish.size, world, night, random),
          noise: 100 * noise,
          now: unseen(),
          pooled: unseen(),
          before: unseen(),
        };
        outcomes.push(active);
      }
    }
    // Half way to the next damage something happens that is none.
    if (night === next + slot / 2 + 4 || night === 8) harmless(random.pick(worlds), random);
    if (active && night >= active.damage.from && night < active.damage.from + active.damage.nights) {
      const { damage } = active;
      const world = worlds.find(({ object }) => object === damage.object)!;
      if (night === damage.from) start = scoreOf(world);
      const struck = strike(world, damage, random);
      came.get(world.object)!.push(...struck.came);
      mends.push({ at: damage.until, damage, mend: struck.mend });
    }
    for (const { at: due, damage, mend } of mends.filter((one) => one.at === night)) {
      mend();
      await keeper.mend(damage.object, damage.userId, at);
      if (due === night && active?.damage === damage) {
        active = null;
        next = Math.max(night + 12, next + slot) + random.whole(0, 4);
      }
    }
    if (active && night >= active.damage.from) {
      const { damage } = active;
      const score = scoreOf(worlds.find(({ object }) => object === damage.object)!);
      damage.lost = Math.max(damage.lost, 100 * (start - score));
    }
    const nights = worlds.map((world) => {
      const { object, recordCount } = world;
      return { object, recordCount, checks: checksOf(world), came: came.get(object)! };
    });
    const robots = { ...definitions, integrationUserIds: [robotId, importerId] };
    const { runId, announced } = await keeper.live(at, nights, robots);
    for (const { object, causes } of announced) hear('now', object, night, namedNow(causes, object));
    for (const { object, checks } of nights) {
      kept.set(`${object} ${runId}`, checks);
      const heard = watchers.get(object)!(measuredOf(checks, runId));
      if (!heard) continue;
      const then = heard.baselineRunIds.map((id) => kept.get(`${object} ${id}`) ?? []);
      const [first] = explain(heard.dimension as never, checks, then);
      // Before, only who created new records was named.
      const struck = active?.damage.isNew ? active.damage : null;
      hear(
        'before',
        object,
        night,
        first ? { ruleId: first.ruleId, userId: struck?.userId ?? null, isNew: struck !== null } : null,
      );
    }
  }
  return { outcomes, falseNow, falsePooled: 0, falseBefore, nights: nightCount, objects: worlds.length };
}

type Named = { ruleId: string; userId: string | null; isNew: boolean };

function namedNow(causes: readonly IncidentCause[], object: string): Named | null {
  const [first] = causes.filter((cause) => cause.object === object);
  if (!first) return null;
  const [part] = first.parts.slice(0, -1);
  return { ruleId: first.ruleId, userId: part?.userId ?? null, isNew: part?.records === 'new' };
}

function measuredOf(checks: readonly Check[], runId: string): Measured[] {
  const rulesHash = checks
    .map(({ ruleId, ruleVersion }) => `${ruleId}@${ruleVersion}`)
    .sort()
    .join();
  const hashOf = (dimension: string | null) =>
    dimension === null
      ? rulesHash
      : checks
          .filter((check) => check.dimension === dimension)
          .map(({ ruleId, ruleVersion }) => `${ruleId}@${ruleVersion}`)
          .sort()
          .join();
  return weigh(checks)
    .toSorted((a, b) => Number(a.dimension !== null) - Number(b.dimension !== null))
    .flatMap(({ dimension, score }) =>
      score === null ? [] : [{ dimension, score, rulesHash: hashOf(dimension), runId }],
    );
}

/** A few findings a day that people bring about, of any rule. */
function churn(world: World, random: Random): Came[] {
  return world.rules.map(({ id }) => ({
    ruleId: id,
    count: random.whole(0, 3),
    userId: `00500000000PERSON${random.whole(0, 9)}`,
    isNew: random.next() < 0.5,
  }));
}

/** A good import, a clean-up, a rule switched on or off, a rule with another condition. */
function harmless(world: World, random: Random): void {
  const rule = random.pick(world.rules);
  const what = random.pick(['import', 'clean-up', 'switch', 'version'] as const);
  if (what === 'import') {
    const n = world.recordCount * random.between(0.02, 0.1);
    world.recordCount += n;
    for (const one of world.rules) one.violated += n * one.share * one.rate * 0.8;
  } else if (what === 'clean-up') {
    rule.violated *= 0.5;
    rule.rate *= 0.5;
  } else if (what === 'switch') {
    rule.isOn = !rule.isOn || world.rules.filter(({ isOn }) => isOn).length < 3;
  } else {
    rule.version += 1;
    rule.rate = Math.min(0.6, rule.rate * random.between(0.5, 4));
    rule.violated = world.recordCount * rule.share * rule.rate;
  }
}
