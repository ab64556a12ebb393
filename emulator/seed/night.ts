// Turns any org folder into the changes of its next night: ordinary work, two merges, and a bad import that alerts must notice.
import { join } from 'node:path';
import { dateText, datetimeText, dayMs } from './days.ts';
import type { Change } from './night-change.ts';
import { editDeal, editFields, StageBook, stageFields } from './night-edits.ts';
import { findImporter, importAccounts, importContacts, insert } from './night-import.ts';
import { readRows, sampleObject, truePairs, type ObjectSample, type Row } from './night-read.ts';
import { Random } from './random.ts';

export interface NightOptions {
  seed?: number;
  /** When the night begins; its changes then carry instants within six hours of it. */
  at?: Date;
}

const editShare = 0.01;
const deleteShare = 0.002;
const newDealShare = 0.002;
const nightMs = 6 * 3_600_000;

/**
 * The same folder, seed and start give the same changes. No record is touched twice, so the counts of `countChanges` are what
 * an incremental pull must find (a merge's and a delete's children aside, which the org moves itself). Only columns the CSVs
 * have are set. Without `at`, dates follow from the newest SystemModstamp and changes carry no instant.
 */
export async function nightChanges(orgFolder: string, options: NightOptions = {}): Promise<Change[]> {
  const { seed = 1, at } = options;
  const random = new Random(seed, 'night');
  const stages = new StageBook();
  const accounts = await sampleObject(orgFolder, 'Account', seed);
  const contacts = await sampleObject(orgFolder, 'Contact', seed);
  const leads = await sampleObject(orgFolder, 'Lead', seed);
  const deals = await sampleObject(orgFolder, 'Opportunity', seed, (row) => stages.learn(row));
  const users: Row[] = [];
  for await (const user of readRows(join(orgFolder, 'User.csv'))) users.push(user);
  const newest = [accounts, contacts, leads, deals].reduce(
    (latest, { newest: one }) => (one > latest ? one : latest),
    '',
  );
  const now = at?.getTime() ?? (newest === '' ? 0 : Date.parse(newest));

  const pairs = await truePairs(orgFolder, ['Account', 'Contact']);
  const merges = [mergeTwo('Account', accounts, pairs), mergeTwo('Contact', contacts, pairs)].filter(
    (change) => change !== null,
  );
  const untouched = new Set(
    merges.flatMap((change) => (change.op === 'merge' ? [change.masterId, ...change.mergeIds] : [])),
  );
  const importer = findImporter(users);
  const changes: Change[] = [];
  for (const [sobject, sample] of Object.entries({
    Account: accounts,
    Contact: contacts,
    Lead: leads,
    Opportunity: deals,
  })) {
    const free = sample.rows.filter((row) => !untouched.has(row.Id ?? ''));
    // People work on open deals; where IsClosed is unknown the order stays.
    const rows = [...free.filter((row) => row.IsClosed !== 'true'), ...free.filter((row) => row.IsClosed === 'true')];
    const edits = Math.ceil(sample.count * editShare);
    for (const row of rows.slice(0, edits)) {
      const fields =
        sobject === 'Opportunity'
          ? editDeal(row, sample, stages, now, random)
          : editFields(sobject, row, sample, random);
      if (Object.keys(fields).length > 0) changes.push({ op: 'update', sobject, id: row.Id ?? '', fields });
    }
    // Deleting an account would take its contacts and deals along and nobody could say beforehand how many rows change.
    if (sobject === 'Account') continue;
    for (const row of rows.slice(edits, edits + Math.ceil(sample.count * deleteShare)))
      changes.push({ op: 'delete', sobject, id: row.Id ?? '' });
  }
  changes.push(...newDeals(deals, accounts, users, stages, now, random));
  changes.push(...merges);
  if (accounts.count > 0) changes.push(...importAccounts(accounts, importer, random));
  changes.push(...importContacts(contacts, accounts, importer, random));
  return at === undefined
    ? changes
    : changes.map((change, i) => ({ ...change, at: datetimeText(now + (nightMs * i) / changes.length) }));
}

/** Two records truth.csv calls the same; without a truth, any two. */
function mergeTwo(sobject: string, sample: ObjectSample, pairs: ReadonlyMap<string, [string, string]>): Change | null {
  const [masterId, mergedId] = pairs.get(sobject) ?? sample.rows.slice(-2).map((row) => row.Id);
  return masterId && mergedId ? { op: 'merge', sobject, masterId, mergeIds: [mergedId] } : null;
}

function* newDeals(
  deals: ObjectSample,
  accounts: ObjectSample,
  users: readonly Row[],
  stages: StageBook,
  now: number,
  random: Random,
): Generator<Change> {
  const stage = stages.first();
  const active = users.filter((user) => user.IsActive !== 'false');
  if (!stage || accounts.rows.length === 0) return;
  for (let i = 0; i < Math.max(3, Math.round(deals.count * newDealShare)); i++) {
    const account = random.pick(accounts.rows);
    yield insert('Opportunity', deals, {
      Name: `${account.Name} - New ${i + 1}`,
      AccountId: account.Id ?? null,
      OwnerId: active.length > 0 ? (random.pick(active).Id ?? null) : null,
      Amount: random.int(20, 900) * 100,
      CloseDate: dateText(now + random.int(20, 150) * dayMs),
      Type: 'New Customer',
      ...stageFields(stage, deals),
    });
  }
}

/** How many changes of each kind the night has, by object and operation. */
export function countChanges(changes: readonly Change[]): Record<string, Partial<Record<Change['op'], number>>> {
  const counts: Record<string, Partial<Record<Change['op'], number>>> = {};
  for (const { sobject, op } of changes) {
    const ofObject = (counts[sobject] ??= {});
    ofObject[op] = (ofObject[op] ?? 0) + 1;
  }
  return counts;
}
