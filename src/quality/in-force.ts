/** Rules as written and what people have set of them become the rules in force, with those that admins made by form. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import { compileForm, type RuleForm } from '../model/rule-form.ts';
import { asSet, type RuleDefinition, type RuleSetting } from '../model/rule.ts';

/** A rule, and what holds of it; `isOn` false: it is asked of no record. */
export type KnownRule = { rule: RuleDefinition; isOn: boolean; origin: 'built-in' | 'file' | 'form' };

/** The definitions with the rules in force. The same object where nobody has set anything. */
export async function inForce(db: Queryable, definitions: Definitions): Promise<Definitions> {
  const said = await readSaid(db);
  if (said.settings.length === 0 && said.own.length === 0) return definitions;
  const known = knownOf(definitions, said);
  return { ...definitions, rules: known.filter(({ isOn }) => isOn).map(({ rule }) => rule) };
}

/** All rules there are, also those switched off, by id. */
export async function knownRules(db: Queryable, definitions: Definitions): Promise<KnownRule[]> {
  return knownOf(definitions, await readSaid(db));
}

type OwnRule = { id: string; form: RuleForm };
type Said = { settings: RuleSetting[]; own: OwnRule[] };

async function readSaid(db: Queryable): Promise<Said> {
  const [row] = await db.query<Said>(sql`/* rules.said */ select
    (select coalesce(jsonb_agg(s), '[]') from (select distinct on (rule_id) rule_id as "ruleId", revision, is_on as "isOn", severity,
      weight, alerts, parameters from review.rule_setting order by rule_id, revision desc) s) as settings,
    (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'form', form) order by id), '[]') from review.own_rule
      where removed_at is null) as own`);
  return row!;
}

function knownOf(definitions: Definitions, { settings, own }: Said): KnownRule[] {
  const byRule = new Map(settings.map((one) => [one.ruleId, one]));
  const local = definitions.localFolder;
  const written = definitions.rules.map((rule) => {
    const isLocal = local !== null && (definitions.files[`rules/${rule.id}`] ?? '').startsWith(local);
    return { rule, origin: isLocal ? ('file' as const) : ('built-in' as const) };
  });
  // A form that speaks of an object or column that is no more is no rule now.
  const made = own.flatMap(({ id, form }) => {
    const { rule } = compileForm(id, form, definitions.objects);
    return rule ? [{ rule, origin: 'form' as const }] : [];
  });
  return [...written, ...made]
    .map(({ rule, origin }): KnownRule => {
      const setting = byRule.get(rule.id);
      return { rule: setting ? asSet(rule, setting) : rule, isOn: setting?.isOn ?? true, origin };
    })
    .sort((one, other) => (one.rule.id < other.rule.id ? -1 : 1));
}
