/** What is kept of deals and their pairs in `match.*`, as the matcher asks for it. */
import { Readable } from 'node:stream';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { Queryable, Transaction } from '../../db/connect.ts';
import { identifier, identifiers } from '../../db/identifier.ts';
import { keySql, wantedKeys } from '../../db/record-key.ts';
import { type BlockKind, blockKinds, spotOf } from '../../matcher/deal/block.ts';
import type { Around } from '../../matcher/deal/chance.ts';
import { type KnownDeal, named } from '../../matcher/deal/deal.ts';
import type { BlockWish, DealStore, KeyedPair } from '../../matcher/deal/moved.ts';
import { keyOf, recordOf, type RecordKey } from '../../model/record-key.ts';

const types = {
  company: 'text',
  title: 'text',
  subject_key: 'text',
  amount: 'float8',
  created_day: 'int',
  close_day: 'int',
  owner: 'text',
  type: 'text',
  lead_source: 'text',
  currency: 'text',
  outcome: 'text',
} satisfies Partial<Record<keyof KnownDeal, string>>;
const values = Object.keys(types) as (keyof typeof types)[];
const columns = ['connection_id', 'id', ...values, 'spot'];

const tableOf = (entity: string): Sql => identifier('match', `${entity}_record`);

/** A new table of these deals. */
export async function keepDeals(tx: Transaction, entity: string, deals: readonly KnownDeal[]): Promise<void> {
  const table = tableOf(entity);
  await tx.query(sql`/* match.drop */ drop table if exists ${table}`);
  await tx.query(sql`/* match.create */ create table ${table} (connection_id text collate "C" not null, id text collate "C" not null,
    ${join(values.map((name) => sql`${identifier(name)} ${raw(types[name])}`))}, spot text)`);
  await tx.copyIn(
    `/* match.records */ copy match."${entity}_record" (${columns.join(', ')}) from stdin`,
    Readable.from(copied(deals)),
  );
  await tx.query(sql`/* match.key */ alter table ${table} add primary key (connection_id, id)`);
  for (const kind of blockKinds) {
    // A title may be longer than an index takes; by its hash any is found.
    await tx.query(sql`/* match.index */ create index on ${table} using hash (${identifier(kind)})`);
    if (kind !== 'company')
      await tx.query(
        sql`/* match.index */ create index on ${table} using hash (${identifier(kind)}) where company is null`,
      );
  }
  await tx.query(sql`/* match.analyze */ analyze ${table}`);
}

function* copied(deals: readonly KnownDeal[]): Generator<string> {
  for (const deal of deals) {
    const row = [deal.connection_id, deal.id, ...values.map((name) => deal[name]), spotOf(named(deal))];
    yield `${row.map((value) => (value === null ? '\\N' : String(value).replaceAll(/[\\\t\n\r]/g, (one) => escapes[one]!))).join('\t')}\n`;
  }
}
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

type PairColumns = Omit<KeyedPair, 'left' | 'right'> & { l: string; r: string };

export class PostgresDeals implements DealStore {
  private readonly tx: Queryable;
  private readonly entity: string;
  private readonly table: Sql;

  constructor(tx: Queryable, entity: string) {
    this.tx = tx;
    this.entity = entity;
    this.table = tableOf(entity);
  }

  keyOf(deal: RecordKey): string {
    return keyOf(deal);
  }

  isBefore(left: string, right: string): boolean {
    const [l, r] = [recordOf(left), recordOf(right)];
    return l.connection_id === r.connection_id ? l.id < r.id : l.connection_id < r.connection_id;
  }

  async members(blocks: BlockWish): Promise<KnownDeal[]> {
    const part = (kind: BlockKind) => {
      const column = identifier(kind);
      const where = sql`r.${column} = any (${blocks[kind]}::text[])`;
      if (kind === 'company') return sql`select r.* from ${this.table} r where ${where}`;
      return sql`select r.* from ${this.table} r where r.${column} in (
        select b.${column} from ${this.table} b where b.company is null and b.${column} = any (${blocks[kind]}::text[]))`;
    };
    const wanted = blockKinds.filter((kind) => blocks[kind].length > 0);
    if (wanted.length === 0) return [];
    return this.tx.query<KnownDeal>(sql`/* match.deal_block */
      select distinct connection_id, id, ${identifiers(values)} from (${join(wanted.map(part), ' union all ')}) r`);
  }

