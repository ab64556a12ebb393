/** The keys of the records of `plain` into blocks of records worth comparing, within a budget of pairs a rule. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Caps } from './blocked.ts';
import { BlockList, group, type Blocks, type Grouped, type Keys } from './blocks.ts';
import { blockingRules, refinementKeys } from './blocking.ts';
import { eachNumber } from './columnar.ts';
import type { Layout } from './definition.ts';

/** What a rule made, and what it left out because a key was shared by too many. */
export type RuleCount = {
  rule: string;
  pairCount: number;
  /** Largest block compared whole. */
  cap: number;
  cappedKeyCount: number;
  /** Pairs within capped keys that no refinement brought together; another rule may still have. */
  notComparedPairCount: number;
};

/** Block sizes tried as cap, largest first: the first that keeps the rule within its budget of pairs is taken. */
const capSizes = [300, 150, 80, 50, 30, 20, 12, 8, 5];
/**
 * Pairs a rule may yield: some for every record, and enough for a small file to be compared generously. Rules that tell
 * little by themselves find mostly what others did: on 100,000 made people a third of the pairs holds all but one in a thousand
 * of the true ones.
 */
const budget = (recordCount: number, isTelling: boolean): number =>
  isTelling ? 0.5 * recordCount + 150_000 : 0.25 * recordCount + 30_000;

const pairsIn = (size: number): number => (size * (size - 1)) / 2;

/** The largest cap whose blocks hold no more pairs than the budget. */
function capFor(groups: readonly Grouped[], most: number): number {
  const counts = new Float64Array((capSizes[0] as number) + 1);
  for (const { sizes } of groups)
    for (const size of sizes) if (size < counts.length) counts[size] = (counts[size] as number) + 1;
  for (const cap of capSizes) {
    let pairs = 0;
    for (let size = 2; size <= cap; size += 1) pairs += (counts[size] as number) * pairsIn(size);
    if (pairs <= most) return cap;
  }
  return capSizes.at(-1) as number;
}

/** `pairCount` of the counts is not known before the pairs are walked. */
export async function findBlocks(
  duck: DuckDBConnection,
  layout: Layout,
  filled: ReadonlySet<string>,
  recordCount: number,
): Promise<{ rules: string[]; counts: RuleCount[]; caps: Caps[]; blocks: Blocks }> {
  const rules = blockingRules(layout, filled);
  const counts: RuleCount[] = [];
  const caps: Caps[] = [];
  const list = new BlockList();
  const refinements: Int32Array[] = [];
  for (const [index, { name, key, many, isTelling }] of rules.entries()) {
    const most = budget(recordCount, isTelling === true);
    const keys = many ? await readMany(duck, key) : compact(await readByPlace(duck, key, recordCount));
    const grouped = group(keys);
    const cap = capFor([grouped], most);
    list.take(index, keys.places, grouped, cap);
    let [cappedKeyCount, left, fineCap] = [0, 0, cap];
    for (const size of grouped.sizes) {
      if (size <= cap) continue;
      cappedKeyCount += 1;
      left += pairsIn(size);
    }
    if (cappedKeyCount > 0) {
      if (refinements.length === 0)
        for (const one of refinementKeys(layout)) refinements.push(await readByPlace(duck, one, recordCount));
      // One refinement after another: their tables together would take ten times the memory, and wait for it.
      const fine = refinements.map((refinement, at) => {
        const found = refine(keys, grouped, cap, refinement, at);
        return { places: found.places, grouped: group(found) };
      });
      fineCap = capFor(
        fine.map((one) => one.grouped),
        most,
      );
      for (const one of fine) {
        list.take(index, one.places, one.grouped, fineCap);
        for (const size of one.grouped.sizes) if (size <= fineCap) left -= pairsIn(size);
      }
    }
    caps.push({ cap, fineCap });
    counts.push({ rule: name, pairCount: 0, cap, cappedKeyCount, notComparedPairCount: Math.max(0, left) });
  }
  return { rules: rules.map(({ name }) => name), counts, caps, blocks: list.finish(recordCount) };
}

/** SQL of 31 bits of a hash of a key: a pair that meets by chance is compared and found to differ. */
export const hashed = (key: string): string => `(hash(${key}) % 2147483647)::integer`;

/** The key of each record, -1 where it has none. */
async function readByPlace(duck: DuckDBConnection, key: string, recordCount: number): Promise<Int32Array> {
  const keys = new Int32Array(recordCount).fill(-1);
  const statement = `/* match.key */ select place, ${hashed('key')} from (select place, ${key} as key from plain) where key is not null`;
  await eachNumber(duck, statement, (place, value) => (keys[place] = value));
  return keys;
}

function compact(byPlace: Int32Array): Keys {
  let length = 0;
  for (const key of byPlace) if (key >= 0) length += 1;
  const [places, keys] = [new Int32Array(length), new Int32Array(length)];
  let to = 0;
  for (let place = 0; place < byPlace.length; place += 1) {
    if ((byPlace[place] as number) < 0) continue;
    places[to] = place;
    keys[to++] = byPlace[place] as number;
  }
  return { places, keys };
}

async function readMany(duck: DuckDBConnection, key: string): Promise<Keys> {
  const [places, keys]: [number[], number[]] = [[], []];
  const statement = `/* match.keys */ select place, ${hashed('key')} from (
    select place, unnest(${key}) as key from plain) where key is not null order by all`;
  await eachNumber(duck, statement, (place, value) => {
    places.push(place);
    keys.push(value);
  });
  return { places: Int32Array.from(places), keys: Int32Array.from(keys) };
}

/** Of the records in oversized blocks that have the refinement: a key of it and the block's. */
function refine(
  { places, keys }: Keys,
  { blockOf, sizes }: Grouped,
  cap: number,
  refinement: Int32Array,
  salt: number,
): Keys {
  const isMeant = (at: number) =>
    (sizes[blockOf[at] as number] as number) > cap && (refinement[places[at] as number] as number) >= 0;
  let length = 0;
  for (let at = 0; at < places.length; at += 1) if (isMeant(at)) length += 1;
  const fine: Keys = { places: new Int32Array(length), keys: new Int32Array(length) };
  let to = 0;
  for (let at = 0; at < places.length; at += 1) {
    if (!isMeant(at)) continue;
    const own = refinement[places[at] as number] as number;
    let hash = Math.imul((keys[at] as number) ^ (salt << 24), 0x85ebca6b) ^ Math.imul(own, 0xc2b2ae35);
    hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
    fine.places[to] = places[at] as number;
    fine.keys[to++] = (hash ^ (hash >>> 13)) & 0x7fffffff;
  }
  return fine;
}
