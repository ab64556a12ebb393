/** The made CRM with what a sales org has beside people: leads, deals with their history, tasks, users, as a pull leaves them. */
import sql, { raw } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import { makeMirror } from '../crm-mirror.ts';

const users = 60;
const stages = ['Prospecting', 'Qualification', 'Proposal', 'Negotiation', 'Closed Won', 'Closed Lost'];
/** Of the columns that every table of a mirror has. */
const system = `connection_id text, id text, created_date timestamptz, _version bigint, _deleted_at timestamptz`;
const key = 'primary key (connection_id, id)';
/** A number from 0 to `below` that follows from the row's. */
const pick = (below: string | number, salt: number) => `(abs(hashint8extended(n, ${salt})) % (${below}))::int`;
const id = (prefix: string, n: string) => `'${prefix}' || lpad((${n})::text, 15, '0')`;
const own = (prefix: string, created: string) =>
  `'default', ${id(prefix, 'n')}, ${created}, nextval('mirror.version'), null`;

/**
 * Of a million contacts also 100,000 leads, a third of them people who are contacts, 200,000 deals over four years with three
 * lines of history each, and 500,000 tasks.
 */
export async function makeOrg(db: Db, contacts: number): Promise<void> {
  await makeMirror(db, contacts);
  const [{ accounts } = { accounts: 0 }] = await db.query<{ accounts: number }>(
    sql`select count(*)::int as accounts from mirror.account`,
  );
  const deals = Math.ceil(contacts / 5);
  const day = `(date '2026-11-01' - ${pick(1460, 1)})`;
  const texts = [
    `create table mirror.organization (${system}, name text, time_zone_sid_key text, fiscal_year_start_month text, ${key})`,
    `insert into mirror.organization values ('default', '00D000000000000001', null, nextval('mirror.version'), null, 'Made', 'Europe/Berlin', '2')`,
    `create table mirror."user" (${system}, name text, email text, is_active text, manager_id text, ${key})`,
    `insert into mirror."user" select ${own('005', 'null')}, 'User ' || n, 'user' || n || '@made.io', (n % 12 <> 0)::text,
      case when n > 6 then ${id('005', '1 + n % 6')} end from generate_series(1, ${users}) n`,
    `create table mirror.lead (${system}, first_name text, last_name text, company text, email text, phone text, title text,
      status text, lead_source text, is_converted text, converted_date text, converted_contact_id text, owner_id text, ${key})`,
    `insert into mirror.lead select ${own('00Q', `${day}::timestamptz`)}, c.first_name, c.last_name, a.name,
      case when n % 3 = 0 then c.email else 'lead' || n || '@made-' || n % 5000 || '.io' end, case when n % 3 = 0 then c.phone end, c.title,
      (array['Open', 'Working', 'Closed'])[1 + n % 3], (array['Web', 'Event', 'Referral', 'Outbound'])[1 + n % 4], (n % 6 = 0)::text,
      case when n % 6 = 0 then (${day} + 20)::text end, case when n % 6 = 0 then c.id end, ${id('005', `1 + ${pick(users, 2)}`)}
      from generate_series(1, ${Math.ceil(contacts / 10)}) n
      join mirror.contact c on c.connection_id = 'default' and c.id = ${id('003', 'n * 10')}
      left join mirror.account a on a.connection_id = 'default' and a.id = c.account_id`,
    `create table mirror.opportunity (${system}, account_id text, name text, stage_name text, amount text, probability text,
      forecast_category text, is_closed text, is_won text, close_date text, type text, lead_source text, owner_id text, ${key})`,
    `insert into mirror.opportunity select ${own('006', `${day}::timestamptz`)}, ${id('001', `1 + ${pick(Math.max(accounts, 1), 3)}`)},
      (array['Seats', 'Renewal', 'Add-on', 'Services'])[1 + ${pick(4, 4)}] || ' ' || ${pick(9000, 5)}, stage,
      (500 + ${pick(100_000, 6)})::text, (20 * array_position(array[${stages.map((name) => `'${name}'`).join(', ')}], stage))::text,
      case when stage like 'Closed%' then 'Closed' else 'Pipeline' end, (stage like 'Closed%')::text, (stage = 'Closed Won')::text,
      (${day} + 10 + ${pick(140, 7)})::text, (array['New', 'Existing'])[1 + n % 2], (array['Web', 'Event', 'Referral', 'Outbound'])[1 + n % 4],
      ${id('005', `1 + ${pick(users, 8)}`)}
      from (select n, case when ${pick(10, 9)} < 8 then (array['Closed Won', 'Closed Lost'])[1 + n % 2]
        else (array['Prospecting', 'Qualification', 'Proposal', 'Negotiation'])[1 + n % 4] end as stage
        from generate_series(1, ${deals}) n) d`,
    `create table mirror.opportunity_history (${system}, opportunity_id text, stage_name text, amount text, probability text,
      forecast_category text, close_date text, ${key})`,
    `insert into mirror.opportunity_history select 'default', ${id('008', 'n * 3 + s')}, o.created_date + s * interval '9 days',
      nextval('mirror.version'), null, o.id, case when s = 2 then o.stage_name else (array['Prospecting', 'Proposal'])[1 + s] end,
      o.amount, o.probability, o.forecast_category, o.close_date
      from (select row_number() over (order by id) as n, * from mirror.opportunity) o cross join generate_series(0, 2) s`,
    `create table mirror.task (${system}, subject text, who_id text, what_id text, activity_date text, status text, is_closed text,
      task_subtype text, owner_id text, ${key})`,
    `insert into mirror.task select ${own('00T', `${day}::timestamptz`)}, 'Call', ${id('003', `1 + ${pick(contacts, 10)}`)},
      ${id('006', `1 + ${pick(deals, 11)}`)}, (${day} + 3)::text, 'Completed', (n % 8 <> 0)::text, (array['Call', 'Email', 'Task'])[1 + n % 3],
      ${id('005', `1 + ${pick(users, 12)}`)} from generate_series(1, ${Math.ceil(contacts / 2)}) n`,
    ...['organization', 'user', 'lead', 'opportunity', 'opportunity_history', 'task'].map(
      (table) => `create index on mirror."${table}" (connection_id, _version)`,
    ),
    'analyze',
  ];
  for (const text of texts) await db.query(raw(text));
}

