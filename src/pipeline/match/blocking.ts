/** Which records are worth comparing: the keys of each entity, as SQL over the standardised columns. */
import { extraColumn, type Layout } from './definition.ts';

export type BlockingRule = {
  name: string;
  /** SQL over one row of `record`; null is no key. */
  key: string;
  /** The key is a list of keys. */
  many?: true;
  /** Few share the key who are not one. */
  isTelling?: true;
  columns: string[];
};

const telling = (name: string, key: string, ...columns: string[]): BlockingRule => ({
  ...rule(name, key, ...columns),
  isTelling: true,
});
const rule = (name: string, key: string, ...columns: string[]): BlockingRule => ({ name, key, columns });

// Either order: a swapped name has the same key. A one-word name is its own.
const nameKey = `case when first_skeleton is null or last_skeleton is null then coalesce(first_skeleton, last_skeleton)
  else least(first_skeleton, last_skeleton) || ' ' || greatest(first_skeleton, last_skeleton) end`;

const contact: BlockingRule[] = [
  telling('external id', 'external_id', 'external_id'),
  telling('e-mail', 'email', 'email'),
  telling('phone', 'phone', 'phone'),
];
const place: BlockingRule[] = [
  rule('house and postal code', `house || ' ' || postal_code`, 'house', 'postal_code'),
  rule('house and city', `house || ' ' || city`, 'house', 'city'),
  rule('street', 'street', 'street'),
];

const person: BlockingRule[] = [
  ...contact,
  telling('name', nameKey, 'first'),
  telling('birth date', 'birth_date', 'birth_date'),
  telling('before the @', 'case when length(local) > 4 then local end', 'local'),
  rule('family name and initial', `last_skeleton || ' ' || formal[1]`, 'first', 'last'),
  rule('given name and start of family name', `formal || ' ' || last[1:2]`, 'first', 'last'),
  rule('given name and end of family name', `formal || ' ' || right(last, 3)`, 'first', 'last'),
  rule('given name and company', `formal || ' ' || company`, 'first', 'company'),
  rule('family name and company', `last_skeleton || ' ' || company`, 'last', 'company'),
  rule('given name and domain', `formal || ' ' || domain`, 'first', 'domain'),
  rule('family name and domain', `last_skeleton || ' ' || domain`, 'last', 'domain'),
  rule('given name and city', `formal || ' ' || city`, 'first', 'city'),
  rule('given name and postal code', `formal || ' ' || postal_code`, 'first', 'postal_code'),
  rule('family name and postal code', `last_skeleton || ' ' || postal_code`, 'last', 'postal_code'),
  rule('family name and city', `last_skeleton || ' ' || city`, 'last', 'city'),
  rule('given name and birth year', `formal || ' ' || birth_date[1:4]`, 'first', 'birth_date'),
  rule('family name and birth year', `last_skeleton || ' ' || birth_date[1:4]`, 'last', 'birth_date'),
  {
    // Of names of three words and more every two; two-word names are under "name" already.
    name: 'two words of the name',
    key: `case when contains(first, ' ') or contains(last, ' ') or last is null then string_split(two_of(concat_ws(' ', first, last)), chr(31)) end`,
    many: true,
    isTelling: true,
    columns: ['first', 'last'],
  },
  ...place,
];

const company: BlockingRule[] = [
  ...contact,
  telling('domain', 'domain', 'domain'),
  telling('name', 'company_skeleton', 'company'),
  rule('start of the name', 'company[1:6]', 'company'),
  rule('end of the name', 'right(company, 6)', 'company'),
  { name: 'rare words of the name', key: 'company_words', many: true, isTelling: true, columns: ['company_words'] },
  rule('start of the name and city', `company[1:3] || ' ' || city`, 'company', 'city'),
  rule('start of the name and postal code', `company[1:2] || ' ' || postal_code`, 'company', 'postal_code'),
  ...place,
];

/** What an oversized block is split by: records that also agree on one of these stay together. */
const refinements = {
  person: [
    nameKey,
    'postal_code',
    'city',
    'domain',
    'company',
    'birth_date',
    'local',
    'right(phone, 5)',
    'title',
    'house',
  ],
  company: ['company_skeleton', 'company[1:4]', 'domain', 'postal_code', 'city', 'right(phone, 5)', 'house', 'form'],
};

/** Columns of text whose rare words are keys: the name of a company, extras of kind text and name. */
export function wordColumns(layout: Layout, filled: ReadonlySet<string>): string[] {
  const texts = layout.extras.flatMap(({ kind }, at) => (kind === 'text' ? [extraColumn(at)] : []));
  return [...(layout.entity === 'company' ? ['company'] : []), ...texts].filter((column) => filled.has(column));
}

/** The rules that can yield keys: those of which every column is filled. The first that yields a pair is credited with it. */
export function blockingRules(layout: Layout, filled: ReadonlySet<string>): BlockingRule[] {
  const anchor = layout.entity === 'person' ? ['first_skeleton', 'last_skeleton'] : ['company[1:4]'];
  const anchorColumns = layout.entity === 'person' ? ['first', 'last'] : ['company'];
  const extras = layout.extras.flatMap(({ name, kind }, at): BlockingRule[] => {
    const column = extraColumn(at);
    const withAnchor = anchor.map((one, index) =>
      rule(`${name} and name`, `${one} || ' ' || ${column}`, column, anchorColumns[index] ?? column),
    );
    if (kind === 'text') {
      const words = {
        name: `rare words of ${name}`,
        key: `${column}_words`,
        many: true as const,
        isTelling: true as const,
      };
      return [telling(name, column, column), { ...words, columns: [`${column}_words`] }];
    }
    if (kind === 'date') {
      const year = anchor.map((one, index) =>
        rule(`${name}'s year and name`, `${one} || ' ' || ${column}[1:4]`, column, anchorColumns[index] ?? column),
      );
      return [telling(name, column, column), ...withAnchor, ...year];
    }
    return kind === 'category' ? withAnchor : [telling(name, column, column), ...withAnchor];
  });
  const two = layout.extras.flatMap((left, a) =>
    layout.extras.flatMap((right, b) =>
      a < b && left.kind !== 'text' && right.kind !== 'text'
        ? [
            rule(
              `${left.name} and ${right.name}`,
              `${extraColumn(a)} || ' ' || ${extraColumn(b)}`,
              extraColumn(a),
              extraColumn(b),
            ),
          ]
        : [],
    ),
  );
  const own = layout.entity === 'person' ? person : company;
  return [...own, ...extras, ...two.slice(0, 6)].filter(({ columns }) => columns.every((column) => filled.has(column)));
}

export function refinementKeys(layout: Layout): string[] {
  const extras = layout.extras.map((_, at) => extraColumn(at));
  return [...refinements[layout.entity], ...extras];
}
