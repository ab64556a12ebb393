/** Pairs that wait for a person, the most useful first, each with both sides' values and why it is asked about. */
import sql, { empty } from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import { keySql, wantedKeys } from '../db/record-key.ts';
import { evidenceOf, sentence, type WaterfallStep, waterfall } from '../model/explanation.ts';
import { keyOf } from '../model/record-key.ts';
import { type Page, type PageRequest, toPage } from './page.ts';
import { standardised } from './rows.ts';

export type ReviewSide = {
  connectionId: string;
  salesforceId: string;
  object: string;
  goldenId: string;
  values: Record<string, unknown>;
};
export type ReviewItem = {
  entity: string;
  left: ReviewSide;
  right: ReviewSide;
  reason: string;
  weight: number | null;
  probability: number | null;
  uncertainty: number;
  recordCount: number;
  openAmount: number;
  priority: number;
  sentence: string | null;
  waterfall: WaterfallStep[];
};
export type ReviewFilter = { entity?: string | undefined; reason?: string | undefined };

type Row = {
  entity: string;
  l_connection_id: string;
  l_id: string;
  r_connection_id: string;
  r_id: string;
  l_golden_id: string;
  r_golden_id: string;
  reason: string;
  weight: number | null;
  probability: number | null;
  uncertainty: number;
  record_count: number;
  open_amount: number;
  priority: number;
  priority_text: string;
  evidence: unknown;
};
/** By "entity connection id". */
type Values = Map<string, Pick<ReviewSide, 'object' | 'values'>>;

export async function listReviewItems(
  db: Queryable,
  { entity, reason }: ReviewFilter,
  page: PageRequest,
): Promise<Page<ReviewItem>> {
  const { after } = page;
  const place = sql`(i.entity, i.l_connection_id, i.l_id, i.r_connection_id, i.r_id)`;
  const rows = await db.query<Row>(sql`/* reviews.list */ select i.entity, i.l_connection_id, i.l_id, i.r_connection_id,
      i.r_id, i.l_golden_id, i.r_golden_id, i.reason, i.weight, i.probability, i.uncertainty,
      i.record_count::float8 as record_count, i.open_amount, i.priority, i.priority::text as priority_text, p.evidence
    from golden.review_item i left join match.pair p using (entity, l_connection_id, l_id, r_connection_id, r_id)
    where true ${entity ? sql`and i.entity = ${entity}` : empty}
    ${reason ? sql`and i.reason = ${reason}` : empty}
    ${
      after
        ? sql`and (i.priority < ${number(after[0])}::float8 or (i.priority = ${number(after[0])}::float8
            and ${place} > (${after[1]}, ${after[2]}, ${after[3]}, ${after[4]}, ${after[5]})))`
        : empty
    }
    order by i.priority desc, i.entity, i.l_connection_id, i.l_id, i.r_connection_id, i.r_id limit ${page.limit + 1}`);
  const { data, next } = toPage(rows, page, (row) => [
    row.priority_text,
    row.entity,
    row.l_connection_id,
    row.l_id,
    row.r_connection_id,
    row.r_id,
  ]);
  const values = await valuesOf(db, data);
  return { data: data.map((row) => itemOf(row, values)), next };
}

/** The evidence rows of both sides. */
async function valuesOf(db: Queryable, rows: Row[]): Promise<Values> {
  const found: Values = new Map();
  const byEntity = Map.groupBy(rows, (row) => row.entity);
  for (const entity of await standardised(db, [...byEntity.keys()], (name) => name)) {
    const keys = byEntity.get(entity)!.flatMap((row) => [
      { connection_id: row.l_connection_id, id: row.l_id },
      { connection_id: row.r_connection_id, id: row.r_id },
    ]);
    const records = await db.query<{ key: string } & Pick<ReviewSide, 'object' | 'values'>>(sql`/* reviews.values */
      select ${keySql('s')} as key, s.object, jsonb_strip_nulls(to_jsonb(s))
        - array['connection_id', 'object', 'id', '_version', 'modified_at'] as values
      from ${identifier('standard', entity)} s join ${wantedKeys(keys)} using (connection_id, id)`);
    for (const { key, ...rest } of records) found.set(`${entity} ${key}`, rest);
  }
  return found;
}

function itemOf(row: Row, values: Values): ReviewItem {
  const { entity, reason, weight, probability, uncertainty, priority } = row;
  const sideOf = (connectionId: string, salesforceId: string, goldenId: string): ReviewSide => {
    const known = values.get(`${entity} ${keyOf({ connection_id: connectionId, id: salesforceId })}`);
    return { connectionId, salesforceId, object: known?.object ?? '', goldenId, values: known?.values ?? {} };
  };
  const evidence = evidenceOf(row.evidence);
  const outcome = row.l_golden_id === row.r_golden_id ? 'one' : 'apart';
  const isScored = weight !== null && probability !== null;
  return {
    entity,
    left: sideOf(row.l_connection_id, row.l_id, row.l_golden_id),
    right: sideOf(row.r_connection_id, row.r_id, row.r_golden_id),
    reason,
    weight,
    probability,
    uncertainty,
    recordCount: row.record_count,
    openAmount: row.open_amount,
    priority,
    sentence: isScored ? sentence({ weight, probability, outcome }, evidence) : null,
    waterfall: isScored ? waterfall(weight, evidence) : [],
  };
}

/** A key may be forged: what is no number starts from the end instead of failing in PostgreSQL. */
function number(text: string | undefined): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : 0;
}
