// Holds the seeded org to its word: repeatable, sound ids and references, complete truth, histories that agree with their deals.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toId18 } from '../ids.ts';
import { keyPrefixes } from '../seed/salesforce-id.ts';
import { peopleNames } from '../seed/people-names.ts';
import { countries, makePhone, makePlace, writePhone } from '../seed/places.ts';
import { Random, scatter } from '../seed/random.ts';
import { columns, type SObject } from '../seed/records.ts';
import { writeSeededOrg, type SeededOrg } from '../seed/write.ts';

type Row = Record<string, string>;

const asOf = new Date('2026-06-30T00:00:00Z');
const folders: string[] = [];
let written: SeededOrg;
let rows: Record<SObject | 'truth' | 'truth_stale' | 'truth_metrics', Row[]>;

async function seed(options: { seed?: number; accounts?: number }): Promise<{ folder: string; result: SeededOrg }> {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'));
  folders.push(folder);
  return { folder, result: await writeSeededOrg(folder, { asOf, ...options }) };
}

async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder, { recursive: true })).sort())
    if (name.endsWith('.csv')) hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}

beforeAll(async () => {
  const { folder, result } = await seed({ seed: 7 });
  written = result;
  const names = [...Object.keys(columns), 'truth', 'truth_stale', 'truth_metrics'];
  const tables = await Promise.all(
    names.map(async (name): Promise<[string, Row[]]> => [
      name,
      parse(await readFile(join(folder, `${name}.csv`)), { columns: true }),
    ]),
  );
  rows = Object.fromEntries(tables) as typeof rows; // every name of the type is in `names`
});

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

describe('files', () => {
  test('the same seed gives the same bytes, another seed others', async () => {
    const [a, b, c] = await Promise.all([
      seed({ seed: 3, accounts: 60 }),
      seed({ seed: 3, accounts: 60 }),
      seed({ seed: 4, accounts: 60 }),
    ]);
    expect(await digest(a.folder)).toBe(await digest(b.folder));
    expect(await digest(a.folder)).not.toBe(await digest(c.folder));
  });

  test('the default size is about what it says', () => {
    const about = { Account: 2000, Contact: 8000, Lead: 4000, Opportunity: 5000, User: 32 };
    for (const [sobject, count] of Object.entries(about)) {
      expect(written.records[sobject], sobject).toBeGreaterThan(count * 0.75);
      expect(written.records[sobject], sobject).toBeLessThan(count * 1.3);
    }
  });

  test('every file has the rows that were reported', () => {
    for (const [name, table] of Object.entries(rows)) expect(table.length, name).toBe(written.records[name]);
  });

  test('ten times the accounts give about ten times everything, the staff and campaigns aside', async () => {
    const small = (await seed({ accounts: 150 })).result.records;
    const large = (await seed({ accounts: 1500 })).result.records;
    for (const sobject of ['Account', 'Contact', 'Lead', 'Opportunity', 'OpportunityHistory', 'Task', 'truth']) {
      expect((large[sobject] ?? 0) / (small[sobject] ?? 1), sobject).toBeGreaterThan(7);
      expect((large[sobject] ?? 0) / (small[sobject] ?? 1), sobject).toBeLessThan(13);
    }
  });

  test('a size that is no whole number is refused', async () => {
    await expect(seed({ accounts: 0 })).rejects.toThrow('accounts must be a whole number');
    await expect(seed({ accounts: 1.5 })).rejects.toThrow('accounts must be a whole number');
  });
});

