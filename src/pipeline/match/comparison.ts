/**
 * The fixed comparisons of each entity: SQL over two rows `l` and `r` into a level, and what is believed of each level
 * before any data is seen: m, how often records of one entity show it, and u, how often two random records do.
 *
 * The beliefs come from what such fields carry in general and are not fitted to a file; estimate.ts moves them.
 * Long on purpose: the levels of all fields are weighed against each other, and so stand side by side.
 */
import { extraColumn } from './columns.ts';
import type { CompareKind, Layout } from './definition.ts';

export type Level = {
  label: string;
  /** SQL condition; levels are tried in order. A number: the answer of `graded` that means this level. */
  when: string | number;
  m: number;
  u: number;
  /** How far the rarity of the value counts: `full` on agreement, `half` where one side may be misspelt. */
  rarity?: 'full' | 'half';
  /** Column whose rarity counts, where it is not the comparison's own. */
  of?: string;
};
export type Comparison = {
  name: string;
  /** Standardised columns it reads; it takes part when one of them is filled. */
  columns: string[];
  /** Column whose value's frequency makes agreement count for more or less. */
  rare?: string;
  /** Agreement on a value that is there to tell one from another is taken for a match until the data say otherwise. */
  identifying?: true;
  /** SQL for "cannot be said": one side is blank. Always code 0, weight 0. */
  blank: string;
  /** SQL giving an integer for the levels whose `when` is a number; tried when no condition held. */
  graded?: string;
  /** Strongest first; the last is "differs". */
  levels: Level[];
  /**
   * Where the given names are other ones, the first `levels` levels are worth `bits` and no more: what the two share is
   * that of their house or company.
   */
  gate?: { levels: number; bits: number };
  /** Bits the weight is held within, whatever the data say: [least, most]. */
  bounds: [number, number];
};

const level = (label: string, when: string | number, m: number, u: number, rarity?: 'full' | 'half'): Level => ({
  label,
  when,
  m,
  u,
  ...(rarity ? { rarity } : {}),
});
const jaro = (column: string, least: number) => `jaro_winkler_similarity(l.${column}, r.${column}) >= ${least}`;
const edits = (column: string, most: number) =>
  `abs(length(l.${column}) - length(r.${column})) <= ${most} and levenshtein(l.${column}, r.${column}) <= ${most}`;
const same = (column: string) => `l.${column} = r.${column}`;
const either = (column: string) => `(l.${column} is null or r.${column} is null)`;
const both = (column: string) => `l.${column} is not null and r.${column} is not null`;
/** One or two neighbouring characters exchanged also counts as one slip. */
const slip = (column: string) => `(${edits(column, 1)} or ${jaro(column, 0.96)})`;

/** Two given names that cannot be spellings of one: of two people in one house or company, not of one. */
export const otherGiven = `(l.formal <> r.formal and jaro_winkler_similarity(l.first, r.first) < 0.8 and length(l.first) > 1 and length(r.first) > 1
  and not (l.first = coalesce(r.last, '') or r.first = coalesce(l.last, '')) and not contains(' ' || l.first || ' ', ' ' || r.first || ' ')
  and not contains(' ' || r.first || ' ', ' ' || l.first || ' '))`;
/** john.smith@, jsmith@, johns@: an address that anybody of that name at that provider would have. */
const madeOfName = (row: string) => `(contains(${row}.local, ${row}.last) and contains(${row}.local, ${row}.first[1])
  or contains(${row}.local, ${row}.first) and contains(${row}.local, ${row}.last[1])) and not regexp_matches(${row}.local, '[0-9]')`;

const swapNear = (a: string, b: string) => `jaro_winkler_similarity(${a}.first, ${b}.last) >= 0.92`;
const swapped = `((l.first = r.last and coalesce(l.last = r.first, true)) or (l.last = r.first and coalesce(l.first = r.last, true))
  or (${swapNear('l', 'r')} and ${swapNear('r', 'l')}))`;
