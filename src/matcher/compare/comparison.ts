/**
 * The fixed comparisons of each entity: conditions on two records that give a level, and what is believed of each level
 * before any data is seen: m, how often records of one entity show it, and u, how often two random records do.
 *
 * The beliefs come from what such fields carry in general and are not fitted to a file; estimate.ts moves them.
 * Long on purpose: the levels of all fields are weighed against each other, and so stand side by side.
 */
import {
  all,
  always,
  any,
  begins,
  edits,
  either,
  jaro,
  longer,
  not,
  otherWords,
  same,
  related,
  sameButDigits,
  sameButSpaces,
  slip,
  texts,
  type Condition,
} from './condition.ts';
import { extraColumn, type CompareKind, type Layout } from '../definition.ts';
import {
  colleagues,
  findAddress,
  findEmail,
  findName,
  findPhone,
  findWorkplace,
  otherGiven,
  type Find,
} from './find-level.ts';

export type Level = {
  label: string;
  /** Levels are tried in order. A number: the answer of `graded` that means this level; null: `find` tells. */
  when: Condition | number | null;
  m: number;
  u: number;
  /** How far the rarity of the value counts: `full` on agreement, `half` where one side may be misspelt. */
  rarity?: 'full' | 'half';
  /** Its chance is that among the pairs which agree by these comparisons: it needs them, and repeats what they say. */
  among?: readonly string[];
  /** No key brings such pairs together: how often they meet by chance is read from the random sample alone. */
  isUnblocked?: true;
  /** No pair shows it where none of these columns is filled. */
  reads?: readonly string[];
  /** Weight that is said, not estimated: what it speaks of goes with the other fields, so that counts mislead. */
  bits?: number;
};
/**
 * Where `shut` holds, the levels after the first `from` and up to `levels` are worth `bits` and no more: what the two share is
 * that of their house or company. `because` is what the reader is told; `reads` is a column without which it never holds.
 */
export type Gate = { from?: number; levels: number; bits: number; shut: Condition; because: string; reads: string };
export type Comparison = {
  name: string;
  /** Standardised columns it reads; it takes part when one of them is filled. */
  columns: string[];
  /** Column whose value's frequency makes agreement count for more or less. */
  rare?: string;
  /** Agreement on a value that is there to tell one from another is taken for a match until the data say otherwise. */
  identifying?: true;
  /** Nothing else on a record repeats it: agreement on it checks what all the rest says (even-odds.ts). */
  isWitness?: true;
  /** "Cannot be said": one side is blank. Always code 0, weight 0. */
  blank?: Condition;
  /** Tells the level of two records, where no level has a condition. */
  find?: Find;
  /** Column whose words are graded (words.ts) for the levels whose `when` is a number; tried when no condition held. */
  graded?: string;
  /** Strongest first; the last is "differs". */
  levels: Level[];
  /** The first that is shut counts. */
  gates?: Gate[];
  /** Bits the weight is held within, whatever the data say: [least, most]. */
  bounds: [number, number];
};

const level = (
  label: string,
  when: Condition | number | null,
  m: number,
  u: number,
  rarity?: 'full' | 'half',
): Level => ({
  label,
  when,
  m,
  u,
  ...(rarity ? { rarity } : {}),
});
const both = (column: string): Condition => not(either(column));

