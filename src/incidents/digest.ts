/** Once a week: to each owner what is theirs to mend and what their team has, to the admins how the org stands. */
import sql from 'sql-template-tag';
import { tableExists } from '../db/existing.ts';
import type { Db, Queryable } from '../db/connect.ts';
import type { AlertSettings } from '../model/definitions.ts';
import { type Promised, promiseText } from '../model/fix.ts';
import type { Notice, Span } from '../model/notice.ts';
import { enqueueAlone } from './outbox.ts';
import { localTime, minutesOf } from './quiet.ts';
import { makeTeamLink } from './team-link.ts';

/** Shown first, by what their repair promises, then by their amount. */
const mostValuable = 3;
const sectionLimit = 15;
/** Why metrics are not complete, those of the most metrics first. */
const mostReasons = 5;

type Titles = ReadonlyMap<string, { title: string; advice: string }>;
type Org = { id: string; name: string; url: string | null };
type Valuable = { ruleId: string; recordId: string; amount: number | null; promised: Promised | null };
type Count = { key: string; count: number };
type Owner = {
  id: string;
  email: string | null;
  count: number;
  opened: number;
  closed: number;
  rules: Count[];
  valuable: Valuable[];
  /** Of those who report to this one. */
  team: Count[];
};

/** Of the promise `p` of a finding. */
const promised = sql`case when p.kind is not null then
  jsonb_build_object('kind', p.kind, 'bookings', p.bookings, 'openPipeline', p.open_pipeline) end`;

/**
 * At the weekday and time of the settings, once for each org, whichever worker looks first. Returns how many digests were queued.
 * An owner without anything to mend, one who is inactive, and one without an address get none.
 * @param publicUrl where people reach this API; null: no link to what is theirs
 */
export async function sendDigests(
  db: Db,
  rules: readonly { id: string; title: string; advice: string }[],
  now: Date,
  { digest }: AlertSettings,
  publicUrl: string | null,
): Promise<number> {
  if (digest === null) return 0;
  const { minutes, weekday, date } = localTime(now, digest.timeZone);
  if (weekday !== digest.weekday || minutes < minutesOf(digest.at)) return 0;
  const titles: Titles = new Map(rules.map((rule) => [rule.id, rule]));
  const orgs =
    await db.query<Org>(sql`/* digest.orgs */ select c.id, c.name, c.instance_url as url from control.connection c
    where exists (select from quality.judgement j where j.connection_id = c.id)
      and not exists (select from alert.message m where m.key = 'digest:' || ${date} || ':' || c.id || ':admins')`);
  let count = 0;
  for (const org of orgs) {
    count += await db.transaction(async (tx) => {
      const put = (who: string, target: string, notice: Notice) =>
        enqueueAlone(tx, { key: `digest:${date}:${org.id}:${who}`, target, kind: 'digest', notice, due: now }, now);
      const owners = await ownersOf(tx, org.id, now);
      // The row of the admins comes first: whoever writes it writes the others.
      if (!(await put('admins', digest.admins, await adminNotice(tx, org, titles, now)))) return 0;
      let own = 1;
      for (const owner of owners) {
        if (digest.owners === null || owner.email === null) continue;
        const target = `${digest.owners === 'mail' ? 'mailto' : 'user'}:${owner.email}`;
        const path =
          publicUrl === null ? null : await makeTeamLink(tx, { connectionId: org.id, userId: owner.id }, now);
        const url = path === null ? null : `${publicUrl!.replace(/\/$/, '')}${path}`;
        own += Number(await put(owner.id, target, ownerNotice(org, owner, titles, url)));
      }
      return own;
    });
  }
  return count;
}

