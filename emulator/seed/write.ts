// Turns a seed and a size into an org folder: one CSV per sObject, the inputs of people, and the truth: who is who, what is stale, what numbers are.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CsvFile } from './csv-file.ts';
import { columnsInCurrencies, targetsOf, toCurrencies, writeCurrencyTypes } from './currencies.ts';
import { Tally } from './damage.ts';
import { dayMs } from './days.ts';
import { Group, type Org } from './group.ts';
import { makeAccounts } from './make-accounts.ts';
import { makeInputs, writeInputs } from './inputs.ts';
import { makeActivity } from './make-activity.ts';
import { makeContracts } from './make-contracts.ts';
import { makeDeals, planDeals } from './make-deals.ts';
import { makePeople } from './make-people.ts';
import { makeShares } from './make-shares.ts';
import { markStaleValues } from './make-stale.ts';
import { makeStatuses, statusKeptSince, working } from './make-statuses.ts';
import { MetricTruth, type Term, truthColumns } from './metric-truth.ts';
import { Random } from './random.ts';
import { columns, type RecordOf, type SObject } from './records.ts';
import { IdSource } from './rows.ts';
import { assignTerritories } from './make-territories.ts';
import { makeSetup } from './setup.ts';
import { Bookings, makeCampaigns, makeStaff } from './staff.ts';

export interface SeedOptions {
  seed?: number;
  /** Account records to write, give or take the last company; about 4 contacts, 2 leads and 2.5 opportunities come with each. */
  accounts?: number;
  /** The org's present moment; today at midnight UTC if absent. */
  asOf?: Date;
  /** Companies buy in several currencies, and quotas are targets that people give. */
  hasCurrencies?: boolean;
}

export interface SeededOrg {
  /** Rows written, by file name without .csv. */
  records: Record<string, number>;
  /** Defects, look-alikes and stale values planted, by kind. */
  planted: Record<string, number>;
}

type Files = { [S in SObject]: CsvFile<keyof RecordOf<S> & string> };

/**
 * Writes a seeded org into `folder`, made if absent. The same seed, size and moment give the same bytes, and a larger org
 * begins with the companies of a smaller one. Memory doesn't grow with size: one company is held at a time.
 */
export async function writeSeededOrg(folder: string, options: SeedOptions = {}): Promise<SeededOrg> {
  const { seed = 1, accounts = 2000, hasCurrencies = false } = options;
  const now = options.asOf?.getTime() ?? Math.floor(Date.now() / dayMs) * dayMs;
  if (!Number.isInteger(accounts) || accounts < 1)
    throw new RangeError(`accounts must be a whole number from 1 on, not ${accounts}`);
  await mkdir(folder, { recursive: true });
  const ids = new IdSource();
  const staff = makeStaff(accounts, now, ids, new Random(seed, 'staff'));
  const [manager] = staff.users;
  const byId = String(manager?.Id);
  const campaigns = makeCampaigns(byId, now, ids, new Random(seed, 'campaigns'));
  const { setup, records: setupRecords } = makeSetup(staff, now, ids);
  const inputs = makeInputs(accounts, now, new Random(seed, 'inputs'));
  const org: Org = {
    seed,
    now,
    ids,
    staff,
    campaigns: campaigns.entries,
    setup,
    metrics: new MetricTruth(now, inputs),
    bookings: new Bookings(),
    tally: new Tally(),
    serials: { company: 0, person: 0, deal: 0, case: 0, contract: 0 },
    recentPeople: [],
  };
  const files = await openFiles(folder, hasCurrencies);
  const truth = await CsvFile.create(join(folder, 'truth.csv'), ['sobject', 'Id', 'entity']);
  const stale = await CsvFile.create(join(folder, 'truth_stale.csv'), ['sobject', 'Id', 'field', 'reason']);
  const numbers = await CsvFile.create(join(folder, 'truth_metrics.csv'), truthColumns);
  for (const user of staff.users) files.User.add(user);
  writeRecords(files, setupRecords);
  for (const campaign of campaigns.records) files.Campaign.add(campaign);
  for (let serial = 0; files.Account.count < accounts; serial++) {
    const { group, country } = makeGroup(org, serial);
    if (hasCurrencies) toCurrencies(group, country);
    writeRecords(files, group.records);
    for (const row of group.truth) truth.add(row);
    for (const row of group.stale) stale.add(row);
    for (const file of [...Object.values(files), truth, stale]) await file.drain();
  }
  const quotas = [...org.bookings.quotas(staff.activeReps, now, byId, ids, new Random(seed, 'quotas'))];
  for (const quota of quotas) {
    if (!hasCurrencies) files.ForecastingQuota.add(quota);
    org.metrics.quota(Date.parse(String(quota.StartDate)), Number(quota.QuotaAmount));
  }
  for (const row of org.metrics.rows()) numbers.add(row);
  await writeInputs(folder, { ...inputs.files, ...(hasCurrencies && { targets: targetsOf(quotas, staff) }) });
  if (hasCurrencies) await writeCurrencyTypes(folder);
  for (const file of [...Object.values(files), truth, stale, numbers]) await file.close();
  const counts = Object.entries(files).map(([sobject, file]): [string, number] => [sobject, file.count]);
  return {
    records: {
      ...Object.fromEntries(counts),
      truth: truth.count,
      truth_stale: stale.count,
      truth_metrics: numbers.count,
    },
    planted: org.tally.counts,
  };
}

