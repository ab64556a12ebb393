import { expect, test } from 'vitest';
import { judgeDeals } from '../../bench/deals/judge.ts';
import { catalogueDeals, plant } from '../../bench/deals/plant.ts';

test('planted copies are found and planted reorders are not, and the win rate comes nearer', () => {
  const planted = plant(catalogueDeals(150, 77), 8, 77);
  expect(planted.copies).toBeGreaterThan(150);
  expect(planted.reorders).toBeGreaterThan(150);
  const { precision, recall, winRate } = judgeDeals(planted);
  expect(precision).toBeGreaterThanOrEqual(0.98);
  expect(recall).toBeGreaterThanOrEqual(0.85);
  expect(Math.abs(winRate.clean - winRate.truth)).toBeLessThan(Math.abs(winRate.raw - winRate.truth));
});

test('where every deal is its own, next to nothing is linked', () => {
  const { deals, companyNames } = catalogueDeals(400, 78);
  const own = deals.map((deal, at) => ({ ...deal, id: `d${at}`, truth: `t${at}` }));
  expect(judgeDeals({ deals: own, companyNames }).links).toBeLessThanOrEqual(own.length * 0.002);
});