const given: Comparison = {
  name: 'first_name',
  columns: ['first'],
  rare: 'first',
  blank: either('first'),
  levels: [
    level('same', same('first'), 0.72, 0.004, 'full'),
    level('exchanged with the family name', swapped, 0.01, 0.0001),
    level('nickname', same('formal'), 0.06, 0.0015),
    level('near', `(${jaro('first', 0.92)} or (${slip('first')} and length(l.first) > 3))`, 0.1, 0.003, 'half'),
    level(
      'part of the other',
      `(starts_with(l.first, r.first || ' ') or starts_with(r.first, l.first || ' ') or ends_with(l.first, ' ' || r.first) or ends_with(r.first, ' ' || l.first))`,
      0.03,
      0.002,
    ),
    level('initial', `(length(l.first) = 1 or length(r.first) = 1) and l.first[1] = r.first[1]`, 0.03, 0.01),
    level('similar', jaro('first', 0.8), 0.02, 0.02),
    level('differs', 'true', 0.03, 0.96),
  ],
  bounds: [-7, 11],
};
const family: Comparison = {
  name: 'last_name',
  columns: ['last'],
  rare: 'last',
  blank: either('last'),
  levels: [
    level('same', same('last'), 0.8, 0.0015, 'full'),
    level('exchanged with the given name', swapped, 0.01, 0.0001),
    level('near', `(${jaro('last', 0.92)} or (${slip('last')} and length(l.last) > 3))`, 0.1, 0.002, 'half'),
    level(
      'part of the other',
      `(starts_with(l.last, r.last || ' ') or starts_with(r.last, l.last || ' ') or ends_with(l.last, ' ' || r.last) or ends_with(r.last, ' ' || l.last))`,
      0.02,
      0.0005,
    ),
    level('initial', `(length(l.last) = 1 or length(r.last) = 1) and l.last[1] = r.last[1]`, 0.005, 0.003),
    level('similar', jaro('last', 0.8), 0.03, 0.015),
    level('differs', 'true', 0.04, 0.975),
  ],
  bounds: [-6, 13],
};
/** Father and son: nothing else that agrees can outweigh it. */
const suffix: Comparison = {
  name: 'suffix',
  columns: ['suffix'],
  blank: either('suffix'),
  levels: [level('same', same('suffix'), 0.99, 0.5), level('differs', 'true', 5e-19, 0.5)],
  bounds: [-60, 1],
};
const email: Comparison = {
  name: 'email',
  columns: ['email'],
  rare: 'email',
  identifying: true,
  blank: either('email'),
  levels: [
    {
      ...level(
        'same, made of the name',
        `${same('email')} and ${madeOfName('l')} and ${madeOfName('r')}`,
        0.5,
        0.02,
        'full',
      ),
      of: 'provider',
    },
    level('same', same('email'), 0.65, 0.00001, 'full'),
    // An address made of the name repeats the name's evidence: taken for more it links every John Smith.
    level(
      'another provider, made of the name',
      `l.provider <> r.provider and (contains(l.local, l.last) and contains(r.local, r.last) or contains(l.local, l.first) and contains(r.local, r.first))`,
      0.08,
      0.05,
    ),
    level('same before the @', `${same('local')} and length(l.local) > 4`, 0.05, 0.00005),
    level('near', `(${slip('email')} or ${jaro('email', 0.95)})`, 0.08, 0.00005),
    level('similar', jaro('email', 0.88), 0.03, 0.003),
    level('differs', 'true', 0.11, 0.95),
  ],
  bounds: [-4, 15],
};
const phoneLevels = {
  same: `(${same('phone')} or (length(l.phone) > 7 and right(l.phone, 8) = right(r.phone, 8)))`,
  near: `(${edits('phone', 1)} or ${jaro('phone', 0.985)})`,
};
const phone: Comparison = {
  name: 'phone',
  columns: ['phone'],
  rare: 'phone',
  identifying: true,
  blank: either('phone'),
  levels: [
    level('same', phoneLevels.same, 0.65, 0.00003, 'full'),
    level('one digit apart', phoneLevels.near, 0.05, 0.00005),
    level('differs', 'true', 0.3, 0.999),
  ],
  bounds: [-3, 13],
};
/** A phone that people of other given names share is that of a house or a company. */
const personPhone: Comparison = {
  ...phone,
  gate: { levels: 2, bits: 3 },
};

