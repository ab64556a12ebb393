/** Turns a question for groups into one aggregate query: Salesforce's own counts and sums, at most 2,000 groups of them. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { Groups, GroupQuery, Live, LiveQuery } from '../model/source.ts';
import { RestFault } from './fault.ts';
import type { Rest } from './rest.ts';

const answer = z.object({ done: z.boolean(), records: z.array(z.record(z.string(), z.unknown())) });
const key = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const apiName = /^[A-Za-z][A-Za-z0-9_]*$/;
const recordId = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/** @returns null where there are more groups than Salesforce gives: an aggregate query has no further pages. */
export async function aggregate(
  rest: Rest,
  root: string,
  query: GroupQuery,
  signal: AbortSignal,
): Promise<Groups | null> {
  const path = `${root}/query?${new URLSearchParams({ q: groupSoql(query) }).toString()}`;
  try {
    const { done, records } = await rest.json(answer, { path, signal });
    if (!done) return null;
    return records.map((record) => ({
      keys: query.by.map((_, at) => key.parse(record[`g${at}`] ?? null)),
      count: z.number().int().parse(record.n),
      sum: query.sum === null ? null : z.number().nullable().parse(record.s),
    }));
  } catch (error) {
    if (error instanceof RestFault && error.errorCode === 'EXCEEDED_ID_LIMIT') return null;
    throw error;
  }
}

/** By queryAll: what is archived is live too, and no other query counts it. @throws DomainError `salesforce-query-failed`. */
export async function countLive(rest: Rest, root: string, query: LiveQuery, signal: AbortSignal): Promise<Live> {
  const path = `${root}/queryAll?${new URLSearchParams({ q: liveSoql(query) }).toString()}`;
  try {
    const { records } = await rest.json(answer, { path, signal });
    const { n, m } = z.object({ n: z.number().int(), m: z.string().nullish() }).parse(records[0]);
    return { count: n, newest: m ? new Date(m) : null };
  } catch (error) {
    if (error instanceof RestFault) throw new DomainError('salesforce-query-failed', error.message, { cause: error });
    throw error;
  }
}

export function liveSoql({ object, stamp, before, hasDeleted }: LiveQuery): string {
  checkNames([object, ...(stamp === null ? [] : [stamp])]);
  const where = [
    ...(hasDeleted ? ['IsDeleted = FALSE'] : []),
    ...(stamp === null || before === null ? [] : [`${stamp} < ${before.toISOString()}`]),
  ];
  const newest = stamp === null ? '' : `, MAX(${stamp}) m`;
  return `SELECT COUNT(Id) n${newest} FROM ${object}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}`;
}

function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (!apiName.test(name)) throw new DomainError('request-invalid', `"${name}" is not a Salesforce API name.`);
  }
}

/** Names and ids are checked, so that no definition can smuggle in a clause. */
export function groupSoql({ object, by, sum, before, within }: GroupQuery): string {
  checkNames([object, ...by.map(({ field }) => field), ...[sum ?? [], before.field, within?.field ?? []].flat()]);
  const groups = by.map(({ field, part }) => (part === undefined ? field : `CALENDAR_${part}(${field})`));
  const selected = [
    ...groups.map((group, at) => `${group} g${at}`),
    'COUNT(Id) n',
    ...(sum === null ? [] : [`SUM(${sum}) s`]),
  ];
  const where = [`${before.field} < ${before.at.toISOString()}`];
  for (const [sign, id] of [
    ['>', within?.after],
    ['<=', within?.upTo],
  ] as const) {
    if (id === undefined || id === null) continue;
    if (!recordId.test(id)) throw new DomainError('request-invalid', `"${id}" is not a Salesforce id.`);
    where.push(`${within!.field} ${sign} '${id}'`);
  }
  return `SELECT ${selected.join(', ')} FROM ${object} WHERE ${where.join(' AND ')} GROUP BY ${groups.join(', ')}`;
}