const given: Comparison = {
  name: 'first_name',
  columns: ['first'],
  rare: 'first',
  find: findName('first'),
  levels: [
    level('same', null, 0.72, 0.004, 'full'),
    level('exchanged with the family name', null, 0.01, 0.0001),
    level('nickname', null, 0.06, 0.0015),
    level('near', null, 0.1, 0.003, 'half'),
    level('part of the other', null, 0.03, 0.002),
    level('initial', null, 0.03, 0.01),
    level('similar', null, 0.02, 0.02),
    level('differs', null, 0.03, 0.96),
  ],
  bounds: [-7, 11],
};
const family: Comparison = {
  name: 'last_name',
  columns: ['last'],
  rare: 'last',
  find: findName('last'),
  levels: [
    level('same', null, 0.8, 0.0015, 'full'),
    level('exchanged with the given name', null, 0.01, 0.0001),
    level('exchanged with the given name, misspelt or short', null, 0.003, 0.00005),
    level('near', null, 0.1, 0.002, 'half'),
    level('part of the other', null, 0.02, 0.0005),
    level('initial', null, 0.005, 0.003),
    level('similar', null, 0.03, 0.015),
    level('differs', null, 0.04, 0.975),
  ],
  bounds: [-6, 13],
};
/** Father and son: nothing else that agrees can outweigh it. */
const suffix: Comparison = {
  name: 'suffix',
  columns: ['suffix'],
  blank: either('suffix'),
  levels: [level('same', same('suffix'), 0.99, 0.5), level('differs', always, 5e-19, 0.5)],
  bounds: [-60, 1],
};
const email: Comparison = {
  name: 'email',
  columns: ['email'],
  rare: 'email',
  identifying: true,
  find: findEmail,
  levels: [
    { ...level('same, made of the name', null, 0.5, 0.004), among: ['first_name', 'last_name'] },
    level('same', null, 0.65, 0.00001, 'full'),
    level('near', null, 0.05, 0.00002),
    // An address made of the name repeats the name's evidence: taken for more it links every John Smith.
    level('another provider, made of the name', null, 0.08, 0.05),
    level('same before the @', null, 0.05, 0.00005),
    level('near, made of the name', null, 0.03, 0.00005),
    { ...level('similar', null, 0.03, 0.003), isUnblocked: true },
    level('differs', null, 0.11, 0.95),
    // Where the name is taken its next bearer is given a number.
    { ...level('other number at one company', null, 0.001, 0.001), bits: -40 },
  ],
  bounds: [-4, 15],
};
const phone: Comparison = {
  isWitness: true,
  name: 'phone',
  columns: ['phone'],
  rare: 'phone',
  identifying: true,
  find: findPhone,
  levels: [
    level('same', null, 0.65, 0.00003, 'full'),
    level('one digit apart', null, 0.05, 0.00005),
    level('differs', null, 0.3, 0.999),
  ],
  bounds: [-3, 13],
};
const otherPerson = { shut: otherGiven, because: 'other given name', reads: 'first' };
/** A phone that people of other names share is that of a house or a company. */
const personPhone: Comparison = {
  ...phone,
  gates: [{ levels: 2, bits: 3, shut: colleagues, because: 'others of one house or company', reads: 'first' }],
};

const street = { reads: ['street'] };
const address: Comparison = {
  name: 'address',
  columns: ['street', 'city', 'postal_code'],
  rare: 'city',
  find: findAddress,
  levels: [
    { ...level('same street and place', null, 0.4, 0.0001), ...street },
    { ...level('near street, same place', null, 0.12, 0.0002), ...street },
    { ...level('same street', null, 0.05, 0.0002), ...street },
    { ...level('near street', null, 0.04, 0.0004), ...street, isUnblocked: true },
    { ...level('same street, other house number', null, 0.01, 0.0005), ...street, isUnblocked: true },
    { ...level('same postal code, no street', null, 0.12, 0.003), reads: ['postal_code'] },
    { ...level('same city, no street', null, 0.12, 0.03, 'full'), reads: ['city'] },
    { ...level('same postal code', null, 0.04, 0.003), ...street },
    { ...level('same city', null, 0.05, 0.03), ...street },
    level('near place', null, 0.03, 0.02),
    level('another place, no street', null, 0.06, 0.94),
    level('differs', null, 0.1, 0.94),
  ],
  bounds: [-3, 12],
};
/**
 * For a person, company and address are one comparison: whoever works at a company shares its address and its domain, and
 * counted apart they link every two colleagues.
 */
const employer = { reads: ['company', 'domain'] };
/** Of people, how many of the pairs that show the level of an address have no company to tell instead. */
const homeShare = ({ label }: Level): number =>
  label === 'differs' ? 1 : label === 'another place, no street' ? 0.1 : 0.4;
