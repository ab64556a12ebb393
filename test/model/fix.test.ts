/** What a repair says to whoever is to make it. */
import { expect, it } from 'vitest';
import { fixKind, fixTodo, promiseText } from '../../src/model/fix.ts';

it('says by metric what a repair takes out, and of a deal that may live on that it is the most', () => {
  const of = (kind: 'deal_copies' | 'stale_deal', bookings: number, openPipeline: number) =>
    promiseText({ kind, bookings, openPipeline });
  expect(of('stale_deal', 0, -695_046.4)).toBe('takes up to 695,046 out of open pipeline');
  expect(of('deal_copies', -90_000, -1_200)).toBe('takes 90,000 out of bookings and takes 1,200 out of open pipeline');
  expect(of('deal_copies', 500, 0)).toBe('adds 500 to bookings');
  // The honest no: no money moves.
  expect(of('deal_copies', 0, 0.3)).toBeNull();
});

it('says of each kind what to do', () => {
  const said = fixKind.map((kind) => fixTodo(kind, 3));
  expect(new Set(said).size).toBe(fixKind.length);
  expect(said[0]).toBe('Keep one of 3 copies of the deal');
});
