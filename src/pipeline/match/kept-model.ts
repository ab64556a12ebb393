/** The model that `match.model` keeps, thawed once, and what compares a few records by it. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { FewComparer } from '../../matcher/compare-few.ts';
import { type Frozen, thaw } from '../../matcher/weigh/frozen.ts';

/** Models are large and change rarely; what a comparer has standardised comes again in later runs. */
const thawed = new Map<string, { id: string; model: Frozen }>();
const comparers = new WeakMap<Frozen, FewComparer>();

export function comparerOf(model: Frozen): FewComparer {
  const comparer = comparers.get(model) ?? new FewComparer(model);
  comparers.set(model, comparer);
  return comparer;
}

/** @param id of the model that is there now */
export async function keptModel(db: Queryable, entity: string, id: string): Promise<Frozen> {
  const known = thawed.get(entity);
  if (known?.id === id) return known.model;
  const [row] = await db.query<{ content: string }>(sql`/* match.content */
    select content from match.model where entity = ${entity} and id = ${id}`);
  const model = thaw(row!.content);
  thawed.set(entity, { id, model });
  return model;
}