const workplace: Comparison = {
  ...address,
  // A family shares its name and where it lives; a city is shared by too many to tell.
  gates: [
    { levels: 10, bits: 0, ...otherPerson },
    { from: 11, levels: 12, bits: 0, ...otherPerson },
  ],
  name: 'company_and_address',
  columns: ['company', 'domain', ...address.columns],
  find: findWorkplace,
  levels: [
    { ...level('same company and street', null, 0.2, 0.0006), ...street },
    { ...level('same company and place', null, 0.12, 0.0006), ...employer },
    { ...level('same company', null, 0.3, 0.002), ...employer },
    { ...level('near company', null, 0.05, 0.003), reads: ['company'] },
    ...address.levels.map((one) => ({ ...one, m: one.m * homeShare(one) })),
  ],
  bounds: [-3, 11],
};
const state: Comparison = {
  name: 'state',
  columns: ['state'],
  // Where city or postal code are known the state repeats them.
  blank: any(either('state'), both('city'), both('postal_code')),
  levels: [level('same', same('state'), 0.9, 0.1), level('differs', always, 0.1, 0.9)],
  bounds: [-3, 4],
};
const birthDate = (column: string, name: string): Comparison => ({
  isWitness: true,
  name,
  columns: [column],
  rare: column,
  blank: either(column),
  levels: [
    level('same', same(column), 0.82, 0.0001, 'full'),
    level(
      'day and month exchanged',
      texts(
        column,
        (l, r) =>
          l.slice(0, 4) === r.slice(0, 4) && l.slice(5, 7) === r.slice(8, 10) && l.slice(8, 10) === r.slice(5, 7),
      ),
      0.02,
      0.0001,
    ),
    level('one digit apart', all(longer(column, 6), edits(column, 1)), 0.09, 0.0015),
    level('two digits apart', all(longer(column, 6), edits(column, 2)), 0.03, 0.02),
    level(
      'same year',
      all(
        longer(column, 6),
        texts(column, (l, r) => l.slice(0, 4) === r.slice(0, 4)),
      ),
      0.015,
      0.012,
    ),
    level('differs', always, 0.025, 0.966),
  ],
  bounds: [-6, 13],
});
const title: Comparison = {
  name: 'title',
  columns: ['title'],
  rare: 'title',
  blank: either('title'),
  levels: [
    level('same', same('title'), 0.5, 0.03, 'full'),
    level('near', jaro('title', 0.9), 0.1, 0.02),
    level('differs', always, 0.4, 0.95),
  ],
  bounds: [-1.5, 5],
};
const identifier = (column: string, name: string): Comparison => ({
  isWitness: true,
  name,
  columns: [column],
  rare: column,
  identifying: true,
  blank: either(column),
  levels: [
    level('same', same(column), 0.9, 0.00001, 'full'),
    level('one character apart', all(longer(column, 4), slip(column)), 0.05, 0.0001),
    level('differs', always, 0.05, 0.999),
  ],
  bounds: [-5, 15],
});

const firm: Comparison = {
  name: 'name',
  columns: ['company'],
  rare: 'company',
  identifying: true,
  blank: either('company'),
  graded: 'company',
  levels: [
    level('same', same('company'), 0.55, 0.0003, 'full'),
    level('same but for spaces', sameButSpaces('company'), 0.03, 0.00003),
    { ...level('other number', related('company', 'numbered'), 0.001, 0.001), bits: -40 },
    { ...level('another of one house', related('company', 'sisters'), 0.01, 0.001), bits: 0 },
    { ...level('longer by what it does', related('company', 'longer'), 0.05, 0.001), bits: 3 },
    level('near', all(longer('company', 5), jaro('company', 0.95), not(otherWords('company'))), 0.1, 0.0002, 'half'),
    level('same words', 5, 0.08, 0.0001),
    level('most words', 4, 0.08, 0.0004),
    level('words of one within the other', 3, 0.06, 0.0006),
    level('half of the words', 2, 0.05, 0.004),
    level('few words', 1, 0.02, 0.02),
    level('differs', 0, 0.03, 0.97),
  ],
  bounds: [-6, 15],
};
const form: Comparison = {
  name: 'form',
  columns: ['form'],
  blank: either('form'),
  levels: [level('same', same('form'), 0.7, 0.3), level('differs', always, 0.3, 0.7)],
  bounds: [-1.5, 2],
};
const domain: Comparison = {
  name: 'domain',
  columns: ['domain'],
  rare: 'domain',
  identifying: true,
  blank: either('domain'),
  levels: [
    level('same', same('domain'), 0.8, 0.0001, 'full'),
    level('near', all(any(jaro('domain', 0.93), edits('domain', 1)), not(sameButDigits('domain'))), 0.08, 0.0005),
    level('differs', always, 0.12, 0.999),
  ],
  bounds: [-4, 12],
};

function extra(kind: CompareKind, name: string, column: string): Comparison {
  if (kind === 'date') return birthDate(column, name);
  if (kind === 'id') return identifier(column, name);
  const base = { name, columns: [column], rare: column, blank: either(column) };
  if (kind === 'number') {
    const within = (share: number) =>
      texts(column, (l, r) => {
        const [a, b] = [Number(l), Number(r)];
        return Math.abs(a - b) <= share * Math.max(Math.abs(a), Math.abs(b));
      });
    return {
      ...base,
      levels: [
        level('same', same(column), 0.75, 0.01, 'full'),
        level('one character apart', all(longer(column, 2), edits(column, 1)), 0.07, 0.03),
        level('within a tenth', within(0.1), 0.05, 0.1),
        level('differs', always, 0.13, 0.86),
      ],
      bounds: [-4, 9],
    };
  }
  if (kind === 'category') {
    return {
      ...base,
      levels: [level('same', same(column), 0.8, 0.15, 'full'), level('differs', always, 0.2, 0.85)],
      bounds: [-3, 6],
    };
  }
  if (kind === 'name') {
    return {
      ...base,
      levels: [
        level('same', same(column), 0.75, 0.004, 'full'),
        level('near', any(jaro(column, 0.92), all(longer(column, 3), slip(column))), 0.1, 0.004, 'half'),
        level('part or initial of the other', begins(column), 0.08, 0.01),
        level('similar', jaro(column, 0.8), 0.02, 0.02),
        level('differs', always, 0.05, 0.96),
      ],
      bounds: [-5, 11],
    };
  }
  return {
    ...base,
    graded: column,
    levels: [
      level('same', same(column), 0.6, 0.002, 'full'),
      level('near', all(jaro(column, 0.93), not(otherWords(column))), 0.1, 0.001),
      level('same words', 5, 0.07, 0.0005),
      level('most words', 4, 0.06, 0.001),
      level('words of one within the other', 3, 0.05, 0.003),
      level('half of the words', 2, 0.04, 0.01),
      level('few words', 1, 0.03, 0.05),
      level('differs', 0, 0.05, 0.93),
    ],
    bounds: [-4, 10],
  };
}

