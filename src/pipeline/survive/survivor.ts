/** The strategies of an entity's fields become the SQL that picks a survivor for each, says what settled it, and obeys pins. */
import sql, { join, type Sql } from 'sql-template-tag';
import type { EntityDefinition, FieldKind, SurvivorshipStrategy } from '../../model/entity.ts';

type Field = EntityDefinition['fields'][string];

/**
 * From the temporary tables `member` and `candidate`, columns: golden_id, field, place, value, value_since, connection_id, id, strategy,
 * decided_by, pin_id. Ties never stay: then the newest value wins, then the smallest id, then the smallest org.
 */
export function survivors(entity: EntityDefinition): Sql {
  const fields = Object.entries(entity.fields);
  const sets = fields.filter(([, field]) => field.survivor.includes('union')).map(([name]) => name);
  const strategies = Object.fromEntries(
    fields.map(([name, field]) => [name, [...field.survivor, 'newest', 'smallest id']]),
  );
  return sql`
    with told as materialized (
      select field, strategies, array_to_string(strategies[:cardinality(strategies) - 2], ', ') as said
      from (select key as field, array(select jsonb_array_elements_text(value)) as strategies
        from jsonb_each(${JSON.stringify(strategies)}::jsonb)) t
    ),
    weighed as (
      select c.*, field = field_group as is_leader, case when field <> field_group
          then array[count(*) over (partition by golden_id, field_group, field = field_group, connection_id, id)]::float8[]
          else ${weights(fields)} end
        || extract(epoch from coalesce(value_since, '-infinity'))::float8 as weight
      from candidate c join member using (golden_id) where record_count > 1 and not field = any (${sets}::text[])
    ),
    -- Most golden records are of one record: nothing to weigh.
    lone as (
      select c.golden_id, c.field, 0 as place, c.value, c.value_since, c.connection_id, c.id,
        case when c.field = c.field_group then 'only value' when leader.field is null then 'fullest record'
          else 'follows ' || c.field_group end as decided_by
      from candidate c join member using (golden_id)
      left join candidate leader on c.field <> c.field_group and leader.golden_id = c.golden_id and leader.field = c.field_group
      where record_count = 1 and not c.field = any (${sets}::text[])
    ),
    ranked as (
      select *, row_number() over best as rank, lead(weight) over best as next_weight,
        lead(is_leader) over best as next_is_leader
      from weighed
      -- Without a leading value the record with most of the group speaks for it.
      window best as (partition by golden_id, field_group order by is_leader desc, weight desc, id collate "C", connection_id, field)
    ),
    winner as (
      select w.golden_id, w.field_group, w.connection_id, w.id, w.is_leader,
        case when not w.is_leader then 'fullest record' when w.next_is_leader is not true then 'only value'
          else t.strategies[coalesce((select min(at)::int from generate_subscripts(w.weight, 1) at
            where w.weight[at] is distinct from w.next_weight[at]), cardinality(t.strategies))] end as decided_by
      from ranked w join told t on t.field = w.field_group
      where w.rank = 1
    ),
    single as (
      select c.golden_id, c.field, 0 as place, c.value, c.value_since, c.connection_id, c.id,
        case when c.field = c.field_group or not w.is_leader then w.decided_by else 'follows ' || c.field_group end as decided_by
      from candidate c join winner w using (golden_id, field_group, connection_id, id)
      where not c.field = any (${sets}::text[])
    ),
    keyed as (select c.*, ${setKey(fields)} as set_key from candidate c where field = any (${sets}::text[])),
    once as (
      select distinct on (golden_id, field, set_key) golden_id, field, value, value_since, connection_id, id
      from keyed
      order by golden_id, field, set_key, value_since desc nulls last, id collate "C", connection_id, value collate "C"
    ),
    gathered as (
      select golden_id, field, (row_number() over (partition by golden_id, field
          order by value_since desc nulls last, id collate "C", connection_id, value collate "C") - 1)::int as place,
        value, value_since, connection_id, id, 'union' as decided_by
      from once
    ),
    pinned as (${pins(entity)})
    select s.golden_id, s.field, s.place, s.value, s.value_since, s.connection_id, s.id,
      t.said as strategy, s.decided_by, null::text as pin_id
    from (select * from single union all select * from lone union all select * from gathered) s join told t on t.field = s.field
    where not exists (select from pinned p where p.golden_id = s.golden_id and p.field = s.field)
    union all
    select golden_id, field, 0, value, pinned_at, null, null, 'pin', 'pin', id from pinned`;
}