/** Those with open findings of their own, or with a team that has some. */
async function ownersOf(tx: Queryable, connectionId: string, now: Date): Promise<Owner[]> {
  if (!(await tableExists(tx, 'standard', 'user'))) return [];
  const weekAgo = new Date(now.getTime() - 7 * 86_400_000).toISOString();
  return tx.query<Owner>(sql`/* digest.owners */
    with finding as (select f.*, p.amount as promised, ${promised} as promise from quality.finding f
      left join history.promise p on f.closed_at is null and p.connection_id = f.connection_id and p.record_id = f.record_id
        and p.rule_id = f.rule_id
      where f.connection_id = ${connectionId} and f.owner_id is not null and not f.is_waived),
    person as (select id, email, manager_id from standard."user"
      where connection_id = ${connectionId} and is_active and is_deleted is not true),
    own as (
      select owner_id, count(*) filter (where closed_at is null)::int as open,
        count(*) filter (where opened_at > ${weekAgo}::timestamptz and closed_at is null)::int as opened,
        count(*) filter (where closed_at > ${weekAgo}::timestamptz)::int as closed
      from finding group by 1),
    by_rule as (select owner_id, rule_id, count(*)::int as n from finding where closed_at is null group by 1, 2),
    ranked as (select owner_id, rule_id, record_id, amount, promise, row_number() over (partition by owner_id
        order by promised desc nulls last, amount desc nulls last, severity, opened_at, id) as place from finding where closed_at is null),
    team as (select p.manager_id, o.owner_id, o.open from own o join person p on p.id = o.owner_id where o.open > 0)
    select p.id, p.email, coalesce(o.open, 0) as count, coalesce(o.opened, 0) as opened, coalesce(o.closed, 0) as closed,
      coalesce((select jsonb_agg(jsonb_build_object('key', rule_id, 'count', n) order by n desc, rule_id)
        from by_rule b where b.owner_id = p.id), '[]') as rules,
      coalesce((select jsonb_agg(jsonb_build_object('ruleId', rule_id, 'recordId', record_id, 'amount', amount, 'promised', promise)
          order by place)
        from ranked r where r.owner_id = p.id and place <= ${mostValuable}), '[]') as valuable,
      coalesce((select jsonb_agg(jsonb_build_object('key', t.owner_id, 'count', t.open) order by t.open desc, t.owner_id)
        from team t where t.manager_id = p.id), '[]') as team
    from person p left join own o on o.owner_id = p.id
    where o.open > 0 or exists (select from team t where t.manager_id = p.id)
    order by p.id`);
}

async function adminNotice(tx: Queryable, org: Org, titles: Titles, now: Date): Promise<Notice> {
  const weekAgo = new Date(now.getTime() - 7 * 86_400_000).toISOString();
  const open = sql`from quality.finding where connection_id = ${org.id} and not is_waived`;
  type Row = { object: string; open: number; opened: number; closed: number };
  const objects = await tx.query<Row>(sql`/* digest.objects */ select object,
      count(*) filter (where closed_at is null)::int as open,
      count(*) filter (where opened_at > ${weekAgo}::timestamptz and closed_at is null)::int as opened,
      count(*) filter (where closed_at > ${weekAgo}::timestamptz)::int as closed ${open} group by 1 order by 2 desc, 1`);
  const valuable =
    await tx.query<Valuable>(sql`/* digest.valuable */ select f.rule_id as "ruleId", f.record_id as "recordId", f.amount,
      ${promised} as promised
    from quality.finding f left join history.promise p using (connection_id, record_id, rule_id)
    where f.connection_id = ${org.id} and not f.is_waived and f.closed_at is null and f.amount is not null
    order by p.amount desc nulls last, f.amount desc, f.id limit ${mostValuable}`);
  const owners = await tx.query<Count>(sql`/* digest.busiest */ select owner_id as key, count(*)::int as count
    ${open} and closed_at is null and owner_id is not null group by 1 order by 2 desc, 1 limit ${sectionLimit}`);
  const incidents = await tx.query<{ title: string }>(sql`/* digest.incidents */ select notice->>'title' as title
    from alert.incident where connection_id = ${org.id} and state <> 'resolved' order by opened_at limit ${sectionLimit}`);
  const total = objects.reduce((sum, one) => sum + one.open, 0);
  const headline = `${org.name}: ${records(total)} to fix this week`;
  const rows = objects.filter((one) => one.open + one.closed > 0);
  return digestOf(headline, [
    section(
      'By object',
      rows.map((one) => [`${one.object}: ${one.open} open, ${one.opened} new, ${one.closed} closed`]),
    ),
    section(
      'The most valuable',
      valuable.map((one) => valuableLine(org, one, titles)),
    ),
    section(
      'By owner',
      owners.map(({ key, count }) => [link(org, key), `: ${count}`]),
    ),
    section(
      'Open incidents',
      incidents.map(({ title }) => [title]),
    ),
    section(
      'How complete the metrics are',
      (await completeness(tx, org)).map((line) => [line]),
    ),
  ]);
}

