/** Deals of which each is one of its own, into the same with copies and reorders planted among them. */
import { Random } from '@assay/emulator/seed/random.ts';
import { slip } from '../accuracy/sets/slips.ts';
import type { Deal } from '../../src/matcher/deal/deal.ts';

export type LabelledDeal = Deal & { truth: string };
export type Planted = { deals: LabelledDeal[]; companyNames: Map<string, string[]>; copies: number; reorders: number };

const customers = 'Nordwind,Halden,Quarry,Bluefin,Tamarack,Osprey,Kestrel,Larkspur,Morrow,Vantage,Cobalt,Juniper'.split(
  ',',
);
const trades = 'Foods,Optics,Logistics,Dental,Timber,Marine,Software,Packaging,Clinics,Motors'.split(',');
const forms = ['Inc.', 'GmbH', 'Ltd', 'S.A.', 'LLC'];
/** Name, list price: what a house with a catalogue sells, many times to one customer. */
const catalogue: [string, number][] = [
  ['Sensor kit', 640],
  ['Gateway S', 1_980],
  ['Gateway XL', 7_450],
  ['Care plan', 1_200],
  ['Field service', 3_300],
  ['Rack 42', 11_900],
];
const sources = ['Web', 'Referral', 'Event', 'Outbound'];
const today = 20_400;

/** A house with a catalogue: deals of `companies` customers over two years, all of their own; one in ten has no account. */
export function catalogueDeals(companies: number, seed: number): Pick<Planted, 'deals' | 'companyNames'> {
  const random = new Random(seed, 'catalogue');
  const companyNames = new Map<string, string[]>();
  const deals: LabelledDeal[] = [];
  for (let at = 0; at < companies; at += 1) {
    const brand = `${random.pick(customers)} ${random.pick(trades)}${at >= 60 ? ` ${at}` : ''}`;
    const company = `com_${at}`;
    companyNames.set(company, [`${brand} ${random.pick(forms)}`]);
    const owners = [`rep${random.int(1, 30)}`, `rep${random.int(1, 30)}`];
    for (let count = random.int(1, 24); count > 0; count -= 1) {
      const [product, price] = random.pick(catalogue);
      const isNameless = random.chance(0.1);
      const created = today - random.int(3, 730);
      const close = created + random.int(4, 120);
      const outcome = close > today ? 'open' : random.chance(0.6) ? 'won' : 'lost';
      const amount = random.chance(0.4) ? price : Math.round(price * random.between(0.8, 1.2));
      deals.push({
        connection_id: 'default',
        id: '',
        truth: '',
        company: isNameless ? null : company,
        name: `${isNameless ? 'Unknown' : brand} - ${product}`,
        amount: outcome === 'lost' && random.chance(0.5) ? 0 : amount,
        created_day: created,
        close_day: close,
        owner: isNameless ? `rep${random.int(1, 30)}` : random.pick(owners),
        type: random.chance(0.7) ? 'Existing' : 'New',
        lead_source: random.chance(0.1) ? null : random.pick(sources),
        currency: null,
        outcome,
      });
    }
  }
  return { deals, companyNames };
}

/**
 * One deal in `each` is entered again, by whom and however it happens; another is ordered again: alike in all but its days.
 * One reorder in eight opens before the first one has closed, as a standing order does.
 */
export function plant(base: Pick<Planted, 'deals' | 'companyNames'>, each: number, seed: number): Planted {
  const random = new Random(seed, 'plant');
  const deals: LabelledDeal[] = [];
  let [copies, reorders] = [0, 0];
  for (const [at, found] of base.deals.entries()) {
    const deal = { ...found, truth: `t${at}` };
    deals.push(deal);
    const draw = random.int(1, each);
    if (draw === 1) deals.push(copyOf(deal, random));
    else if (draw === 2) deals.push(reorderOf(deal, at, random));
    copies += Number(draw === 1);
    reorders += Number(draw === 2);
  }
  // Ids that do not give away what was planted.
  const shuffled = deals.map((deal) => ({ deal, key: random.next() })).sort((a, b) => a.key - b.key);
  const numbered = shuffled.map(({ deal }, at) => ({ ...deal, id: `d${String(at).padStart(6, '0')}` }));
  return { deals: numbered, companyNames: base.companyNames, copies, reorders };
}

/** Three ways in which copies come about, in equal parts; each blanks a lead source now and then. */
function copyOf(deal: LabelledDeal, random: Random): LabelledDeal {
  const copy = { ...deal };
  const life = Math.max(0, (deal.outcome === 'open' ? today : deal.close_day! - 1) - deal.created_day!);
  const after = (most: number) => deal.created_day! + Math.min(life, random.int(0, most));
  const way = random.int(1, 3);
  if (random.chance(0.1)) copy.lead_source = null;
  if (way === 1) {
    // Saved or loaded twice.
    copy.created_day = after(1);
    return copy;
  }
  copy.name = retyped(deal.name!, random);
  if (random.chance(0.03)) copy.company = null;
  if (deal.amount && random.chance(0.12)) {
    copy.amount = random.chance(0.5) ? null : Math.round(deal.amount / 10) * 10;
  }
  if (way === 2) {
    // Entered by a colleague, who did not look.
    copy.created_day = after(10);
    if (random.chance(0.6)) copy.owner = `rep${random.int(1, 30)}`;
    if (random.chance(0.1)) copy.close_day = deal.close_day! + random.int(-3, 3);
    return copy;
  }
  // Entered again by the owner, and one of the two left behind or closed as lost.
  copy.created_day = after(20);
  if (deal.outcome === 'won') copy.outcome = random.chance(0.5) ? 'open' : 'lost';
  else if (deal.outcome === 'lost') copy.outcome = 'open';
  if (random.chance(0.3)) copy.close_day = deal.close_day! + random.int(-7, 14);
  return copy;
}

function retyped(name: string, random: Random): string {
  if (random.chance(0.15)) return name.split(' - ').slice(1).join(' - ');
  if (random.chance(0.07)) return slip(name, random);
  if (random.chance(0.04)) return `${name} (new)`;
  return random.chance(0.1) ? name.toUpperCase() : name;
}

function reorderOf(deal: LabelledDeal, at: number, random: Random): LabelledDeal {
  const order = { ...deal, truth: `r${at}` };
  const cycle = deal.close_day! - deal.created_day!;
  order.created_day = random.chance(1 / 8)
    ? deal.created_day! + random.int(14, 45)
    : deal.close_day! + random.int(0, 40);
  order.close_day = order.created_day + Math.max(3, cycle + random.int(-3, 3));
  if (random.chance(0.25) && deal.amount) order.amount = Math.round(deal.amount * random.between(0.9, 1.15));
  if (random.chance(0.2)) order.owner = `rep${random.int(1, 30)}`;
  return order;
}
