/** What keeps published numbers from being what they could be, with what to do in Salesforce. */
import sql, { raw } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';

export async function publishWarnings(tx: Transaction): Promise<string[]> {
  return [
    ...(await currencyWarnings(tx)),
    ...(await calendarWarnings(tx)),
    ...(await inputWarnings(tx)),
    ...(await targetWarnings(tx)),
  ];
}

/** Targets of owners whom no org knows as a user: no number has them. */
async function targetWarnings(tx: Transaction): Promise<string[]> {
  const found = await tx.query<{ owner: string; count: number }>(sql`/* publish.targets */
    select l.line ->> 'owner' as owner, count(*)::int as count
    from review.input_now i cross join lateral jsonb_array_elements(i.lines) with ordinality l (line, place)
    where i.name = 'targets' and not exists (select from unified.fct_quota q where q.quota_id = 'target ' || l.place)
    group by owner order by owner`);
  if (found.length === 0) return [];
  const shown = found.slice(0, 5).map(({ owner, count }) => `${owner} (${count})`);
  const more = found.length > shown.length ? `, and ${found.length - shown.length} more` : '';
  return [
    `Targets of owners that are no user of Salesforce count nowhere: ${shown.join(', ')}${more}. ` +
      'Write the Salesforce id or the e-mail of a user into the column owner.',
  ];
}

/** Files of the folder of inputs that were not taken; what stood before still stands. */
async function inputWarnings(tx: Transaction): Promise<string[]> {
  const found = await tx.query<{ file: string; fault: string }>(sql`/* publish.inputs */
    select file, fault from review.input_fault order by file`);
  return found.map(
    ({ file, fault }) => `${file} of INPUTS_FOLDER was not taken, and what stood still counts: ${fault}`,
  );
}

/** Where amounts are of several currencies: their sums are null. Asked by the index of currencies, which has few. */
async function currencyWarnings(tx: Transaction): Promise<string[]> {
  const warnings: string[] = [];
  for (const [what, table] of [
    ['Amounts of deals', raw('unified.fct_opportunity')],
    ['Costs of campaigns', raw('unified.dim_campaign')],
  ] as const) {
    const found = await tx.query<{ currency: string | null }>(sql`/* publish.currencies */ with recursive each as (
        (select currency from ${table} order by currency limit 1)
        union all
        select (select f.currency from ${table} f where f.currency > each.currency order by f.currency limit 1)
        from each where each.currency is not null)
      select currency from each where currency is not null
      union all select null where exists (select from ${table} where currency is null)`);
    if (found.length < 2) continue;
    const names = found.map(({ currency }) => currency ?? 'not named').join(', ');
    warnings.push(
      `${what} are in several currencies (${names}), so sums over them are null. ` +
        'Grant Read on CurrencyType to the Salesforce user, with a rate for each currency.',
    );
  }
  return warnings;
}

/** The calendar of one org counts for all, and a time zone that PostgreSQL does not know is UTC. */
async function calendarWarnings(tx: Transaction): Promise<string[]> {
  const orgs = await tx.query<{ org: string; zone: string | null; month: number | null; is_known: boolean }>(
    sql`/* publish.calendars */ select connection_id as org, time_zone as zone, fiscal_year_start_month::int as month,
      pipeline.zone_named(time_zone) = time_zone as is_known
    from standard.organization where is_deleted is not true order by created_at, connection_id, id`,
  );
  const zones = orgs.filter(({ is_known: isKnown }) => isKnown === false);
  const months = new Set(orgs.map(({ month }) => month));
  return [
    ...zones.map(
      ({ org, zone }) =>
        `PostgreSQL does not know the time zone ${zone} of ${org}, so its days are those of UTC. ` +
        'Install the time zone data of the system (Debian: tzdata-legacy).',
    ),
    ...(months.size > 1
      ? [
          `The orgs have different fiscal years, so all fiscal periods are those of ${orgs[0]!.org}. ` +
            'Give the orgs one fiscal year in Setup, Company Information.',
        ]
      : []),
  ];
}