describe('ids and references', () => {
  test('ids are 18 characters, of the right prefix, with a valid checksum, once each', () => {
    for (const sobject of Object.keys(columns) as SObject[]) {
      const ids = rows[sobject].map((row) => row.Id ?? '');
      expect(new Set(ids).size, sobject).toBe(ids.length);
      for (const id of ids) {
        expect(id.startsWith(keyPrefixes[sobject])).toBe(true);
        expect(toId18(id.slice(0, 15))).toBe(id);
      }
    }
  });

  test('the checksum is the one Salesforce gives', () => {
    // Known pairs: the suffix marks the capitals of each block of five.
    expect(toId18('001A0000006Vm9r')).toBe('001A0000006Vm9rIAC');
    expect(toId18('005g000000000ab')).toBe('005g000000000abAAA');
  });

  test('every lookup leads to a record of the object it names', () => {
    const targets: Record<string, SObject[]> = {
      OwnerId: ['User'],
      CreatedById: ['User'],
      LastModifiedById: ['User'],
      ManagerId: ['User'],
      QuotaOwnerId: ['User'],
      SplitOwnerId: ['User'],
      UserId: ['User'],
      ContractId: ['Contract'],
      Product2Id: ['Product2'],
      SplitTypeId: ['OpportunitySplitType'],
      Territory2Id: ['Territory2'],
      ObjectId: ['Account'],
      AccountId: ['Account'],
      ParentId: ['Account'],
      ConvertedAccountId: ['Account'],
      ContactId: ['Contact'],
      ConvertedContactId: ['Contact'],
      LeadId: ['Lead'],
      CampaignId: ['Campaign'],
      OpportunityId: ['Opportunity'],
      ConvertedOpportunityId: ['Opportunity'],
      WhoId: ['Contact', 'Lead'],
      WhatId: ['Opportunity'],
    };
    const ids = Object.fromEntries(
      Object.keys(columns).map((name) => [name, new Set(rows[name as SObject].map((row) => row.Id))]),
    );
    for (const sobject of Object.keys(columns) as SObject[]) {
      for (const [column, objects] of Object.entries(targets)) {
        const broken = rows[sobject].filter(
          (row) => row[column] && !objects.some((object) => ids[object]?.has(row[column])),
        );
        expect(broken, `${sobject}.${column}`).toEqual([]);
      }
    }
  });

  test('datetimes are in order and none lies ahead', () => {
    for (const row of Object.values(rows).flat()) {
      if (row.CreatedDate === undefined) continue;
      expect(row.CreatedDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
      if (row.LastModifiedDate) expect(row.LastModifiedDate >= row.CreatedDate).toBe(true);
      expect((row.SystemModstamp ?? '') <= asOf.toISOString()).toBe(true);
    }
  });
});

describe('truth', () => {
  test('covers each account, contact, lead and opportunity exactly once', () => {
    const told = rows.truth.map((row) => row.Id).sort();
    const there = (['Account', 'Contact', 'Lead', 'Opportunity'] as const)
      .flatMap((sobject) => rows[sobject].map((row) => row.Id))
      .sort();
    expect(told).toEqual(there);
  });

  test('a converted lead and its contact are one person; a contact is never a company', () => {
    const entity = new Map(rows.truth.map((row) => [row.Id, row.entity]));
    const converted = rows.Lead.filter((lead) => lead.IsConverted === 'true');
    expect(converted.length).toBeGreaterThan(300);
    for (const lead of converted) expect(entity.get(lead.Id)).toBe(entity.get(lead.ConvertedContactId));
    const letters = rows.truth.map((row) => `${row.sobject}:${row.entity?.charAt(0)}`);
    expect([...new Set(letters)].sort()).toEqual(['Account:C', 'Contact:P', 'Lead:P', 'Opportunity:O']);
  });

  test('surplus records per object match what was planted', () => {
    const surplus = (sobject: string) => {
      const entities = rows.truth.filter((row) => row.sobject === sobject).map((row) => row.entity);
      return entities.length - new Set(entities).size;
    };
    expect(surplus('Account')).toBe(written.planted.duplicateAccounts);
    expect(surplus('Contact')).toBe(written.planted.duplicateContacts);
    expect(surplus('Opportunity')).toBe(written.planted.duplicateOpportunities);
    expect(surplus('Lead')).toBe(written.planted.duplicateLeads);
  });

  test('people of one name are often different people, and companies under a parent are their own', () => {
    const entity = new Map(rows.truth.map((row) => [row.Id, row.entity]));
    const byName = Map.groupBy(rows.Contact, (row) => `${row.FirstName} ${row.LastName}`);
    const namesakes = [...byName.values()].filter((group) => new Set(group.map((row) => entity.get(row.Id))).size > 1);
    expect(namesakes.length).toBeGreaterThan(50);
    const children = rows.Account.filter((row) => row.ParentId);
    expect(children.length).toBeGreaterThan(50);
    for (const child of children) expect(entity.get(child.Id)).not.toBe(entity.get(child.ParentId));
  });

  test('stale opportunities are open, past-due ones have a past close date, and no value is told twice', () => {
    const deals = new Map(rows.Opportunity.map((row) => [row.Id, row]));
    const pastDue = rows.Opportunity.filter((row) => row.IsClosed === 'false' && (row.CloseDate ?? '') < '2026-06-30');
    const told = rows.truth_stale.filter((row) => row.reason === 'past_due');
    expect(told.map((row) => row.Id).sort()).toEqual(pastDue.map((row) => row.Id).sort());
    for (const row of rows.truth_stale.filter(({ sobject }) => sobject === 'Opportunity'))
      expect(deals.get(row.Id ?? '')?.IsClosed).toBe('false');
    expect(new Set(rows.truth_stale.map((row) => `${row.Id}.${row.field}`)).size).toBe(rows.truth_stale.length);
  });
});

describe('deals', () => {
  test('the history starts with the deal, is in order, and ends where the deal stands', () => {
    const histories = Map.groupBy(rows.OpportunityHistory, (row) => row.OpportunityId);
    for (const deal of rows.Opportunity) {
      const history = histories.get(deal.Id) ?? [];
      const last = history.at(-1);
      expect(history[0]?.CreatedDate).toBe(deal.CreatedDate);
      expect(history.map((row) => row.CreatedDate)).toEqual(history.map((row) => row.CreatedDate).sort());
      for (const column of ['StageName', 'Amount', 'Probability', 'CloseDate', 'ForecastCategory'])
        expect(last?.[column]).toBe(deal[column]);
      const moved = history.findLast((row, i) => i > 0 && row.StageName !== history[i - 1]?.StageName);
      expect(deal.LastStageChangeDate).toBe(moved?.CreatedDate ?? '');
    }
  });

  test('won, lost and open deals all occur in believable shares, and quotas lie near bookings', () => {
    const share = (test: (row: Row) => boolean) => rows.Opportunity.filter(test).length / rows.Opportunity.length;
    expect(share((row) => row.IsClosed === 'false')).toBeGreaterThan(0.1);
    expect(share((row) => row.IsClosed === 'false')).toBeLessThan(0.35);
    const winRate = share((row) => row.IsWon === 'true') / share((row) => row.IsClosed === 'true');
    expect(winRate).toBeGreaterThan(0.3);
    expect(winRate).toBeLessThan(0.7);
    const quota = rows.ForecastingQuota.filter((row) => row.StartDate === '2026-01-01').reduce(
      (sum, row) => sum + Number(row.QuotaAmount),
      0,
    );
    const booked = rows.Opportunity.filter((row) => row.IsWon === 'true' && /^2026-0[123]/.test(row.CloseDate ?? ''));
    const attainment = booked.reduce((sum, row) => sum + Number(row.Amount), 0) / quota;
    expect(attainment).toBeGreaterThan(0.5);
    expect(attainment).toBeLessThan(2);
  });
});

describe('what hangs on deals', () => {
  const of = (field: string, list: readonly Row[]) => Map.groupBy(list, (row) => row[field] ?? '');
  const sum = (list: readonly Row[], field: string) => list.reduce((total, row) => total + Number(row[field]), 0);

  test('it adds no more than a sixth to the records of the org', () => {
    const added = [
      'LeadHistory',
      'Contract',
      'OpportunityLineItem',
      'OpportunitySplit',
      'OpportunityContactRole',
    ] as const;
    const count = (names: readonly string[]) => names.reduce((total, name) => total + (written.records[name] ?? 0), 0);
    const all = count(Object.keys(columns));
    const more = count([...added, 'ObjectTerritory2Association', 'UserTerritory2Association']);
    expect(more / (all - more)).toBeLessThan(1 / 6);
    for (const name of added) expect(written.records[name], name).toBeGreaterThan(500);
  });

  test('only what was won has a contract, it runs a year, and a renewal begins where the term before it ends', () => {
    const contracts = new Map(rows.Contract.map((row) => [row.Id, row]));
    const signed = rows.Opportunity.filter((row) => row.ContractId !== '');
    expect(signed.every((row) => row.IsWon === 'true')).toBe(true);
    for (const { StartDate = '', EndDate = '' } of rows.Contract)
      expect([365, 366]).toContain((Date.parse(EndDate) - Date.parse(StartDate)) / 86_400_000 + 1);
    const ends = new Set(rows.Contract.map((row) => `${row.AccountId} ${row.EndDate}`));
    const renewals = signed.filter((row) => row.Type === 'Renewal').map((row) => contracts.get(row.ContractId ?? '')!);
    const following = renewals.filter(({ AccountId, StartDate = '' }) =>
      ends.has(`${AccountId} ${new Date(Date.parse(StartDate) - 86_400_000).toISOString().slice(0, 10)}`),
    );
    expect(following.length / renewals.length).toBeGreaterThan(0.7);
  });

  test('shares of a deal are the whole of it, products what it costs', () => {
    const amounts = new Map(rows.Opportunity.map((row) => [row.Id, Number(row.Amount)]));
    const whole = new Set(
      rows.OpportunitySplitType.filter((row) => row.IsTotalValidated === 'true').map(({ Id }) => Id),
    );
    for (const [deal, list] of of('OpportunityId', rows.OpportunitySplit)) {
      const shares = list.filter((row) => whole.has(row.SplitTypeId));
      expect(sum(shares, 'SplitAmount')).toBeCloseTo(amounts.get(deal)!, 2);
      expect(sum(shares, 'SplitPercentage')).toBe(100);
    }
    const lines = of('OpportunityId', rows.OpportunityLineItem);
    for (const [deal, list] of lines) expect(sum(list, 'TotalPrice')).toBe(amounts.get(deal));
    const without = rows.Opportunity.filter((row) => row.IsWon === 'true' && !lines.has(row.Id ?? ''));
    expect(without).toHaveLength(written.planted.wonProductsMissing ?? 0);
  });

  test('the history of a status ends where the lead stands', () => {
    const leads = new Map(rows.Lead.map((row) => [row.Id, row]));
    for (const [id, list] of of('LeadId', rows.LeadHistory)) {
      expect(list.at(-1)?.NewValue).toBe(leads.get(id)?.Status);
      for (const { CreatedDate = '' } of list) expect(CreatedDate >= (leads.get(id)?.CreatedDate ?? '')).toBe(true);
    }
  });

  test('there are numbers of all time, of years and of quarters, and the parts of one are the whole of it', () => {
    const value = (metric: string, period: string) =>
      Number(rows.truth_metrics.find((row) => row.metric === metric && row.period === period)?.value ?? NaN);
    for (const metric of ['bookings', 'open_pipeline', 'leads', 'new_customers', 'recurring_revenue_churned'])
      for (const kind of [/^\d{4}$/, /-Q/]) {
        const parts = rows.truth_metrics.filter((row) => row.metric === metric && kind.test(row.period ?? ''));
        expect(sum(parts, 'value'), metric).toBeCloseTo(value(metric, 'all'), 2);
      }
    expect(value('gross_revenue_retention', '2026')).toBeLessThan(value('net_revenue_retention', '2026'));
    expect(value('gross_margin', 'all')).toBeGreaterThan(0.74);
    expect(value('gross_margin', 'all')).toBeLessThan(0.78);
  });
});

describe('defects', () => {
  test.each([
    ['duplicateAccounts', 'Account', 0.07, 0.16],
    ['duplicateContacts', 'Contact', 0.06, 0.12],
    ['duplicateLeads', 'Lead', 0.05, 0.11],
    ['duplicateOpportunities', 'Opportunity', 0.03, 0.1],
    ['contactEmailMissing', 'Contact', 0.03, 0.07],
    ['contactEmailInvalid', 'Contact', 0.01, 0.03],
    ['accountIndustryMissing', 'Account', 0.05, 0.11],
    ['stale.Opportunity.StageName.zombie', 'Opportunity', 0.01, 0.05],
    ['stale.Contact.Title.changed_job', 'Contact', 0.03, 0.12],
    ['stale.Lead.Status.untouched', 'Lead', 0.03, 0.15],
  ] as const)('%s among %s', (kind, sobject, low, high) => {
    const share = (written.planted[kind] ?? 0) / rows[sobject].length;
    expect(share).toBeGreaterThan(low);
    expect(share).toBeLessThan(high);
  });

  test('people who left own a few records of each kind, and wins are counted twice on copied accounts', () => {
    const gone = new Set(rows.User.filter((row) => row.IsActive === 'false').map((row) => row.Id));
    for (const sobject of ['Account', 'Contact', 'Lead', 'Opportunity'] as const) {
      const share = rows[sobject].filter((row) => gone.has(row.OwnerId)).length / rows[sobject].length;
      expect(share, sobject).toBeGreaterThan(0.02);
      expect(share, sobject).toBeLessThan(0.1);
    }
    expect(written.planted.duplicateWinsOnDuplicateAccounts).toBeGreaterThan(10);
  });

  test('one-word names, placeholders, bounces and the custom field are there', () => {
    const share = (test: (row: Row) => boolean) => rows.Contact.filter(test).length;
    expect(share((row) => row.FirstName === '' && row.LastName !== '')).toBeGreaterThan(20);
    expect(share((row) => row.Email === 'test@test.com')).toBeGreaterThan(3);
    expect(share((row) => row.EmailBouncedDate !== '')).toBe(written.planted['stale.Contact.Email.bounced']);
    expect(new Set(rows.Account.map((row) => row.Segment__c))).toEqual(new Set(['SMB', 'Mid-Market', 'Enterprise']));
  });
});

describe('parts', () => {
  test.each(Object.keys(countries) as (keyof typeof countries)[])(
    'phones of %s are valid in every spelling',
    (country) => {
      const random = new Random(1, country);
      for (let i = 0; i < 300; i++) {
        const text = writePhone(makePhone(makePlace(country, random), random), country, random);
        expect(isValidPhoneNumber(text, country), text).toBe(true);
      }
    },
  );

  test('names are varied enough that strangers rarely share one', () => {
    const surnames = new Set(Object.values(peopleNames).flatMap((names) => names.surnames));
    const given = new Set(Object.values(peopleNames).flatMap((names) => names.given));
    expect(surnames.size).toBeGreaterThan(400);
    expect(given.size).toBeGreaterThan(200);
  });

  test('scatter maps a range onto itself one to one', () => {
    for (const size of [1, 2, 10, 997, 4096]) {
      const places = Array.from({ length: size }, (_, i) => scatter(i, size, 5));
      expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
    }
  });
});
