import { expect, test } from 'vitest';
import type { Deal } from '../../../src/matcher/deal/deal.ts';
import { dealPairs } from '../../../src/matcher/deal/pairs.ts';

const names = new Map([['com_1', ['Acme Seats Inc.', 'ACME-Seats']]]);
const first: Deal = {
  connection_id: 'default',
  id: '1',
  company: 'com_1',
  name: 'Acme Seats - Platform 2026',
  amount: 100,
  created_day: 20_000,
  close_day: 20_040,
  owner: 'u1',
  type: null,
  lead_source: null,
  currency: null,
  outcome: 'open',
};
const also = (other: Partial<Deal>, one: Partial<Deal> = {}) => {
  const { pairs } = dealPairs(
    [
      { ...first, ...one },
      { ...first, id: '2', ...other },
    ],
    names,
  );
  return pairs[0]?.decision ?? 'apart';
};

test('a deal entered again is one deal, however the company is written and whoever entered it', () => {
  expect(also({})).toBe('link');
  expect(also({ name: 'ACME Seats, Inc. - Platform 2026', created_day: 20_001 })).toBe('link');
  expect(also({ name: 'AcmeSeats Inc - platform 2026', created_day: 20_005, owner: 'u2' })).toBe('link');
  expect(also({ amount: 102, created_day: 20_002 })).toBe('link');
  expect(also({ amount: null, created_day: 20_001 })).toBe('link');
  expect(also({ name: 'Acme Seats - Platfrom 2026', created_day: 20_001 })).toBe('link');
  expect(also({ name: 'AcmeS eats, Inc. - Platform 2026', created_day: 20_006, owner: 'u2' })).toBe('link');
});

test('a renewal, an upsell, another year, another site and another company are not', () => {
  expect(also({ created_day: 20_090, close_day: 20_130 })).not.toBe('link');
  expect(also({ created_day: 20_090, close_day: 20_130 }, { outcome: 'won' })).toBe('apart');
  expect(also({ amount: 300, created_day: 20_020, close_day: 20_050 })).toBe('apart');
  expect(also({ name: 'Acme Seats - Platform 2027' })).toBe('apart');
  expect(also({ name: 'Acme Seats - Platform Paris' }, { name: 'Acme Seats - Platform London' })).toBe('apart');
  expect(also({ name: 'Acme Seats - Plat Form 2027' })).toBe('apart');
  expect(also({ company: 'com_2' })).toBe('apart');
});

test('a deal opened after the other closed is a new order, whatever else agrees', () => {
  const won = { outcome: 'won', close_day: 20_004 } as const;
  const next = { ...won, created_day: 20_014, close_day: 20_018 };
  expect(also(next, won)).toBe('apart');
  expect(also({ ...next, created_day: 20_004 }, won)).toBe('apart');
  expect(also({ ...next, created_day: 20_014 }, { ...won, outcome: 'lost' })).toBe('apart');
  // Entered late, with the day it had closed on: nobody but a person knows.
  expect(also({ ...won, created_day: 20_006 }, won)).not.toBe('link');
  expect(also({ ...won, created_day: 20_001 }, won)).toBe('link');
});

test('in an org of few deals, entered on one day, two that are alike in everything are one', () => {
  const day = { ...first, created_day: 20_640, close_day: 20_660 };
  const others = [
    ['Roof', 900],
    ['Cellar', 340],
  ] as const;
  const rows = others.map(([what, amount], at) => ({ ...day, id: `o${at}`, name: `Acme Seats - ${what}`, amount }));
  const linked = (twin: Partial<Deal>) =>
    dealPairs([day, { ...day, id: '2', ...twin }, ...rows], names)
      .pairs.filter(({ decision }) => decision === 'link')
      .map(({ left, right }) => [left, right]);
  expect(linked({})).toEqual([[0, 1]]);
  expect(linked({ amount: 120 })).toEqual([]);
  expect(linked({ name: 'Acme Seats - Attic' })).toEqual([]);
  expect(linked({ close_day: 20_690, owner: 'u2' })).toEqual([]);
});

test('standing orders that overlap are never merged by themselves', () => {
  const orders = [0, 1, 2, 3, 4, 5].map((at) => ({
    ...first,
    id: `${at}`,
    outcome: 'won' as const,
    created_day: 20_000 + 14 * at,
    close_day: 20_030 + 14 * at,
  }));
  expect(dealPairs(orders, names).pairs.filter(({ decision }) => decision === 'link')).toEqual([]);
});

test('without an account, copies are found by their name', () => {
  const nameless = { company: null, name: 'Unknown - Platform' };
  expect(also(nameless, nameless)).toBe('link');
  expect(also({ ...nameless, owner: 'u2', amount: 500, created_day: 20_030 }, nameless)).toBe('apart');
});

test('days that a load gave to every deal say nothing', () => {
  const loaded = Array.from({ length: 300 }, (_, at) => ({
    ...first,
    id: `${at}`,
    company: `com_${at % 60}`,
    name: `Licence ${'abcde'[Math.floor(at / 60)]}`,
    amount: 1000 + (at % 60),
  }));
  const twice = { ...loaded[0]!, id: 'x', amount: null };
  const { pairs } = dealPairs([...loaded, twice], new Map());
  expect(pairs.filter(({ decision }) => decision === 'link')).toEqual([]);
});

test('a chain of copies does not join a deal and the order after it', () => {
  const won = { ...first, outcome: 'won', close_day: 20_005 } as const;
  const open = { ...first, id: '2', created_day: 20_004, close_day: 20_006 };
  const next = { ...won, id: '3', created_day: 20_006, close_day: 20_008 };
  const { pairs } = dealPairs([won, open, next], names);
  const against = pairs.find(({ left, right }) => left === 0 && right === 2);
  const isChain = pairs.filter(({ decision }) => decision === 'link').length === 2;
  expect(isChain ? against?.weight : -99).toBeLessThan(-20);
});

test('what is not compared in a block of thousands is counted, and copies in it are found', () => {
  const many = Array.from({ length: 500 }, (_, at) => ({
    ...first,
    id: `${at}`,
    name: `Thing ${at}`,
    amount: at + 1,
    created_day: 19_000 + at,
    close_day: 19_050 + at,
  }));
  const { pairs, notComparedCount } = dealPairs([...many, { ...many[7]!, id: 'copy' }], names);
  expect(pairs.map(({ left, right }) => [left, right])).toEqual([[7, 500]]);
  expect(notComparedCount).toBe((501 * 500) / 2 - 1);
});

test('the weight is what the evidence says beyond what money asks, and each part is named', () => {
  const [pair] = dealPairs([first, { ...first, id: '2' }], names).pairs;
  expect(pair!.evidence.map(({ field }) => field)).toEqual([
    'name',
    'amount',
    'created_on',
    'close_on',
    'outcome',
    'owner',
    'all',
  ]);
  const bits = Math.log2(pair!.probability / (1 - pair!.probability));
  expect(pair!.weight).toBeCloseTo(bits - Math.log2(0.96 / 0.04), 6);
  expect(pair!.probability).toBeGreaterThan(0.96);
});
