/** Bookings are forecast by what was knowable, and each forecast of the past is the one that would have been made then. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enoughBackTests } from '../../src/metrics/forecast.ts';
import { keepForecast } from '../../src/pipeline/publish/forecast.ts';
import { type Published, publishOrg } from '../marts/org.ts';

let org: Published;
beforeAll(async () => {
  org = await publishOrg({});
  await org.ask(`insert into unified.dim_stage (connection_id, stage_name, default_probability_rate)
    values ('default', 'Prospecting', .1), ('default', 'Talks', .5), ('default', 'Closed Won', 1), ('default', 'Closed Lost', 0)`);
  await org.ask(
    `insert into unified.team_member (connection_id, team_id, user_id, depth) values ('default', 'head', 'ann', 1)`,
  );
});
afterAll(() => org.close());

/** The same numbers each time. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

type Version = { deal: string; owner: string; created: Date; from: Date; stage: string; close: Date; amount: number };
const dayMs = 86_400_000;
const day = (date: Date) => date.toISOString().slice(0, 10);

/** Deals of so many months before 2026-11-20: created, in talks, then won or lost; of a few the amount changes late. */
function lives(months: number, seed = 7): Version[] {
  const next = random(seed);
  const found: Version[] = [];
  const end = Date.UTC(2026, 10, 20, 11);
  for (let month = months; month >= 0; month--) {
    for (let serial = 0; serial < 9; serial++) {
      let at = Date.UTC(2026, 10 - month, 1 + Math.floor(next() * 27), 9 + Math.floor(next() * 8));
      const created = new Date(at);
      const deal = { deal: `d${month}-${serial}`, owner: next() < 0.5 ? 'ann' : 'bob', created };
      const amount = 1000 * (1 + Math.floor(next() * 9));
      const expected = new Date(at + (30 + next() * 90) * dayMs);
      const isWon = next() < 0.4;
      for (const stage of ['Prospecting', 'Talks', isWon ? 'Closed Won' : 'Closed Lost', isWon ? 'Closed Won' : '']) {
        if (at > end || stage === '') break;
        const isLate = found.at(-1)?.deal === deal.deal && found.at(-1)?.stage === 'Closed Won';
        const close = stage.startsWith('Closed') && !isLate ? new Date(at) : isLate ? found.at(-1)!.close : expected;
        found.push({ ...deal, from: new Date(at), stage, close, amount: isLate ? amount + 100 : amount });
        at += (10 + next() * 60) * dayMs;
      }
    }
  }
  return found;
}

async function store(versions: readonly Version[]): Promise<void> {
  for (const table of [
    'history.opportunity_version',
    'standard.opportunity_history',
    'history.forecast',
    'history.forecast_trial',
  ])
    await org.ask(`delete from ${table}`);
  const rows = versions.map((version, at) => {
    const next = versions[at + 1];
    return {
      ...version,
      id: `h${at}`,
      to: next?.deal === version.deal ? next.from : null,
      close: day(version.close),
      chance: { Prospecting: 10, Talks: 40 + Number(version.amount / 500), 'Closed Won': 100, 'Closed Lost': 0 }[
        version.stage
      ],
    };
  });
  await org.db
    .query(sql`insert into history.opportunity_version (connection_id, opportunity_id, valid_from, valid_to, created_at, name, owner_id,
      stage_name, forecast_category, close_on, amount, amount_clean, currency, is_closed, is_won, is_deleted, counts_in_clean, source)
    select 'default', deal, "from", "to", created, deal, owner, stage, 'Pipeline', close, amount, amount, 'EUR', stage like 'Closed%',
      stage = 'Closed Won', false, true, 'history'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (deal text, owner text, created timestamptz, "from" timestamptz,
      "to" timestamptz, stage text, close date, amount numeric)`);
  await org.db
    .query(sql`insert into standard.opportunity_history (connection_id, id, opportunity_id, stage_name, probability, created_at, _version)
    select 'default', id, deal, stage, chance, "from", 1
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id text, deal text, stage text, chance numeric, "from" timestamptz)`);
}

