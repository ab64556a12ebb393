/** An object and its rules become the verdicts on its records: what each rule says, of the record and what other schemas know of it. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { identifier } from '../db/identifier.ts';
import { evidenceWhen, type ObjectDefinition } from '../model/object.ts';
import type { RuleDefinition } from '../model/rule.ts';
import { condition, type Facts, factSql, type Moment, speaksOfNow } from './condition.ts';

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
  /** When a person last wrote the value (any value, of a rule about no field); where none was seen to, the bound of its age at first sight. */
  confirmed_at: 'timestamptz',
  /** Of the record's country: its code (ISO 3166), calling code without +, and shape of postal codes; null where nothing is known. */
  place_country: 'text',
  place_calling_code: 'text',
  place_postal_pattern: 'text',
} as const;

export type Judging = {
  connectionId: string;
  object: ObjectDefinition;
  /** In the order of their ids. */
  rules: readonly RuleDefinition[];
  /** The object that owners are records of. */
  users: ObjectDefinition | undefined;
  now: Date;
  /** In which the org's days begin. */
  zone: string;
  /** Verdicts that are others by then are due. */
  until: Date;
  /** What people leave as it is; null: nothing of this object. */
  waivers: Waivers | null;
  /** Of rules by their id, what was said of the org before; of others their facts are asked along with them. */
  facts?: KnownFacts;
};
export type KnownFacts = Record<string, Facts>;

/** Whether waivers of single records stand, and those of all records whose column has a value. */
export type Waivers = {
  ofRecords: boolean;
  ofSegments: { ruleId: string; column: string; value: string; until: string | null }[];
};

/**
 * SQL of the live records: record_id, version, who changed them last and when, owner_id, amount, `verdict` (by rule - not asked, k kept, v violated, w violated and waived) and `is_due`. What no
 * rule mentions is not joined.
 * @param wanted SQL of the ids to look at; null: all
 * @param ofTime of other rules than those that time may answer otherwise, verdicts are those that were said before
 */
export function verdictsSql(judging: Judging, wanted: Sql | null, ofTime = false): Sql {
  const { connectionId, object, rules, now, until } = judging;
  const isKept = (rule: RuleDefinition) => (wanted === null ? ofTime && !isOfTime(rule, judging) : rule.nightly);
  const asked = { ...judging, rules: rules.filter((rule) => !isKept(rule)) };
  const column = (name: string | null, type: Sql) => (name === null ? sql`null::${type}` : identifier('s', name));
  const derived = [
    golden(asked, wanted),
    owner(asked),
    age(asked, wanted),
    waived(judging, wanted),
    place(asked),
    ...(rules.some(isKept) ? [said(judging)] : []),
  ];
  const laterals = rules.map((rule, at) => {
    if (isKept(rule))
      return sql`cross join lateral (select coalesce(nullif(substr(said.verdict, ${at + 1}, 1), ''), '-') as now) ${judge(at)}`;
    const columns = join(derived.flatMap(({ columns: of }) => of(rule)));
    const later = isTimed(rule, judging) ? sql`, ${verdict(rule, until, judging)} as later` : empty;
    return sql`cross join lateral (select ${verdict(rule, now, judging)} as now${later} from (select s.*, ${columns}) r) ${judge(at)}`;
  });
  const timed = rules.flatMap((rule, at) => (!isKept(rule) && isTimed(rule, judging) ? [at] : []));
  const all = (ats: readonly number[], moment: string) =>
    ats.length === 0
      ? sql`''`
      : join(
          ats.map((at) => sql`${judge(at)}.${raw(moment)}`),
          ' || ',
        );
  const isDue = timed.length === 0 ? sql`false` : sql`(${all(timed, 'now')}) <> (${all(timed, 'later')})`;
  return sql`select s.id as record_id, s._version as version, s.modified_at, s.modified_by_id, ${column(object.owner, sql`text`)} as owner_id,
      ${column(object.amount, sql`double precision`)}::double precision as amount,
      ${all([...rules.keys()], 'now')} as verdict, ${isDue} as is_due
    from ${identifier('standard', object.table)} s
    ${join([...derived.map(({ from }) => from), ...laterals], ' ')}
    where s.connection_id = ${connectionId} and s.is_deleted is not true ${within(sql`s.id`, wanted)}`;
}

const judge = (at: number): Sql => raw(`judge_${at}`);

function verdict(rule: RuleDefinition, now: Date, judging: Judging): Sql {
  const { id, applies, violated, values, facts } = rule;
  const moment = { now, zone: judging.zone, connectionId: judging.connectionId };
  const spoken = { values, facts, known: judging.facts?.[id] };
  const waived = waivedSql(rule, now, judging);
  const violation = waived === null ? sql`'v'` : sql`case when ${waived} then 'w' else 'v' end`;
  return sql`case when (${condition(applies, moment, spoken)}) then case when (${condition(violated, moment, spoken)}) then ${violation} else 'k' end else '-' end`;
}

