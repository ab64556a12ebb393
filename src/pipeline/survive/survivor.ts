/** The records of one golden record and the pins on it become the values that survive, each with what settled it. */
import type { EntityDefinition } from '../../model/entity.ts';
import { allSaidOf, type Candidate, type Member, saidOf, type Time, valueOf } from './candidate.ts';
import { isSet, referencesOf } from './layout.ts';
import { age, type Rank, rankBy, setKey } from './strategy.ts';

/** A value that survives; of a set each element, by its place. */
export type Survivor = {
  field: string;
  place: number;
  /** Null only where a pin says blank. */
  value: string | null;
  since: Time | null;
  sinceIs: 'fact' | 'bound' | null;
  /** When a person last said so, as far as was seen. */
  confirmed: Time | null;
  /** The record it comes from; null where it is pinned. */
  connectionId: string | null;
  id: string | null;
  decidedBy: string;
  pinId: string | null;
};

export type ActivePin = { id: string; field: string; value: string | null; pinned_at: Time };

/** A field and those that move with it: one record speaks for all of them. */
type Group = {
  leader: string;
  followers: string[];
  /** The strategies asked in turn; ties never stay: then the newest value wins, then the smallest id, then the smallest org. */
  ranks: { name: string; rank: Rank }[];
  countsFrequency: boolean;
};

export type Survivorship = {
  fields: string[];
  /** Places of the fields that hold ids. */
  references: number[];
  groups: Group[];
  sets: string[];
  kindOf: (field: string) => EntityDefinition['fields'][string]['kind'];
};

export function survivorshipOf(entity: EntityDefinition): Survivorship {
  const all = Object.entries(entity.fields);
  const sets = all.filter(([name]) => isSet(entity, name)).map(([name]) => name);
  const singles = all.filter(([name]) => !isSet(entity, name)).map(([name]) => name);
  const filledOf = (member: Member) => singles.filter((field) => saidOf(member, field)).length;
  const groups = all
    .filter(([name, field]) => field.with === undefined && !sets.includes(name))
    .map(([leader, field]): Group => ({
      leader,
      followers: all.filter(([, other]) => other.with === leader).map(([name]) => name),
      ranks: [
        ...field.survivor.map((name) => ({ name, rank: rankBy(name, field, filledOf) })),
        { name: 'newest', rank: age },
      ],
      countsFrequency: field.survivor.includes('most-frequent'),
    }));
  const fields = all.map(([name]) => name);
  const references = referencesOf(entity).map((field) => fields.indexOf(field));
  return { fields, references, groups, sets, kindOf: (field) => entity.fields[field]!.kind };
}

/** What the definition says of how a field's value is chosen, as `golden.provenance` has it. */
export const strategyOf = (entity: EntityDefinition, field: string): string =>
  entity.fields[field]!.survivor.join(', ');

/** A golden record's values in the order of its fields; a set is null rather than empty. */
export type Values = (string | string[] | null)[];

export function valuesOf({ fields, sets }: Survivorship, survivors: readonly Survivor[]): Values {
  return fields.map((field) => {
    const own = survivors.filter((one) => one.field === field);
    return own.length === 0 ? null : sets.includes(field) ? own.map(({ value }) => value!) : own[0]!.value;
  });
}

/** The same of one record that stands alone, as nine in ten do: there is nothing to decide. */
export function loneValuesOf({ fields, sets, kindOf }: Survivorship, member: Member): Values {
  return fields.map((field) => {
    if (!sets.includes(field)) return valueOf(member, field);
    const own = gatherOf(field, [member], kindOf);
    return own.length === 0 ? null : own.map(({ value }) => value!);
  });
}

export function survivorsOf(
  survivorship: Survivorship,
  members: readonly Member[],
  pins: readonly ActivePin[],
): Survivor[] {
  const { groups, sets, kindOf } = survivorship;
  const found = [
    ...groups.flatMap((group) => survivorsOfGroup(group, members)),
    ...sets.flatMap((field) => gatherOf(field, members, kindOf)),
  ];
  if (pins.length === 0) return found;
  const pinned = new Set(pins.map(({ field }) => field));
  return [...found.filter(({ field }) => !pinned.has(field)), ...pins.map(pinnedValue)];
}