  async deals(keys: string[]): Promise<KnownDeal[]> {
    if (keys.length === 0) return [];
    return this.tx.query<KnownDeal>(sql`/* match.deal_record */
      select r.connection_id, r.id, ${identifiers(values, 'r')} from ${this.table} r
      join ${wantedKeys(keys.map(recordOf))} using (connection_id, id)`);
  }

  async pairs(keys: string[]): Promise<KeyedPair[]> {
    const side = (
      of: string,
    ) => sql`select p.* from ${wantedKeys(keys.map(recordOf))} join match.pair p on p.entity = ${this.entity}
      and p.${identifier(`${of}_connection_id`)} = wanted.connection_id and p.${identifier(`${of}_id`)} = wanted.id`;
    const rows = await this.tx.query<PairColumns>(sql`/* match.deal_pairs */
      select distinct on (p.l_connection_id, p.l_id, p.r_connection_id, p.r_id) ${keySql('p', 'l_')} as l, ${keySql('p', 'r_')} as r,
        p.rule, p.weight, p.probability, p.decision, p.evidence
      from (${side('l')} union all ${side('r')}) p`);
    return rows.map(({ l, r, rule, weight, probability, decision, evidence }) => ({
      left: l,
      right: r,
      rule,
      weight,
      probability,
      decision,
      evidence,
    }));
  }

  async around(companies: string[], titles: string[]): Promise<Around> {
    type Count = {
      company: string | null;
      subject: string;
      amount: number | null;
      title: string | null;
      count: number;
    };
    const rows = await this.tx.query<Count>(sql`/* match.deal_around */
      select company, coalesce(nullif(subject_key, ''), title) as subject, amount, null as title, count(*)::int as count
      from ${this.table} where company = any (${companies}::text[]) group by 1, 2, 3
      union all
      select null, null, null, title, count(*)::int from ${this.table} where title = any (${titles}::text[]) group by title`);
    const counts = new Map<string, number>();
    const add = (key: string, count: number) => counts.set(key, (counts.get(key) ?? 0) + count);
    for (const { company, subject, amount, title, count } of rows) {
      if (company === null) add(`t\t${title}`, count);
      else
        for (const key of [`c\t${company}`, `s\t${company}\t${subject}`, `a\t${company}\t${subject}\t${amount}`])
          add(key, count);
    }
    const of = (key: string) => counts.get(key) ?? 0;
    return {
      company: (company) => of(`c\t${company}`),
      companySubject: (company, subject) => of(`s\t${company}\t${subject}`),
      companySubjectAmount: (company, subject, amount) => of(`a\t${company}\t${subject}\t${amount}`),
      title: (title) => of(`t\t${title}`),
    };
  }

  /** What would be kept of a deal, in the order of what is. */
  kept(deal: KnownDeal): KnownDeal {
    return Object.fromEntries(
      ['connection_id', 'id', ...values].map((name) => [name, deal[name as keyof KnownDeal]]),
    ) as KnownDeal;
  }

  /** As they are now; null where a deal is none any more. */
  async write(moved: readonly { key: string; now: KnownDeal | null }[]): Promise<void> {
    const gone = moved.filter(({ now }) => now === null).map(({ key }) => recordOf(key));
    if (gone.length > 0)
      await this.tx.query(sql`/* match.deal_gone */ delete from ${this.table} r using ${wantedKeys(gone)}
        where r.connection_id = wanted.connection_id and r.id = wanted.id`);
    const rows = moved.flatMap(({ now }) => (now ? [{ ...now, spot: spotOf(named(now)) }] : []));
    if (rows.length === 0) return;
    const all = [...values, 'spot'];
    const typed = columns.map((name) => sql`${identifier(name)} ${raw(types[name as keyof typeof types] ?? 'text')}`);
    await this.tx.query(sql`/* match.deal_put */ insert into ${this.table} (${identifiers(columns)})
      select ${identifiers(columns)} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r (${join(typed)})
      on conflict (connection_id, id) do update set ${join(all.map((name) => sql`${identifier(name)} = excluded.${identifier(name)}`))}`);
  }
}
