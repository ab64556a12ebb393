/** The mapped columns of one record into the standardised columns that blocking and comparison read. */
import { companyName } from '../standardise/company-name.ts';
import { email, phone, website } from '../standardise/contact-point.ts';
import { formalName, personName } from '../standardise/name.ts';
import { fold, skeleton } from '../standardise/text.ts';
import { standardValue } from '../standardise/values.ts';
import { extraColumn, type CanonicalField, type CompareKind, type Layout } from './definition.ts';

type Value = string | null;

const own = [
  'first',
  'formal',
  'first_skeleton',
  'last',
  'last_skeleton',
  'suffix',
  'email',
  'local',
  'provider',
  'domain',
  'phone',
  'company',
  'form',
  'company_skeleton',
  'house',
  'street',
  'city',
  'state',
  'postal_code',
  'birth_date',
  'title',
  'external_id',
] as const;
export type StandardColumn = (typeof own)[number];

/** All standardised columns of a layout, in the order of `standardiser`'s answers. */
export function columnNames(layout: Layout): string[] {
  return [...own, ...layout.extras.map((_, at) => extraColumn(at))];
}

/** The mapped columns of a layout, in the order `standardiser` takes them: fields, then extras. */
export function mappedNames(layout: Layout): string[] {
  return [...layout.fields, ...layout.extras.map((_, at) => extraColumn(at))];
}

const ofKind: Record<CompareKind, (value: Value) => Value> = {
  name: fold,
  text: fold,
  category: fold,
  date: (value) => standardValue('date', value),
  number: (value) => standardValue('number', value),
  id: (value) => standardValue('id', value),
};

type Name = { words: string; suffix: Value; formal: string; formalSkeleton: string; skeleton: string };

function nameOf(words: Value, suffix: Value): Name | null {
  if (words === null) return null;
  const formal = formalName(words);
  return { words, suffix, formal, formalSkeleton: skeleton(formal), skeleton: skeleton(words) };
}

function oneName(value: string): Name | null {
  const { given, suffix } = personName(value, null);
  return nameOf(given, suffix);
}

function fullName(value: string): { given: Name | null; family: Name | null; suffix: Value } {
  const { given, family, suffix } = personName(null, null, value);
  return { given: nameOf(given, suffix), family: nameOf(family, suffix), suffix };
}

/** A shared mailbox says nothing of one person: its address is left out, its domain stays. */
function mailOf(value: string) {
  const found = email(value);
  if (!found) return null;
  const { companyDomain } = found;
  if (found.isRole) return { address: null, local: null, provider: null, companyDomain };
  return {
    address: found.address,
    local: found.local,
    provider: found.address.slice(found.local.length + 1),
    companyDomain,
  };
}

function firmOf(value: string) {
  const { core, form } = companyName(value);
  return core === null ? null : { core, form, skeleton: skeleton(core) };
}

/** Not the number of a street: `8638 w 3rd st`, `3rd st`. */
const houseNumber = /\d+(?!\d|st\b|nd\b|rd\b|th\b)/;

/** Values whose answers are kept at once for each column. */
const memoSize = 50_000;

/** The answers of a function, kept for values that come again. Blank is not asked for. */
function remembered<T>(of: (value: string) => T): (value: Value | undefined) => T | null {
  const known = new Map<string, T>();
  return (value) => {
    if (value == null || value === '') return null;
    let answer = known.get(value);
    if (answer === undefined) {
      answer = of(value);
      if (known.size >= memoSize) known.clear();
      known.set(value, answer);
    }
    return answer;
  };
}

const asNull = (value: Value | undefined): Value => (value === undefined || value === '' ? null : value);

/** @returns mapped values (`mappedNames`) into standardised ones (`columnNames`); the answer is used again for the next record */
export function standardiser(layout: Layout): (raw: readonly Value[]) => readonly Value[] {
  const placeOf = (field: CanonicalField) => layout.fields.indexOf(field);
  const isPerson = layout.entity === 'person';
  const firmField = !isPerson && placeOf('name') >= 0 ? 'name' : 'company';
  const [first, last, full, mail, call, country] = (
    ['first_name', 'last_name', 'full_name', 'email', 'phone', 'country'] as const
  ).map(placeOf) as [number, number, number, number, number, number];
  const [firm, web, street, city, state, code, birth, title, external] = (
    [firmField, 'website', 'street', 'city', 'state', 'postal_code', 'birth_date', 'title', 'external_id'] as const
  ).map(placeOf) as [number, number, number, number, number, number, number, number, number];
  const extraFrom = layout.fields.length;
  const given = remembered(oneName);
  const family = remembered(oneName);
  const whole = remembered(fullName);
  const firmAnswer = remembered(firmOf);
  const webAnswer = remembered(website);
  const streetAnswer = remembered((value) => {
    const found = standardValue('street', value);
    return { street: found, house: found === null ? null : (houseNumber.exec(found)?.[0] ?? null) };
  });
  const cityAnswer = remembered((value) => standardValue('city', value));
  const stateAnswer = remembered(fold);
  const codeAnswer = remembered((value) => standardValue('postal-code', value));
  const birthAnswer = remembered((value) => standardValue('date', value));
  const titleAnswer = remembered(fold);
  const extras = layout.extras.map(({ kind }) => remembered(ofKind[kind]));
  const out: Value[] = Array.from({ length: own.length + extras.length }, () => null);
  return (raw) => {
    let [one, two]: [Name | null, Name | null] = [null, null];
    let suffix: Value = null;
    if (isPerson) {
      [one, two] = [given(raw[first]), family(raw[last])];
      if (one === null && two === null) {
        const both = whole(raw[full]);
        if (both) [one, two] = [both.given, both.family];
      }
      suffix = one?.suffix ?? two?.suffix ?? null;
    }
    const address = raw[mail] ? mailOf(raw[mail]) : null;
    const number = raw[call] ? phone(raw[call], raw[country] ?? null) : null;
    const name = firmAnswer(raw[firm]);
    const place = streetAnswer(raw[street]);
    out[0] = asNull(one?.words);
    out[1] = asNull(one?.formal);
    out[2] = asNull(one?.formalSkeleton);
    out[3] = asNull(two?.words);
    out[4] = asNull(two?.skeleton);
    out[5] = asNull(suffix ?? undefined);
    out[6] = asNull(address?.address ?? undefined);
    out[7] = asNull(address?.local ?? undefined);
    out[8] = asNull(address?.provider ?? undefined);
    out[9] = webAnswer(raw[web]) ?? asNull(address?.companyDomain ?? undefined);
    out[10] = asNull(number?.number);
    out[11] = asNull(name?.core);
    out[12] = asNull(name?.form ?? undefined);
    out[13] = asNull(name?.skeleton);
    out[14] = place?.house ?? null;
    out[15] = place?.street ?? null;
    out[16] = cityAnswer(raw[city]);
    out[17] = stateAnswer(raw[state]);
    out[18] = codeAnswer(raw[code]);
    out[19] = birthAnswer(raw[birth]);
    out[20] = titleAnswer(raw[title]);
    out[21] = placeOf('external_id') < 0 ? null : standardValue('id', raw[external] ?? null);
    for (let at = 0; at < extras.length; at += 1) {
      out[own.length + at] = (extras[at] as (value: Value | undefined) => Value)(raw[extraFrom + at]);
    }
    return out;
  };
}
