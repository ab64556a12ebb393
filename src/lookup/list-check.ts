/** A list of people or companies becomes a job, and its rows what is known of each; all of it is deleted when its time is over. */
import sql from 'sql-template-tag';
import { uuidv7 } from 'uuidv7';
import { audit } from '../control/audit.ts';
import { enqueue } from '../control/outbox.ts';
import type { Db, Queryable } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';
import { type Definitions, entityNamed } from '../model/definitions.ts';
import { DomainError } from '../model/errors.ts';
import type { Sought } from './asked.ts';
import type { Mapping } from '../matcher/read/columns.ts';
import { KnownRecords } from './known.ts';
import type { CheckedList } from './list-file.ts';
import { asAsked, type Identified, lookUp, type OptedOut, type LookupVerdict } from './look-up.ts';
import { firstOfEach } from './within.ts';

/** What is known of one row, as it is kept. */
export type RowAnswer = {
  verdict: LookupVerdict;
  goldenId: string | null;
  salesforceId: string | null;
  connectionId: string | null;
  object: string | null;
  name: string | null;
  ownerId: string | null;
  ownerName: string | null;
  openDealCount: number | null;
  openAmount: number | null;
  openCurrency: string | null;
  optedOut: OptedOut;
  probability: number | null;
  alternatives: string[];
  companyVerdict: LookupVerdict | null;
  companyId: string | null;
  companySalesforceId: string | null;
  companyName: string | null;
  companyOwnerName: string | null;
  why: string;
  complete: Identified['receipt']['complete'];
};

/** Rows looked up in one transaction. */
const batchSize = 200;

export type ListWish = {
  entity: string;
  name: string;
  mapping: Mapping;
  list: CheckedList;
  keepHours: number;
  by: Actor;
};

/** Returns its id. @throws DomainError `not-matched` before anything was matched */
export async function askListCheck(db: Db, definitions: Definitions, wish: ListWish, now: Date): Promise<string> {
  const { entity, name, mapping, list, keepHours, by } = wish;
  const id = `lst_${uuidv7()}`;
  await db.transaction(async (tx) => {
    await KnownRecords.open(tx, entityNamed(definitions, entity));
    const keepUntil = new Date(now.getTime() + keepHours * 3_600_000);
    await tx.query(sql`/* list.ask */ insert into lookup.list_check (id, entity, name, header, mapping, row_count, requested_by,
        requested_actor, requested_at, keep_until)
      values (${id}, ${entity}, ${name}, ${list.header}, ${JSON.stringify(mapping)}::jsonb, ${list.rows.length}, ${by.name},
        ${actorText(by)}, ${now}, ${keepUntil})`);
    for (let from = 0; from < list.rows.length; from += 5_000) {
      const some = JSON.stringify(list.rows.slice(from, from + 5_000).map(({ line, cells }) => ({ line, cells })));
      await tx.query(sql`/* list.rows */ insert into lookup.list_row (check_id, line, cells)
        select ${id}, line, cells from jsonb_to_recordset(${some}::jsonb) r (line int, cells text[])`);
    }
    await audit(tx, by, { kind: 'list-check', id, action: 'start', fields: Object.keys(mapping) });
    await enqueue(tx, 'list-check', id, { listCheckId: id });
  });
  return id;
}

type Job = { id: string; entity: string; mapping: Mapping };

/** Looks up what is not looked up yet of a list, batch by batch; a job that was interrupted goes on where it stopped. */
export async function runListCheck(
  db: Db,
  definitions: Definitions,
  id: string,
  signal: AbortSignal,
  now: () => Date,
): Promise<void> {
  const [job] = await db.query<Job>(sql`/* list.take */ update lookup.list_check set state = 'running'
    where id = ${id} and state in ('queued', 'running') returning id, entity, mapping`);
  if (!job) return;
  for (;;) {
    signal.throwIfAborted();
    const rows = await db.query<{
      line: number;
      cells: string[];
    }>(sql`/* list.next */ select line, cells from lookup.list_row
      where check_id = ${id} and answer is null order by line limit ${batchSize}`);
    if (rows.length === 0) break;
    const { findings, basis } = await lookUp(
      db,
      definitions,
      job.entity,
      rows.map(({ cells }) => askedOf(job.mapping, cells)),
    );
    const answers = JSON.stringify(rows.map(({ line }, at) => ({ line, answer: answerOf(findings[at]!) })));
    await db.transaction(async (tx) => {
      await tx.query(sql`/* list.answer */ update lookup.list_row r set answer = a.answer
        from jsonb_to_recordset(${answers}::jsonb) a (line int, answer jsonb) where r.check_id = ${id} and r.line = a.line`);
      await tx.query(sql`/* list.progress */ update lookup.list_check set done_count = done_count + ${rows.length},
        basis = ${JSON.stringify(basis)}::jsonb where id = ${id}`);
    });
  }
  await nameRepeated(db, definitions, job, signal);
  await db.query(sql`/* list.end */ update lookup.list_check c set state = 'done', finished_at = ${now()}, summary = (
      select jsonb_build_object('known', count(*) filter (where answer ->> 'verdict' = 'known'),
        'doubtful', count(*) filter (where answer ->> 'verdict' = 'doubtful'), 'new', count(*) filter (where answer ->> 'verdict' = 'new'),
        'unknown', count(*) filter (where answer ->> 'verdict' = 'unknown'),
        'optedOut', count(*) filter (where answer ->> 'optedOut' = 'yes'),
        'repeated', count(*) filter (where repeats_line is not null),
        'incomplete', count(*) filter (where answer ->> 'complete' <> 'yes'))
      from lookup.list_row where check_id = ${id})
    where id = ${id} and state = 'running'`);
}