async function forecast(asOf: string): Promise<void> {
  await org.db.transaction(async (tx) => {
    await tx.query(
      sql`select set_config('assay.as_of', ${asOf}, true), set_config('assay.reported_on', ${asOf}, true),
        set_config('assay.now', ${`${asOf}T00:00:00Z`}, true)`,
    );
    await keepForecast(tx, true);
  });
}

type Row = Record<string, unknown> & { method: string; value: number | null; reason: string | null; is_shown: boolean };
const said = (asOf: string, where = 'true') =>
  org.ask(`select period_kind, period, lead_months, method, value::float8 as value, low::float8 as low, high::float8 as high,
    won_so_far::float8 as won, is_shown, reason from history.forecast where as_of = '${asOf}' and dimension = 'all' and ${where}
    order by period_kind, period, method`) as Promise<Row[]>;
const trial = () => org.ask('select through::text as through, months_rebuilt, reason from history.forecast_trial');

/** What had happened by the beginning of the day. */
const until = (versions: readonly Version[], asOf: string) => versions.filter(({ from }) => from.toISOString() < asOf);

describe('the past', () => {
  const world = lives(33);

  it('is forecast as it would have been then: later wins, amounts and chances change nothing', async () => {
    await store(world);
    await forecast('2026-11-20');
    const places =
      'period_kind, period, lead_months, method, value::float8 as value, low::float8 as low, high::float8 as high';
    const ask = (asOf: string) =>
      org.ask(`select ${places} from history.forecast where as_of = '${asOf}' and dimension = 'all' and value is not null
        and period_start < '2026-08-01' order by period_kind, period, method`);
    const origins = ['2025-06-01', '2026-01-01', '2026-05-01'];
    const afterwards = new Map<string, unknown[]>();
    for (const origin of origins) afterwards.set(origin, await ask(origin));
    for (const origin of origins) {
      await store(until(world, origin));
      await forecast(origin);
      const then = await ask(origin);
      expect(then.length).toBeGreaterThan(20);
      expect(afterwards.get(origin), origin).toEqual(then);
    }
  });

  it('would show it if something had been known too early', async () => {
    const origin = '2026-01-01';
    await store(world);
    await forecast('2026-11-20');
    const honest = await said(origin);
    // Deals won in the weeks after are known as won an hour before.
    const before = new Date('2025-12-31T23:00Z');
    const kept = world.map((version, at) => {
      const isEarly = version.stage === 'Closed Won' && day(version.from) > origin && day(version.from) < '2026-01-25';
      return isEarly && world[at - 1]!.from < before && world[at - 1]!.stage === 'Talks'
        ? { ...version, from: before }
        : version;
    });
    expect(kept).not.toEqual(world);
    await store(kept);
    await forecast('2026-11-20');
    expect(await said(origin)).not.toEqual(honest);
  });

  it('is measured: WAPE, bias and coverage are those of its rows, and the best of the methods is shown', async () => {
    await store(world);
    await forecast('2026-11-20');
    const rows = (await org.ask(`with came as (
        select f.*, (select coalesce(sum(v.amount_clean), 0) from history.opportunity_version v
          where v.is_won and v.close_on between f.period_start and f.period_end and v.valid_from < '2026-11-01'
            and (v.valid_to is null or v.valid_to >= '2026-11-01')) as actual
        from history.forecast f where f.is_back_test and f.value is not null)
      select a.period_kind, a.lead_months, a.method, a.n, a.wape::float8 as wape, a.bias::float8 as bias, a.coverage::float8 as coverage,
        a.coverage_n, a.is_best, a.mase::float8 as mase, count(*)::int as rows, (sum(abs(value - actual)) / sum(actual))::float8 as error,
        (sum(value - actual) / sum(actual))::float8 as lean, count(*) filter (where low is not null)::int as bounded,
        (count(*) filter (where actual between low - .01 and high + .01)::float8 / nullif(count(*) filter (where low is not null), 0)) as inside
      from history.forecast_accuracy a
      join came c on c.period_kind = a.period_kind and c.lead_months = a.lead_months and c.method = a.method
      where a.dimension = 'all' group by a.connection_id, a.dimension, a.key, a.period_kind, a.lead_months, a.method`)) as Record<
      string,
      number
    >[];
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      expect(row.rows).toBe(row.n);
      expect(row.error).toBeCloseTo(row.wape!, 4);
      expect(row.lean).toBeCloseTo(row.bias!, 4);
      expect(row.bounded).toBe(row.coverage_n);
      if (row.bounded! > 0) expect(row.inside).toBeCloseTo(row.coverage!, 4);
    }
    const ofMonth = rows.filter((row) => String(row.period_kind) === 'month' && row.lead_months === 1);
    const best = ofMonth.filter((row) => Boolean(row.is_best));
    expect(best).toHaveLength(1);
    expect(best[0]!.wape).toBe(Math.min(...ofMonth.filter(({ n }) => n! >= enoughBackTests).map(({ wape }) => wape!)));
    const shown = (await said('2026-11-20', `period = '2026-11'`)).filter((row) => row.is_shown);
    expect(shown.map(({ method }) => method)).toEqual([best[0]!.method]);
  });

  it('has intervals that hold about what they promise', async () => {
    const [row] =
      (await org.ask(`select sum(coverage * coverage_n)::float8 / sum(coverage_n) as share, sum(coverage_n)::int as n
      from history.forecast_accuracy where dimension = 'all' and period_kind = 'month'`)) as {
        share: number;
        n: number;
      }[];
    expect(row!.n).toBeGreaterThan(200);
    expect(row!.share).toBeGreaterThan(0.68);
    expect(row!.share).toBeLessThan(0.95);
  });

  it('is forecast for each team by the deals of its people', async () => {
    const sums = (await org.ask(`select dimension, sum(value)::float8 as value from history.forecast
      where as_of = '2026-11-20' and method = 'weighted' and period = '2026-Q4' group by 1 order by 1`)) as {
      value: number;
    }[];
    expect(sums).toHaveLength(2);
    expect(sums[1]!.value).toBeGreaterThan(0);
    expect(sums[1]!.value).toBeLessThan(sums[0]!.value);
  });
});

