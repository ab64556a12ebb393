/** What goes wrong in a made org: of a kind, as many points of the object's score as asked for, by rules and a user that are known. */
import type { Random } from './random.ts';
import { scoreOf, type World } from './world.ts';

/** one-rule: its size is in points of the records that one rule is asked of, not of the score. */
export const damageKinds = ['bad-import', 'robot', 'bulk-edit', 'drift', 'one-rule'] as const;
export type DamageKind = (typeof damageKinds)[number];

export type Damage = {
  kind: DamageKind;
  object: string;
  /** Points of the score, 1 = .01; of one-rule, of the records of the rule. */
  size: number;
  from: number;
  /** Nights it takes to come about. */
  nights: number;
  /** Points a night. */
  pace: number;
  /** The night by which it is mended. */
  until: number;
  ruleIds: string[];
  userId: string;
  isNew: boolean;
  /** Points that really went. */
  real: number;
  /** Points that the score was down at its lowest: meanwhile people mend. */
  lost: number;
};

/** Violations a night of damage brought, by rule. */
export type Came = { ruleId: string; count: number; userId: string; isNew: boolean };

export const robotId = '005000000000ROBOT1';
export const importerId = '005000000000IMPORT';

/** Points a night of a drift. */
export const paces = [1, 0.5, 0.3];

export function planDamage(kind: DamageKind, size: number, world: World, from: number, random: Random): Damage {
  const ruleIds = world.rules
    .filter(({ isOn, dimension }) => isOn && dimension !== 'uniqueness' && dimension !== 'timeliness')
    .filter((rule) => kind !== 'one-rule' || 1 - rule.violated / (world.recordCount * rule.share) > (1.1 * size) / 100)
    .map(({ id }) => id)
    .sort(() => random.next() - 0.5)
    .slice(0, kind === 'bad-import' ? random.whole(1, 3) : 1);
  const pace = kind === 'drift' ? random.pick(paces) : size;
  const nights = kind === 'drift' ? Math.max(1, Math.round(size / pace)) : 1;
  const person = `00500000000PERSON${random.whole(0, 9)}`;
  const userId = kind === 'bad-import' ? importerId : kind === 'robot' ? robotId : person;
  const until = from + nights + random.whole(3, 7);
  return {
    kind,
    object: world.object,
    size,
    from,
    nights,
    pace,
    until,
    ruleIds,
    userId,
    isNew: kind === 'bad-import',
    real: 0,
    lost: 0,
  };
}

/**
 * One night's share of it, done to the world. More rules are drawn in when those of the plan have too few records left.
 * @returns what came, and how to mend it
 */
export function strike(world: World, damage: Damage, random: Random): { came: Came[]; mend: () => void } {
  const before = scoreOf(world);
  const wanted = before - damage.size / damage.nights / 100;
  const was = {
    recordCount: world.recordCount,
    violated: new Map(world.rules.map(({ id, violated }) => [id, violated])),
  };
  const restore = () => {
    world.recordCount = was.recordCount;
    for (const rule of world.rules) rule.violated = was.violated.get(rule.id) ?? rule.violated;
  };
  const rules = () => world.rules.filter(({ id }) => damage.ruleIds.includes(id));
  const apply = (n: number) => {
    restore();
    if (damage.isNew) {
      world.recordCount += n;
      for (const rule of world.rules) rule.violated += n * rule.share * rule.rate;
    }
    for (const rule of rules()) {
      const room = world.recordCount * rule.share - rule.violated;
      rule.violated += Math.min(room, n * (damage.isNew ? rule.share * (1 - rule.rate) : 1));
    }
  };
  let count = 0;
  for (;;) {
    if (damage.kind === 'one-rule') {
      const [rule] = rules();
      count = ((damage.size / 100) * world.recordCount * rule!.share) / damage.nights;
      apply(count);
      break;
    }
    let [low, high] = [0, was.recordCount * 0.6];
    apply(high);
    const spare = world.rules.filter(
      ({ id, isOn, dimension }) => isOn && dimension !== 'uniqueness' && !damage.ruleIds.includes(id),
    );
    if (scoreOf(world) > wanted && spare.length > 0) {
      damage.ruleIds.push(random.pick(spare).id);
      continue;
    }
    for (let step = 0; step < 24; step += 1) {
      const middle = (low + high) / 2;
      apply(middle);
      if (scoreOf(world) > wanted) low = middle;
      else high = middle;
    }
    apply(high);
    count = high;
    break;
  }
  damage.real += (before - scoreOf(world)) * 100;
  const added = new Map(world.rules.map(({ id, violated }) => [id, violated - was.violated.get(id)!]));
  const addedRecords = world.recordCount - was.recordCount;
  const { userId, isNew } = damage;
  const came = rules().map(({ id }) => ({
    ruleId: id,
    count: Math.round(Math.min(count, added.get(id)!)),
    userId,
    isNew,
  }));
  return {
    came,
    mend: () => {
      world.recordCount -= addedRecords;
      for (const rule of world.rules) rule.violated = Math.max(0, rule.violated - added.get(rule.id)!);
    },
  };
}
