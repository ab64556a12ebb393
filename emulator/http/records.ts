/** Turns rows of a compiled query into the nested records of REST answers. */
import type { Org } from '../org/org.ts';
import type { SqlRow } from '../org/database.ts';
import { showLoneSurrogates } from '../org/surrogate.ts';
import { recordSql, type Column, type Plan } from '../soql/plan.ts';

export type JsonRecord = Record<string, unknown>;

/** `version` is the path segment of the request, for the records' urls. */
export async function toRecords(org: Org, plan: Plan, rows: SqlRow[], version: string): Promise<JsonRecord[]> {
  const shown = org.holdsLoneSurrogates ? rows.map(showHalves) : rows;
  const records = shown.map((row) => toRecord(org, plan, row, version));
  for (const child of plan.children) {
    const parentIds = rows.map(({ id }) => String(id));
    const childPlan = parentIds.length === 0 ? null : child.compile(parentIds);
    const childRows = childPlan ? await org.db.rows(recordSql(childPlan)) : [];
    const byParent = Map.groupBy(childRows, ({ c0 }) => c0);
    for (const [i, record] of records.entries()) {
      const own = byParent.get(parentIds[i]) ?? [];
      const list = childPlan ? own.map((row) => toRecord(org, childPlan, row, version)) : [];
      record[child.relationshipName] = own.length === 0 ? null : { totalSize: own.length, done: true, records: list };
    }
  }
  return records;
}

function toRecord(org: Org, plan: Plan, row: SqlRow, version: string): JsonRecord {
  if (plan.kind === 'aggregate') {
    const record: JsonRecord = { attributes: { type: 'AggregateResult' } };
    for (const [i, column] of plan.columns.entries()) record[column.path.join('.')] = valueOf(column, row[`c${i}`]);
    return record;
  }
  const record: JsonRecord = { attributes: attributesOf(plan.object.name, row.id, version) };
  const parentIds = new Map(plan.parents.map(({ path }, i) => [path.join('.'), row[`p${i}`]]));
  for (const [i, column] of plan.columns.entries()) {
    if (column.path[0] === 'ParentOfList') continue;
    const at = holderOf(record, column, (path) => {
      const id = parentIds.get(path);
      if (typeof id !== 'string') return null;
      const parent = plan.parents.find((known) => known.path.join('.') === path);
      const kind = parent?.targets.length === 1 ? parent.targets[0]?.object : org.findByPrefix(id);
      return { attributes: attributesOf(kind?.name ?? 'Name', id, version) };
    });
    if (!at || (column.of !== undefined && (at['attributes'] as JsonRecord)['type'] !== column.of)) continue;
    at[column.path.at(-1) ?? ''] = valueOf(column, row[`c${i}`]);
  }
  return record;
}

/** What the value of a column belongs into, each parent on the way made; null where a parent is not there. */
function holderOf(record: JsonRecord, { path }: Column, make: (path: string) => JsonRecord | null): JsonRecord | null {
  let at = record;
  for (let depth = 0; depth < path.length - 1; depth++) {
    const name = path[depth] ?? '';
    if (!(name in at)) at[name] = make(path.slice(0, depth + 1).join('.'));
    const next = at[name];
    if (next === null) return null;
    at = next as JsonRecord;
  }
  return at;
}

function valueOf({ type }: Column, value: unknown): unknown {
  return type === 'address' && typeof value === 'string' ? JSON.parse(value) : (value ?? null);
}

function showHalves(row: SqlRow): SqlRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? showLoneSurrogates(value) : value]),
  );
}

function attributesOf(type: string, id: unknown, version: string): JsonRecord {
  return { type, url: `/services/data/${version}/sobjects/${type}/${String(id)}` };
}
