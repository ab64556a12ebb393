/** An object and a rule become the rows `r` the rule is asked of: the standard record plus what other schemas know of it. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { identifier } from '../../db/identifier.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { RuleDefinition } from '../../model/rule.ts';

/** Columns of `r` beside those of the standard table, for conditions and their examples. */
export const derivedColumns = {
  /** Live records of this object that stand for the same golden record; 1 when unmatched. */
  golden_record_count: 'bigint',
  /** Place among them, the oldest record first: the surplus records are those above 1. */
  golden_record_rank: 'bigint',
  /** Of the owner; null when the owner is no known user (a queue). */
  owner_is_active: 'boolean',
  /** Since when the rule's field holds its value; at least since then where `value_since_is_bound`. */
  value_since: 'timestamptz',
  value_since_is_bound: 'boolean',
  /** When the value was last written or confirmed, by anybody but an integration user. */
  confirmed_at: 'timestamptz',
} as const;

/** The live records of the object as a subquery; what the rule does not mention is not joined. */
export function ruleRows(object: ObjectDefinition, rule: RuleDefinition, users: ObjectDefinition | undefined): Sql {
  const text = `${rule.applies} ${rule.violated}`;
  const providers = [
    golden(object, /\bgolden_record_(count|rank)\b/.test(text)),
    owner(object, users, /\bowner_is_active\b/.test(text)),
    age(object, rule, /\b(value_since|value_since_is_bound|confirmed_at)\b/.test(text)),
  ];
  return sql`(
    select s.*, ${join(providers.map(({ columns }) => columns))}
    from ${identifier('standard', object.table)} s
    ${join(
      providers.map(({ from }) => from),
      ' ',
    )}
    where s.is_deleted is not true
  )`;
}

type Provider = { columns: Sql; from: Sql };

function golden(object: ObjectDefinition, isAsked: boolean): Provider {
  // A lead is evidence of a person and of a company; as a record it repeats another lead only as the first of them.
  const [entity] = Object.keys(object.entities);
  if (!isAsked || entity === undefined) {
    return { columns: sql`1::bigint as golden_record_count, 1::bigint as golden_record_rank`, from: empty };
  }
  return {
    columns: sql`coalesce(g.golden_record_count, 1) as golden_record_count, coalesce(g.golden_record_rank, 1) as golden_record_rank`,
    from: sql`left join (
      select c.connection_id, c.id,
        count(*) over (partition by c.connection_id, c.golden_id) as golden_record_count,
        row_number() over (partition by c.connection_id, c.golden_id order by l.created_at, l.id) as golden_record_rank
      from golden.crosswalk c
      join ${identifier('standard', object.table)} l on l.connection_id = c.connection_id and l.id = c.id
      where c.entity = ${entity} and c.object = ${object.name} and l.is_deleted is not true
        and (${raw(object.entityWhen.replaceAll(/\br\./g, 'l.'))})
    ) g on g.connection_id = s.connection_id and g.id = s.id`,
  };
}

function owner(object: ObjectDefinition, users: ObjectDefinition | undefined, isAsked: boolean): Provider {
  if (!isAsked || object.owner === null || !users) {
    return { columns: sql`null::boolean as owner_is_active`, from: empty };
  }
  return {
    columns: sql`u.is_active as owner_is_active`,
    from: sql`left join ${identifier('standard', users.table)} u
      on u.connection_id = s.connection_id and u.id = ${identifier('s', object.owner)}`,
  };
}

/**
 * The mirror's own history where there is one. Else the last modification of any field: the value is at least that
 * old, so a rule fires late rather than wrongly.
 */
function age(object: ObjectDefinition, rule: RuleDefinition, isAsked: boolean): Provider {
  const from = rule.field === null ? undefined : object.fields[rule.field]?.from;
  if (!isAsked || from === undefined) {
    return {
      columns: sql`s.modified_at as value_since, true as value_since_is_bound, s.modified_at as confirmed_at`,
      from: empty,
    };
  }
  return {
    columns: sql`coalesce(h.value_since, s.modified_at) as value_since, coalesce(h.value_since_is_bound, true) as value_since_is_bound,
      coalesce(greatest(h.last_confirmed_at, h.value_since), s.modified_at) as confirmed_at`,
    from: sql`left join (
      select connection_id, record_id, max(value_since) as value_since, max(last_confirmed_at) as last_confirmed_at,
        bool_or(value_since_is_bound) as value_since_is_bound
      from mirror.field_history where object = ${object.name} and field in (${join([from].flat())})
      group by connection_id, record_id
    ) h on h.connection_id = s.connection_id and h.record_id = s.id`,
  };
}
