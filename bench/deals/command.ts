/** `npm run bench -- deals`: copies and reorders planted among made deals, by three seeds: what is linked, and the win rate. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { writeReport } from '../report.ts';
import { table } from '../table.ts';
import { type DealScore, judgeDeals } from './judge.ts';
import { publicPipeline } from './public.ts';
import { catalogueDeals, type LabelledDeal, plant, type Planted } from './plant.ts';

export type DealsOptions = { seed: number; public: string; json?: string };

type Row = DealScore & { set: string; seed: number | null; copies: number; reorders: number };

export async function deals({ seed: first, public: folder, json }: DealsOptions): Promise<void> {
  const rows: Row[] = [];
  const published = await publicPipeline(folder);
  if (published === null) console.error(`There is no ${folder}/sales_pipeline.csv: the public pipeline is left out.`);
  else rows.push(rowOf('public pipeline', null, published));
  for (const seed of [first, first + 1, first + 2]) {
    const base = catalogueDeals(500, seed);
    rows.push(rowOf('catalogue, as it is', seed, { ...base, deals: labelled(base.deals), copies: 0, reorders: 0 }));
    rows.push(rowOf('catalogue, planted', seed, plant(base, 10, seed)));
    rows.push(rowOf('seeded org', seed, await seededOrg(seed)));
  }
  console.log(
    table(
      [
        'set',
        'seed',
        'deals',
        'copies',
        'reorders',
        'links',
        'P',
        'R',
        'P given',
        'R given',
        'asked',
        'win rate',
        'raw',
        'clean',
      ],
      rows.map((row) => [
        row.set,
        row.seed,
        row.deals,
        row.copies,
        row.reorders,
        row.links,
        row.precision,
        row.recall,
        given(row.assessment.precision),
        given(row.assessment.recall),
        row.reviews,
        row.winRate.truth.toFixed(4),
        row.winRate.raw.toFixed(4),
        row.winRate.clean.toFixed(4),
      ]),
    ),
  );
  for (const { set, wrong } of rows.filter((row) => row.set === 'public pipeline')) {
    console.log(`\n${set}: ${wrong.length} linked by itself`);
    for (const { names, evidence } of wrong)
      console.log(`  ${names.join(' | ')}: ${evidence.map(({ field, level }) => `${field} ${level}`).join(', ')}`);
  }
  await writeReport(json, 'deals', { rows });
}

const given = (share: DealScore['assessment']['precision']): string =>
  share === null ? '-' : `${share.low} to ${share.high}`;

function rowOf(set: string, seed: number | null, planted: Planted): Row {
  return { set, seed, copies: planted.copies, reorders: planted.reorders, ...judgeDeals(planted) };
}

const labelled = (own: readonly LabelledDeal[]): LabelledDeal[] =>
  own.map((deal, at) => ({ ...deal, id: `d${at}`, truth: `t${at}` }));

/** The local org with the copies it plants itself, its companies taken as grouped right. */
async function seededOrg(seed: number): Promise<Planted> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-deals-'));
  try {
    await writeSeededOrg(folder, { seed, accounts: 2000, asOf: new Date('2026-11-01') });
    const rows = async (name: string): Promise<Record<string, string>[]> =>
      parse(await readFile(join(folder, `${name}.csv`)), { columns: true });
    const truth = new Map((await rows('truth')).map(({ Id, entity }) => [Id, entity!]));
    const companyNames = new Map<string, string[]>();
    for (const { Id, Name } of await rows('Account')) {
      const company = truth.get(Id)!;
      companyNames.set(company, [...(companyNames.get(company) ?? []), Name!]);
    }
    const own = (await rows('Opportunity')).map((row): LabelledDeal => ({
      connection_id: 'default',
      id: row.Id!,
      truth: truth.get(row.Id)!,
      company: truth.get(row.AccountId) ?? null,
      name: row.Name ?? null,
      amount: Number(row.Amount) || null,
      created_day: dayOf(row.CreatedDate),
      close_day: dayOf(row.CloseDate),
      owner: row.OwnerId ?? null,
      type: row.Type || null,
      lead_source: row.LeadSource || null,
      currency: null,
      outcome: row.IsWon === 'true' ? 'won' : row.IsClosed === 'true' ? 'lost' : 'open',
    }));
    return { deals: own, companyNames, copies: own.length - new Set(own.map((deal) => deal.truth)).size, reorders: 0 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const dayOf = (text: string | undefined): number | null => (text ? Math.floor(Date.parse(text) / 86_400_000) : null);