export async function failListCheck(db: Queryable, id: string, fault: string, now: Date): Promise<void> {
  await db.query(sql`/* list.fail */ update lookup.list_check set state = 'failed', fault = ${fault}, finished_at = ${now}
    where id = ${id} and state in ('queued', 'running')`);
}

/** Rows of somebody that an earlier row is of: by the model, or since both are the same golden record. */
async function nameRepeated(
  db: Db,
  definitions: Definitions,
  { id, entity, mapping }: Job,
  signal: AbortSignal,
): Promise<void> {
  const rows = await db.query<{ line: number; cells: string[]; golden_id: string | null }>(sql`/* list.all */
    select line, cells, case when answer ->> 'verdict' = 'known' then answer ->> 'goldenId' end as golden_id
    from lookup.list_row where check_id = ${id} order by line`);
  const definition = entityNamed(definitions, entity);
  // Of many rows this takes minutes, and PostgreSQL ends a transaction that sits idle for 30 seconds.
  const known = await db.transaction((tx) => KnownRecords.open(tx, definition));
  const first = await firstOfEach(
    known,
    rows.map(({ cells }) => asAsked(definition, askedOf(mapping, cells))),
    signal,
  );
  const firstOfGolden = new Map<string, number>();
  const repeated = rows.flatMap(({ line, golden_id: golden }, at) => {
    const earlier = Math.min(first[at]!, golden === null ? at : (firstOfGolden.get(golden) ?? at));
    if (golden !== null && !firstOfGolden.has(golden)) firstOfGolden.set(golden, earlier);
    return earlier < at ? [{ line, of: rows[earlier]!.line }] : [];
  });
  await db.query(sql`/* list.repeated */ update lookup.list_row r set repeats_line = a."of"
    from jsonb_to_recordset(${JSON.stringify(repeated)}::jsonb) a (line int, "of" int) where r.check_id = ${id} and r.line = a.line`);
}

export function askedOf(mapping: Mapping, cells: readonly string[]): Sought {
  const found = Object.entries(mapping).flatMap(([field, at]) => {
    const value = cells[at]?.trim() ?? '';
    return value === '' ? [] : [[field, value] as const];
  });
  return Object.fromEntries(found) as Sought;
}

function answerOf({ verdict, because, best, alternatives, optedOut, company, receipt }: Identified): RowAnswer {
  const card = best?.card ?? null;
  const employer = company?.best && company.verdict === 'known' ? company.best.card : null;
  // Of a new person the deals of the company they work for are worth knowing too.
  const deals = verdict === 'known' ? card?.openDeals : employer?.openDeals;
  return {
    verdict,
    goldenId: card?.goldenId ?? null,
    salesforceId: card?.salesforceId ?? null,
    connectionId: card?.connectionId ?? null,
    object: card?.object ?? null,
    name: card?.name ?? null,
    ownerId: card?.ownerId ?? null,
    ownerName: card?.ownerName ?? null,
    openDealCount: deals?.count ?? null,
    openAmount: deals?.amount ?? null,
    openCurrency: deals?.currency ?? null,
    optedOut,
    probability: best?.probability ?? null,
    alternatives: alternatives.map((one) => one.card.goldenId),
    companyVerdict: company?.verdict ?? null,
    companyId: employer?.goldenId ?? null,
    companySalesforceId: employer?.salesforceId ?? null,
    companyName: employer?.name ?? null,
    companyOwnerName: employer?.ownerName ?? null,
    why: because,
    complete: receipt.complete,
  };
}

/** Deletes a list and all that was found of it. @throws DomainError `not-found` */
export async function deleteListCheck(db: Db, id: string, by: Actor): Promise<void> {
  await db.transaction(async (tx) => {
    const gone = await tx.query(sql`/* list.delete */ delete from lookup.list_check where id = ${id} returning 1`);
    if (gone.length === 0) throw new DomainError('not-found', `There is no list check ${id}.`);
    await audit(tx, by, { kind: 'list-check', id, action: 'delete', fields: [] });
  });
}

/** The beat: what was kept as long as was said goes; one whose job the queue has lost ends. */
export async function tidyListChecks(
  db: Queryable,
  isPending: (jobId: string) => Promise<boolean>,
  now: Date,
): Promise<void> {
  await db.query(sql`/* list.forget */ delete from lookup.list_check where keep_until <= ${now}`);
  const waiting = await db.query<{ id: string }>(sql`/* list.waiting */ select c.id from lookup.list_check c
    join control.outbox o on o.job_id = c.id
    where c.state in ('queued', 'running') and o.sent_at < now() - interval '1 minute'`);
  for (const { id } of waiting)
    if (!(await isPending(id))) await failListCheck(db, id, 'The worker was lost. Check the list again.', now);
}
