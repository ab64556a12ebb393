/** Records that are held of each object become a row beside those that Salesforce counts, or beside why it is not known. */
import sql from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import { DomainError } from '../../model/errors.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { Source } from '../../model/source.ts';
import type { Context } from '../context.ts';
import { stampFields } from '../pull/land.ts';
import { changedSince } from './changed.ts';

/** Salesforce answers few long requests at once. */
const lanes = 3;
/** The org's own count lags behind: only a large lack in it says that records are hidden from this user. */
const hiddenRate = 0.1;
const hiddenCount = 50;

type Counted = {
  object: string;
  held: number;
  theirs: number | null;
  /** Records that Salesforce shows to this user now, also those that came after it was read. */
  shown: number | null;
  inOrg: number | null;
  unknown: string | null;
};
/** A lack that nobody asked for. */
type Differing = { object: string; text: string };
/** An object as it was read last, by this run or an earlier one. */
type Read = { object: string; at: Date; runId: string; fields: string[] };

/**
 * Counts what this run read; of the others the row stays. A difference is a warning.
 * @param unasked why Salesforce is not asked at all; null: it is
 */
export async function countObjects(context: Context, source: Source, unasked: string | null): Promise<Differing[]> {
  const { definitions, run } = context;
  const wanted = definitions.objects.filter(({ name }) => run.objects === null || run.objects.includes(name));
  const read = new Map((await readObjects(context)).map((one) => [one.object, one]));
  const sizes = unasked === null ? await source.estimates([...read.keys()], context.signal) : new Map<string, number>();
  const counted: (Counted & { at: Date })[] = [];
  let reason = unasked;
  const waiting = [...wanted];
  const lane = async () => {
    for (let object = waiting.shift(); object; object = waiting.shift()) {
      const own = read.get(object.name);
      const base = { object: object.name, inOrg: sizes.get(object.name) ?? null, at: own?.at ?? context.clock.now() };
      const unknown = own === undefined || own.runId !== run.id ? 'Salesforce did not let Assay read it' : reason;
      try {
        const count =
          unknown === null
            ? await compare(context, source, object, own!)
            : { held: await heldCount(context, object, null), theirs: null, shown: null, unknown };
        counted.push({ ...base, ...count });
      } catch (error) {
        if (!(error instanceof DomainError) || !isRefusal(error)) throw error;
        if (isBudget(error)) reason = noRequests;
        const because = isBudget(error) ? noRequests : `Salesforce refused to count it (${error.message})`;
        counted.push({
          ...base,
          held: await heldCount(context, object, null),
          theirs: null,
          shown: null,
          unknown: because,
        });
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return keep(context, counted);
}

export const noRequests = 'the requests of the day are for syncs';
export const isBudget = ({ code }: DomainError) => code === 'salesforce-budget' || code === 'salesforce-limit';
const isRefusal = (error: DomainError) =>
  isBudget(error) || /^salesforce-(query-failed|no-permission|field-gone|answer-invalid)$/.test(error.code);

async function readObjects({ db, run }: Context): Promise<Read[]> {
  return db.query<Read>(sql`/* reconcile.read */ select w.object, w.high_water_at as at, w.run_id as "runId",
      array(select f.field from mirror.field f where f.connection_id = w.connection_id and f.object = w.object
        and f.state = 'visible') as fields
    from mirror.watermark w where w.connection_id = ${run.connectionId}`);
}

/** What changed since it was read is left out on both sides; where nothing did, one request is enough. */
async function compare(
  context: Context,
  source: Source,
  object: ObjectDefinition,
  { at, fields }: Read,
): Promise<Pick<Counted, 'held' | 'theirs' | 'shown' | 'unknown'>> {
  const { signal } = context;
  const stamp = stampFields.find((name) => fields.includes(name)) ?? null;
  const query = { object: object.name, stamp, before: null, hasDeleted: fields.includes('IsDeleted') };
  const all = await source.live(query, signal);
  const shown = all.count;
  const held = await heldCount(context, object, null);
  const isQuiet = all.newest === null || all.newest < at;
  if (isQuiet && shown === held) return { held, theirs: shown, shown, unknown: null };
  if (stamp === null)
    return { held, theirs: null, shown, unknown: 'it has no stamp, and its count differs: it may have changed since' };
  // Twice: a change between two requests looks like a difference.
  for (let attempt = 1; ; attempt += 1) {
    const changed = await changedSince(source, { object: object.name, stamp, at }, signal);
    const { count } = await source.live({ ...query, before: at }, signal);
    const own = await heldCount(context, object, changed);
    if (own === count || attempt === 2) return { held: own, theirs: count, shown, unknown: null };
  }
}

/** History of a record that was deleted is shown to nobody, and says so nowhere: it has no stamp but that of its making. */
async function heldCount(
  { db, run, definitions }: Context,
  { name, table, fields }: ObjectDefinition,
  but: string[] | null,
): Promise<number> {
  const whose = definitions.objects.find(({ history }) => history?.object === name);
  const [parent] = Object.entries(fields).find(([, { from }]) => from === whose?.history?.parent) ?? [];
  const isShown =
    whose === undefined || parent === undefined
      ? sql`true`
      : sql`not exists (select from ${identifier('standard', whose.table)} p where p.connection_id = r.connection_id
          and p.id = ${identifier('r', parent)} and p.is_deleted)`;
  const [row] = await db.query<{ count: number }>(sql`/* reconcile.held */ select count(*)::int as count
    from ${identifier('standard', table)} r where r.connection_id = ${run.connectionId} and r.is_deleted is not true
      and r.id <> all (${but ?? []}::text[]) and ${isShown}`);
  return row!.count;
}

async function keep(context: Context, counted: readonly (Counted & { at: Date })[]): Promise<Differing[]> {
  const rows = counted.map(({ object, held, theirs, shown, inOrg, unknown, at }) => {
    const isHidden = shown !== null && inOrg !== null && inOrg - shown > Math.max(hiddenCount, inOrg * hiddenRate);
    const hidden = `the org has about ${inOrg}, and Salesforce shows ${shown} to the user of Assay`;
    return { object, held, theirs, in_org: inOrg, unknown: isHidden ? hidden : unknown, at };
  });
  const { connectionId, id } = context.run;
  const differing = await context.write((tx) =>
    tx.query<{ object: string; held: string; theirs: string }>(sql`/* reconcile.count */ with kept as (
      insert into history.record_count as c (connection_id, object, run_id, held_count, salesforce_count, org_count, forgotten_count,
        unknown_because, compared_at)
      select ${connectionId}, object, ${id}, held, theirs, in_org,
        (select count(*) from control.forgotten f where f.connection_id = ${connectionId} and f.object = r.object), unknown, at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        r (object text, held bigint, theirs bigint, in_org bigint, unknown text, at timestamptz)
      on conflict (connection_id, object) do update set run_id = excluded.run_id, held_count = excluded.held_count,
        salesforce_count = excluded.salesforce_count, org_count = excluded.org_count, forgotten_count = excluded.forgotten_count,
        unknown_because = excluded.unknown_because, compared_at = excluded.compared_at
      returning c.*)
      select object, held_count::text as held, salesforce_count::text as theirs from kept
      where salesforce_count not between held_count and held_count + forgotten_count order by object`),
  );
  return differing.map(({ object, held, theirs }) => ({
    object,
    text: `Assay holds ${held} ${object} record(s), Salesforce counts ${theirs}. Run a full sync: assay sync --mode full.`,
  }));
}
