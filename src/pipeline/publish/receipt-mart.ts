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
  complete: 'yes, no (an input is missing, or Salesforce counts otherwise), or unknown (Salesforce was not asked)',
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
    -- Of each org the run that was published last: what Salesforce counted after an older one says nothing of it.
    published as (
      select distinct on (r.connection_id) r.connection_id, p.run_id
      from unified.publication p join control.run r on r.id = p.run_id order by r.connection_id, p.generation desc),
    need as (
      select metric, object, max(record_count) as held,
        coalesce(array_agg(object || '.' || field order by field) filter (where record_count = 0 or fill_rate = 0), '{}') as missing
      from unified.metric_availability group by metric, object),
    by_org as (
      select c.connection_id, c.object, sum(c.raw_count) as held, sum(c.salesforce_count) as theirs, bool_and(c.is_equal) as is_equal
      from history.reconciliation c join published p on p.connection_id = c.connection_id and p.run_id = c.run_id
      where c.dimension in ('stage', 'all') group by c.connection_id, c.object),
    counted as (
      select * from by_org
      union all
      -- All orgs together are counted when each was.
      select '*', object, sum(held), sum(theirs), bool_and(is_equal) from by_org
      group by object having count(*) = (select count(*) from published)),
    stands (object, entity) as (select * from (values ${[none, ...stands].join(', ')}) s where column1 is not null),
    doubt as (
      select s.object, coalesce(sum(i.pairs), 0)::bigint as in_review, sum(n.pairs)::bigint as not_compared
      from stands s
      left join (select entity, count(*) as pairs from golden.review_item group by entity) i on i.entity = s.entity
      left join lateral (select (t.detail ->> 'notComparedPairCount')::bigint as pairs from control.run_stage t
        where t.stage = 'match' and t.subject = s.entity and t.detail ? 'notComparedPairCount' order by t.started_at desc limit 1) n on true
      group by s.object),
    org as (select connection_id from published union select '*')
    select m.metric, o.connection_id, m.version as definition_version, (select run_id from newest) as run_id,
      sum(coalesce(c.held, case when o.connection_id = '*' then n.held end))::bigint as rows_held,
      case when bool_and(c.theirs is not null) then sum(c.theirs)::bigint end as rows_in_salesforce,
      coalesce(sum(d.in_review), 0)::bigint as pairs_in_review, sum(d.not_compared)::bigint as pairs_not_compared,
      coalesce(string_agg(array_to_string(n.missing, ', '), ', ' order by n.object) filter (where n.missing <> '{}'), '') as inputs_missing,
      case
        when count(n.object) = 0 then 'unknown'
        when bool_or(n.missing <> '{}') or bool_or(c.is_equal is false) then 'no'
        when bool_and(c.theirs is not null) then 'yes'
        else 'unknown'
      end as complete
    from unified.metric_definition m
    cross join org o
    left join need n on n.metric = m.metric
    left join counted c on c.object = n.object and c.connection_id = o.connection_id
    left join doubt d on d.object = n.object
    group by m.metric, o.connection_id, m.version`,
    indexes: [],
    touched: [],
    beside: [],
    rows: [],
  };
}