const samePlace = `(${same('postal_code')} or ${same('city')} or starts_with(l.city, r.city) or starts_with(r.city, l.city))`;
const sameHouse = `(${same('house')} or ${either('house')})`;
const nearStreet = `(${sameHouse} and (${jaro('street', 0.88)} or starts_with(l.street, r.street) or starts_with(r.street, l.street)) or ${same('house')} and ${jaro('street', 0.75)})`;
const noStreet = either('street');
const address: Comparison = {
  name: 'address',
  columns: ['street', 'city', 'postal_code'],
  rare: 'city',
  blank: `${noStreet} and ${either('city')} and ${either('postal_code')}`,
  levels: [
    level(
      'same street and place',
      `${same('street')} and (${samePlace} or (${either('city')} and ${either('postal_code')}))`,
      0.4,
      0.0001,
    ),
    level('near street, same place', `${nearStreet} and ${samePlace}`, 0.12, 0.0002),
    level('same street', same('street'), 0.05, 0.0002),
    level('near street', nearStreet, 0.04, 0.0004),
    level('same street, other house number', `${jaro('street', 0.92)} and ${samePlace}`, 0.01, 0.0005),
    level('same postal code, no street', `${noStreet} and ${same('postal_code')}`, 0.12, 0.003),
    level('same city, no street', `${noStreet} and ${same('city')} and ${either('postal_code')}`, 0.12, 0.03, 'full'),
    level('same postal code', same('postal_code'), 0.04, 0.003),
    level('same city', same('city'), 0.05, 0.03),
    level(
      'near place',
      `(${jaro('city', 0.9)} or (${both('postal_code')} and ${edits('postal_code', 1)}))`,
      0.03,
      0.02,
    ),
    level('differs', 'true', 0.1, 0.94),
  ],
  bounds: [-3, 12],
};
const sameCompany = `(${same('company')} or ${same('domain')})`;
/**
 * For a person, company and address are one comparison: whoever works at a company shares its address and its domain, and
 * counted apart they link every two colleagues.
 */
const workplace: Comparison = {
  ...address,
  gate: { levels: 9, bits: 0 },
  name: 'company_and_address',
  columns: ['company', 'domain', ...address.columns],
  blank: `(${either('company')} and ${either('domain')}) and ${address.blank}`,
  levels: [
    level('same company and street', `${sameCompany} and ${same('street')}`, 0.2, 0.0006),
    level('same company and place', `${sameCompany} and (${samePlace} or ${jaro('street', 0.88)})`, 0.12, 0.0006),
    level('same company', sameCompany, 0.3, 0.002),
    level(
      'near company',
      `(${jaro('company', 0.9)} or starts_with(l.company, r.company || ' ') or starts_with(r.company, l.company || ' '))`,
      0.05,
      0.003,
    ),
    ...address.levels.map((one) => ({ ...one, m: one.m * (one.label === 'differs' ? 1 : 0.4) })),
  ],
  bounds: [-3, 11],
};
const state: Comparison = {
  name: 'state',
  columns: ['state'],
  // Where city or postal code are known the state repeats them.
  blank: `${either('state')} or not (${either('city')} and ${either('postal_code')})`,
  levels: [level('same', same('state'), 0.9, 0.1), level('differs', 'true', 0.1, 0.9)],
  bounds: [-3, 4],
};
const birthDate = (column: string, name: string): Comparison => ({
  name,
  columns: [column],
  rare: column,
  blank: either(column),
  levels: [
    level('same', same(column), 0.82, 0.0001, 'full'),
    level(
      'day and month exchanged',
      `l.${column}[1:4] = r.${column}[1:4] and l.${column}[6:7] = r.${column}[9:10] and l.${column}[9:10] = r.${column}[6:7]`,
      0.02,
      0.0001,
    ),
    level('one digit apart', `length(l.${column}) > 6 and ${edits(column, 1)}`, 0.09, 0.0015),
    level('two digits apart', `length(l.${column}) > 6 and ${edits(column, 2)}`, 0.03, 0.02),
    level('same year', `length(l.${column}) > 6 and l.${column}[1:4] = r.${column}[1:4]`, 0.015, 0.012),
    level('differs', 'true', 0.025, 0.966),
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
    level('differs', 'true', 0.4, 0.95),
  ],
  bounds: [-1.5, 5],
};
const identifier = (column: string, name: string): Comparison => ({
  name,
  columns: [column],
  rare: column,
  identifying: true,
  blank: either(column),
  levels: [
    level('same', same(column), 0.9, 0.00001, 'full'),
    level('one character apart', `length(l.${column}) > 4 and ${slip(column)}`, 0.05, 0.0001),
    level('differs', 'true', 0.05, 0.999),
  ],
  bounds: [-5, 15],
});

const firm: Comparison = {
  name: 'name',
  columns: ['company'],
  rare: 'company',
  identifying: true,
  blank: either('company'),
  graded: 'word_grade_company(l.company, r.company)',
  levels: [
    level('same', same('company'), 0.55, 0.0003, 'full'),
    level('same but for spaces', `replace(l.company, ' ', '') = replace(r.company, ' ', '')`, 0.03, 0.00003),
    level('near', `(${jaro('company', 0.95)} and length(l.company) > 5)`, 0.1, 0.0002, 'half'),
    level('same words', 5, 0.08, 0.0001),
    level('most words', 4, 0.08, 0.0004),
    level('words of one within the other', 3, 0.06, 0.0006),
    level('half of the words', 2, 0.05, 0.004),
    level('few words', 1, 0.02, 0.02),
    level('differs', 0, 0.03, 0.97),
  ],
  bounds: [-6, 13],
};
const form: Comparison = {
  name: 'form',
  columns: ['form'],
  blank: either('form'),
  levels: [level('same', same('form'), 0.7, 0.3), level('differs', 'true', 0.3, 0.7)],
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
    level('near', `(${jaro('domain', 0.93)} or ${edits('domain', 1)})`, 0.08, 0.0005),
    level('differs', 'true', 0.12, 0.999),
  ],
  bounds: [-4, 12],
};