/** SQL of one jsonb value: the facts of rules as they are now, by rule and name. */
export function factsSql(rules: readonly RuleDefinition[], moment: Moment): Sql {
  const pairs = rules.flatMap(({ id, facts }) => Object.entries(facts).map(([name, text]) => ({ id, name, text })));
  if (pairs.length === 0) return sql`'{}'::jsonb`;
  const rows = pairs.map(({ id, name, text }) => sql`(${id}, ${name}, ${factSql(text, moment)})`);
  return sql`(select jsonb_object_agg(id, facts) from (select id, jsonb_object_agg(name, fact) as facts
    from (values ${join(rows)}) f (id, name, fact) group by id) f)`;
}

function isTimed(rule: RuleDefinition, judging: Judging): boolean {
  return speaksOfNow(rule) || waivedSql(rule, judging.now, judging) !== null;
}

/** Whether what it says may be another once a day though nothing moved that it is made by. */
const isOfTime = (rule: RuleDefinition, judging: Judging): boolean =>
  isTimed(rule, judging) || rule.nightly || Object.keys(rule.facts).length > 0;

/** Whether a violation of the rule is waived at that time; null: none is. */
function waivedSql(rule: RuleDefinition, now: Date, { waivers }: Judging): Sql | null {
  if (waivers === null) return null;
  const at = now.toISOString();
  const segments = waivers.ofSegments
    .filter(({ ruleId, until }) => ruleId === rule.id && (until === null || new Date(until) > now))
    .map(({ column, value }) => sql`r.${raw(identifier(column).sql)}::text = ${value}`);
  const records = sql`exists (select from jsonb_array_elements(r.waived) w
    where coalesce(w ->> 'rule', ${rule.id}) = ${rule.id} and coalesce((w ->> 'until')::timestamptz > ${at}::timestamptz, true))`;
  const all = [...(waivers.ofRecords ? [records] : []), ...segments];
  return all.length === 0 ? null : sql`(${join(all, ' or ')})`;
}

/** By an array, for which the planner always goes by index. */
function within(id: Sql, wanted: Sql | null): Sql {
  return wanted === null ? empty : sql`and ${id} = any (array(${wanted}))`;
}

type Provider = { columns: (rule: RuleDefinition) => Sql[]; from: Sql };

const mentions = (rule: RuleDefinition, names: RegExp): boolean => names.test(`${rule.applies} ${rule.violated}`);

/** What verdicts on records of the object are made by beside its own rows. */
export function goldenEntity({ object, rules }: Pick<Judging, 'object' | 'rules'>): string | undefined {
  // A lead is evidence of a person and of a company; as a record it repeats another lead only as the first of them.
  const [entity] = Object.keys(object.entities);
  return rules.some((rule) => mentions(rule, /\bgolden_record_(count|rank)\b/)) ? entity : undefined;
}

export function ownersTable({ object, rules, users }: Pick<Judging, 'object' | 'rules' | 'users'>): Sql | undefined {
  const isAsked = object.owner !== null && rules.some((rule) => mentions(rule, /\bowner_is_active\b/));
  return isAsked && users ? identifier('standard', users.table) : undefined;
}

function golden(judging: Judging, wanted: Sql | null): Provider {
  const { object, connectionId } = judging;
  const entity = goldenEntity(judging);
  if (entity === undefined) {
    return {
      columns: () => [sql`1::bigint as golden_record_count`, sql`1::bigint as golden_record_rank`],
      from: empty,
    };
  }
  // Most records stand alone: only groups need a place among their own.
  const grouped =
    wanted === null
      ? sql`select golden_id from golden.crosswalk where entity = ${entity} and object = ${object.name}
          and connection_id = ${connectionId} group by golden_id having count(*) > 1`
      : sql`select golden_id from golden.crosswalk own where own.entity = ${entity} and own.connection_id = ${connectionId}
          ${within(sql`own.id`, wanted)}`;
  return {
    columns: () => [
      sql`coalesce(g.golden_record_count, 1) as golden_record_count`,
      sql`coalesce(g.golden_record_rank, 1) as golden_record_rank`,
    ],
    from: sql`left join (
      select c.id, count(*) over (partition by c.golden_id) as golden_record_count,
        row_number() over (partition by c.golden_id order by l.created_at, l.id) as golden_record_rank
      from golden.crosswalk c
      join ${identifier('standard', object.table)} l on l.connection_id = c.connection_id and l.id = c.id
      where c.entity = ${entity} and c.object = ${object.name} and c.connection_id = ${connectionId} and l.is_deleted is not true
        and (${raw(evidenceWhen(object, entity).replaceAll(/\br\./g, 'l.'))}) and c.golden_id in (${grouped})
    ) g on g.id = s.id`,
  };
}

