/** A fact as metrics see it: rows of one published table on a basis, with the columns, days and dimensions metrics may use. */

/** What tells clean from raw, in the order of the bridge; `stale` changes neither, and says what leaving stale deals out would. */
export const fixes = ['accounts', 'people', 'deals', 'stale', 'links'] as const;
export type Fix = (typeof fixes)[number];
/** The fixes that make clean of raw. */
export const cleaning: readonly Fix[] = ['accounts', 'people', 'deals', 'links'];

export type FactDimension = {
  /** Column of the fact. */
  column: string;
  /** Whose ids the keys are: of one org each, of none, or of one org until accounts are joined (SQL over `f` and `b`). */
  keys: 'of the org' | 'of all' | { connection: string };
  /** Only in period `all`: too many keys for every month. */
  isAllOnly?: true;
};

export type Fact = {
  name: string;
  title: string;
  /** Published table, aliased `f`. */
  from: string;
  /** Its key, beside connection_id. */
  id: string;
  /** The Salesforce object of a row; null where a row is no record. */
  object: string | null;
  /** Joins of one row each, in SQL over `f` and `b`. */
  joins?: string;
  /** Which rows count: SQL over `f` and `b`, the basis, which has a boolean for each fix. */
  where?: string;
  /** What metrics may speak of: SQL over `f` and `b`. */
  columns: Record<string, string>;
  /** Columns of days by which rows fall into periods. */
  times: readonly string[];
  dimensions: Record<string, FactDimension>;
  /** Column of the currency of amounts; null where there are none. */
  currency: string | null;
  /** Column of amounts that are unknown when null: a sum is null where all of them are. */
  amount?: string;
  /** What an example's row has where it says nothing. */
  blank?: Record<string, string | number | boolean>;
  /** Columns it has from another of the row. */
  alike?: Record<string, string>;
};

/** SQL of an id of a record that tells records of several orgs apart: an org and a copy of it have the same ids. */
export const acrossOrgs = (id: string): string =>
  `case when f.connection_id = 'default' then ${id} else f.connection_id || ' ' || ${id} end`;

/** Which fixes change what a fact's rows, or those of its columns that these texts name, say. */
export function fixesOf(fact: Fact, texts: readonly string[]): Set<Fix> {
  const { where = '', joins = '', columns } = fact;
  const sql = [where, joins, ...columnsIn(fact, texts).map((name) => columns[name]!)].join(' ');
  return new Set(fixes.filter((fix) => sql.includes(`b.${fix}`)));
}

/** Columns of a fact that texts of SQL name. */
export function columnsIn({ columns }: Fact, texts: readonly string[]): string[] {
  return Object.keys(columns).filter((name) => texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
}
