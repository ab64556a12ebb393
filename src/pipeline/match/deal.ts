/** Opportunities of one golden company into scored pairs in `match.pair`: the same deal entered twice. */
import { Readable } from 'node:stream';
import sql from 'sql-template-tag';
import { locking } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { EntityDefinition } from '../../model/entity.ts';
import type { StageResult } from '../../model/run.ts';
import type { Context } from '../context.ts';
import { everyOrg, markAt, putMarks } from '../marks.ts';
import { companyName } from '../../matcher/values/company-name.ts';

export type Deal = {
  connection_id: string;
  id: string;
  company: string;
  name: string | null;
  amount: number | null;
  /** Days since 1970. */
  close_day: number | null;
};
export type DealEvidence = { field: string; level: string; weight: number };
export type DealPair = { left: number; right: number; weight: number; evidence: DealEvidence[] };

/** Raised whenever the same rows may give other pairs. */
const dealVersion = 1;

/**
 * Bits, set by hand and not learned: deals of one company are too few for that. One deal is name, amount and close day
 * alike; a renewal has the name and amount but another quarter, an upsell the name and quarter but another amount.
 */
const prior = -8;
const bits = {
  name: { same: 6, 'same but for the company’s name': 5, near: 2, differs: -6 },
  amount: { same: 6, 'within 5 %': 1, 'within 25 %': -3, differs: -6 },
  close_on: { 'same day': 4, 'within 14 days': 1, later: -10 },
} as const;
const reviewFrom = -4;
/** A company with more deals than this has them compared within the first word of their names only. */
const companyCap = 400;

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
      d.close_on::date - date '1970-01-01' as close_day ${of}
    where x.golden_id is not null order by d.connection_id collate "C", d.id collate "C"`);
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

/** Pairs within a company that are not plainly two deals; the left of a pair is the earlier in the list. */
export function dealPairs(
  deals: readonly Deal[],
  companyNames: ReadonlyMap<string, readonly string[]>,
): { pairs: DealPair[]; notComparedCount: number } {
  const pairs: DealPair[] = [];
  let notComparedCount = 0;
  for (const [company, all] of Map.groupBy(deals.keys(), (at) => deals[at]!.company)) {
    const own = new Set((companyNames.get(company) ?? []).flatMap(wordsOfCompany));
    const named = all.map((at) => ({ at, deal: deals[at]!, words: wordsOf(deals[at]!.name) }));
    const blocks = all.length <= companyCap ? [named] : [...Map.groupBy(named, ({ words }) => words[0] ?? '').values()];
    const square = (count: number) => (count * (count - 1)) / 2;
    notComparedCount += square(all.length) - blocks.reduce((sum, block) => sum + square(block.length), 0);
    for (const block of blocks) {
      for (const [index, left] of block.entries()) {
        for (const right of block.slice(index + 1)) {
          const evidence = [
            nameEvidence(left.words, right.words, own),
            amountEvidence(left.deal.amount, right.deal.amount),
            closeEvidence(left.deal.close_day, right.deal.close_day),
          ].filter((part) => part !== null);
          const weight = evidence.reduce((sum, part) => sum + part.weight, prior);
          if (weight >= reviewFrom) pairs.push({ left: left.at, right: right.at, weight, evidence });
        }
      }
    }
  }
  return { pairs, notComparedCount };
}

function nameEvidence(left: string[], right: string[], company: ReadonlySet<string>): DealEvidence | null {
  if (left.length === 0 || right.length === 0) return null;
  const evidence = (level: keyof typeof bits.name) => ({ field: 'name', level, weight: bits.name[level] });
  if (left.join(' ') === right.join(' ')) return evidence('same');
  const [l, r] = [left, right].map((words) => new Set(words.filter((word) => !company.has(word)))) as [
    Set<string>,
    Set<string>,
  ];
  if (l.size === 0 || r.size === 0) return null;
  const shared = [...l].filter((word) => r.has(word)).length;
  const union = l.size + r.size - shared;
  if (shared === union) return evidence('same but for the company’s name');
  // Numbers set deals apart: a year, a quarter, a purchase order.
  const numbers = (words: Set<string>) =>
    [...words]
      .filter((word) => /\d/.test(word))
      .sort()
      .join(' ');
  return evidence(shared / union >= 0.6 && numbers(l) === numbers(r) ? 'near' : 'differs');
}

function amountEvidence(left: number | null, right: number | null): DealEvidence | null {
  if (!left || !right) return null;
  const apart = Math.abs(left - right) / Math.max(Math.abs(left), Math.abs(right));
  const level = apart === 0 ? 'same' : apart <= 0.05 ? 'within 5 %' : apart <= 0.25 ? 'within 25 %' : 'differs';
  return { field: 'amount', level, weight: bits.amount[level] };
}

function closeEvidence(left: number | null, right: number | null): DealEvidence | null {
  if (left === null || right === null) return null;
  const days = Math.abs(left - right);
  const level = days === 0 ? 'same day' : days <= 14 ? 'within 14 days' : 'later';
  return { field: 'close_on', level, weight: bits.close_on[level] };
}

function wordsOf(text: string | null): string[] {
  return (
    (text ?? '')
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** As written, with its legal form, and run together, since deals are named after any of these. */
function wordsOfCompany(name: string): string[] {
  const words = wordsOf(name);
  const core = wordsOf(companyName(name).core);
  return [...words, ...core, words.join(''), core.join('')];
}

function* lines(entity: string, runId: string, deals: readonly Deal[], pairs: DealPair[]): Generator<string> {
  for (const { left, right, weight, evidence } of pairs) {
    const [l, r] = [deals[left]!, deals[right]!];
    const probability = 1 / (1 + 2 ** -weight);
    const decision = weight > 0 ? 'link' : 'review';
    // Ids and our own words only: nothing that COPY would need escaped.
    const values = [entity, runId, l.connection_id, l.id, r.connection_id, r.id, weight, probability, decision];
    yield `${[...values, JSON.stringify(evidence)].join('\t')}\n`;
  }
}
