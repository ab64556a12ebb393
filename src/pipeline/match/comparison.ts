/**
 * The fixed comparisons of each entity: SQL over two rows `l` and `r` into a level and its weight in bits.
 *
 * A weight is log2(m/u), set by hand from what such fields carry in general, not fitted to any file; where a value can
 * be common (a name, a switchboard) agreement is worth log2(m / its own frequency), so `Smith` says less than `Szymborski`.
 */
import type { MatchEntity } from './record.ts';

export type Level = { label: string; when: string; weight: string };
export type Comparison = { name: string; levels: Level[] };

const level = (label: string, when: string, weight: number | string): Level => ({
  label,
  when,
  weight: String(weight),
});
/** Agreement on a value seen in `count` of `n` rows, between the two bounds. */
const rarity = (column: string, low: number, high: number): string =>
  `greatest(${low}, least(${high}, log2(l.n / greatest(l.${column}_count, r.${column}_count)) - 0.3))`;
const jaro = (column: string, least: number): string => `jaro_winkler_similarity(l.${column}, r.${column}) >= ${least}`;
const blank = (column: string): Level => level('blank', `l.${column} is null or r.${column} is null`, 0);
const exact = (column: string): string => `l.${column} = r.${column}`;

const address: Comparison = {
  name: 'address',
  levels: [
    level('same street and place', `${exact('street')} and (${exact('postal_code')} or ${exact('city')})`, 7),
    level('near street, same place', `${jaro('street', 0.88)} and (${exact('postal_code')} or ${exact('city')})`, 5),
    level('same street', exact('street'), 5),
    level('same postal code', exact('postal_code'), 3.5),
    level('near postal code, same city', `${exact('city')} and levenshtein(l.postal_code, r.postal_code) = 1`, 2.5),
    level('same city', exact('city'), rarity('city', 0.5, 3)),
    level('near city', jaro('city', 0.9), 1),
    level(
      'blank',
      '(l.city is null or r.city is null) and (l.postal_code is null or r.postal_code is null) and (l.street is null or r.street is null)',
      0,
    ),
    level('differs', 'true', -1.5),
  ],
};

const phone: Comparison = {
  name: 'phone',
  levels: [
    blank('phone'),
    level('same', exact('phone'), rarity('phone', 2, 9)),
    level('one digit apart', 'damerau_levenshtein(l.phone, r.phone) = 1', 5),
    level('differs', 'true', -1),
  ],
};

const externalId: Comparison = {
  name: 'external_id',
  levels: [
    blank('external_id'),
    level('same', exact('external_id'), 11),
    level('one character apart', 'damerau_levenshtein(l.external_id, r.external_id) = 1', 7),
    level('differs', 'true', -3),
  ],
};

const person: Comparison[] = [
  {
    name: 'first_name',
    levels: [
      level('swapped with the family name', 'l.first = r.last and l.last = r.first and l.first <> l.last', 7),
      blank('first'),
      level('same', exact('first'), rarity('first', 3, 8)),
      level('nickname', exact('formal'), 5),
      level('initial', `(length(l.first) = 1 or length(r.first) = 1) and l.first[1] = r.first[1]`, 2),
      level('near', jaro('first', 0.9), 4.5),
      level('one edit apart', 'damerau_levenshtein(l.first, r.first) <= 1', 3.5),
      level('similar', jaro('first', 0.8), 1),
      level('differs', 'true', -5),
    ],
  },
  {
    name: 'last_name',
    levels: [
      level('swapped with the given name', 'l.first = r.last and l.last = r.first and l.first <> l.last', 8),
      blank('last'),
      level('same', exact('last'), rarity('last', 4, 10)),
      level('near', jaro('last', 0.9), 6),
      level('one edit apart', 'damerau_levenshtein(l.last, r.last) <= 1', 4.5),
      level('similar', jaro('last', 0.8), 2),
      level('differs', 'true', -4),
    ],
  },
  {
    name: 'suffix',
    levels: [blank('suffix'), level('same', exact('suffix'), 1), level('differs', 'true', -12)],
  },
  {
    name: 'email',
    levels: [
      blank('email'),
      level('same', exact('email'), rarity('email', 3, 11)),
      // An address made of the name repeats the name's evidence: 7 bits more linked every John Smith with another provider.
      level(
        'another provider, made of the same name',
        'l.last = r.last and contains(l.local, l.last) and contains(r.local, r.last) and split_part(l.email, chr(64), 2) <> split_part(r.email, chr(64), 2)',
        0.5,
      ),
      level('same before the @', `${exact('local')} and length(l.local) > 5`, 7),
      level('near', jaro('email', 0.93), 6),
      level('similar', jaro('email', 0.88), 2),
      level('differs', 'true', -2),
    ],
  },
  phone,
  {
    name: 'company',
    levels: [
      level('same company or domain', `${exact('company')} or ${exact('domain')}`, 4.5),
      level('near', jaro('company', 0.9), 3.5),
      blank('company'),
      level('differs', 'true', -1.5),
    ],
  },
  address,
  {
    name: 'birth_date',
    levels: [
      blank('birth_date'),
      level('same', exact('birth_date'), 9),
      level('one digit apart', 'damerau_levenshtein(l.birth_date, r.birth_date) = 1', 6),
      level('two digits apart', 'damerau_levenshtein(l.birth_date, r.birth_date) = 2', 2.5),
      level('differs', 'true', -5),
    ],
  },
  { name: 'title', levels: [blank('title'), level('same', exact('title'), 1.5), level('differs', 'true', 0)] },
  externalId,
  {
    name: 'conflict',
    levels: [
      level(
        'other given name and other e-mail',
        `not ${jaro('first', 0.8)} and l.formal <> r.formal and l.first[1] <> r.first[1] and not ${jaro('email', 0.93)}
          and not (l.first = r.last and l.last = r.first)`,
        -4,
      ),
    ],
  },
];

const company: Comparison[] = [
  {
    name: 'name',
    levels: [
      blank('company'),
      level('same', exact('company'), rarity('company', 7, 11)),
      level('same words', "list_sort(string_split(l.company, ' ')) = list_sort(string_split(r.company, ' '))", 8),
      level('same but for spaces', "replace(l.company, ' ', '') = replace(r.company, ' ', '')", 8.5),
      level('near', jaro('company', 0.94), 6.5),
      level(
        'one holds the words of the other',
        `least(len(string_split(l.company, ' ')), len(string_split(r.company, ' '))) > 1 and (list_has_all(string_split(l.company, ' '), string_split(r.company, ' '))
          or list_has_all(string_split(r.company, ' '), string_split(l.company, ' ')))`,
        5,
      ),
      level('similar', `${jaro('company', 0.86)}`, 3),
      level('differs', 'true', -4),
    ],
  },
  {
    name: 'form',
    levels: [blank('form'), level('same', exact('form'), 0.5), level('differs', 'true', -0.5)],
  },
  {
    name: 'domain',
    levels: [
      blank('domain'),
      level('same', exact('domain'), rarity('domain', 5, 10)),
      level('near', jaro('domain', 0.93), 4),
      level('differs', 'true', -3),
    ],
  },
  phone,
  address,
  externalId,
];

export const comparisons: Record<MatchEntity, Comparison[]> = { person, company };

/** Columns whose value counts the rarity weights read. */
export const countedColumns = ['first', 'last', 'email', 'phone', 'company', 'domain', 'city'] as const;