function extra(kind: CompareKind, name: string, column: string): Comparison {
  if (kind === 'date') return birthDate(column, name);
  if (kind === 'id') return identifier(column, name);
  const base = { name, columns: [column], rare: column, blank: either(column) };
  if (kind === 'number') {
    const [a, b] = [`l.${column}::double`, `r.${column}::double`];
    const within = (share: number) => `abs(${a} - ${b}) <= ${share} * greatest(abs(${a}), abs(${b}))`;
    return {
      ...base,
      levels: [
        level('same', same(column), 0.75, 0.01, 'full'),
        level('one character apart', `length(l.${column}) > 2 and ${edits(column, 1)}`, 0.07, 0.03),
        level('within a tenth', within(0.1), 0.05, 0.1),
        level('differs', 'true', 0.13, 0.86),
      ],
      bounds: [-4, 9],
    };
  }
  if (kind === 'category') {
    return {
      ...base,
      levels: [level('same', same(column), 0.8, 0.15, 'full'), level('differs', 'true', 0.2, 0.85)],
      bounds: [-3, 6],
    };
  }
  if (kind === 'name') {
    return {
      ...base,
      levels: [
        level('same', same(column), 0.75, 0.004, 'full'),
        level('near', `(${jaro(column, 0.92)} or (${slip(column)} and length(l.${column}) > 3))`, 0.1, 0.004, 'half'),
        level(
          'part or initial of the other',
          `(starts_with(l.${column}, r.${column}) or starts_with(r.${column}, l.${column}))`,
          0.08,
          0.01,
        ),
        level('similar', jaro(column, 0.8), 0.02, 0.02),
        level('differs', 'true', 0.05, 0.96),
      ],
      bounds: [-5, 11],
    };
  }
  return {
    ...base,
    graded: `word_grade_${column}(l.${column}, r.${column})`,
    levels: [
      level('same', same(column), 0.6, 0.002, 'full'),
      level('near', jaro(column, 0.93), 0.1, 0.001),
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
/** A company that has another street in another town is another branch or another company. */
const site: Comparison = { ...address, bounds: [-6, 12] };
const company = [
  firm,
  form,
  domain,
  { ...email, levels: email.levels.filter(({ label }) => !label.startsWith('another')) },
  phone,
  site,
  state,
  identifier('external_id', 'external_id'),
];

/** The comparisons that take part: those of the entity and the extras of which a column is filled. */
export function comparisonsOf(layout: Layout, filled: ReadonlySet<string>): Comparison[] {
  const own = layout.entity === 'person' ? person : company;
  const further = layout.extras.map(({ name, kind }, at) => extra(kind, name, extraColumn(at)));
  return [...own, ...further].filter(({ columns }) => columns.some((column) => filled.has(column)));
}