/** In turn a contact's new e-mail, another's e-mail and phone, another's name; and as many of a fifth of deals move to another amount. */
export async function editMany(db: Db, contacts: number, count: number, night: number): Promise<void> {
  const chosen = (of: number, salt: number) =>
    `select distinct 1 + ${pick(of, salt)} as n, 1 + ${pick(of, salt + 1)} as other, n % 3 as kind from generate_series(1, ${count}) n`;
  const other = (column: string) =>
    `(select o.${column} from mirror.contact o where o.connection_id = 'default' and o.id = ${id('003', 'e.other')})`;
  const taken = (column: string, kind: number) =>
    `case when e.kind = ${kind} then ${other(column)} else c.${column} end`;
  await db.query(
    raw(`update mirror.contact c set _version = nextval('mirror.version'),
      email = case when e.kind = 0 then 'new' || e.n || '-${night}@assay-bench.io' else ${taken('email', 1)} end,
      phone = ${taken('phone', 1)}, first_name = ${taken('first_name', 2)}, last_name = ${taken('last_name', 2)}
      from (select distinct on (n) * from (${chosen(contacts, 20 + night)}) d order by n) e
      where c.connection_id = 'default' and c.id = ${id('003', 'e.n')}`),
  );
  await db.query(
    raw(`update mirror.opportunity o set _version = nextval('mirror.version'), amount = (o.amount::numeric + 100)::text
      from (select distinct 1 + ${pick(Math.ceil(contacts / 5), 40 + night)} as n from generate_series(1, ${Math.ceil(count / 5)}) n) e
      where o.connection_id = 'default' and o.id = ${id('006', 'e.n')}`),
  );
}
