/** The pipeline walk: whatever happened to deals between two instants, its terms come from opening to closing, to the cent. */
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Published, publishOrg } from '../marts/org.ts';

let org: Published;
beforeAll(async () => {
  org = await publishOrg({});
});
afterAll(() => org.close());

/** A version of a deal as it was on a day of January 2026; no day: as it was before. */
type State = {
  amount: number | null;
  clean?: number | null;
  close: number;
  end?: 'won' | 'lost';
  category?: 'Omitted';
  isDeleted?: boolean;
  isCopy?: boolean;
  currency?: string;
};
type Life = { created: number; versions: { day: number; state: State }[] };

const at = (day: number) => new Date(Date.UTC(2026, 0, 1) + (day - 1) * 86_400_000).toISOString();
const on = (day: number) => at(day).slice(0, 10);

async function live(lives: Life[]): Promise<void> {
  await org.ask('delete from history.opportunity_version');
  for (const [serial, { created, versions }] of lives.entries()) {
    for (const [place, { day, state }] of versions.entries()) {
      const next = versions[place + 1];
      const clean = state.clean === undefined ? state.amount : state.clean;
      await org.db
        .query(sql`insert into history.opportunity_version (connection_id, opportunity_id, valid_from, valid_to, created_at, name,
        close_on, amount, amount_clean, currency, is_closed, is_won, is_deleted, forecast_category, counts_in_clean, source)
        values ('default', ${`deal${serial}`}, ${at(day)}, ${next ? at(next.day) : null}, ${at(created)}, 'Deal', ${on(state.close)},
          ${state.amount}, ${clean}, ${state.currency ?? 'EUR'}, ${state.end !== undefined}, ${state.end === 'won'}, ${state.isDeleted ?? false},
          ${state.category ?? 'Pipeline'}, ${!state.isCopy}, 'sync')`);
    }
  }
}

type Term = { term: string; deal: string; amount: number };
async function walk(basis: 'raw' | 'clean', days: [number, number] | null = null): Promise<Term[]> {
  const [first, last] = days === null ? [null, null] : [on(days[0]), on(days[1])];
  return org.db.query<Term>(sql`select term, opportunity_id as deal, amount::float8 as amount
    from unified.pipeline_walk(${at(10)}, ${at(20)}, ${basis}, ${first}::date, ${last}::date) order by opportunity_id, term`);
}

const one = async (life: Life, basis: 'raw' | 'clean' = 'raw', days: [number, number] | null = null) => {
  await live([life]);
  return (await walk(basis, days)).map(({ term, amount }) => [term, amount]);
};

describe('one deal', () => {
  const open: State = { amount: 100, close: 25 };
  it('that is created, grows and is won has each step with the amount it had', async () => {
    expect(
      await one({
        created: 5,
        versions: [
          { day: 5, state: open },
          { day: 12, state: { ...open, amount: 130, end: 'won' } },
        ],
      }),
    ).toEqual([
      ['increased', 30],
      ['opening', 100],
      ['won', -130],
    ]);
    expect(await one({ created: 11, versions: [{ day: 11, state: open }] })).toEqual([
      ['closing', 100],
      ['new', 100],
    ]);
    // Neither pipeline has it, and it was in between.
    expect(
      await one({
        created: 11,
        versions: [
          { day: 11, state: open },
          { day: 12, state: { ...open, end: 'won' } },
        ],
      }),
    ).toEqual([
      ['new', 100],
      ['won', -100],
    ]);
  });

  it('that is lost goes out with what it had come in with, whatever its amount was set to', async () => {
    expect(
      await one({
        created: 5,
        versions: [
          { day: 5, state: open },
          { day: 12, state: { amount: 0, close: 12, end: 'lost' } },
        ],
      }),
    ).toEqual([
      ['lost', -100],
      ['opening', 100],
    ]);
  });

  it('that was closed and is open again is reopened; one deleted and back is restored', async () => {
    expect(
      await one({
        created: 1,
        versions: [
          { day: 1, state: { ...open, end: 'lost' } },
          { day: 15, state: open },
        ],
      }),
    ).toEqual([
      ['closing', 100],
      ['reopened', 100],
    ]);
    expect(
      await one({
        created: 1,
        versions: [
          { day: 1, state: { ...open, isDeleted: true } },
          { day: 15, state: open },
        ],
      }),
    ).toEqual([
      ['closing', 100],
      ['restored', 100],
    ]);
    // Created before, and not known then.
    expect(await one({ created: 1, versions: [{ day: 15, state: open }] })).toEqual([
      ['closing', 100],
      ['restored', 100],
    ]);
  });

  it('that was made while the sync of the first day ran, and is not in it, is new', async () => {
    expect(await one({ created: 9.9, versions: [{ day: 10.001, state: open }] })).toEqual([
      ['closing', 100],
      ['new', 100],
    ]);
  });

  it('that moves over the end of the days is pushed out or pulled in; without days it stays', async () => {
    const pushed: Life = {
      created: 1,
      versions: [
        { day: 1, state: open },
        { day: 15, state: { amount: 120, close: 70 } },
      ],
    };
    expect(await one(pushed, 'raw', [1, 31])).toEqual([
      ['opening', 100],
      ['pushed_out', -100],
    ]);
    expect(await one(pushed, 'raw', [60, 90])).toEqual([
      ['closing', 120],
      ['increased', 20],
      ['pulled_in', 100],
    ]);
    expect(await one(pushed)).toEqual([
      ['closing', 120],
      ['increased', 20],
      ['opening', 100],
    ]);
  });

  it('that is found to be a copy is dropped on clean, and stays on raw; clean has the surviving amount', async () => {
    const copy: Life = {
      created: 1,
      versions: [
        { day: 1, state: open },
        { day: 15, state: { ...open, isCopy: true } },
      ],
    };
    expect(await one(copy, 'clean')).toEqual([
      ['dropped', -100],
      ['opening', 100],
    ]);
    expect(await one(copy)).toEqual([
      ['closing', 100],
      ['opening', 100],
    ]);
    expect(await one({ created: 1, versions: [{ day: 1, state: { ...open, clean: 70 } }] }, 'clean')).toEqual([
      ['closing', 70],
      ['opening', 70],
    ]);
  });

  it('in another currency is dropped in one and restored in the other', async () => {
    await live([
      {
        created: 1,
        versions: [
          { day: 1, state: open },
          { day: 15, state: { ...open, currency: 'SEK' } },
        ],
      },
    ]);
    expect(
      await org.ask(
        `select term, currency, amount::int from unified.pipeline_walk('${at(10)}', '${at(20)}') order by 1`,
      ),
    ).toEqual([
      { term: 'closing', currency: 'SEK', amount: 100 },
      { term: 'dropped', currency: 'EUR', amount: -100 },
      { term: 'opening', currency: 'EUR', amount: 100 },
      { term: 'restored', currency: 'SEK', amount: 100 },
    ]);
  });
});

