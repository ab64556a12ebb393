/** What each metric rests on becomes a view beside its values: rows held and counted by Salesforce, pairs in doubt, inputs missing, complete or not. */
import { escapeLiteral } from 'pg';
import type { Mart } from '../../marts/read.ts';
import type { ObjectDefinition } from '../../model/object.ts';

/** Columns that every value carries; metric_value takes them from here. */
export const receiptColumns = {
  definition_version: 'Changes when the definition of the metric does',
  run_id: 'Run that published it',
  rows_held: 'Records of the objects it needs that Assay holds',
  rows_in_salesforce: 'The same as Salesforce counts them after that run; null where it was not asked',
  pairs_in_review: 'Pairs of records that a reviewer is asked about: the clean value may move by them',
  pairs_not_compared: 'Pairs that share a key so common that they were not compared; null where it is not known',
  inputs_missing: 'Fields it needs that are not there, or that no record has filled',
  complete:
    'yes: Salesforce counts as many; no: an input is missing, a pull stopped halfway, or Salesforce counts otherwise; unknown: it was not asked, or refused',
  because: 'Why complete is not yes',
};

/** unified.metric_receipt. */
export function receiptView(objects: readonly ObjectDefinition[]): Mart {
  const stands = objects.flatMap(({ name, entities }) =>
    Object.keys(entities).map((entity) => `(${escapeLiteral(name)}, ${escapeLiteral(entity)})`),
  );
  const none = `(null::text, null::text)`;
  return {
    file: 'src/pipeline/publish/receipt-mart.ts',
    schema: 'unified',
    name: 'metric_receipt',
    grain: 'one metric in one org, and * for all orgs together: what its values rest on now',
    key: [],
    columns: Object.entries({
      metric: 'Name of the metric, see metric_definition',
      connection_id: 'Org; * for all of them',
      ...receiptColumns,
    }).map(([name, description]) => ({ name, description })),
    select: `with newest as (select run_id from unified.publication order by generation desc limit 1),
    -- Of each org the run that was published last.
    published as (
      select distinct on (r.connection_id) r.connection_id, p.run_id
      from unified.publication p join control.run r on r.id = p.run_id order by r.connection_id, p.generation desc),
    need as (
      select metric, object, object like 'input:%' as is_input, max(record_count) as held,
        coalesce(array_agg(object || '.' || field order by field) filter (where record_count = 0 or fill_rate = 0), '{}') as missing
      from unified.metric_availability group by metric, object),
    stands (object, entity) as (select * from (values ${[none, ...stands].join(', ')}) s where column1 is not null),
    doubt as (
      select s.object, coalesce(sum(i.pairs), 0)::bigint as in_review, sum(n.pairs)::bigint as not_compared
      from stands s
      left join (select entity, count(*) as pairs from golden.review_item group by entity) i on i.entity = s.entity
      left join lateral (select (t.detail ->> 'notComparedPairCount')::bigint as pairs from control.run_stage t
        where t.stage = 'match' and t.subject = s.entity and t.detail ? 'notComparedPairCount' order by t.started_at desc limit 1) n on true
      group by s.object),
    -- All orgs together are as complete as the least of them.
    org as (select connection_id, connection_id as own from published union all select '*', connection_id from published),
    several as (select count(*) > 1 as is_so from published),
    rest as (
      select n.metric, o.connection_id, n.object, n.held as held_here, sum(c.held_count) as held,
        case when bool_and(c.salesforce_count is not null) then sum(c.salesforce_count) end as theirs,
        -- What people give as a file is all there is of it.
        case when n.is_input or bool_and(coalesce(c.complete = 'yes', false)) then 'yes' when bool_or(c.complete = 'no') then 'no' else 'unknown' end as complete,
        string_agg(case when not n.is_input then coalesce(c.because, case when c.object is null then 'Salesforce was not asked how many ' || n.object || ' records it has' end) end
            || case when o.connection_id = '*' and (select is_so from several) then ' (' || o.own || ')' else '' end,
          '; ' order by c.complete, o.own) as because
      from need n cross join org o
      left join unified.record_count c on c.object = n.object and c.connection_id = o.own
      group by n.metric, o.connection_id, n.object, n.held, n.is_input),
    missing as (
      select metric, string_agg(array_to_string(missing, ', '), ', ' order by object) filter (where missing <> '{}') as fields
      from need group by metric)
    select m.metric, o.connection_id, m.version as definition_version, (select run_id from newest) as run_id,
      sum(coalesce(r.held, case when o.connection_id = '*' then r.held_here end))::bigint as rows_held,
      case when bool_and(r.theirs is not null or r.object like 'input:%') then sum(r.theirs)::bigint end as rows_in_salesforce,
      coalesce(sum(d.in_review), 0)::bigint as pairs_in_review, sum(d.not_compared)::bigint as pairs_not_compared,
      coalesce(g.fields, '') as inputs_missing,
      case
        when count(r.object) = 0 then 'unknown'
        when g.fields is not null or bool_or(r.complete = 'no') then 'no'
        when bool_or(r.complete = 'unknown') then 'unknown'
        else 'yes'
      end as complete,
      nullif(concat_ws('; ', case when count(r.object) = 0 then 'nobody declared what it needs' end,
        'inputs are missing: ' || g.fields, string_agg(r.because, '; ' order by r.complete, r.object)), '') as because
    from unified.metric_definition m
    cross join (select distinct connection_id from org) o
    left join rest r on r.metric = m.metric and r.connection_id = o.connection_id
    left join missing g on g.metric = m.metric
    left join doubt d on d.object = r.object
    group by m.metric, o.connection_id, m.version, g.fields`,
    indexes: [],
    touched: [],
    beside: [],
    rows: [],
  };
}
