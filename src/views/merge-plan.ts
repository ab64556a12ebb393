/** Groups that are sure or confirmed become a plan for the tools that merge: which record stays, which go into it, what wins, what would be lost. */
import sql, { empty } from 'sql-template-tag';
import { type Db, preparing, type Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import { type Definitions, objectNamed, ownEntity } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { DomainError } from '../model/errors.ts';
import type { ObjectDefinition } from '../model/object.ts';
import { keyOf } from '../model/record-key.ts';
import { mastersSql } from './master.ts';
import type { Page, PageRequest } from './page.ts';

/** What Salesforce merges; it takes a master and at most two others at a time. */
const mergeable = ['Account', 'Contact', 'Lead'];
const losersAtOnce = 2;
/** Probability from which a link needs no reviewer to be merged upon. */
const sureFrom = 0.99;
/** Above each probability: reviewers said so. */
const certain = 2;

export type MergeRow = {
  goldenId: string;
  masterId: string;
  loserId: string;
  /** Losers of one number go into the master in one call, one number after the other. */
  mergeBatch: number;
  /** `confirmed`: reviewers said so all the way from the master; `sure`: the weakest link on the way is as likely as `probability`. */
  basis: 'sure' | 'confirmed';
  probability: number | null;
  /** By API name what the master is to hold afterwards and does not yet, with the record it comes from; null: pinned by hand. */
  winning: Record<string, { value: string; from: string | null }>;
  /** By API name values of the loser that would be nowhere afterwards. */
  lost: Record<string, string>;
};
export type MergeCounts = {
  object: string;
  groupCount: number;
  /** Records to merge away. */
  loserCount: number;
  /** Groups left out: a link is below the bar and nobody confirmed it, or a review is open. */
  leftOutCount: number;
};

type Subject = { connectionId: string; object: ObjectDefinition; entity: EntityDefinition };

/** @throws DomainError `request-refused` for an object that Salesforce does not merge */
export function mergeSubject(definitions: Definitions, connectionId: string, name: string): Subject {
  const object = objectNamed(definitions, name);
  const entity = ownEntity(definitions, object);
  if (entity && mergeable.includes(name)) return { connectionId, object, entity };
  const message = `Salesforce does not merge ${name}; it merges ${mergeable.join(', ')}.`;
  throw new DomainError('request-refused', message, { faults: [{ pointer: '/params/object', message }] });
}

/** The API names of the golden fields that an object has, by golden field, the first the one to write to. */
export function winningFields({ object, entity }: Subject): Map<string, string[]> {
  const mapping = object.entities[entity.name] ?? {};
  return new Map(
    Object.keys(entity.fields).flatMap((field) => {
      const names = [mapping[field] ?? []].flat();
      return names.length > 0 && entity.fields[field]!.of === undefined ? [[field, names] as const] : [];
    }),
  );
}

/** Page by group, all rows of a group on one page. */
export async function mergePlan(db: Db, subject: Subject, page: PageRequest): Promise<Page<MergeRow>> {
  const { data, next } = await groupsOf(db, subject, page);
  return { data: data.flatMap(({ rows }) => rows), next };
}

export async function mergeCounts(db: Db, subject: Subject): Promise<MergeCounts> {
  const counts: MergeCounts = { object: subject.object.name, groupCount: 0, loserCount: 0, leftOutCount: 0 };
  let page: PageRequest = { limit: 1_000, after: null };
  for (;;) {
    const { data, next } = await groupsOf(db, subject, page);
    for (const { rows } of data) {
      if (rows.length === 0) counts.leftOutCount += 1;
      else counts.groupCount += 1;
      counts.loserCount += rows.length;
    }
    if (next === null) return counts;
    page = { ...page, after: next };
  }
}

type Group = { goldenId: string; rows: MergeRow[] };
type Member = { golden_id: string; id: string; is_master: boolean; row: Record<string, unknown> };
type Field = { field: string; column_name: string };

async function groupsOf(db: Db, subject: Subject, page: PageRequest): Promise<Page<Group>> {
  const { connectionId, object, entity } = subject;
  if (!(await tableExists(db, 'mirror', object.table)) || !(await tableExists(db, 'standard', object.table)))
    return { data: [], next: null };
  return db.transaction(async (tx) => {
    // Ids open with their entity: those of others are not walked through. A digit or one of a to f comes next.
    const ids = (
      await tx.query<{ golden_id: string }>(sql`/* merge.groups */ select golden_id from golden.crosswalk
        where entity = ${entity.name} and connection_id = ${connectionId} and object = ${object.name}
        and golden_id > ${page.after?.[0] ?? `${entity.idPrefix}_`} and golden_id < ${`${entity.idPrefix}_g`}
        group by golden_id having count(*) > 1 order by golden_id limit ${page.limit + 1}`)
    ).map(({ golden_id: id }) => id);
    const wanted = ids.slice(0, page.limit);
    const next = ids.length > page.limit ? [wanted.at(-1)!] : null;
    return { data: wanted.length === 0 ? [] : await described(preparing(tx), subject, wanted), next };
  }, 'repeatable read');
}

/** @param db plans once what it asks: where values come from is a view of many parts, and planning took longer than finding. */
async function described(db: Queryable, subject: Subject, wanted: string[]): Promise<Group[]> {
  const { connectionId, object } = subject;
  const fields = await fieldsOf(db, subject);
  // A converted lead cannot be merged.
  const canMerge = 'is_converted' in object.fields ? sql`and r.is_converted is not true` : empty;
  const members = await db.query<Member>(sql`/* merge.members */ with ${mastersSql(subject, wanted, canMerge)}
    select c.golden_id, c.id, c.place = 1 as is_master, json_strip_nulls(to_json(m)) as row from candidate c
    join ${identifier('mirror', object.table)} m on m.connection_id = ${connectionId} and m.id = c.id
    order by c.golden_id, c.place`);
  const reach = await reachOf(db, subject, wanted);
  const winners = await winnersOf(db, connectionId, wanted);
  const byGroup = Map.groupBy(members, ({ golden_id: id }) => id);
  return wanted.map((goldenId) => ({
    goldenId,
    rows: rowsOf(subject, fields, {
      goldenId,
      members: byGroup.get(goldenId) ?? [],
      reach,
      winners: winners.get(goldenId) ?? [],
    }),
  }));
}

/** What Salesforce writes by itself, and times at which somebody looked. */
const bySalesforce =
  /^(Id|IsDeleted|MasterRecordId|CreatedDate|CreatedById|LastModifiedDate|LastModifiedById|SystemModstamp|Last\w+Date|PhotoUrl|CleanStatus|Jigsaw\w*|IsEmailBounced|ReportsToId|IsConverted|Converted\w+|IsUnreadByOwner)$/;

async function fieldsOf(db: Queryable, { connectionId, object }: Subject): Promise<Field[]> {
  const all = await db.query<
    Field & { pg_type: string }
  >(sql`/* merge.fields */ select field, column_name, pg_type from mirror.field
    where connection_id = ${connectionId} and object = ${object.name} and not is_calculated and state = 'visible' order by field`);
  // Put together by Salesforce of the two.
  const isPerson = all.some(({ field }) => field === 'LastName');
  return all.filter(
    ({ field, pg_type: type }) => type !== 'jsonb' && !bySalesforce.test(field) && !(isPerson && field === 'Name'),
  );
}

type Way = Pick<MergeRow, 'basis' | 'probability'>;
/** By record key how sure it is that it and the one given are one, along the best way between them. */
type Reach = (goldenId: string, from: string) => Map<string, Way>;

async function reachOf(db: Queryable, { entity }: Subject, ids: readonly string[]): Promise<Reach> {
  type Edge = { golden_id: string; l: string; r: string; probability: number | null };
  const edges =
    await db.query<Edge>(sql`/* merge.links */ with w as materialized (select unnest(${ids}::text[]) as golden_id),
    member as materialized (select x.* from w join golden.crosswalk x using (golden_id) where x.entity = ${entity.name})
    select a.golden_id, p.l_connection_id || ' ' || p.l_id as l, p.r_connection_id || ' ' || p.r_id as r, p.probability
    from member a join match.pair p on p.entity = ${entity.name} and p.l_connection_id = a.connection_id and p.l_id = a.id
      and p.decision = 'link' and p.probability >= ${sureFrom}
    join member b on b.golden_id = a.golden_id and b.connection_id = p.r_connection_id and b.id = p.r_id
    union all
    select a.golden_id, d.l_connection_id || ' ' || d.l_id, d.r_connection_id || ' ' || d.r_id, null
    from member a join review.decision d on d.entity = ${entity.name} and d.kind = 'same' and d.undone_at is null
      and d.l_connection_id = a.connection_id and d.l_id = a.id
    join member b on b.golden_id = a.golden_id and b.connection_id = d.r_connection_id and b.id = d.r_id`);
  const open = await db.query<{ golden_id: string }>(sql`/* merge.open */ select distinct g.golden_id
    from golden.review_item i cross join lateral (values (i.l_golden_id), (i.r_golden_id)) g (golden_id)
    where i.entity = ${entity.name} and g.golden_id = any (${ids}::text[])`);
  const inReview = new Set(open.map(({ golden_id: id }) => id));
  const byGroup = Map.groupBy(edges, ({ golden_id: id }) => id);
  return (goldenId, from) => (inReview.has(goldenId) ? new Map() : bestWays(byGroup.get(goldenId) ?? [], from));
}

/** To each record the way whose weakest link is the likeliest; what was confirmed is certain. */
function bestWays(
  edges: readonly { l: string; r: string; probability: number | null }[],
  from: string,
): Map<string, Way> {
  const near = new Map<string, { to: string; sure: number }[]>();
  const add = (at: string, to: string, sure: number) => {
    const own = near.get(at) ?? [];
    own.push({ to, sure });
    near.set(at, own);
  };
  for (const { l, r, probability } of edges) {
    add(l, r, probability ?? certain);
    add(r, l, probability ?? certain);
  }
  const best = new Map([[from, certain]]);
  const open = new Set([from]);
  while (open.size > 0) {
    let at = '';
    for (const one of open) if (at === '' || best.get(one)! > best.get(at)!) at = one;
    open.delete(at);
    for (const { to, sure: link } of near.get(at) ?? []) {
      const sure = Math.min(best.get(at)!, link);
      if (sure <= (best.get(to) ?? 0)) continue;
      best.set(to, sure);
      open.add(to);
    }
  }
  return new Map(
    [...best].map(([to, sure]) => [
      to,
      sure === certain ? { basis: 'confirmed', probability: null } : { basis: 'sure', probability: sure },
    ]),
  );
}

type Winner = { field: string; value: string; connection_id: string | null; id: string | null };

async function winnersOf(db: Queryable, connectionId: string, ids: readonly string[]): Promise<Map<string, Winner[]>> {
  const rows = await db.query<Winner & { golden_id: string }>(sql`/* merge.winners */
    select golden_id, field, value, connection_id, id from golden.provenance
    where golden_id = any (${ids}::text[]) and place = 0 and value is not null
      and (connection_id is null or connection_id = ${connectionId})`);
  return Map.groupBy(rows, ({ golden_id: id }) => id);
}

type Making = { goldenId: string; members: Member[]; reach: Reach; winners: Winner[] };

function rowsOf(subject: Subject, fields: readonly Field[], { goldenId, members, reach, winners }: Making): MergeRow[] {
  const { connectionId } = subject;
  const master = members.find((one) => one.is_master);
  if (!master) return [];
  const key = (id: string) => keyOf({ connection_id: connectionId, id });
  const ways = reach(goldenId, key(master.id));
  const losers = members.flatMap((one) => {
    const way = one === master ? undefined : ways.get(key(one.id));
    return way ? [{ ...one, ...way }] : [];
  });
  if (losers.length === 0) return [];
  const filled = new Map(members.map(({ id, row }) => [id, filledOf(fields, row)]));
  const values = ({ id }: Pick<Member, 'id'>) => filled.get(id)!;
  const own = values(master);
  const winning = winningOf(subject, fields, { own, members, values, winners });
  const after = new Map([...own, ...Object.entries(winning).map(([field, { value }]) => [field, value] as const)]);
  return losers.map(({ id, basis, probability }, at) => ({
    goldenId,
    masterId: master.id,
    loserId: id,
    mergeBatch: 1 + Math.floor(at / losersAtOnce),
    basis,
    probability,
    winning,
    lost: Object.fromEntries([...values({ id })].filter(([field, value]) => !isAlike(after.get(field), value))),
  }));
}

/** By API name what a record holds. */
function filledOf(fields: readonly Field[], row: Member['row']): Map<string, string> {
  const filled = new Map<string, string>();
  for (const { field, column_name: column } of fields) {
    const value = row[column];
    if (value !== null && value !== undefined && value !== '' && value !== false) filled.set(field, textOf(value));
  }
  return filled;
}

function winningOf(
  subject: Subject,
  fields: readonly Field[],
  of: {
    own: Map<string, string>;
    members: Member[];
    values: (row: Pick<Member, 'id'>) => Map<string, string>;
    winners: Winner[];
  },
): MergeRow['winning'] {
  const writable = new Set(fields.map(({ field }) => field));
  const found: MergeRow['winning'] = {};
  for (const [golden, names] of winningFields(subject)) {
    const winner = of.winners.find(({ field }) => field === golden);
    if (!winner) continue;
    const from = of.members.find(({ id }) => id === winner.id);
    const theirs = from && of.values(from);
    const name = (theirs && names.find((one) => theirs.has(one))) ?? names.at(-1)!;
    const value = theirs?.get(name) ?? winner.value;
    const isThere = names.some((one) => isAlike(of.own.get(one), value));
    if (!isThere && writable.has(name) && value !== 'false') found[name] = { value, from: winner.id };
  }
  return found;
}

/** But for case, blanks and signs; of telephones one may have its country and the other not. */
function isAlike(a: string | undefined, b: string): boolean {
  if (a === undefined) return false;
  const [one, other] = [a, b].map((text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}@]/gu, '')) as [string, string];
  if (one === other) return true;
  const isNumber = /^\d{7,}$/;
  return (
    isNumber.test(one) &&
    isNumber.test(other) &&
    (one.endsWith(other.replace(/^0/, '')) || other.endsWith(one.replace(/^0/, '')))
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
