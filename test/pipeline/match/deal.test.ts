import { expect, test } from 'vitest';
import { type Deal, dealPairs } from '../../../src/pipeline/match/deal.ts';

const names = new Map([['com_1', ['Acme Seats Inc.', 'ACME-Seats']]]);
const deal = (name: string | null, amount: number | null, close_day: number | null, company = 'com_1'): Deal => ({
  connection_id: 'default',
  id: `${name} ${amount} ${close_day}`,
  company,
  name,
  amount,
  close_day,
});
const weigh = (left: Deal, right: Deal) => dealPairs([left, right], names).pairs[0]?.weight ?? -99;

test('name, amount and day alike are one deal, however the company is written', () => {
  const first = deal('Acme Seats - Platform 2026', 100, 10);
  expect(weigh(first, deal('ACME Seats, Inc. - Platform 2026', 100, 10))).toBeGreaterThan(0);
  expect(weigh(first, deal('AcmeSeats Inc - platform 2026', 100, 24))).toBeGreaterThan(0);
  expect(weigh(first, deal('Acme Seats - Platform 2026', 102, 10))).toBeGreaterThan(0);
});

test('a renewal, an upsell, another year and another company are not', () => {
  const first = deal('Acme Seats - Platform 2026', 100, 10);
  expect(weigh(first, deal('Acme Seats - Platform 2026', 100, 100))).toBeLessThan(0);
  expect(weigh(first, deal('Acme Seats - Platform 2026', 300, 10))).toBeLessThanOrEqual(0);
  expect(weigh(first, deal('Acme Seats - Platform 2027', 100, 10))).toBeLessThanOrEqual(0);
  expect(weigh(first, deal('Acme Seats - Platform 2026', 100, 10, 'com_2'))).toBe(-99);
  expect(weigh(deal(null, 100, 10), deal('Platform', 100, 12))).toBeLessThanOrEqual(0);
});

test('a company with hundreds of deals is compared by the first word, and what is not compared is counted', () => {
  const many = Array.from({ length: 500 }, (_, at) => deal(`${at % 2 === 0 ? 'New' : 'Old'} thing ${at}`, at, at));
  expect(dealPairs(many, names).notComparedCount).toBe(250 * 250);
});