const person = [
  given,
  family,
  suffix,
  email,
  personPhone,
  workplace,
  state,
  birthDate('birth_date', 'birth_date'),
  title,
  identifier('external_id', 'external_id'),
];
/** Of a company there is no name that another provider's address could be made of. */
const companyEmail: Comparison = {
  ...email,
  find: (columns) => {
    const find = findEmail(columns);
    return (l, r) => {
      const found = find(l, r);
      return found > 2 ? found - 1 : found;
    };
  },
  levels: email.levels.filter(({ label }) => !label.startsWith('another')),
};
const noWords: Condition = (columns) => {
  const [of, grades] = [columns.of('company'), columns.gradesOf('company')];
  return (l, r) => of.id(l) >= 0 && of.id(r) >= 0 && grades.grade(l, r) === 0;
};
/** Companies of one house share its website, telephone and street. */
const ofOneHouse = (levels: number, sisters: number, longer: number): Gate[] => [
  {
    levels,
    bits: sisters,
    shut: related('company', 'sisters', 'numbered'),
    because: 'another of one house',
    reads: 'company',
  },
  { levels, bits: longer, shut: related('company', 'longer'), because: 'perhaps of one house', reads: 'company' },
];
/** A company that has another street in another town is another branch or another company. */
const site: Comparison = {
  ...address,
  bounds: [-6, 12],
  gates: [
    ...ofOneHouse(9, 2, 5),
    // A telephone is of a place: of two that share nothing but both, the second says nothing more.
    { from: 5, levels: 10, bits: 0, shut: all(same('phone'), noWords), because: 'as the telephone', reads: 'phone' },
  ],
};
const company = [
  firm,
  form,
  { ...domain, gates: ofOneHouse(2, 2, 5) },
  { ...companyEmail, gates: ofOneHouse(2, 3, 5) },
  { ...phone, gates: ofOneHouse(2, 3, 8) },
  site,
  state,
  identifier('external_id', 'external_id'),
];

/** The comparisons that take part: those of the entity and the extras of which a column is filled. */
export function comparisonsOf(layout: Layout, filled: ReadonlySet<string>): Comparison[] {
  const own = layout.entity === 'person' ? person : company;
  const further = layout.extras.map(({ name, kind }, at) => extra(kind, name, extraColumn(at)));
  return [...own, ...further]
    .filter(({ columns }) => columns.some((column) => filled.has(column)))
    .map((one) => ({ ...one, levels: believable(one.levels, filled) }));
}

/** What is believed of levels that no pair can show goes to the other ways to agree. */
function believable(levels: Level[], filled: ReadonlySet<string>): Level[] {
  const isPossible = ({ reads }: Level) => !reads || reads.some((column) => filled.has(column));
  const sum = (of: Level[]) => of.slice(0, -1).reduce((total, { m }) => total + m, 0);
  const share = sum(levels.map((one) => (isPossible(one) ? one : { ...one, m: 0 }))) / sum(levels);
  return levels.map((one, at) => (isPossible(one) && at < levels.length - 1 ? { ...one, m: one.m / share } : one));
}

/** Columns that conditions ask for beyond those a comparison is named for. */
const alsoRead = ['first', 'formal', 'last', 'local', 'provider', 'house', 'domain', 'city', 'postal_code'];

/** Columns whose texts comparisons ask for. */
export function textColumns(layout: Layout, filled: ReadonlySet<string>): string[] {
  const own = comparisonsOf(layout, filled).flatMap(({ columns }) => columns);
  return [...new Set([...own, ...alsoRead])].filter((name) => filled.has(name));
}
