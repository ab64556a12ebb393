/**
 * 8,800 deals in the shape of Maven's public pipeline (account, product, sales agent, stage, engage date, close date, close value), made
 * here: products at list prices, 85 accounts, 30 agents, lost deals worth 0, open ones mostly without an account. None is a copy.
 */
import { expect, it } from 'vitest';
import type { Deal } from '../../../src/matcher/deal/deal.ts';
import { dealPairs } from '../../../src/matcher/deal/pairs.ts';

/** Name, list price, and how many of 8,800 are of it. */
const products = [
  ['Basic', 550, 1866],
  ['Pro', 4821, 1480],
  ['Special', 55, 1651],
  ['Advanced', 3393, 1412],
  ['Plus Pro', 5482, 968],
  ['Plus Basic', 1096, 1383],
  ['Five Hundred', 26_768, 40],
] as const;
const day = (text: string) => Date.parse(text) / 86_400_000;
const [first, last] = [day('2016-10-20'), day('2017-12-31')];

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Line = { account: string | null; product: string; code: string };
const namings: Record<string, (line: Line) => string> = {
  'the product': ({ product }) => product,
  'account and product': ({ account, product }) => `${account ?? 'Unknown'} - ${product}`,
  'the id': ({ code }) => code,
};

function pipeline(seed: number, nameOf: (line: Line) => string): { deals: Deal[]; names: Map<string, string[]> } {
  const random = numbers(seed);
  const below = (count: number) => Math.floor(random() * count);
  const names = new Map(Array.from({ length: 85 }, (_, at) => [`com_${at}`, [`Firm${at} Holding`]]));
  const product = () => {
    let left = below(8800);
    return products.find(([, , count]) => (left -= count) < 0) ?? products[0];
  };
  const deals = Array.from({ length: 8800 }, (_, at): Deal => {
    const outcome = at < 4238 ? 'won' : at < 6711 ? 'lost' : 'open';
    const isProspect = at >= 8300;
    const [sold, price] = product();
    const company = outcome === 'open' && random() < 0.68 ? null : `com_${below(85)}`;
    // Two weeks of each quarter are busy, and an account is sold to by few.
    const busy = first + 91 * below(4) + 60 + below(14);
    const begun = random() < 0.3 ? busy : first + below(last - first - 10);
    const cycle = random() < 0.3 ? 1 + below(14) : 15 + below(124);
    const owner = company !== null && random() < 0.7 ? `agent_${Number(company.slice(4)) % 30}` : `agent_${below(30)}`;
    const line = { account: company === null ? null : names.get(company)![0]!, product: sold, code: `K${at}` };
    return {
      connection_id: 'default',
      id: String(at).padStart(5, '0'),
      company,
      name: nameOf(line),
      amount: outcome === 'won' ? Math.round(price * (0.85 + 0.3 * random())) : outcome === 'lost' ? 0 : null,
      close_day: outcome === 'open' ? last : Math.min(begun + cycle, last),
      created_day: isProspect ? last : begun,
      owner,
      type: null,
      lead_source: null,
      currency: null,
      outcome,
    };
  });
  return { deals, names };
}

for (const [by, nameOf] of Object.entries(namings)) {
  it(`at most 2 of 1,000 deals named by ${by} are taken for copies`, () => {
    for (const seed of [11, 12]) {
      const { deals, names } = pipeline(seed, nameOf);
      const links = dealPairs(deals, names).pairs.filter(({ decision }) => decision === 'link');
      expect(links.length / deals.length).toBeLessThanOrEqual(0.002);
    }
  });
}

it('and copies that are entered among them are found', () => {
  const { deals, names } = pipeline(13, namings['account and product']!);
  const copies = deals
    .filter(({ company, outcome }, at) => company !== null && outcome === 'won' && at % 25 === 0)
    .map((deal, at): Deal => ({ ...deal, id: `c${at}`, created_day: deal.created_day! + (at % 3) }));
  const all = [...deals, ...copies];
  const links = dealPairs(all, names).pairs.filter(({ decision }) => decision === 'link');
  const isRight = ({ left, right }: { left: number; right: number }) =>
    all[right]!.id.startsWith('c') &&
    all[left]!.amount === all[right]!.amount &&
    all[left]!.company === all[right]!.company;
  expect(copies.length).toBeGreaterThan(150);
  expect(links.filter(isRight).length / copies.length).toBeGreaterThan(0.9);
  expect(links.filter((one) => !isRight(one)).length / all.length).toBeLessThanOrEqual(0.002);
});
