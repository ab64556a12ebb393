/** Steps of SQL over rows that moved: one statement where these are few, temporary tables and a statement each where they are many. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { few, planningEach, type Queryable, type Transaction } from './connect.ts';
import { identifier, identifiers } from './identifier.ts';

export type Steps = {
  /** What later steps read, by name. `analyze`: the columns of which a planner has to know, where there are many. */
  rows: Record<string, { of: Sql; analyze?: string[] }>;
  /** What is written, each returning a row a change. `follow`: a further change, of the rows this one returned, by its name. */
  changes: Record<string, { of: Sql; follow?: Sql; analyze?: (count: number) => Sql | null }>;
  /** SQL of single values, asked before anything is written. */
  answers?: Record<string, Sql>;
};
/** The count of rows each change wrote, and the answers, by name. */
export type Done = { counts: Record<string, number>; answers: Record<string, unknown> };

/** A transaction as it suits the rows at hand: statements planned once for a few, each planned for its numbers otherwise. */
export type Sized = { tx: Transaction; isFew: boolean };

/**
 * @param prepared the same transaction, its statements planned once
 * @param count of rows at hand; null for all there are
 */
export async function sizedFor(tx: Transaction, prepared: Transaction, count: number | null): Promise<Sized> {
  const isFew = count !== null && count <= few;
  return { tx: isFew ? prepared : await planningEach(tx), isFew };
}

/**
 * Asks for a few rows by a plan that fits any number, and where there are more by one planned for its numbers.
 * @param ask says whether there are more than it was asked for
 * @param isEnough the first answer does, however many there are
 */
export async function fewOrMany<T extends { is_more: boolean }>(
  tx: Transaction,
  prepared: Queryable,
  most: number,
  ask: (db: Queryable, most: number) => Promise<T>,
  isEnough: (found: T) => boolean = () => false,
): Promise<T> {
  const found = await ask(prepared, few);
  return found.is_more && !isEnough(found) ? ask(await planningEach(tx), most) : found;
}

/** @param stage what the statements are called by */
export async function runSteps({ tx, isFew }: Sized, stage: string, steps: Steps): Promise<Done> {
  return isFew ? inOneStatement(tx, stage, steps) : oneByOne(tx, stage, steps);
}

/** Tables of a few rows cost more than what is in them. */
async function inOneStatement(tx: Queryable, stage: string, { rows, changes, answers = {} }: Steps): Promise<Done> {
  const parts = [
    ...Object.entries(rows).map(([name, { of }]) => sql`${identifier(name)} as materialized (${of})`),
    ...Object.entries(changes).flatMap(([name, change]) => changeOf(name, change)),
  ];
  const counts = Object.keys(changes).map((name) => sql`(select count(*)::int from ${identifier(name)})`);
  const asked = Object.entries(answers).map(([name, answer]) => sql`${answer} as ${identifier(name)}`);
  const [row] = await tx.query(sql`${raw(`/* ${stage}.few */`)} with ${join(parts)}
    select ${join([sql`array[${join(counts)}]::int[] as counts`, ...asked])}`);
  const { counts: found, ...answered } = row as { counts: number[] } & Done['answers'];
  return {
    counts: Object.fromEntries(Object.keys(changes).map((name, at) => [name, found[at]!])),
    answers: answered,
  };
}

async function oneByOne(tx: Queryable, stage: string, { rows, changes, answers = {} }: Steps): Promise<Done> {
  const done: Done = { counts: {}, answers: {} };
  for (const [name, { of, analyze }] of Object.entries(rows)) {
    await tx.query(
      sql`${raw(`/* ${stage}.${name} */`)} create temporary table ${identifier(name)} on commit drop as ${of}`,
    );
    if (analyze)
      await tx.query(sql`${raw(`/* ${stage}.analyze */`)} analyze ${identifier(name)} (${identifiers(analyze)})`);
  }
  const asked = Object.entries(answers).map(([name, answer]) => sql`${answer} as ${identifier(name)}`);
  if (asked.length > 0)
    [done.answers = {}] = await tx.query(sql`${raw(`/* ${stage}.answers */`)} select ${join(asked)}`);
  for (const [name, change] of Object.entries(changes)) {
    const [row] = await tx.query<{
      count: number;
    }>(sql`${raw(`/* ${stage}.${name} */`)} with ${join(changeOf(name, change))}
      select count(*)::int as count from ${identifier(name)}`);
    done.counts[name] = row!.count;
    const analyze = change.analyze?.(row!.count);
    if (analyze) await tx.query(sql`${raw(`/* ${stage}.analyze */`)} analyze ${analyze}`);
  }
  const made = Object.keys(rows).map((name) => identifier('pg_temp', name));
  if (made.length > 0) await tx.query(sql`${raw(`/* ${stage}.drop */`)} drop table ${join(made)}`);
  return done;
}

function changeOf(name: string, { of, follow }: Steps['changes'][string]): Sql[] {
  return [
    sql`${identifier(name)} as (${of})`,
    ...(follow ? [sql`${identifier(`${name}_follow`)} as (${follow})`] : []),
  ];
}

/**
 * Answers each question by its rows, in their order, of a few all at once: a statement's way there and back costs more than reading them. Numbers and texts come as they do from `query`; of few rows bigint and
 * numeric as numbers.
 */
export async function askTogether<Name extends string>(
  { tx, isFew }: Sized,
  stage: string,
  questions: Record<Name, Sql>,
): Promise<Record<Name, object[]>> {
  if (!isFew) {
    const found: Partial<Record<Name, object[]>> = {};
    for (const name of Object.keys(questions) as Name[])
      found[name] = await tx.query(sql`${raw(`/* ${stage}.${name} */`)} ${questions[name]}`);
    return found as Record<Name, object[]>;
  }
  const columns = Object.entries<Sql>(questions).map(
    ([name, question]) =>
      sql`(select coalesce(jsonb_agg(to_jsonb(q)), '[]') from (${question}) q) as ${identifier(name)}`,
  );
  const [row] = await tx.query<Record<Name, object[]>>(sql`${raw(`/* ${stage}.together */`)} select ${join(columns)}`);
  return row!;
}
