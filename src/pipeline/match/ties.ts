/** Pairs of `match.pair` around some records: what links tie together, and what changes when some of them are replaced. */
import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import { keySql } from '../../db/record-key.ts';
import { recordOf } from '../../model/record-key.ts';
import type { ScoredPairs } from '../../matcher/cluster/agglomerate.ts';
import { clusterPairs, linked } from '../../matcher/cluster/components.ts';
import { decisionOf, type FieldEvidence } from '../../matcher/evidence.ts';

/** A pair by the keys of its records, the lesser left; `weight` in bits. */
export type PairRow = { l: string; r: string; weight: number; evidence: FieldEvidence[]; rule: string };
type Stored = { l: string; r: string; weight: number; decision: string };
/** Everything that links tie to some records, and all pairs among it. */
export type Surroundings = { keys: string[]; pairs: Stored[] };

/** By the bytes of connection and id, as places are numbered when everything is compared. */
export function isLess(a: string, b: string): boolean {
  return a < b;
}

export class Ties {
  private readonly tx: Queryable;
  private readonly entity: string;
  private readonly runId: string;
  private readonly review: number;

  constructor(tx: Queryable, entity: string, runId: string, review: number) {
    this.tx = tx;
    this.entity = entity;
    this.runId = runId;
    this.review = review;
  }

  async around(from: ReadonlySet<string>): Promise<Surroundings> {
    return surroundingsOf(
      await this.tx.query<Tied>(sql`/* match.around */ with recursive ${this.tied(from)} ${this.among()}`),
    );
  }

  /** Deletes all pairs of the records. @returns what was around them, and what the deleted weighed, by their keys joined by a tab */
  async forget(records: ReadonlySet<string>): Promise<{ before: Surroundings; forgotten: Map<string, number> }> {
    const drop = (side: 'l' | 'r') => sql`delete from match.pair p using f where p.entity = ${this.entity}
      and ${identifier('p', `${side}_connection_id`)} = f.connection_id and ${identifier('p', `${side}_id`)} = f.id
      returning ${keySql('p', 'l_')} as l, ${keySql('p', 'r_')} as r, p.weight`;
    const rows = await this.tx.query<
      Tied & { is_forgotten: boolean }
    >(sql`/* match.forget */ with recursive ${this.tied(records)},
      left_gone as (${drop('l')}), right_gone as (${drop('r')})
      select *, false as is_forgotten from (${this.among()}) a
      union all select l, r, weight, null, true from (table left_gone union table right_gone) g`);
    const gone = rows.filter((row) => row.is_forgotten);
    return {
      before: surroundingsOf(rows.filter((row) => !row.is_forgotten)),
      forgotten: new Map(gone.map(({ key, r, weight }) => [`${key}\t${r}`, weight as number])),
    };
  }

  /** `f`: the records; `tied`: everything that links tie to them. */
  private tied(from: ReadonlySet<string>): Sql {
    const [connections, ids] = split([...from]);
    const { entity } = this;
    return sql`f as materialized (select * from unnest(${connections}::text[], ${ids}::text[]) t (connection_id, id)),
      tied as (
        select * from f
        union
        select n.* from tied t cross join lateral (
          select p.r_connection_id, p.r_id from match.pair p where p.entity = ${entity} and p.l_connection_id = t.connection_id
            and p.l_id = t.id and p.weight > 0
          union all
          select p.l_connection_id, p.l_id from match.pair p where p.entity = ${entity} and p.r_connection_id = t.connection_id
            and p.r_id = t.id and p.weight > 0) n)`;
  }

  /** Of what is tied each record with its pairs to greater ones, or with none. */
  private among(): Sql {
    // Looked up one by one (offset 0 keeps them apart): taken for many, they would be joined with all pairs there are.
    return sql`select ${keySql('t')} as key, ${keySql('p', 'r_')} as r, p.weight, p.decision
      from tied t left join lateral (select * from match.pair p where p.entity = ${this.entity}
        and p.l_connection_id = t.connection_id and p.l_id = t.id offset 0) p on true`;
  }

  async add(pairs: readonly PairRow[], decisionOf: (pair: PairRow) => string): Promise<void> {
    if (pairs.length === 0) return;
    const rows = pairs.map((pair) => {
      const [[l_connection_id, r_connection_id], [l_id, r_id]] = split([pair.l, pair.r]);
      const probability = 1 / (1 + 2 ** -pair.weight);
      const { weight, rule, evidence } = pair;
      return {
        l_connection_id,
        l_id,
        r_connection_id,
        r_id,
        weight,
        probability,
        decision: decisionOf(pair),
        evidence,
        rule,
      };
    });
    await this.tx
      .query(sql`/* match.add */ insert into match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id,
        weight, probability, decision, evidence, rule)
      select ${this.entity}, ${this.runId}, p.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) p (l_connection_id text, l_id text,
        r_connection_id text, r_id text, weight float8, probability float8, decision text, evidence jsonb, rule text)`);
  }

