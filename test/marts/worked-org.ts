/** Orgs of named fields, a few records each, and their numbers as published. */
import { afterAll } from 'vitest';
import { type Given, type Published, publishOrg, type Rows } from './org.ts';

type Value = string | number | boolean;
export type Row = Record<string, Value>;

/** Rows of named fields; a field that a row leaves out is blank. */
function table(rows: readonly Row[]): Value[][] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))];
}
const org = (tables: Record<string, readonly Row[]>): Rows =>
  Object.fromEntries(Object.entries(tables).map(([object, rows]) => [object, table(rows)]));

export const id = (prefix: string, count: number) => `${prefix}5g0000000${String(count).padStart(3, '0')}AAA`;
export const [una, ben, mona] = [id('005', 1), id('005', 2), id('005', 3)];
export const users: Row[] = [
  { Id: una, Name: 'Una', IsActive: true, ManagerId: mona },
  { Id: ben, Name: 'Ben', IsActive: true, ManagerId: mona },
  { Id: mona, Name: 'Mona', IsActive: true },
];
export const account = (count: number, name: string, more: Row = {}): Row => ({
  Id: id('001', count),
  Name: name,
  OwnerId: una,
  CreatedDate: '2023-05-02T00:00:00.000Z',
  ...more,
});
export const outcomes = {
  won: { StageName: 'Closed Won', ForecastCategory: 'Closed', IsClosed: true, IsWon: true },
  lost: { StageName: 'Closed Lost', ForecastCategory: 'Omitted', IsClosed: true, IsWon: false },
  open: { StageName: 'Proposal', ForecastCategory: 'Pipeline', IsClosed: false, IsWon: false },
};
let named = 0;
/** A deal of a name of its own, so that none is a copy of another. */
export const deal = (
  count: number,
  outcome: keyof typeof outcomes,
  amount: number | '',
  close: string,
  more: Row = {},
): Row => ({
  Id: id('006', count),
  AccountId: id('001', 1),
  OwnerId: una,
  Name: `${['Valves', 'Pumps', 'Gaskets', 'Bearings', 'Filters', 'Belts', 'Seals'][named++ % 7]} lot ${named * 37}`,
  ...outcomes[outcome],
  Amount: amount,
  CloseDate: close,
  CreatedDate: '2026-01-05T09:00:00.000Z',
  ...more,
});

/** An agreement of an account, in force from its first day. */
export const contract = (count: number, of: number, start: string, end: string): Row => ({
  Id: id('800', count),
  AccountId: id('001', of),
  OwnerId: una,
  ContractNumber: `C${count}`,
  Status: 'Activated',
  StatusCode: 'Activated',
  StartDate: start,
  EndDate: end,
});

const opened: Published[] = [];
export async function published(tables: Record<string, readonly Row[]>, given?: Given, connections?: string[]) {
  const one = await publishOrg(
    org({ User: users, Account: [account(1, 'Yarrow Hydraulics')], ...tables }),
    connections,
    given,
  );
  opened.push(one);
  return one;
}
afterAll(() => Promise.all(opened.map((one) => one.close())));
export const both = (value: number | null) => [value, value];
/** Rounded, as thirds have no end. */
export const near = (values: (number | null)[]) =>
  values.map((value) => (value === null ? null : Math.round(value * 1e6) / 1e6));
