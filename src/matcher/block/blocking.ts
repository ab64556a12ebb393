/** Which records are worth comparing: the keys of each entity, of the standardised columns. */
import { skeleton } from '../values/text.ts';
import { extraColumn, type MatchLayout } from '../definition.ts';

/** A standardised record: its values in the order of `columnNames`. */
export type Row = readonly (string | null)[];
export type ValueOf = (column: string) => string | null;
/** Part of a key: of a column's value, from one place to another, by its length; an empty text is none. */
export type Piece = { of: string; from: (length: number) => number; to: (length: number) => number };

export type BlockingRule = {
  name: string;
  /** A record that lacks one of them has no key. */
  pieces?: Piece[];
  /** The pieces count in either order, and where one is none the other is the key. */
  isUnordered?: true;
  /** Any number of keys, each a text. */
  many?: (of: ValueOf) => string[];
  /** Column of texts whose rare words are keys: known only when all words are counted. */
  wordsOf?: string;
  /** Few share the key who are not one. */
  isTelling?: true;
  columns: string[];
  /** Where nothing but names is filled: elsewhere other keys find the same. */
  forNamesOnly?: true;
};

const nameColumns = new Set(['first', 'formal', 'first_skeleton', 'last', 'last_skeleton', 'suffix']);

/** Whether records have keys of a rule. @param filled standardised columns that have a value in any record */
export function isKeyed({ forNamesOnly }: BlockingRule, filled: ReadonlySet<string>): boolean {
  return forNamesOnly !== true || [...filled].every((column) => nameColumns.has(column));
}

/** Whether a rule can yield pairs. */
export function isInUse(rule: BlockingRule, filled: ReadonlySet<string>): boolean {
  return rule.columns.every((column) => filled.has(column)) && isKeyed(rule, filled);
}

const pieces = new Map<string, Piece>();
/** The same object for the same piece: its hash is found once a value, however many rules take it. */
function piece(of: string, kind: string, from: Piece['from'], to: Piece['to']): Piece {
  const name = `${of} ${kind}`;
  const known = pieces.get(name) ?? { of, from, to };
  pieces.set(name, known);
  return known;
}
const first = () => 0;
const last = (length: number) => length;
const all = (of: string) => piece(of, 'all', first, last);
const start = (of: string, most: number) => piece(of, `start ${most}`, first, (length) => Math.min(length, most));
const end = (of: string, most: number) => piece(of, `end ${most}`, (length) => Math.max(0, length - most), last);
const longer = (of: string, least: number) =>
  piece(of, `longer ${least}`, first, (length) => (length > least ? length : 0));

const rule = (name: string, pieces: Piece[], ...columns: string[]): BlockingRule => ({ name, pieces, columns });
const telling = (name: string, pieces: Piece[], ...columns: string[]): BlockingRule => ({
  ...rule(name, pieces, ...columns),
  isTelling: true,
});

// Either order: a swapped name has the same key. A one-word name is its own.
const names = [all('first_skeleton'), all('last_skeleton')];

/**
 * Every two of the words of a long name, by their consonants, in either order. One-word names have one key in common: what
 * else they share splits it.
 */
function twoWords(of: ValueOf): string[] {
  const [first, last] = [of('first'), of('last')];
  if (last !== null && first !== null && !first.includes(' ') && !last.includes(' ')) return [];
  const words = [first, last]
    .filter((value) => value !== null)
    .join(' ')
    .split(' ')
    .slice(0, 6)
    .map(skeleton);
  const keys = new Set<string>();
  for (const [at, a] of words.entries())
    for (const b of words.slice(at + 1)) if (a && b) keys.add(a < b ? `${a} ${b}` : `${b} ${a}`);
  if (last === null && keys.size === 0) keys.add('');
  return [...keys];
}

const contact: BlockingRule[] = [
  telling('external id', [all('external_id')], 'external_id'),
  telling('e-mail', [all('email')], 'email'),
  telling('phone', [all('phone')], 'phone'),
];
const place: BlockingRule[] = [
  rule('house and postal code', [all('house'), all('postal_code')], 'house', 'postal_code'),
  rule('house and city', [all('house'), all('city')], 'house', 'city'),
  rule('street', [all('street')], 'street'),
];

