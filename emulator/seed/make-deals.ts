// Turns one company's accounts into its opportunities with their histories: first deals, renewals, upgrades, and copies of all.
import type { Company } from './company.ts';
import { damageOpportunity } from './damage.ts';
import { dayMs } from './days.ts';
import { copyDeal, makeDeal, type Deal } from './deal.ts';
import type { AccountEntry, Group } from './group.ts';
import { noteActivity } from './make-accounts.ts';
import { respellCompany } from './misspell.ts';
import { Random } from './random.ts';
import type { RecordOf } from './records.ts';
import { historyRecords, opportunityRecord, recently } from './rows.ts';

export interface PlannedDeal {
  line: string;
  type: string;
  deal: Deal;
}

const productLines = ['Platform', 'Analytics', 'Services'];
const lineOdds = { SMB: 0.25, 'Mid-Market': 0.5, Enterprise: 0.8 };
const winOdds = { 'New Customer': 0.36, Renewal: 0.85, 'Existing Customer - Upgrade': 0.5 };

/** A company's deals, by product line; none for one company in four. */
export function planDeals(group: Group, first: AccountEntry): PlannedDeal[] {
  const { random } = group;
  if (random.chance(0.25)) return [];
  const plan = productLines.flatMap((line, i) =>
    i === 0 || random.chance(lineOdds[first.company.segment]) ? planLine(group, first, line) : [],
  );
  // What is being sold right now: a sales team's time goes into the last months' deals.
  if (random.chance(0.32)) {
    const at = recently(Math.max(first.createdAt, group.org.now - 100 * dayMs), group.org.now - 2 * dayMs, random);
    const type = plan.some(({ deal }) => deal.outcome === 'won') ? 'Existing Customer - Upgrade' : 'New Customer';
    plan.push({
      line: 'Training',
      type,
      deal: makeDeal(first.company.segment, at, group.org.now, winOdds[type], random),
    });
  }
  return plan;
}

/** One line in time: tries until the first win, then renewals and now and then an upgrade, until one is open or lost. */
function planLine(group: Group, first: AccountEntry, line: string): PlannedDeal[] {
  const { org, random } = group;
  const plan: PlannedDeal[] = [];
  let at = first.createdAt + random.between(0, line === productLines[0] ? 60 : 900) * dayMs;
  let isCustomer = false;
  while (at < org.now - dayMs && plan.length < 12) {
    const type = !isCustomer ? 'New Customer' : random.chance(0.65) ? 'Renewal' : 'Existing Customer - Upgrade';
    const deal = makeDeal(first.company.segment, at, org.now, winOdds[type], random);
    if (isCustomer)
      followOn(
        deal,
        type === 'Renewal',
        plan,
        new Random(org.seed, 'follow-on', first.company.entity, line, plan.length),
      );
    plan.push({ line, type, deal });
    if (deal.outcome === 'open' || deal.outcome === 'zombie' || (type === 'Renewal' && deal.outcome === 'lost')) break;
    if (deal.outcome === 'won') isCustomer = true;
    else if (!isCustomer && random.chance(0.2)) break;
    at = (deal.steps.at(-1)?.at ?? at) + (isCustomer ? random.between(120, 300) : random.between(40, 300)) * dayMs;
  }
  return plan;
}

/** Who renews pays about what they paid, upgrades included; an upgrade adds a part of it. */
function followOn(deal: Deal, isRenewal: boolean, plan: readonly PlannedDeal[], random: Random): void {
  const won = plan.filter((one) => one.deal.outcome === 'won');
  const since = won.slice(
    Math.max(
      0,
      won.findLastIndex(({ type }) => type !== 'Existing Customer - Upgrade'),
    ),
  );
  const paid = since.reduce((sum, one) => sum + (one.deal.steps.at(-1)?.amount ?? 0), 0);
  const asked = deal.steps.at(-1)?.amount;
  if (!paid || !asked) return;
  const rate = (paid / asked) * (isRenewal ? random.between(0.9, 1.12) : random.between(0.15, 0.5));
  for (const step of deal.steps) step.amount = Math.max(200, Math.round(step.amount * rate * 100) / 100);
}

export function makeDeals(group: Group, plan: readonly PlannedDeal[], accounts: AccountEntry[]): void {
  const { org, random } = group;
  const [first] = accounts;
  if (!first) return;
  const own = accounts.filter((entry) => entry.company === first.company);
  const ownerId = group.owner();
  for (const { line, type, deal } of plan) {
    const entity = `O${org.serials.deal++}`;
    const name = dealName(first.company, line, type, deal);
    const original = addDeal(group, own[0] ?? first, deal, name, type, ownerId, entity);
    const copies: RecordOf<'Opportunity'>[] = [];
    group.deals.push({ line, type, deal, original, copies });
    if (org.tally.plant('duplicateOpportunities', own.length > 1 ? 0.18 : 0.05, random)) {
      const copyName = random.chance(0.5)
        ? name
        : name.replace(first.company.brand, respellCompany(first.company, random));
      // A copy of a win on the copy of its account: the same revenue counted twice and two owners paid.
      const home = own.length > 1 && random.chance(0.7) ? (own[1] ?? first) : first;
      if (deal.outcome === 'won') org.tally.add(home.isCopy ? 'duplicateWinsOnDuplicateAccounts' : 'duplicateWins');
      const copy = copyDeal(deal, org.now, random);
      const copyOwner = random.chance(0.5) ? ownerId : group.owner();
      copies.push(addDeal(group, home, copy, copyName, type, copyOwner, entity));
    }
  }
  if (plan[0]) tieConvertedLead(group);
}

function dealName(company: Company, line: string, type: string, deal: Deal): string {
  const year = new Date(deal.steps[0]?.at ?? 0).getUTCFullYear();
  const kind = type === 'New Customer' ? '' : type === 'Renewal' ? ' Renewal' : ' Upgrade';
  return `${company.brand} - ${line}${kind} ${year}`;
}

function addDeal(
  group: Group,
  home: AccountEntry,
  deal: Deal,
  name: string,
  type: string,
  ownerId: string,
  entity: string,
): RecordOf<'Opportunity'> {
  const { org, random } = group;
  const record = opportunityRecord(
    org.ids.take('Opportunity'),
    name,
    type,
    deal,
    String(home.record.Id),
    ownerId,
    random,
  );
  if (deal.outcome === 'zombie') group.zombies.add(String(record.Id));
  damageOpportunity(record, org.tally, random);
  noteActivity(home, record.LastActivityDate);
  group.add('Opportunity', record, entity);
  for (const row of historyRecords(String(record.Id), deal, ownerId, org.ids)) group.add('OpportunityHistory', row);
  if (deal.outcome === 'won') {
    home.record.Type = 'Customer - Direct';
    org.bookings.add(ownerId, deal.steps.at(-1)?.at ?? 0, Number(record.Amount));
  }
  return record;
}

/** The lead converted at the moment the first deal opened is that deal's origin. */
function tieConvertedLead(group: Group): void {
  const [opportunity] = group.records.Opportunity;
  for (const lead of group.records.Lead) {
    if (opportunity && lead.IsConverted === true && lead.LastModifiedDate === opportunity.CreatedDate)
      lead.ConvertedOpportunityId = opportunity.Id;
  }
}
