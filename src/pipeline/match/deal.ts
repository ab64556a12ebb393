/** Opportunities into scored pairs in `match.pair`: the same deal entered twice. */
import { Readable } from 'node:stream';
import sql, { join, raw } from 'sql-template-tag';
import { locking } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { StageResult } from '../../model/run.ts';
import type { Deal } from '../../matcher/deal/deal.ts';
import { type DealPair, dealPairs } from '../../matcher/deal/pairs.ts';
import type { Context } from '../context.ts';
import { everyOrg, markAt, putMarks } from '../marks.ts';

/** Raised whenever the same rows may give other pairs. */
const dealVersion = 2;

/** Evidence that an entity may have or not, as SQL over `d`, a row of `standard.<entity>`. */
const evidence: Record<string, string> = {
  created_on: `(d.created_on::timestamptz at time zone 'utc')::date - date '1970-01-01'`,
  owner: 'd.owner',
  type: 'd.type',
  lead_source: 'd.lead_source',
  currency: 'd.currency',
};

/** Compares anew when a deal or the company of one changed, else does nothing. */
export async function matchDeals(context: Context, entity: EntityDefinition): Promise<StageResult> {
  const table = identifier('standard', entity.name);
  // The definition was refused at start if it named none.
  const company = entity.fields.company_id!.entity!;
  const place = { stage: 'match', subject: entity.name, connectionId: everyOrg, source: 'match' } as const;
  const of = sql`from ${table} d left join golden.crosswalk x on x.entity = ${company}
    and x.connection_id = d.connection_id and x.id = d.company_id`;
  const [state] = await context.db.query<{
    fingerprint: string;
    count: number;
    known: string | null;
  }>(sql`/* match.deal_fingerprint */
    select ${dealVersion} || ':' || count(*) || ':' || coalesce(md5(string_agg(d.connection_id || d.id || d._version
      || coalesce(x.golden_id, ''), ',' order by d.connection_id, d.id)), '') as fingerprint, count(*)::int as count,
      (select hash from ${markAt(place)} mark) as known ${of}`);
  if (!state || state.fingerprint === state.known) return { readCount: state?.count ?? 0, changedCount: 0 };
  const deals = await context.db.query<Deal>(sql`/* match.deals */
    select d.connection_id, d.id, x.golden_id as company, d.name, d.amount::float8 as amount,
      d.close_on::date - date '1970-01-01' as close_day, ${join(evidenceColumns(entity))} ${of}
    order by d.connection_id collate "C", d.id collate "C"`);
  const names = await context.db.query<{ company: string; names: string[] }>(sql`/* match.deal_companies */
    select x.golden_id as company, array_agg(distinct s.name) as names from ${identifier('standard', company)} s
    join golden.crosswalk x on x.entity = ${company} and x.connection_id = s.connection_id and x.id = s.id
    where s.name is not null and x.golden_id in (select x.golden_id ${of}) group by 1`);
  const { pairs, notComparedCount } = dealPairs(deals, new Map(names.map((row) => [row.company, row.names])));
  await context.write(async (tx) => {
    // Two orgs may be synced at once: versions of an entity come in their order.
    await locking(tx, `match.${entity.name}`);
    await tx.query(sql`/* match.deal_clear */ delete from match.pair where entity = ${entity.name}`);
    await tx.copyIn(
      `/* match.deal_pair */ copy match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight,
        probability, decision, evidence) from stdin`,
      Readable.from(lines(entity.name, context.run.id, deals, pairs)),
    );
    const made = { ...place, version: sql`nextval('mirror.version')`, hash: state.fingerprint };
    await tx.query(sql`/* match.deal_mark */ ${putMarks('match', [made], true)}`);
  });
  const detail = { candidatePairCount: pairs.length, notComparedPairCount: notComparedCount };
  return { readCount: deals.length, changedCount: pairs.length, detail };
}

/** Columns of a Deal; null where the entity has no such field. */
function evidenceColumns({ fields }: EntityDefinition) {
  const columns = Object.entries(evidence).map(([field, text]) => {
    const name = field === 'created_on' ? 'created_day' : field;
    return sql`${raw(field in fields ? text : 'null')} as ${identifier(name)}`;
  });
  const knowsOutcome = 'is_won' in fields && 'is_closed' in fields;
  const outcome = `case when d.is_won = 'true' then 'won' when d.is_closed = 'true' then 'lost' when d.is_closed = 'false' then 'open' end`;
  return [...columns, sql`${raw(knowsOutcome ? outcome : 'null')} as outcome`];
}

function* lines(entity: string, runId: string, deals: readonly Deal[], pairs: DealPair[]): Generator<string> {
  for (const { left, right, weight, probability, decision, evidence: parts } of pairs) {
    const [l, r] = [deals[left]!, deals[right]!];
    // Ids and our own words only: nothing that COPY would need escaped.
    const values = [entity, runId, l.connection_id, l.id, r.connection_id, r.id, weight, probability, decision];
    yield `${[...values, JSON.stringify(parts)].join('\t')}\n`;
  }
}
