// Turns deals into what hangs on them: products, shares of people in the sale, and the contacts who decide.
import { dayMs } from './days.ts';
import type { Group, MadeDeal } from './group.ts';
import type { Random } from './random.ts';
import type { RecordOf } from './records.ts';
import { auditFields } from './rows.ts';

/** Deals have splits since they were switched on, and contact roles since people were told to fill them in. */
const switchedOnMs = 400 * dayMs;
const rolesKeptMs = 180 * dayMs;

export function makeShares(group: Group, random: Random): void {
  for (const made of group.deals) {
    const isWon = made.deal.outcome === 'won';
    for (const record of [made.original, ...made.copies]) {
      if (isWon && !group.org.tally.plant('wonProductsMissing', 0.02, random)) addLine(group, made, record, random);
      if (isWon && Date.parse(String(record.CloseDate)) >= group.org.now - switchedOnMs)
        addSplits(group, record, random);
    }
    if ((made.deal.steps[0]?.at ?? 0) >= group.org.now - rolesKeptMs) addContactRoles(group, made.original, random);
  }
}

/** As the deal changed last, unless that was before it was created. */
const since = (deal: RecordOf<'Opportunity'>) => {
  const at = Date.parse(String(deal.LastModifiedDate));
  return auditFields(at, at, String(deal.OwnerId));
};

function addLine(group: Group, { line }: MadeDeal, deal: RecordOf<'Opportunity'>, random: Random): void {
  const { org } = group;
  const product = org.setup.products.get(line);
  if (!product) throw new RangeError(`unknown product line ${line}`);
  const amount = Number(deal.Amount);
  const isByUser = line === 'Platform' || line === 'Analytics';
  const quantity = isByUser ? Math.max(1, Math.round(amount / random.pick([240, 480, 960]))) : 1;
  group.add('OpportunityLineItem', {
    Id: org.ids.take('OpportunityLineItem'),
    IsDeleted: false,
    OpportunityId: deal.Id,
    Product2Id: product.Id,
    Name: `${String(deal.Name)} ${String(product.Name)}`.slice(0, 376),
    Quantity: quantity,
    UnitPrice: Math.round((100 * amount) / quantity) / 100,
    TotalPrice: amount,
    ServiceDate: deal.CloseDate,
    ...since(deal),
  });
}

/** All of a deal is the owner's, or somebody has helped; now and then a specialist gets a share on top. */
function addSplits(group: Group, deal: RecordOf<'Opportunity'>, random: Random): void {
  const { org } = group;
  const amount = Number(deal.Amount);
  const add = (type: 'Revenue' | 'Overlay', ownerId: string, percent: number, share: number) =>
    group.add('OpportunitySplit', {
      Id: org.ids.take('OpportunitySplit'),
      IsDeleted: false,
      OpportunityId: deal.Id,
      SplitOwnerId: ownerId,
      SplitTypeId: org.setup.splitTypes[type],
      SplitPercentage: percent,
      SplitAmount: share,
      ...since(deal),
    });
  const helper = random.pick(org.staff.activeReps);
  const isShared = helper !== deal.OwnerId && org.tally.plant('sharedWins', 0.15, random);
  const own = isShared ? random.pick([50, 60, 70, 80]) : 100;
  const ownAmount = Math.round(amount * own) / 100;
  add('Revenue', String(deal.OwnerId), own, ownAmount);
  if (isShared) add('Revenue', helper, 100 - own, Math.round((amount - ownAmount) * 100) / 100);
  if (random.chance(0.05)) add('Overlay', random.pick(org.staff.activeReps), 25, Math.round(amount * 25) / 100);
}

const roles = { 'Decision Maker': 40, 'Economic Buyer': 20, 'Technical Buyer': 15, Evaluator: 15, Influencer: 10 };

function addContactRoles(group: Group, deal: RecordOf<'Opportunity'>, random: Random): void {
  const contacts = group.records.Contact.filter(
    (contact) => contact.AccountId === deal.AccountId && String(contact.CreatedDate) <= String(deal.CreatedDate),
  );
  const first = contacts.length > 0 ? random.int(0, contacts.length - 1) : 0;
  const count = Math.min(contacts.length, random.chance(0.3) ? 2 : 1);
  for (let i = 0; i < count; i++)
    group.add('OpportunityContactRole', {
      Id: group.org.ids.take('OpportunityContactRole'),
      IsDeleted: false,
      OpportunityId: deal.Id,
      ContactId: contacts[(first + i) % contacts.length]?.Id ?? null,
      Role: random.weighted(roles),
      IsPrimary: i === 0,
      ...since(deal),
    });
}
