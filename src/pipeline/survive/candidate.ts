/** A record of a golden record becomes the values it puts forward, field by field, with their age and whether they are in doubt. */
import type { ObjectLayout } from './layout.ts';

/** A time of the database in UTC, `2026-11-29 02:00:00.5`: as text such times are in their order. */
export type Time = string;

/** One Salesforce record of a golden record. */
export type Member = {
  connectionId: string;
  object: string;
  id: string;
  /** When it was last modified as it was first seen: what no history is known of is at least so old. */
  modifiedAt: Time | null;
  /**
   * By Salesforce field what the mirror saw of its values: since when, whether they are at least so old rather than exactly, and when a
   * person last wrote one.
   */
  history: Readonly<Record<string, readonly [since: Time, isBound: boolean, confirmed: Time | null]>> | null;
  /** In the order of `sources` of its layout; null where it is blank. */
  values: readonly (string | null)[];
  /** In the order of `doubts` of its layout. */
  doubts: readonly (boolean | null)[];
  /** Null where its object is no evidence of the entity any more: then it says nothing. */
  layout: ObjectLayout | null;
};

export type Candidate = {
  member: Member;
  field: string;
  value: string;
  since: Time | null;
  /** `since` is a fact where the mirror saw the value change, else a bound: the value is at least so old. */
  isBound: boolean;
  /** When a person last wrote the value; where none was seen to, the bound of its age at first sight. */
  confirmed: Time | null;
  isDoubted: boolean;
  /** How many of the records say the same but for upper and lower case; 0 where nobody asks. */
  frequency: number;
};

/** What a record says of a field: the first source with a value; null when all are blank. */
export function saidOf(member: Member, field: string): Candidate | null {
  const place = placeOf(member, field);
  return place === null ? null : candidate(member, field, place);
}

/** What a record puts into a set: each source with a value. */
export function allSaidOf(member: Member, field: string): Candidate[] {
  const places = member.layout?.saying.get(field) ?? [];
  return places.filter((place) => member.values[place] !== null).map((place) => candidate(member, field, place));
}

/** As `saidOf`, of a record with which no other competes. */
export function valueOf(member: Member, field: string): string | null {
  const place = placeOf(member, field);
  return place === null ? null : member.values[place]!;
}

function placeOf({ layout, values }: Member, field: string): number | null {
  for (const place of layout?.saying.get(field) ?? []) if (values[place] !== null) return place;
  return null;
}

function candidate(member: Member, field: string, place: number): Candidate {
  const { sources, doubts } = member.layout!;
  const seen = member.history?.[sources[place]!.apiName];
  const at = doubts.findIndex(([of]) => of === field);
  return {
    member,
    field,
    value: member.values[place]!,
    since: seen?.[0] ?? member.modifiedAt,
    isBound: seen?.[1] ?? true,
    confirmed: seen?.[2] ?? member.modifiedAt,
    isDoubted: at !== -1 && member.doubts[at] === true,
    frequency: 0,
  };
}
