/** Whatever is edited, weighing what moved leaves the pairs that weighing everything by the same chances gives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { catalogueDeals, plant } from '../../../bench/deals/plant.ts';
import { keyIn } from '../../../src/matcher/deal/block.ts';
import { aroundOf } from '../../../src/matcher/deal/chance.ts';
import { type Deal, type KnownDeal, named, nameDeals, type NamedDeal } from '../../../src/matcher/deal/deal.ts';
import { type DealStore, type KeyedPair, matchMovedDeals } from '../../../src/matcher/deal/moved.ts';
import { pairsOf } from '../../../src/matcher/deal/pairs.ts';

const isBefore = (left: string, right: string) => left < right;
const sorted = (pairs: readonly KeyedPair[]) =>
  pairs.toSorted((a, b) => (a.left === b.left ? (a.right < b.right ? -1 : 1) : a.left < b.left ? -1 : 1));

function keyed(deals: readonly NamedDeal[], learnt?: Parameters<typeof pairsOf>[1]) {
  const order = deals.toSorted((a, b) => (isBefore(a.id, b.id) ? -1 : 1));
  const found = pairsOf(order, learnt);
  const pairs = found.pairs.map(({ left, right, rule, weight, probability, decision, evidence }): KeyedPair => ({
    left: order[left]!.id,
    right: order[right]!.id,
    rule,
    weight,
    probability,
    decision,
    evidence,
  }));
  return { pairs, learnt: found.learnt };
}

class MemoryStore implements DealStore {
  deals_ = new Map<string, KnownDeal>();
  pairs_: KeyedPair[] = [];
  loaded = 0;

  keyOf({ id }: KnownDeal) {
    return id;
  }
  isBefore(left: string, right: string) {
    return isBefore(left, right);
  }
  async members(blocks: Parameters<DealStore['members']>[0]) {
    const all = [...this.deals_.values()].map(named);
    const found = all.filter((deal) =>
      (['company', 'title', 'spot'] as const).some((kind) => blocks[kind].includes(keyIn[kind](deal)!)),
    );
    this.loaded += found.length;
    return found;
  }
  async deals(keys: string[]) {
    return keys.flatMap((key) => this.deals_.get(key) ?? []);
  }
  async pairs(keys: string[]) {
    const wanted = new Set(keys);
    return this.pairs_.filter(({ left, right }) => wanted.has(left) || wanted.has(right));
  }
  async around() {
    return aroundOf([...this.deals_.values()].map(named));
  }
  take({ gone, put }: { gone: KeyedPair[]; put: KeyedPair[] }) {
    const key = ({ left, right }: KeyedPair) => `${left} ${right}`;
    const out = new Set([...gone, ...put].map(key));
    this.pairs_ = [...this.pairs_.filter((pair) => !out.has(key(pair))), ...put];
  }
}

const base = plant(catalogueDeals(40, 5), 4, 5);
const others = base.deals;
const edit = fc.record({
  at: fc.nat(others.length - 1),
  by: fc.nat(others.length - 1),
  kind: fc.constantFrom('gone', 'new', 'company', 'name', 'amount', 'days', 'owner', 'copy', 'nowhere', 'all'),
});

function edited(deal: Deal, other: Deal, kind: string): Deal | null {
  const { id, connection_id } = deal;
  switch (kind) {
    case 'gone':
      return null;
    case 'copy':
      return { ...other, id, connection_id, created_day: other.created_day! + 1 };
    case 'nowhere':
      return { ...deal, company: null };
    case 'company':
      return { ...deal, company: other.company };
    case 'name':
      return { ...deal, name: other.name };
    case 'amount':
      return { ...deal, amount: other.amount };
    case 'days':
      return { ...deal, created_day: other.created_day, close_day: other.close_day };
    case 'owner':
      return { ...deal, owner: other.owner, outcome: other.outcome };
    default:
      return { ...other, id, connection_id };
  }
}

test('any series of edits leaves what weighing everything gives', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
      async (nights) => {
        const store = new MemoryStore();
        const raw = new Map(others.map((deal): [string, Deal] => [deal.id, deal]));
        const known = (deal: Deal): KnownDeal => nameDeals([deal], base.companyNames)[0]!;
        for (const deal of others) store.deals_.set(deal.id, known(deal));
        const first = keyed([...store.deals_.values()].map(named));
        store.pairs_ = first.pairs;
        for (const [night, edits] of nights.entries()) {
          const before = new Map<string, KnownDeal | null>();
          for (const { at, by, kind } of edits) {
            const id = kind === 'new' ? `n${night}-${at}` : others[at]!.id;
            if (!before.has(id)) before.set(id, store.deals_.get(id) ?? null);
            const now = edited({ ...(raw.get(id) ?? others[at]!), id }, others[by]!, kind);
            if (now === null) {
              raw.delete(id);
              store.deals_.delete(id);
            } else {
              raw.set(id, now);
              store.deals_.set(id, known(now));
            }
          }
          const moved = [...before].map(([key, was]) => ({ key, before: was, now: store.deals_.get(key) ?? null }));
          store.take(await matchMovedDeals(store, moved, first.learnt));
          expect(sorted(store.pairs_)).toEqual(
            sorted(keyed([...store.deals_.values()].map(named), first.learnt).pairs),
          );
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('one edit looks at the deals of its company, not at all of them', async () => {
  const store = new MemoryStore();
  for (const deal of nameDeals(others, base.companyNames)) store.deals_.set(deal.id, deal);
  const first = keyed([...store.deals_.values()].map(named));
  store.pairs_ = first.pairs;
  const deal = [...store.deals_.values()].find(({ company }) => company !== null)!;
  const now = { ...deal, amount: 77 };
  store.deals_.set(deal.id, now);
  await matchMovedDeals(store, [{ key: deal.id, before: deal, now }], first.learnt);
  expect(store.loaded).toBeLessThan(store.deals_.size / 2);
});