  /** Records that did not move and are tied now to others they were not tied to before. */
  newlyTied(before: Surroundings, after: Surroundings, moved: ReadonlySet<string>): Set<string> {
    const still = after.pairs.filter(({ l, r }) => !moved.has(l) && !moved.has(r));
    const earlier = reachOf([...new Set([...before.keys, ...after.keys])], [...before.pairs, ...still]);
    const now = reachOf(after.keys, after.pairs);
    const found = new Set<string>();
    const groups = Map.groupBy(
      after.keys.filter((key) => !moved.has(key)),
      (key) => now(key),
    );
    for (const keys of groups.values())
      if (new Set(keys.map((key) => earlier(key))).size > 1) for (const key of keys) found.add(key);
    return found;
  }

  /**
   * What comparing everything would have left of these surroundings: pairs that stay apart only where links tie them, and each
   * pair's decision by its cluster. @param weighed pairs of any weight that may be missing
   */
  async settle(after: Surroundings, weighed: readonly PairRow[]): Promise<void> {
    const keys = after.keys.toSorted((a, b) => (isLess(a, b) ? -1 : 1));
    const place = new Map(keys.map((key, at) => [key, at]));
    const reach = reachOf(keys, after.pairs);
    const isTied = ({ l, r }: { l: string; r: string }) => place.has(l) && place.has(r) && reach(l) === reach(r);
    const stored = new Set(after.pairs.map(({ l, r }) => `${l}\t${r}`));
    const missing = weighed.filter(
      (pair) => pair.weight <= this.review && isTied(pair) && !stored.has(`${pair.l}\t${pair.r}`),
    );
    await this.add(missing, () => 'apart');
    const kept = after.pairs.filter((pair) => pair.weight > this.review || isTied(pair));
    await this.drop(after.pairs.filter((pair) => !(pair.weight > this.review || isTied(pair))));
    const clusters = clusterPairs(keys.length, scoredPairs([...kept, ...missing], place));
    const clusterOf = (key: string) => clusters[place.get(key) as number];
    const decisions = kept.map((pair) => decisionOf(pair.weight, this.review, clusterOf(pair.l) === clusterOf(pair.r)));
    const changed = kept.flatMap((pair, at) =>
      pair.decision === decisions[at] ? [] : [{ ...pair, decision: decisions[at] as string }],
    );
    await this.decide(changed);
  }

  private async drop(pairs: readonly Stored[]): Promise<void> {
    if (pairs.length === 0) return;
    await this.tx.query(
      sql`/* match.untie */ delete from match.pair p using ${listed(pairs)} where ${isListed(this.entity)}`,
    );
  }

  private async decide(pairs: readonly Stored[]): Promise<void> {
    if (pairs.length === 0) return;
    await this.tx.query(
      sql`/* match.decide */ update match.pair p set decision = w.decision from ${listed(pairs)} where ${isListed(this.entity)}`,
    );
  }
}

/** A record, and one of its pairs if it has any. */
type Tied = { key: string; r: string | null; weight: number | null; decision: string | null };

function surroundingsOf(rows: readonly Tied[]): Surroundings {
  const keys = new Set(rows.map(({ key }) => key));
  const pairs = rows.flatMap(({ key, r, weight, decision }) =>
    r !== null && keys.has(r) ? [{ l: key, r, weight: weight as number, decision: decision as string }] : [],
  );
  return { keys: [...keys], pairs };
}

/** As rows of `w`. */
function listed(pairs: readonly Stored[]): Sql {
  const [lConnections, lIds] = split(pairs.map(({ l }) => l));
  const [rConnections, rIds] = split(pairs.map(({ r }) => r));
  return sql`unnest(${lConnections}::text[], ${lIds}::text[], ${rConnections}::text[], ${rIds}::text[], ${pairs.map(({ decision }) => decision)}::text[])
    w (l_connection_id, l_id, r_connection_id, r_id, decision)`;
}

function isListed(entity: string): Sql {
  return sql`p.entity = ${entity} and p.l_connection_id = w.l_connection_id and p.l_id = w.l_id
    and p.r_connection_id = w.r_connection_id and p.r_id = w.r_id`;
}

function scoredPairs(
  pairs: readonly { l: string; r: string; weight: number }[],
  place: ReadonlyMap<string, number>,
): ScoredPairs {
  const at = (key: string) => place.get(key) as number;
  // In the order of the places: sums of many weights come out alike to the last bit.
  const sorted = pairs.toSorted((a, b) => at(a.l) - at(b.l) || at(a.r) - at(b.r));
  return {
    left: Int32Array.from(sorted, ({ l }) => at(l)),
    right: Int32Array.from(sorted, ({ r }) => at(r)),
    score: Float64Array.from(sorted, ({ weight }) => weight),
  };
}

/** The set a key is in, by what links tie together. */
function reachOf(keys: readonly string[], pairs: readonly Stored[]): (key: string) => number {
  const place = new Map(keys.map((key, at) => [key, at]));
  const sets = linked(
    keys.length,
    scoredPairs(
      pairs.filter(({ l, r }) => place.has(l) && place.has(r)),
      place,
    ),
  );
  return (key) => sets.find(place.get(key) as number);
}

function split(keys: readonly string[]): [connections: string[], ids: string[]] {
  const records = keys.map(recordOf);
  return [records.map((record) => record.connection_id), records.map(({ id }) => id)];
}