/** In words: of how many metrics everything is here, and why not of the others. */
async function completeness(tx: Queryable, { id }: Org): Promise<string[]> {
  if (!(await tableExists(tx, 'unified', 'metric_receipt'))) return [];
  const found = await tx.query<{ complete: string; because: string | null; count: number }>(sql`/* digest.complete */
    select complete, because, count(*)::int as count from unified.metric_receipt where connection_id = ${id}
    group by 1, 2 order by 1, 3 desc, 2`);
  const metrics = (count: number) => `${count} ${count === 1 ? 'metric' : 'metrics'}`;
  const total = found.reduce((sum, { count }) => sum + count, 0);
  const whole = found.filter(({ complete }) => complete === 'yes').reduce((sum, { count }) => sum + count, 0);
  const others = found.filter(({ complete }) => complete !== 'yes');
  if (total === 0) return [];
  return [
    `Yes: ${whole} of ${metrics(total)}`,
    ...others
      .slice(0, mostReasons)
      .map(({ complete, because, count }) => `${complete === 'no' ? 'No' : 'Unknown'}: ${metrics(count)}, ${because}`),
    ...(others.length > mostReasons ? [`And ${others.length - mostReasons} more reasons`] : []),
  ];
}

function ownerNotice(org: Org, owner: Owner, titles: Titles, url: string | null): Notice {
  const headline = `${org.name}: ${records(owner.count)} of yours to fix`;
  const teamCount = owner.team.reduce((sum, { count }) => sum + count, 0);
  return digestOf(headline, [
    section(
      `${owner.opened} new and ${owner.closed} closed in a week`,
      owner.rules
        .slice(0, sectionLimit)
        .map(({ key, count }) => [
          `${titles.get(key)?.title ?? key}: ${count}. ${titles.get(key)?.advice ?? ''}`.trim(),
        ]),
    ),
    section(
      'First of all',
      owner.valuable.map((one) => valuableLine(org, one, titles)),
    ),
    section(
      'All of it',
      url === null ? [] : [[{ text: 'Yours and your team’s', url }, ', without a sign-in for eight days']],
    ),
    section(
      `Your team: ${records(teamCount)}`,
      owner.team.slice(0, sectionLimit).map(({ key, count }) => [link(org, key), `: ${count}`]),
    ),
  ]);
}

function digestOf(headline: string, sections: (Notice['sections'][number] | null)[]): Notice {
  return {
    tone: 'info',
    title: headline,
    summary: headline,
    sections: sections.filter((one) => one !== null),
    footnote: 'Weekly digest of Assay. Findings close by themselves with the sync after they are fixed.',
  };
}

const section = (heading: string, lines: Span[][]) => (lines.length === 0 ? null : { heading, lines });
const records = (count: number) => `${count} ${count === 1 ? 'finding' : 'findings'}`;
const link = ({ url }: Org, id: string): Span => ({ text: id, url: url === null ? null : `${url}/${id}` });

function valuableLine(org: Org, { ruleId, recordId, amount, promised }: Valuable, titles: Titles): Span[] {
  const figure = (value: number) => Math.round(value).toLocaleString('en-US');
  const promise = promised && promiseText(promised);
  const worth = promise !== null ? `. Fixing it ${promise}` : amount === null ? '' : ` (${figure(amount)})`;
  return [link(org, recordId), `: ${titles.get(ruleId)?.title ?? ruleId}${worth}`];
}
