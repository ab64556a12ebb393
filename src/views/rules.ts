/** Rules with what people have set of them, what they found when they were last asked, and how both came about. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import type { ParameterValue, RuleDefinition, RuleParameter } from '../model/rule.ts';
import { type KnownRule, knownRules } from '../quality/in-force.ts';
import { camelRows } from './rows.ts';

export type RuleView = Pick<
  RuleDefinition,
  | 'id'
  | 'object'
  | 'field'
  | 'dimension'
  | 'severity'
  | 'title'
  | 'advice'
  | 'version'
  | 'revision'
  | 'weight'
  | 'alerts'
> & {
  isStale: boolean;
  origin: KnownRule['origin'];
  isOn: boolean;
  parameters: (RuleParameter & { name: string; value: ParameterValue })[];
  /** Of the last sync that scored the object; null: it was not asked then. */
  applicableCount: number | null;
  violatedCount: number | null;
  waivedCount: number | null;
  checkedAt: Date | null;
  changedAt: Date | null;
  changedBy: string | null;
  reason: string | null;
};
export type RuleFilter = { connectionId: string; object?: string | undefined; id?: string | undefined };

/** In the order of their ids. */
export async function listRules(db: Queryable, definitions: Definitions, filter: RuleFilter): Promise<RuleView[]> {
  const known = (await knownRules(db, definitions)).filter(
    ({ rule }) => (filter.object ?? rule.object) === rule.object && (filter.id ?? rule.id) === rule.id,
  );
  const checks =
    await db.query<Facts>(sql`/* rules.checks */ select c.rule_id, c.applicable_count::int, c.violated_count::int,
      c.waived_count::int, j.judged_at as checked_at
    from quality.judgement j join quality.check_result c on c.run_id = j.run_id and c.object = j.object
    where j.connection_id = ${filter.connectionId}`);
  const changes =
    await db.query<Facts>(sql`/* rules.changes */ select distinct on (rule_id) rule_id, set_at as changed_at,
    set_by as changed_by, reason from review.rule_setting order by rule_id, revision desc`);
  const made =
    await db.query<Facts>(sql`/* rules.made */ select id as rule_id, made_at as changed_at, made_by as changed_by, reason
    from review.own_rule where removed_at is null`);
  return known.map((one) => viewOf(one, checks, [...changes, ...made]));
}

/** Of all rules there are, and the one asked for where findings of it are kept: of a rule that was removed they are. */
export async function ruleNames(db: Queryable, definitions: Definitions, asked: string): Promise<string[]> {
  const kept = await db.query(sql`/* rules.kept */ select from quality.finding where rule_id = ${asked} limit 1`);
  const known = (await knownRules(db, definitions)).map(({ rule }) => rule.id);
  return kept.length > 0 ? [...known, asked] : known;
}

type Facts = { rule_id: string } & Record<string, unknown>;
const unasked = { applicableCount: null, violatedCount: null, waivedCount: null, checkedAt: null };
const unchanged = { changedAt: null, changedBy: null, reason: null };

function viewOf({ rule, isOn, origin }: KnownRule, checks: Facts[], changes: Facts[]): RuleView {
  const factsOf = (all: Facts[]) => camelRows<object>(all.filter(({ rule_id: id }) => id === rule.id))[0];
  const { id, object, field, dimension, severity, title, advice, version, revision, weight, alerts } = rule;
  const parameters = Object.entries(rule.parameters).map(([name, one]) => ({
    ...one,
    name,
    value: rule.values[name]!,
  }));
  return {
    id,
    object,
    field,
    dimension,
    severity,
    title,
    advice,
    version,
    revision,
    weight,
    alerts,
    isOn,
    origin,
    parameters,
    isStale: rule.stale,
    ...unasked,
    ...factsOf(checks),
    ...unchanged,
    ...factsOf(changes),
  };
}

export type RuleChange = {
  at: Date;
  kind: 'written' | 'set' | 'created' | 'removed';
  version: number | null;
  revision: number | null;
  /** As it stood after the change. */
  setting: Record<string, unknown> | null;
  reason: string | null;
  backtestId: string | null;
  by: string | null;
  actor: string | null;
};

/** Newest first: each setting, and each version as the first run that asked it saw it. */
export async function ruleHistory(db: Queryable, ruleId: string): Promise<RuleChange[]> {
  const rows = await db.query(sql`/* rules.history */
    select set_at as at, 'set' as kind, null::int as version, revision, jsonb_build_object('isOn', is_on, 'severity', severity,
        'weight', weight, 'alerts', alerts, 'parameters', parameters) as setting, reason, backtest_id, set_by as by, set_actor as actor
      from review.rule_setting where rule_id = ${ruleId}
    union all select min(first_seen_at), 'written', version, null, null, null, null, null, null
      from quality.rule_version where rule_id = ${ruleId} group by version
    union all select made_at, 'created', null, 0, form, reason, backtest_id, made_by, made_actor from review.own_rule where id = ${ruleId}
    union all select removed_at, 'removed', null, null, null, null, null, removed_by, removed_actor
      from review.own_rule where id = ${ruleId} and removed_at is not null
    order by at desc, kind`);
  return camelRows(rows);
}
