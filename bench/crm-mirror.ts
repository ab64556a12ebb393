/** The made CRM of `bench -- match` as what a pull leaves: its companies as accounts, its people as contacts of the mirror. */
import { Readable } from 'node:stream';
import { raw } from 'sql-template-tag';
import type { Db } from '../src/db/connect.ts';
import { crmColumns } from './match/crm-record.ts';
import { crmRecords } from './match/crm.ts';

/** @param count people; the database has no mirror of them yet */
export async function makeMirror(db: Db, count: number): Promise<void> {
  await db.query(raw(`create table made (n bigserial, ${crmColumns.map((name) => `${name} text`).join(', ')})`));
  const lines = function* () {
    for (const { line } of crmRecords(count, 1)) yield line;
  };
  await db.transaction((tx) =>
    tx.copyIn(`copy made (${crmColumns.join(', ')}) from stdin (format csv)`, Readable.from(lines())),
  );
  await db.query(
    raw(`create table mirror.account (connection_id text, id text, name text, website text, _version bigint, _deleted_at timestamptz,
      primary key (connection_id, id), unique (connection_id, _version))`),
  );
  await db.query(
    raw(`create table mirror.contact (connection_id text, id text, first_name text, last_name text, email text, phone text, title text,
      mailing_street text, mailing_city text, mailing_state text, mailing_postal_code text, mailing_country text, account_id text, _version bigint,
      _deleted_at timestamptz, primary key (connection_id, id))`),
  );
  await db.query(
    raw(`insert into mirror.account select 'default', '001' || lpad((row_number() over ())::text, 15, '0'), company, max(website), nextval('mirror.version'), null
      from made where company is not null group by company`),
  );
  await db.query(
    raw(`insert into mirror.contact select 'default', '003' || lpad(n::text, 15, '0'), first_name, last_name, email, m.phone, title, street, city, state,
      postal_code, country, a.id, nextval('mirror.version'), null from made m left join mirror.account a on a.name = m.company`),
  );
  await db.query(raw(`create index on mirror.contact (connection_id, _version)`));
  await db.query(raw('drop table made'));
  await db.query(raw('analyze'));
}