function owner(judging: Judging): Provider {
  const table = ownersTable(judging);
  if (table === undefined) return { columns: () => [sql`null::boolean as owner_is_active`], from: empty };
  return {
    columns: () => [sql`u.is_active as owner_is_active`],
    from: sql`left join ${table} u on u.connection_id = s.connection_id and u.id = ${identifier('s', judging.object.owner!)}`,
  };
}

function place({ object, rules }: Judging): Provider {
  if (object.country === null || !rules.some((rule) => mentions(rule, /\bplace_\w+\b/))) {
    const none = ['place_country', 'place_calling_code', 'place_postal_pattern'];
    return { columns: () => none.map((name) => sql`null::text as ${raw(name)}`), from: empty };
  }
  return {
    columns: () => [
      sql`pl.code as place_country`,
      sql`pl.calling_code as place_calling_code`,
      sql`pl.postal_pattern as place_postal_pattern`,
    ],
    from: sql`left join quality.place pl on pl.name = lower(${identifier('s', object.country)})`,
  };
}

function waived({ connectionId, object, waivers }: Judging, wanted: Sql | null): Provider {
  if (!waivers?.ofRecords) return { columns: () => [sql`null::jsonb as waived`], from: empty };
  return {
    columns: () => [sql`w.waived`],
    from: sql`left join (select record_id, jsonb_agg(jsonb_build_object('rule', rule_id, 'until', until_at)) as waived
      from review.waiver where connection_id = ${connectionId} and object = ${object.name} and record_id is not null
        and lifted_at is null ${within(sql`record_id`, wanted)} group by record_id) w on w.record_id = s.id`,
  };
}

/** What was said of a record before, for rules that are not asked now. */
function said({ connectionId, object }: Judging): Provider {
  return {
    columns: () => [],
    from: sql`left join quality.judged said on said.connection_id = ${connectionId} and said.object = ${object.name}
      and said.record_id = s.id`,
  };
}

/** A rule about no single field is about the youngest of them. */
const ofAllFields = '*';

/**
 * The mirror's own history where there is one. Else the last modification the record had when it was first seen: the value
 * is at least that old, and what was edited since is in the history, so a rule fires late rather than wrongly. What an
 * integration user wrote is confirmed by nobody since.
 */
function age({ connectionId, object, rules }: Judging, wanted: Sql | null): Provider {
  const sourcesOf = (rule: RuleDefinition): string[] => {
    const isAsked = mentions(rule, /\b(value_since|value_since_is_bound|confirmed_at)\b/);
    if (!isAsked) return [];
    return rule.field === null ? [ofAllFields] : [object.fields[rule.field]?.from ?? []].flat();
  };
  const all = [...new Set(rules.map((rule) => sourcesOf(rule).join()))].filter((one) => one !== '');
  const isOfAll = all.includes(ofAllFields);
  const aggregates = all.map((fields, at) => {
    const own = fields === ofAllFields ? empty : sql`filter (where field in (${join(fields.split(','))}))`;
    return sql`max(value_since) ${own} as ${raw(`since_${at}`)}, max(last_confirmed_at) ${own} as ${raw(`confirmed_${at}`)},
      bool_or(value_since_is_bound) ${own} as ${raw(`bound_${at}`)}`;
  });
  const isAsked = all.length > 0;
  const bound = isAsked ? sql`coalesce(f.modified_at, s.modified_at)` : sql`s.modified_at`;
  return {
    columns: (rule) => {
      const at = all.indexOf(sourcesOf(rule).join());
      if (at < 0)
        return [sql`${bound} as value_since`, sql`true as value_since_is_bound`, sql`${bound} as confirmed_at`];
      const of = (name: string) => sql`h.${raw(`${name}_${at}`)}`;
      return [
        sql`coalesce(${of('since')}, ${bound}) as value_since`,
        sql`coalesce(${of('bound')}, true) as value_since_is_bound`,
        sql`coalesce(${of('confirmed')}, ${bound}) as confirmed_at`,
      ];
    },
    from: !isAsked
      ? empty
      : sql`left join mirror.first_seen f on f.connection_id = s.connection_id and f.object = ${object.name} and f.record_id = s.id
    left join (
      select record_id, ${join(aggregates)} from mirror.field_history
      where connection_id = ${connectionId} and object = ${object.name}
        ${isOfAll ? empty : sql`and field in (${join([...new Set(all.flatMap((fields) => fields.split(',')))])})`} ${within(sql`record_id`, wanted)}
      group by record_id
    ) h on h.record_id = s.id`,
  };
}