const state: fc.Arbitrary<State> = fc.record({
  amount: fc.option(
    fc.integer({ min: -500, max: 100_000 }).map((cents) => cents / 100),
    { freq: 6 },
  ),
  clean: fc.option(
    fc.integer({ min: 0, max: 100_000 }).map((cents) => cents / 100),
    { freq: 6 },
  ),
  close: fc.constantFrom(5, 15, 25, 40, 70),
  end: fc.constantFrom(undefined, undefined, 'won' as const, 'lost' as const),
  category: fc.constantFrom(undefined, undefined, undefined, 'Omitted' as const),
  isDeleted: fc.constantFrom(false, false, false, true),
  isCopy: fc.constantFrom(false, false, true),
}) as fc.Arbitrary<State>;
const life: fc.Arbitrary<Life> = fc
  .record({
    created: fc.integer({ min: -5, max: 19 }),
    steps: fc.uniqueArray(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 5 }),
    states: fc.array(state, { minLength: 5, maxLength: 5 }),
  })
  .map(({ created, steps, states }) => ({
    created,
    versions: steps
      .sort((x, y) => x - y)
      .map((day, place) => ({ day: Math.max(day, created + place), state: states[place]! })),
  }))
  .map((made) => ({
    ...made,
    versions: made.versions.filter(({ day }, place) => day !== made.versions[place + 1]?.day),
  }));

it('of any lives, on either basis, with days or without: opening and its terms are closing, and both are the pipeline of then', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('raw' as const, 'clean' as const),
      fc.constantFrom<[number, number] | null>(null, [1, 31], [32, 60]),
      async (lives, basis, days) => {
        await live(lives);
        const terms = await walk(basis, days);
        const cents = (amount: number) => Math.round(amount * 100);
        const sum = (which: (term: Term) => boolean) =>
          terms.filter(which).reduce((total, { amount }) => total + cents(amount), 0);
        const pipeline = (day: number) =>
          lives.reduce((total, { versions }) => {
            const now = versions.findLast((version) => version.day <= day)?.state;
            if (!now || now.isDeleted || now.end || now.category === 'Omitted' || (basis === 'clean' && now.isCopy))
              return total;
            if (days !== null && (now.close < days[0] || now.close > days[1])) return total;
            return total + cents((basis === 'clean' ? now.clean : now.amount) ?? 0);
          }, 0);
        const opening = sum(({ term }) => term === 'opening');
        const closing = sum(({ term }) => term === 'closing');
        expect(opening).toBe(pipeline(10));
        expect(closing).toBe(pipeline(20));
        expect(opening + sum(({ term }) => term !== 'opening' && term !== 'closing')).toBe(closing);
        // No deal is twice in one term.
        expect(new Set(terms.map(({ term, deal }) => `${term} ${deal}`)).size).toBe(terms.length);
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