function survivorsOfGroup(
  { leader, followers, ranks, countsFrequency }: Group,
  members: readonly Member[],
): Survivor[] {
  const leading = members.flatMap((member) => saidOf(member, leader) ?? []);
  if (leading.length === 0) return fullest(followers, members);
  if (countsFrequency && leading.length > 1) countAlike(leading);
  const [best, next] = firstTwo(leading, ranks);
  const settled = next && ranks.find(({ rank }) => rank(best) !== rank(next));
  const decidedBy = next ? (settled?.name ?? 'smallest id') : 'only value';
  return [
    survivor(best, decidedBy),
    ...followers.flatMap((field) => {
      const said = saidOf(best.member, field);
      return said ? [survivor(said, `follows ${leader}`)] : [];
    }),
  ];
}

/** Without a leading value the record with most of the group speaks for it. */
function fullest(followers: readonly string[], members: readonly Member[]): Survivor[] {
  if (followers.length === 0) return [];
  const said = members.map((member) => followers.flatMap((field) => saidOf(member, field) ?? []));
  const counts = new Map(said.map((own, at) => [members[at]!, own.length]));
  const all = said.flat();
  if (all.length === 0) return [];
  const ranks = [{ rank: ({ member }: Candidate) => counts.get(member)! }, { rank: age }];
  const [{ member: speaker }] = firstTwo(all, ranks);
  return all.filter(({ member }) => member === speaker).map((own) => survivor(own, 'fullest record'));
}

/** Not sorted: most golden records have one or two candidates. @param candidates at least one */
function firstTwo(
  candidates: readonly Candidate[],
  ranks: readonly { rank: Rank }[],
): [Candidate, Candidate | undefined] {
  let best = candidates[0]!;
  let next: Candidate | undefined;
  for (const one of candidates.slice(1)) {
    if (wins(one, best, ranks)) [best, next] = [one, best];
    else if (!next || wins(one, next, ranks)) next = one;
  }
  return [best, next];
}

function wins(one: Candidate, other: Candidate, ranks: readonly { rank: Rank }[]): boolean {
  for (const { rank } of ranks) {
    const [own, others] = [rank(one), rank(other)];
    if (own !== others) return own > others;
  }
  return smallerFirst(one, other) < 0;
}

function smallerFirst(one: Candidate, other: Candidate): number {
  return (
    compare(one.member.id, other.member.id) ||
    compare(one.member.connectionId, other.member.connectionId) ||
    compare(one.field, other.field)
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function countAlike(candidates: readonly Candidate[]): void {
  const counts = new Map<string, number>();
  const keys = candidates.map(({ value }) => value.toLowerCase());
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const [at, candidate] of candidates.entries()) candidate.frequency = counts.get(keys[at]!)!;
}

/** All values of a set, the newest first; of those that are the same the newest way of writing it. */
function gatherOf(field: string, members: readonly Member[], kindOf: Survivorship['kindOf']): Survivor[] {
  const candidates = members.flatMap((member) => allSaidOf(member, field));
  if (candidates.length < 2) return candidates.map((own) => survivor(own, 'union'));
  candidates.sort(
    (one, other) => age(other) - age(one) || smallerFirst(one, other) || compareBytes(one.value, other.value),
  );
  const seen = new Set<string>();
  return candidates
    .filter(({ value }) => {
      const key = setKey(kindOf(field), value);
      return !seen.has(key) && seen.add(key);
    })
    .map((own, place) => survivor(own, 'union', place));
}

/** As the database sorts texts by their bytes. */
const compareBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

function survivor(
  { member, field, value, since, isBound, confirmed }: Candidate,
  decidedBy: string,
  place = 0,
): Survivor {
  const sinceIs = since === null ? null : isBound ? 'bound' : 'fact';
  const { connectionId, id } = member;
  return { field, place, value, since, sinceIs, confirmed, connectionId, id, decidedBy, pinId: null };
}

function pinnedValue({ id: pinId, field, value, pinned_at: since }: ActivePin): Survivor {
  const pinned = { place: 0, sinceIs: 'fact', connectionId: null, id: null, decidedBy: 'pin' } as const;
  return { ...pinned, field, value, since, confirmed: since, pinId };
}