describe('the honest no', () => {
  it('of an org that never won anything is one reason and no number', async () => {
    await store(lives(6).filter(({ stage }) => stage === 'Prospecting'));
    await forecast('2026-11-20');
    expect(await said('2026-11-20')).toEqual([]);
    expect(await trial()).toEqual([{ through: null, months_rebuilt: null, reason: 'no deal was ever won' }]);
  });

  it('of several currencies names them', async () => {
    await store(lives(6));
    await org.ask(`update history.opportunity_version set currency = 'JPY' where opportunity_id like '%-1'`);
    await forecast('2026-11-20');
    expect(await said('2026-11-20')).toEqual([]);
    expect(await trial()).toMatchObject([{ reason: 'amounts are in several currencies: EUR, JPY' }]);
  });

  it('of two months: what can be said stands without bounds, and nothing is shown as the best', async () => {
    await store(lives(2));
    await forecast('2026-11-20');
    const rows = await said('2026-11-20', `period = '2026-11'`);
    const of = (method: string) => rows.find((row) => row.method === method)!;
    expect(of('weighted').value).toBeGreaterThan(0);
    expect(of('weighted')).toMatchObject({ low: null, high: null, is_shown: false });
    expect(of('weighted').reason).toMatch(/^not enough history: \d forecasts of such a period could be compared/);
    expect(of('seasonal_naive')).toMatchObject({ value: null, reason: expect.stringMatching(/^not enough history/) });
    expect(of('historic')).toMatchObject({ value: null, reason: expect.stringMatching(/^not enough history/) });
    expect(rows.some((row) => row.is_shown)).toBe(false);
  });

  it('of an org whose deals have no history: months before the first sync are not rebuilt', async () => {
    const world = lives(24);
    const last = world.filter((version, at) => world[at + 1]?.deal !== version.deal);
    await store(last.map((version) => ({ ...version, from: new Date('2026-11-19T02:00Z') })));
    await forecast('2026-11-20');
    expect(await trial()).toMatchObject([{ months_rebuilt: 0, reason: null }]);
    expect((await said('2026-11-20')).some((row) => row.is_shown)).toBe(false);
  });
});
