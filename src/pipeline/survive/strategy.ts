/** A value and the strategies of its field become numbers of which the larger wins. */
import type { EntityDefinition, FieldKind, SurvivorshipStrategy } from '../../model/entity.ts';
import { type Candidate, type Member, saidOf } from './candidate.ts';

type Field = EntityDefinition['fields'][string];

/** Places the value among the others by one strategy. */
export type Rank = (candidate: Candidate) => number;

const last = -1000; // of values from an object or org that `prefer` does not name

/** @param filledOf how many fields a record has a value for, sets apart */
export function rankBy(strategy: SurvivorshipStrategy, field: Field, filledOf: (member: Member) => number): Rank {
  switch (strategy) {
    case 'newest':
      return age;
    case 'oldest':
      return ({ since }) => (since === null ? -Infinity : -microseconds(since));
    case 'smallest':
      return ({ value }) => -(field.kind === 'date' ? Date.parse(value) : Number(value));
    case 'most-frequent':
      return ({ frequency }) => frequency;
    case 'most-complete':
      return ({ member }) => filledOf(member);
    case 'longest':
      // In characters, not in units of UTF-16.
      return ({ value }) => Array.from(value).length;
    case 'object-priority':
      return ({ member }) => place(field.prefer.objects, member.object);
    case 'org-priority':
      return ({ member }) => place(field.prefer.orgs, member.connectionId);
    case 'value-priority':
      return ({ member }) => {
        const at = field.prefer.values?.findIndex(({ field: of, is }) => saidOf(member, of)?.value === is) ?? -1;
        return at === -1 ? last : -(at + 1);
      };
    case 'valid-first':
      return ({ value, isDoubted }) => (!isDoubted && isWellFormed(field.kind, value) ? 1 : 0);
    case 'any-true':
      return ({ value }) => (value === 'true' ? 1 : 0);
    case 'union':
      return () => 0;
  }
}

/** The newest value wins; one of unknown age never does. */
export const age: Rank = ({ since }) => (since === null ? -Infinity : microseconds(since));

function place(order: readonly string[] | undefined, name: string): number {
  const at = order?.indexOf(name) ?? -1;
  return at === -1 ? last : -(at + 1);
}

/** Of a time in UTC as PostgreSQL writes it, `2026-11-29 02:00:00.123456`: a Date would forget the last three digits. */
function microseconds(time: string): number {
  return Date.parse(`${time.slice(0, 10)}T${time.slice(11, 19)}Z`) * 1000 + Number(time.slice(20, 26).padEnd(6, '0'));
}

/** A cheap look at the shape; whether an address exists is another matter. */
function isWellFormed(kind: FieldKind, value: string): boolean {
  switch (kind) {
    case 'email':
      return /^[^@\s]+@[^@\s]+[.][^@\s.]{2,}$/.test(value);
    case 'phone':
      return /^([^0-9]*[0-9]){7,18}[^0-9]*$/.test(value);
    case 'website':
      return /^(https?:\/\/)?([a-z0-9-]+[.])+[a-z]{2,}([/:?#]|$)/i.test(value);
    case 'number':
      return Number(value) >= 0;
    case 'given-name':
    case 'family-name':
    case 'full-name':
    case 'company-name':
    case 'city':
      return /\p{Alphabetic}/u.test(value);
    default:
      return true;
  }
}

/** What makes two values of a set the same: an e-mail in any case, a phone with or without its country code. */
export function setKey(kind: FieldKind, value: string): string {
  const lower = value.toLowerCase();
  if (kind !== 'phone') return lower;
  const digits = value.replace(/(x|ext|#).*$/is, '').replaceAll(/[^0-9]/g, '');
  return digits.slice(-9) || lower;
}
