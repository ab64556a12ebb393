/** Deals that move are weighed by what was learnt, and the pairs are those that weighing all of them by it gives. */
import fc from 'fast-check';
import sql, { raw } from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillDeals } from '../../bench/deals/store.ts';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { pairsOf } from '../../src/matcher/deal/pairs.ts';
import type { LearntDeals } from '../../src/matcher/deal/learnt.ts';
import type { StageResult } from '../../src/model/run.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { dealEntity, readDeals } from '../../src/pipeline/match/deal-rows.ts';
import { matchDeals } from '../../src/pipeline/match/deal.ts';
import { testDatabase } from '../database.ts';

let db: Db;
let definitions: Context['definitions'];
let count: number;
beforeAll(async () => {
  db = await testDatabase();
  definitions = await loadDefinitions();
  count = await fillDeals(db, definitions, 300, 3);
});
afterAll(() => db.close());

const deal = () => definitions.entities.find(({ name }) => name === 'deal')!;
const matched = (mode: 'auto' | 'full' = 'auto'): Promise<StageResult> =>
  matchDeals(stageContext({ db, definitions, run: { mode } }), deal());

const stored = () =>
  db.query<{
    l: string;
    r: string;
    weight: number;
    decision: string;
    rule: string;
  }>(sql`select l_id as l, r_id as r, weight,
    decision, rule from match.pair where entity = 'deal' order by l_id collate "C", r_id collate "C"`);

/** What weighing all deals by the same chances gives. */
async function whole(): Promise<unknown[]> {
  const [model] = await db.query<{ content: LearntDeals }>(sql`select content from match.deal_model`);
  const deals = await readDeals(db, dealEntity(definitions, deal()), null);
  return pairsOf(deals, model!.content)
    .pairs.map(({ left, right, weight, decision, rule }) => ({
      l: deals[left]!.id,
      r: deals[right]!.id,
      weight,
      decision,
      rule,
    }))
    .sort((a, b) => (a.l === b.l ? (a.r < b.r ? -1 : 1) : a.l < b.l ? -1 : 1));
}

/** By another deal's values, as they move in a night. */
const edits: Record<string, string> = {
  amount: 'amount = o.amount',
  name: 'name = o.name',
  account: 'company_id = o.company_id',
  nowhere: 'company_id = null',
  days: 'created_on = o.created_on, close_on = o.close_on',
  copy: 'name = o.name, company_id = o.company_id, amount = o.amount, created_on = o.created_on, close_on = o.close_on, owner = o.owner',
};
const edit = fc.record({
  kind: fc.constantFrom(...Object.keys(edits), 'gone', 'rename', 'regroup'),
  at: fc.nat(500),
  by: fc.nat(500),
});
const idOf = (at: number) => `006${String(at + 1).padStart(15, '0')}`;

async function apply({ kind, at, by }: { kind: string; at: number; by: number }): Promise<void> {
  if (kind in edits) {
    await db.query(sql`update standard.deal d set ${raw(edits[kind]!)} from standard.deal o
      where d.id = ${idOf(at)} and o.id = ${idOf(by)}`);
  } else if (kind === 'gone') {
    await db.query(sql`delete from standard.deal where id = ${idOf(at)}`);
  } else {
    // The company is written otherwise, or an account of it belongs to another one.
    const company = `com_${at % 60}`;
    if (kind === 'rename')
      await db.query(sql`update standard.company set name = name || ' Group' where id = ${`A${at % 60}`}`);
    else
      await db.query(
        sql`update golden.crosswalk set golden_id = ${`com_${by % 60}`} where entity = 'company' and id = ${`A${at % 60}`}`,
      );
    await db.query(sql`insert into golden.touched (golden_id, entity, version)
      select id, 'company', nextval('mirror.version')
      from unnest(${[...new Set([company, `com_${by % 60}`])]}::text[]) id
      on conflict (golden_id) do update set version = excluded.version`);
    await db.query(
      sql`update pipeline.mark set version = nextval('mirror.version') where stage = 'survive' and subject = 'company'`,
    );
  }
  await db.query(sql`update standard.opportunity set _version = nextval('mirror.version') where id = ${idOf(at)}`);
}

it('any series of edits, of deals and of what their accounts stand for', async () => {
  await matched('full');
  expect(await stored()).toEqual(await whole());
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (night) => {
      await db.query(sql`update match.deal_model set moved_count = 0`);
      for (const one of night) await apply(one);
      const { detail } = await matched();
      expect(detail ?? {}).not.toHaveProperty('candidatePairCount');
      expect(await stored()).toEqual(await whole());
    }),
    { numRuns: 20 },
  );
});

it('an edit of nothing that is compared, and a second run, look at nothing', async () => {
  await db.query(sql`update standard.opportunity set _version = nextval('mirror.version') where id = ${idOf(3)}`);
  expect(await matched()).toMatchObject({ changedCount: 0 });
  expect(await matched()).toEqual({ readCount: count, changedCount: 0 });
});

it('learns anew when a fiftieth of the deals has moved', async () => {
  await db.query(sql`update match.deal_model set moved_count = learnt_count`);
  await apply({ kind: 'amount', at: 7, by: 9 });
  expect((await matched()).detail).toHaveProperty('candidatePairCount');
  const [model] = await db.query(sql`select moved_count::int as moved from match.deal_model`);
  expect(model).toEqual({ moved: 0 });
});
