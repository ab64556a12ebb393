/** Made deals as rows of `standard` and `golden`, as if a sync had brought them: what matching deals reads. */
import { Readable } from 'node:stream';
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { createTables } from '../../src/pipeline/standardise/tables.ts';
import { putMarks } from '../../src/pipeline/marks.ts';
import { catalogueDeals, plant } from './plant.ts';

/** @returns how many deals there are, of ids 006000000000000001 on; accounts are A0 on, their companies com_0 on */
export async function fillDeals(db: Db, definitions: Definitions, companies: number, seed: number): Promise<number> {
  const { deals, companyNames } = plant(catalogueDeals(companies, seed), 10, seed);
  await db.transaction(async (tx) => {
    await createTables(tx, definitions);
    const day = (of: number | null) => (of === null ? null : new Date(of * 86_400_000).toISOString().slice(0, 10));
    const rows = deals.map((deal, at) => {
      const id = `006${String(at + 1).padStart(15, '0')}`;
      const account = deal.company?.replace('com_', 'A') ?? null;
      const state = [deal.outcome === 'won', deal.outcome !== 'open'];
      return [
        id,
        account,
        deal.name,
        deal.amount,
        day(deal.close_day),
        day(deal.created_day),
        deal.owner,
        deal.type,
        deal.lead_source,
        ...state,
      ];
    });
    const text = rows.map((row) => `default\tOpportunity\t${row.map((value) => value ?? '\\N').join('\t')}\t1\n`);
    await tx.copyIn(
      `copy standard.deal (connection_id, object, id, company_id, name, amount, close_on, created_on, owner, type, lead_source, is_won,
        is_closed, _version) from stdin`,
      Readable.from(text),
    );
    await tx.query(
      raw(`insert into standard.opportunity (connection_id, id, _version)
      select connection_id, id, nextval('mirror.version') from standard.deal`),
    );
    const names = [...companyNames].map(([company, [name]]) => ({ company, id: company.replace('com_', 'A'), name }));
    const made = sql`jsonb_to_recordset(${JSON.stringify(names)}::jsonb) r (company text, id text, name text)`;
    await tx.query(
      sql`insert into standard.company (connection_id, id, name, _version) select 'default', id, name, 1 from ${made}`,
    );
    await tx.query(sql`insert into golden.crosswalk (entity, connection_id, id, object, golden_id, since_run_id)
      select 'company', 'default', id, 'Account', company, 'run_bench' from ${made}`);
    const survived = {
      subject: 'company',
      source: 'survive',
      connectionId: '*',
      version: sql`nextval('mirror.version')`,
    };
    await tx.query(putMarks('survive', [survived]));
  });
  await db.query(raw('analyze standard.deal, standard.opportunity, standard.company, golden.crosswalk'));
  return deals.length;
}
