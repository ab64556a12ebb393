/** Any golden id that ever was becomes the one that stood for it at a time, and the records that one had then. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { camelRows } from './rows.ts';

export type Membership = {
  connectionId: string;
  salesforceId: string;
  object: string;
  since: Date;
  /** Null: still there. */
  until: Date | null;
};
export type GoldenAt = {
  goldenId: string;
  entity: string;
  asOf: Date;
  /** Null when it was not minted yet. */
  resolvesTo: string | null;
  /** From the id asked for through each merge. */
  path: string[];
  isRetired: boolean;
  members: Membership[];
};
type Hop = { golden_id: string; entity: string; is_minted: boolean; is_retired: boolean | null };

/** A cluster of thousands is a fault of its own; more members than this are not shown. */
const memberLimit = 1000;

/** Null when there is no such id. @param now a membership that ends later has no end yet */
export async function goldenAt(db: Queryable, id: string, asOf: Date, now: Date): Promise<GoldenAt | null> {
  const path = await db.query<Hop>(sql`/* golden.path */ with recursive hop as (
      select golden_id, entity, minted_at, retired_into, retired_at, 1 as depth from golden.identity
      where golden_id = ${id}
      union all
      select i.golden_id, i.entity, i.minted_at, i.retired_into, i.retired_at, hop.depth + 1
      from hop join golden.identity i on i.golden_id = hop.retired_into where hop.retired_at <= ${asOf})
    select golden_id, entity, minted_at <= ${asOf} as is_minted, retired_at <= ${asOf} as is_retired
    from hop order by depth`);
  const [first, last] = [path[0], path.at(-1)];
  if (!first || !last) return null;
  const members = await db.query(sql`/* golden.members */
    select connection_id, id as salesforce_id, object, since_at as since,
      case when until_at <= ${now} then until_at end as until
    from golden.membership where golden_id = ${last.golden_id} and since_at <= ${asOf}
      and (until_at is null or until_at > ${asOf}) order by connection_id, object, id limit ${memberLimit}`);
  return {
    goldenId: id,
    entity: first.entity,
    asOf,
    resolvesTo: first.is_minted ? last.golden_id : null,
    path: path.map((hop) => hop.golden_id),
    isRetired: last.is_retired ?? false,
    members: camelRows<Membership>(members),
  };
}

/** The entity of an id; undefined when there is no such id. */
export async function entityOf(db: Queryable, id: string): Promise<string | undefined> {
  const [found] = await db.query<{ entity: string }>(
    sql`/* golden.entity */ select entity from golden.identity where golden_id = ${id}`,
  );
  return found?.entity;
}