/** Everything about one company. The order matters: later steps read and touch the records of earlier ones. */
function makeGroup(org: Org, serial: number): { group: Group; country: string } {
  const group = new Group(org, new Random(org.seed, 'company', serial));
  const accounts = makeAccounts(group);
  const [first] = accounts;
  const plan = first ? planDeals(group, first) : [];
  makePeople(group, accounts, plan[0]?.deal.steps[0]?.at ?? null);
  makeDeals(group, plan, accounts);
  makeActivity(group, accounts);
  markStaleValues(group);
  // Draws of its own: what hangs on deals and leads does not change who they are.
  const random = new Random(org.seed, 'company', serial, 'more');
  const terms = makeContracts(group, random);
  makeShares(group, random);
  makeStatuses(group, random);
  assignTerritories(group, accounts);
  countTruth(group, terms);
  return { group, country: first?.company.place.country ?? '' };
}

/** Adds the company to the numbers a clean view must show. */
function countTruth({ org, records, truth, deals }: Group, terms: readonly Term[]): void {
  const { metrics } = org;
  const sharesOf = Map.groupBy(
    records.OpportunitySplit.filter(({ SplitTypeId }) => SplitTypeId === org.setup.splitTypes.Revenue),
    (split) => split.OpportunityId,
  );
  for (const { deal, original } of deals) {
    metrics.deal(deal);
    const last = deal.steps.at(-1);
    if (deal.outcome !== 'won' || !last) continue;
    const shares = sharesOf.get(original.Id) ?? [{ SplitOwnerId: original.OwnerId, SplitPercentage: 100 }];
    for (const { SplitOwnerId: owner, SplitPercentage: percent } of shares)
      if (org.staff.activeReps.includes(String(owner)))
        metrics.attained(last.closeOn, (last.amount * Number(percent)) / 100);
  }
  metrics.customer(
    deals.map(({ deal }) => deal),
    terms,
  );
  const personOf = new Map(truth.map(({ Id, entity }) => [Id, entity]));
  const workedAt = new Map(
    records.LeadHistory.filter(({ NewValue }) => NewValue === working).map(({ LeadId, CreatedDate }) => [
      LeadId,
      Date.parse(String(CreatedDate)),
    ]),
  );
  for (const leads of Map.groupBy(records.Lead, (lead) => personOf.get(String(lead.Id))).values()) {
    const cameAt = leads.map((lead) => Date.parse(String(lead.CreatedDate)));
    metrics.lead(
      cameAt,
      leads.some((lead) => lead.IsConverted === true),
    );
    const first = (of: (lead: RecordOf<'Lead'>) => number | undefined) =>
      Math.min(...leads.map((lead) => of(lead) ?? Infinity));
    const became = (lead: RecordOf<'Lead'>) =>
      lead.ConvertedOpportunityId === null
        ? undefined
        : deals.find(({ original }) => original.Id === lead.ConvertedOpportunityId)?.deal;
    const won = first((lead) => {
      const deal = became(lead);
      return deal?.outcome === 'won' ? deal.steps.at(-1)?.closeOn : undefined;
    });
    const opportunity = Math.min(
      won,
      first((lead) => became(lead)?.steps[0]?.at),
    );
    const conversion = first((lead) =>
      lead.IsConverted === true ? Date.parse(String(lead.ConvertedDate)) : undefined,
    );
    const sql = Math.min(opportunity, conversion);
    const mql = Math.min(
      sql,
      first((lead) => workedAt.get(lead.Id)),
    );
    metrics.funnel(Math.min(...cameAt), { mql, sql, opportunity, won, conversion }, statusKeptSince(org.now));
  }
  for (const one of records.Case) metrics.case(Date.parse(String(one.CreatedDate)));
}

async function openFiles(folder: string, hasCurrencies: boolean): Promise<Files> {
  const opened = Object.entries(columns).map(async ([sobject, names]) => [
    sobject,
    await CsvFile.create<string>(
      join(folder, `${sobject}.csv`),
      hasCurrencies ? columnsInCurrencies(sobject as SObject) : names,
    ),
  ]);
  return Object.fromEntries(await Promise.all(opened)) as Files; // every object of the type is in `columns`
}

function writeRecords(files: Files, records: { [S in SObject]?: RecordOf<S>[] }): void {
  for (const [sobject, rows] of Object.entries(records)) {
    const file = files[sobject as SObject] as CsvFile<string>; // rows and file are of one object
    for (const row of rows) file.add(row);
  }
}
