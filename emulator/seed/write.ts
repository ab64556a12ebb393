// Turns a seed and a size into an org folder: one CSV per sObject, the truth about who is who, and the truth about what is stale.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CsvFile } from './csv-file.ts';
import { Tally } from './damage.ts';
import { dayMs } from './days.ts';
import { Group, type Org } from './group.ts';
import { makeAccounts } from './make-accounts.ts';
import { makeActivity } from './make-activity.ts';
import { makeDeals, planDeals } from './make-deals.ts';
import { makePeople } from './make-people.ts';
import { markStaleValues } from './make-stale.ts';
import { Random } from './random.ts';
import { columns, type RecordOf, type SObject } from './records.ts';
import { IdSource } from './rows.ts';
import { Bookings, makeCampaigns, makeStaff } from './staff.ts';

export interface SeedOptions {
  seed?: number;
  /** Account records to write, give or take the last company; about 4 contacts, 2 leads and 2.5 opportunities come with each. */
  accounts?: number;
  /** The org's present moment; today at midnight UTC if absent. */
  asOf?: Date;
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
  const { seed = 1, accounts = 2000 } = options;
  const now = options.asOf?.getTime() ?? Math.floor(Date.now() / dayMs) * dayMs;
  if (!Number.isInteger(accounts) || accounts < 1)
    throw new RangeError(`accounts must be a whole number from 1 on, not ${accounts}`);
  await mkdir(folder, { recursive: true });
  const ids = new IdSource();
  const staff = makeStaff(accounts, now, ids, new Random(seed, 'staff'));
  const [manager] = staff.users;
  const byId = String(manager?.Id);
  const campaigns = makeCampaigns(byId, now, ids, new Random(seed, 'campaigns'));
  const org: Org = {
    seed,
    now,
    ids,
    staff,
    campaigns: campaigns.entries,
    bookings: new Bookings(),
    tally: new Tally(),
    serials: { company: 0, person: 0, deal: 0, case: 0 },
    recentPeople: [],
  };
  const files = await openFiles(folder);
  const truth = await CsvFile.create(join(folder, 'truth.csv'), ['sobject', 'Id', 'entity']);
  const stale = await CsvFile.create(join(folder, 'truth_stale.csv'), ['sobject', 'Id', 'field', 'reason']);
  for (const user of staff.users) files.User.add(user);
  for (const campaign of campaigns.records) files.Campaign.add(campaign);
  for (let serial = 0; files.Account.count < accounts; serial++) {
    const group = makeGroup(org, serial);
    writeGroup(files, group);
    for (const row of group.truth) truth.add(row);
    for (const row of group.stale) stale.add(row);
    for (const file of [...Object.values(files), truth, stale]) await file.drain();
  }
  for (const quota of org.bookings.quotas(staff.activeReps, now, byId, ids, new Random(seed, 'quotas')))
    files.ForecastingQuota.add(quota);
  for (const file of [...Object.values(files), truth, stale]) await file.close();
  const counts = Object.entries(files).map(([sobject, file]): [string, number] => [sobject, file.count]);
  return {
    records: { ...Object.fromEntries(counts), truth: truth.count, truth_stale: stale.count },
    planted: org.tally.counts,
  };
}

/** Everything about one company. The order matters: later steps read and touch the records of earlier ones. */
function makeGroup(org: Org, serial: number): Group {
  const group = new Group(org, new Random(org.seed, 'company', serial));
  const accounts = makeAccounts(group);
  const [first] = accounts;
  const plan = first ? planDeals(group, first) : [];
  makePeople(group, accounts, plan[0]?.deal.steps[0]?.at ?? null);
  makeDeals(group, plan, accounts);
  makeActivity(group, accounts);
  markStaleValues(group);
  return group;
}

async function openFiles(folder: string): Promise<Files> {
  const open = <S extends SObject>(sobject: S) =>
    CsvFile.create<keyof RecordOf<S> & string>(join(folder, `${sobject}.csv`), columns[sobject]);
  return {
    User: await open('User'),
    Account: await open('Account'),
    Contact: await open('Contact'),
    Lead: await open('Lead'),
    Opportunity: await open('Opportunity'),
    OpportunityHistory: await open('OpportunityHistory'),
    Campaign: await open('Campaign'),
    CampaignMember: await open('CampaignMember'),
    Task: await open('Task'),
    Case: await open('Case'),
    ForecastingQuota: await open('ForecastingQuota'),
  };
}

function writeGroup(files: Files, group: Group): void {
  const write = <S extends SObject>(sobject: S) => {
    for (const record of group.records[sobject]) files[sobject].add(record);
  };
  for (const sobject of Object.keys(group.records) as SObject[]) write(sobject);
}
