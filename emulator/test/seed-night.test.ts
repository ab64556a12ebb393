// Holds the scripted night to its word: repeatable, only columns and records the org has, no record twice, damage that shows.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Change } from '../seed/night-change.ts';
import { countChanges, nightChanges } from '../seed/night.ts';
import { writeSeededOrg } from '../seed/write.ts';

type Row = Record<string, string>;

const folders: string[] = [];
let seeded: string;
let night: Change[];

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'night-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const read = async (folder: string, name: string): Promise<Row[]> =>
  parse(await readFile(join(folder, `${name}.csv`)), { columns: true });

/** Ids a change touches: none for an insert. */
const touched = (change: Change): string[] =>
  change.op === 'insert' ? [] : change.op === 'merge' ? [change.masterId, ...change.mergeIds] : [change.id];

beforeAll(async () => {
  seeded = await folderOf({});
  await writeSeededOrg(seeded, { seed: 2, accounts: 500, asOf: new Date('2026-06-30T00:00:00Z') });
  night = await nightChanges(seeded);
});

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

describe('a seeded org', () => {
  test('the same folder gives the same night, another seed another', async () => {
    expect(await nightChanges(seeded)).toEqual(night);
    expect(await nightChanges(seeded, { seed: 9 })).not.toEqual(night);
  });

  test('touches records that exist, each once', async () => {
    const ids = night.flatMap(touched);
    expect(new Set(ids).size).toBe(ids.length);
    const there = new Set<string>();
    for (const name of ['Account', 'Contact', 'Lead', 'Opportunity'])
      for (const row of await read(seeded, name)) there.add(row.Id ?? '');
    expect(ids.filter((id) => !there.has(id))).toEqual([]);
  });

  test('edits about one record in a hundred, and every edit changes something', async () => {
    const counts = countChanges(night);
    for (const name of ['Account', 'Contact', 'Lead', 'Opportunity']) {
      const records = await read(seeded, name);
      const updates = night.filter((change) => change.op === 'update' && change.sobject === name);
      expect(updates.length).toBe(counts[name]?.update);
      expect(updates.length).toBeGreaterThan(records.length * 0.005);
      expect(updates.length).toBeLessThan(records.length * 0.015 + 1);
      const byId = new Map(records.map((row) => [row.Id, row]));
      for (const change of updates) {
        if (change.op !== 'update') continue;
        const before = byId.get(change.id);
        expect(Object.entries(change.fields).some(([column, value]) => before?.[column] !== String(value))).toBe(true);
      }
    }
  });

  test('merges one pair of accounts and one of contacts that the truth calls the same', async () => {
    const entity = new Map((await read(seeded, 'truth')).map((row) => [row.Id, row.entity]));
    const merges = night.filter((change) => change.op === 'merge');
    expect(merges.map((change) => change.sobject)).toEqual(['Account', 'Contact']);
    for (const change of merges) {
      const entities = touched(change).map((id) => entity.get(id));
      expect(new Set(entities).size).toBe(1);
    }
  });

  test('the import is large, hollow and signed by the integration user', async () => {
    const accounts = await read(seeded, 'Account');
    const robot = (await read(seeded, 'User')).find((row) => row.Name === 'Partner Import');
    const imported = night.filter((change) => change.op === 'insert' && change.sobject === 'Account');
    expect(imported.length / accounts.length).toBeGreaterThan(0.12);
    expect(imported.length / accounts.length).toBeLessThan(0.15);
    for (const change of imported) {
      if (change.op !== 'insert') continue;
      expect(change.fields.CreatedById).toBe(robot?.Id);
      expect(change.fields.BillingCity).toBeNull();
    }
    const hollow = imported.filter((change) => change.op === 'insert' && change.fields.Industry === null);
    expect(hollow.length / imported.length).toBeGreaterThan(0.7);
  });

  test('imported contacts are broken or known people again', async () => {
    const known = new Set((await read(seeded, 'Contact')).map((row) => row.Email).filter(Boolean));
    const emails = night.flatMap((change) =>
      change.op === 'insert' && change.sobject === 'Contact' ? [String(change.fields.Email)] : [],
    );
    const isValid = (email: string) => /^[^@\s,]+@[^@\s,]+\.[a-z]+$/i.test(email);
    expect(emails.filter((email) => !isValid(email)).length / emails.length).toBeGreaterThan(0.5);
    expect(emails.filter((email) => known.has(email)).length / emails.length).toBeGreaterThan(0.1);
  });

  test('a deal that moves stage carries everything the stage means', () => {
    const moves = night.filter((change) => change.op === 'update' && 'StageName' in change.fields);
    expect(moves.length).toBeGreaterThan(0);
    for (const change of moves) {
      if (change.op !== 'update') continue;
      expect(change.fields.IsClosed).toBe(String(change.fields.StageName).startsWith('Closed'));
      expect(change.fields.IsWon).toBe(change.fields.StageName === 'Closed Won');
      expect(typeof change.fields.Probability).toBe('number');
    }
  });

  test('with a start, changes run in order through six hours', async () => {
    const at = new Date('2026-07-01T20:00:00Z');
    const instants = (await nightChanges(seeded, { at })).map((change) => change.at ?? '');
    expect(instants).toEqual([...instants].sort());
    expect(instants[0]).toBe('2026-07-01T20:00:00.000Z');
    expect((instants.at(-1) ?? '') < '2026-07-02T02:00:00.000Z').toBe(true);
  });
});

describe('an org with few files and columns', () => {
  test('sets only columns that are there', async () => {
    const folder = await folderOf({
      'Account.csv':
        'Id,Name,Phone\n001000000000001AAA,"One, Inc",1\n001000000000002AAA,Two,2\n001000000000003AAA,Three,3\n',
      'Contact.csv': 'Id,LastName,Email\n003000000000001AAA,Ash,a@b.com\n003000000000002AAA,Oak,\n',
    });
    const changes = await nightChanges(folder);
    const allowed: Record<string, string[]> = { Account: ['Name', 'Phone'], Contact: ['LastName', 'Email'] };
    for (const change of changes) {
      if (change.op !== 'insert' && change.op !== 'update') continue;
      for (const column of Object.keys(change.fields)) expect(allowed[change.sobject]).toContain(column);
    }
    expect(countChanges(changes)).toEqual({
      Account: { update: 1, merge: 1, insert: 1 },
      Contact: { merge: 1, insert: 2 },
    });
  });

  test('an org without files has no night', async () => {
    expect(await nightChanges(await folderOf({}))).toEqual([]);
  });

  test('leaves deleted records alone and owes the import to somebody who left', async () => {
    const folder = await folderOf({
      'Account.csv':
        'Id,Name,Phone,OwnerId,IsDeleted\n001000000000001AAA,One,1,005000000000001AAA,true\n001000000000002AAA,Two,2,005000000000001AAA,false\n',
      'User.csv': 'Id,Name,IsActive\n005000000000001AAA,Ann,true\n005000000000002AAA,Bob,false\n',
    });
    const changes = await nightChanges(folder);
    expect(changes.flatMap(touched)).toEqual(['001000000000002AAA']);
    const inserted = changes.filter((change) => change.op === 'insert');
    expect(inserted.map((change) => change.op === 'insert' && change.fields.OwnerId)).toEqual(['005000000000002AAA']);
  });
});
