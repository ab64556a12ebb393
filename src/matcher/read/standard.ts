/** The mapped columns of one record into the standardised columns that blocking and comparison read. */
import { companyName } from '../values/company-name.ts';
import { countryCode } from '../values/country.ts';
import { email, phone, website } from '../values/contact-point.ts';
import { formalName, personName } from '../values/name.ts';
import { fold, skeleton } from '../values/text.ts';
import { standardValue } from '../values/values.ts';
import { extraColumn, type CanonicalField, type CompareKind, type Extra, type MatchLayout } from '../definition.ts';

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
export function columnNames(layout: MatchLayout): string[] {
  return [...own, ...layout.extras.map((_, at) => extraColumn(at))];
}

/** The mapped columns of a layout, in the order `standardiser` takes them: fields, then extras. */
export function mappedNames(layout: MatchLayout): string[] {
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

/**
 * A mapped column into standardised ones. The fields of a layout come in order: each fills those of its columns that are still
 * blank.
 */
export type MappedField = {
  /** Place of the value among the mapped ones. */
  from: number;
  /** Place of the value that decides how this one is read: the country of a telephone, the house number of a street. */
  beside?: number;
  /** Columns of which none may be filled yet. */
  unless?: readonly number[];
  /** Places of the columns, in the order of the answer. */
  columns: readonly number[];
  /** The value is not empty. */
  of: (value: string, beside: Value) => readonly Value[] | null;
  /** Most values come again. */
  isRepeating: boolean;
  /** Plain values are read from their bytes, with the same answer. */
  plain?: 'email' | 'phone';
};

/** Standardised columns of which a text hardly ever comes again. */
export const looseColumns: ReadonlySet<string> = new Set<StandardColumn>(['email', 'local', 'phone', 'external_id']);

const skeletonOf = (value: Value): Value => (value === null ? null : skeleton(value));

/** As given name: itself, its formal form, the skeleton of that, the suffix. */
function givenName(given: Value, suffix: Value): Value[] {
  const formal = given === null ? null : formalName(given);
  return given === null ? [null, null, null, null] : [given, formal, skeletonOf(formal), suffix];
}

function oneName(value: string): { words: string; suffix: Value } | null {
  const { given, suffix } = personName(value, null);
  return given === null ? null : { words: given, suffix };
}

/** A shared mailbox says nothing of one person: its address is left out, its domain stays. */
function mailOf(value: string): Value[] | null {
  const found = email(value);
  if (!found) return null;
  if (found.isRole) return [null, null, null, found.companyDomain];
  return [found.address, found.local, found.address.slice(found.local.length + 1), found.companyDomain];
}

function firmOf(value: string): Value[] | null {
  const { core, form } = companyName(value);
  return core === null ? null : [core, form, skeleton(core)];
}

/** Not the number of a street: `8638 w 3rd st`, `3rd st`. */
const houseNumber = /\d+(?!\d|st\b|nd\b|rd\b|th\b)/;

/** @param number of the house, from a column of its own */
function streetOf(value: string, number: Value): Value[] | null {
  const alone = number === null ? null : fold(number.replace(/\.0+\s*$/, ''));
  const isWritten = alone === null || ` ${fold(value)} `.includes(` ${alone} `);
  const found = standardValue('street', isWritten ? value : `${alone} ${value}`);
  return found === null ? null : [found, houseNumber.exec(found)?.[0] ?? null];
}

const houseNames =
  /^(?:house|street|st|building|bldg|address|haus|strassen|huis)[ _-]?(?:no|nr|num|number|nummer)$|^(?:house|hausnr|huisnr|number|nr|num[eé]ro|n[uú]mero|civico|numero[ _-]civico)$/i;
/** A column that has what the street lacks. */
export const isHouseNumber = ({ name, kind }: Extra): boolean => kind !== 'date' && houseNames.test(name.trim());

/** What says more of where somebody is, or of who, than the country does. */
const placeFields: readonly CanonicalField[] = ['street', 'city', 'state', 'postal_code', 'phone', 'email', 'website'];

/** The fields of a layout. */
export function fieldsOf({ entity, fields, extras }: MatchLayout): MappedField[] {
  const names = [...own, ...extras.map((_, at) => extraColumn(at))];
  const placesOf = (...columns: string[]) => columns.map((name) => names.indexOf(name));
  const found: MappedField[] = [];
  const add = (
    field: CanonicalField,
    columns: StandardColumn[],
    of: MappedField['of'],
    more: Partial<MappedField> = {},
  ) => {
    const from = fields.indexOf(field);
    if (from >= 0) found.push({ from, columns: placesOf(...columns), of, isRepeating: true, ...more });
  };
  const single =
    (of: (value: Value) => Value): MappedField['of'] =>
    (value) => [of(value)];
  if (entity === 'person') {
    add('first_name', ['first', 'formal', 'first_skeleton', 'suffix'], (value) => {
      const name = oneName(value);
      return name && givenName(name.words, name.suffix);
    });
    add('last_name', ['last', 'last_skeleton', 'suffix'], (value) => {
      const name = oneName(value);
      return name && [name.words, skeleton(name.words), name.suffix];
    });
    add(
      'full_name',
      ['first', 'formal', 'first_skeleton', 'suffix', 'last', 'last_skeleton'],
      (value) => {
        const { given, family, suffix } = personName(null, null, value);
        const [first, formal, consonants] = givenName(given, null) as [Value, Value, Value];
        return [first, formal, consonants, (given ?? family) ? suffix : null, family, skeletonOf(family)];
      },
      { unless: placesOf('first', 'last') },
    );
  }
  add('website', ['domain'], single(website));
  add('email', ['email', 'local', 'provider', 'domain'], mailOf, {
    isRepeating: false,
    plain: 'email',
  });
  const country = fields.indexOf('country');
  add('phone', ['phone'], (value, of) => [phone(value, of)?.number ?? null], {
    isRepeating: false,
    plain: 'phone',
    ...(country >= 0 ? { beside: country } : {}),
  });
  const isNamed = entity === 'company' && fields.includes('name');
  add(isNamed ? 'name' : 'company', ['company', 'form', 'company_skeleton'], firmOf);
  const house = fields.includes('street') ? extras.findIndex(isHouseNumber) : -1;
  if (house < 0) add('street', ['street', 'house'], (value) => streetOf(value, null));
  else add('street', ['street', 'house'], streetOf, { beside: fields.length + house, isRepeating: false });
  // Where no other column says where somebody is, the country does.
  if (!placeFields.some((field) => fields.includes(field)))
    add('country', ['city'], (value) => [countryCode(value)?.toLowerCase() ?? fold(value)]);
  add(
    'city',
    ['city'],
    single((value) => standardValue('city', value)),
  );
  add('state', ['state'], single(fold));
  add(
    'postal_code',
    ['postal_code'],
    single((value) => standardValue('postal-code', value)),
  );
  add(
    'birth_date',
    ['birth_date'],
    single((value) => standardValue('date', value)),
  );
  add('title', ['title'], single(fold));
  add(
    'external_id',
    ['external_id'],
    single((value) => standardValue('id', value)),
    { isRepeating: false },
  );
  for (const [at, { kind }] of extras.entries()) {
    // Number and street are one place: counted apart, a household agrees twice.
    if (at === house) continue;
    const columns = placesOf(extraColumn(at));
    found.push({ from: fields.length + at, columns, of: single(ofKind[kind]), isRepeating: kind !== 'id' });
  }
  return found;
}

/** Most values come again, in the next record or the next run; no more of a field are kept than this. */
const mostKept = 20_000;

/** @returns mapped values (`mappedNames`) into standardised ones (`columnNames`); the answer is used again for the next record */
export function standardiser(layout: MatchLayout): (raw: readonly Value[]) => readonly Value[] {
  const fields = fieldsOf(layout).map((field) => ({ ...field, kept: new Map<string, readonly Value[] | null>() }));
  const out: Value[] = columnNames(layout).map(() => null);
  return (raw) => {
    out.fill(null);
    for (const { from, beside, unless, columns, of, kept } of fields) {
      const value = raw[from];
      if (!value || unless?.some((column) => out[column] !== null)) continue;
      const where = beside === undefined ? null : (raw[beside] ?? null);
      const name = where === null ? value : `${where}\0${value}`;
      let found = kept.get(name);
      if (found === undefined) {
        found = of(value, where);
        if (kept.size >= mostKept) kept.clear();
        kept.set(name, found);
      }
      // Empty is blank.
      for (const [at, column] of columns.entries()) out[column] ??= found?.[at] || null;
    }
    return out;
  };
}