/** Standing pins on the living id their own one was merged into; of two that meet there the newer holds. */
function pins(entity: EntityDefinition): Sql {
  const singles = Object.entries(entity.fields).filter(([, field]) => !field.survivor.includes('union'));
  return sql`with recursive heir as (
      select p.id, p.golden_id from review.pin p where p.lifted_at is null
      union all
      select heir.id, i.retired_into from heir join golden.identity i using (golden_id) where i.retired_into is not null)
    select distinct on (i.golden_id, p.field) p.id, i.golden_id, p.field, p.value, p.pinned_at
    from heir join golden.identity i using (golden_id) join review.pin p on p.id = heir.id
    where i.retired_at is null and i.entity = ${entity.name} and p.field = any (${singles.map(([name]) => name)}::text[])
      and exists (select from golden.crosswalk x where x.golden_id = i.golden_id)
    order by i.golden_id, p.field, p.pinned_at desc, p.id desc`;
}

function weights(fields: [string, Field][]): Sql {
  const leaders = fields.filter(([, field]) => field.with === undefined && !field.survivor.includes('union'));
  if (leaders.length === 0) return sql`array[]::float8[]`;
  return sql`case field ${join(
    leaders.map(
      ([name, field]) =>
        sql`when ${name} then array[${join(field.survivor.map((one) => weight(one, field)))}]::float8[]`,
    ),
    ' ',
  )} end`;
}

/** The larger wins. */
function weight(strategy: SurvivorshipStrategy, field: Field): Sql {
  const age = sql`extract(epoch from coalesce(value_since, '-infinity'))`;
  const place = (order: string[], column: Sql) => sql`-coalesce(array_position(${order}::text[], ${column}), 1000)`;
  switch (strategy) {
    case 'newest':
      return age;
    case 'oldest':
      return sql`-extract(epoch from coalesce(value_since, 'infinity'))`;
    case 'most-frequent':
      return sql`count(*) over (partition by golden_id, field, lower(value))`;
    case 'most-complete':
      return sql`count(*) over (partition by golden_id, connection_id, id)`;
    case 'longest':
      return sql`length(value)`;
    case 'object-priority':
      return place(field.prefer.objects ?? [], sql`object`);
    case 'org-priority':
      return place(field.prefer.orgs ?? [], sql`connection_id`);
    case 'valid-first':
      return sql`(not is_doubted and coalesce(${wellFormed(field.kind)}, false))::int`;
    case 'any-true':
      return sql`(value = 'true')::int`;
    case 'union':
      return sql`0`;
  }
}

/** A cheap look at the shape; whether an address exists is another matter. */
function wellFormed(kind: FieldKind): Sql {
  switch (kind) {
    case 'email':
      return sql`value ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:].]{2,}$'`;
    case 'phone':
      return sql`length(regexp_replace(value, '[^0-9]', '', 'g')) between 7 and 18`;
    case 'website':
      return sql`value ~* '^(https?://)?([a-z0-9-]+[.])+[a-z]{2,}([/:?#]|$)'`;
    case 'number':
      return sql`value::numeric >= 0`;
    case 'given-name':
    case 'family-name':
    case 'full-name':
    case 'company-name':
    case 'city':
      return sql`value ~ '[[:alpha:]]'`;
    default:
      return sql`true`;
  }
}

/** What makes two values of a set the same: an e-mail in any case, a phone with or without its country code. */
function setKey(fields: [string, Field][]): Sql {
  const phones = fields.filter(([, field]) => field.kind === 'phone').map(([name]) => name);
  return sql`case when field = any (${phones}::text[])
    then coalesce(nullif(right(regexp_replace(regexp_replace(value, '(x|ext|#).*$', '', 'i'), '[^0-9]', '', 'g'), 9), ''), lower(value))
    else lower(value) end`;
}