const person: BlockingRule[] = [
  ...contact,
  { name: 'name', pieces: names, isUnordered: true, isTelling: true, columns: ['first'] },
  telling('birth date', [all('birth_date')], 'birth_date'),
  telling('before the @', [longer('local', 4)], 'local'),
  rule('family name and initial', [all('last_skeleton'), start('formal', 1)], 'first', 'last'),
  rule('given name and start of family name', [all('formal'), start('last', 2)], 'first', 'last'),
  rule('given name and end of family name', [all('formal'), end('last', 3)], 'first', 'last'),
  rule('given name and company', [all('formal'), all('company')], 'first', 'company'),
  rule('family name and company', [all('last_skeleton'), all('company')], 'last', 'company'),
  rule('given name and domain', [all('formal'), all('domain')], 'first', 'domain'),
  rule('family name and domain', [all('last_skeleton'), all('domain')], 'last', 'domain'),
  rule('given name and city', [all('formal'), all('city')], 'first', 'city'),
  rule('given name and postal code', [all('formal'), all('postal_code')], 'first', 'postal_code'),
  rule('family name and postal code', [all('last_skeleton'), all('postal_code')], 'last', 'postal_code'),
  rule('family name and city', [all('last_skeleton'), all('city')], 'last', 'city'),
  rule('given name and birth year', [all('formal'), start('birth_date', 4)], 'first', 'birth_date'),
  rule('family name and birth year', [all('last_skeleton'), start('birth_date', 4)], 'last', 'birth_date'),
  // 1998 and 1989: the day holds where the year is mistyped.
  rule('given name and birthday', [start('formal', 2), end('birth_date', 5)], 'first', 'birth_date'),
  rule('family name and birthday', [start('last', 2), end('birth_date', 5)], 'last', 'birth_date'),
  // Two-word names are under "name" already.
  { name: 'two words of the name', many: twoWords, isTelling: true, columns: ['first', 'last'] },
  ...place,
  // Of which the other name is misspelt from its first letter on: Qaddafi, Gaddafi.
  { ...rule('family name', [all('last_skeleton')], 'last'), forNamesOnly: true },
  { ...rule('given name', [all('first_skeleton')], 'first'), forNamesOnly: true },
];

const company: BlockingRule[] = [
  ...contact,
  telling('domain', [all('domain')], 'domain'),
  telling('name', [all('company_skeleton')], 'company'),
  rule('start of the name', [start('company', 6)], 'company'),
  rule('end of the name', [end('company', 6)], 'company'),
  // A slip in the first six letters of a short name is one in its last six too.
  rule('first letters of the name', [start('company', 3), end('company', 3)], 'company'),
  rule('first half of the name', [start('company', 4)], 'company'),
  rule('last half of the name', [end('company', 4)], 'company'),
  { name: 'rare words of the name', wordsOf: 'company', isTelling: true, columns: ['company'] },
  rule('start of the name and city', [start('company', 3), all('city')], 'company', 'city'),
  rule('start of the name and postal code', [start('company', 2), all('postal_code')], 'company', 'postal_code'),
  ...place,
];

/** What an oversized block is split by: records that also agree on one of these stay together. */
const refinements: Record<MatchLayout['entity'], Piece[][]> = {
  person: [
    names,
    [all('postal_code')],
    [all('city')],
    [all('domain')],
    [all('company')],
    [all('birth_date')],
    [all('local')],
    [end('phone', 5)],
    [all('title')],
    [all('house')],
  ],
  company: [
    [all('company_skeleton')],
    [start('company', 4)],
    [all('domain')],
    [all('postal_code')],
    [all('city')],
    [end('phone', 5)],
    [all('house')],
    [all('form')],
  ],
};

/** Columns of text whose words are weighed, and the rare ones keys: the name of a company, extras of kind text. */
export function wordColumns(layout: MatchLayout, filled: ReadonlySet<string>): string[] {
  const texts = layout.extras.flatMap(({ kind }, at) => (kind === 'text' ? [extraColumn(at)] : []));
  return [...(layout.entity === 'company' ? ['company'] : []), ...texts].filter((column) => filled.has(column));
}

/**
 * The rules of a layout. The first that yields a pair is credited with it; one that has a column nobody filled yields none.
 */
export function blockingRules(layout: MatchLayout): BlockingRule[] {
  const anchor = layout.entity === 'person' ? [all('first_skeleton'), all('last_skeleton')] : [start('company', 4)];
  const anchorColumns = layout.entity === 'person' ? ['first', 'last'] : ['company'];
  const extras = layout.extras.flatMap(({ name, kind }, at): BlockingRule[] => {
    const column = extraColumn(at);
    const anchored = (label: string, piece: Piece) =>
      anchor.map((one, index) => rule(label, [one, piece], column, anchorColumns[index] ?? column));
    const withAnchor = anchored(`${name} and name`, all(column));
    const own = telling(name, [all(column)], column);
    if (kind === 'text') {
      return [own, { name: `rare words of ${name}`, wordsOf: column, isTelling: true, columns: [column] }];
    }
    if (kind === 'date') return [own, ...withAnchor, ...anchored(`${name}'s year and name`, start(column, 4))];
    return kind === 'category' ? withAnchor : [own, ...withAnchor];
  });
  const two = layout.extras.flatMap((left, a) =>
    layout.extras.flatMap((right, b) =>
      a < b && left.kind !== 'text' && right.kind !== 'text'
        ? [
            rule(
              `${left.name} and ${right.name}`,
              [all(extraColumn(a)), all(extraColumn(b))],
              extraColumn(a),
              extraColumn(b),
            ),
          ]
        : [],
    ),
  );
  return [...(layout.entity === 'person' ? person : company), ...extras, ...two.slice(0, 6)];
}

/** As rules whose pieces are unordered. */
export function refinementsOf(layout: MatchLayout): Piece[][] {
  const extras = layout.extras.map((_, at) => [all(extraColumn(at))]);
  return [...refinements[layout.entity], ...extras];
}
