/** The public sales pipeline of Maven Analytics into deals: made by other hands, each of them a deal of its own. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { LabelledDeal, Planted } from './plant.ts';

const outcomes: Record<string, LabelledDeal['outcome']> = { Won: 'won', Lost: 'lost' };
const dayOf = (text: string | undefined): number | null => (text ? Math.floor(Date.parse(text) / 86_400_000) : null);

/** null where the folder has no `sales_pipeline.csv` */
export async function publicPipeline(folder: string): Promise<Planted | null> {
  const file = join(folder, 'sales_pipeline.csv');
  if (!existsSync(file)) return null;
  const rows: Record<string, string>[] = parse(await readFile(file), { columns: true });
  const companyNames = new Map(rows.flatMap(({ account }) => (account ? [[account, [account]]] : [])));
  const deals = rows.map((row, at): LabelledDeal => ({
    connection_id: 'default',
    id: row.opportunity_id!,
    truth: `t${at}`,
    company: row.account || null,
    name: `${row.account || 'Unknown'} - ${row.product}`,
    amount: row.close_value ? Number(row.close_value) : null,
    created_day: dayOf(row.engage_date),
    close_day: dayOf(row.close_date),
    owner: row.sales_agent ?? null,
    type: null,
    lead_source: null,
    currency: null,
    outcome: outcomes[row.deal_stage!] ?? 'open',
  }));
  return { deals, companyNames, copies: 0, reorders: 0 };
}
