/** What a person sets of a rule becomes a revision that the next sync obeys; and rules made by form, with their removal. */
import sql from 'sql-template-tag';
import { audit, changedFields } from '../control/audit.ts';
import { expectRevision } from '../control/revision.ts';
import type { Db, Transaction } from '../db/connect.ts';
import { type Actor, actorText } from '../model/actor.ts';
import type { Definitions } from '../model/definitions.ts';
import { DomainError, type Fault } from '../model/errors.ts';
import { compileForm, ruleForm } from '../model/rule-form.ts';
import { type ParameterValue, parameterFault, type RuleSetting } from '../model/rule.ts';
import { type KnownRule, knownRules } from '../quality/in-force.ts';
import { lockReviews } from './decision.ts';

/** What is left out stays as it is; null goes back to what the rule was written with. */
export type SettingChange = {
  isOn?: boolean | undefined;
  severity?: RuleSetting['severity'] | undefined;
  weight?: number | null | undefined;
  alerts?: boolean | null | undefined;
  parameters?: Record<string, ParameterValue | null> | undefined;
};
/** All that can be set of a rule. */
export type Proposal = Omit<RuleSetting, 'ruleId' | 'revision'>;

/** The rule by its id, also one that is switched off. @throws DomainError `not-found`. */
export async function ruleNamed(tx: Transaction, definitions: Definitions, ruleId: string): Promise<KnownRule> {
  const known = (await knownRules(tx, definitions)).find(({ rule }) => rule.id === ruleId);
  if (!known) throw new DomainError('not-found', `There is no rule "${ruleId}".`);
  return known;
}

/** The settings as they would stand after the change. @throws DomainError `request-refused` for a parameter that cannot be. */
export async function proposalOf(tx: Transaction, { rule }: KnownRule, change: SettingChange): Promise<Proposal> {
  const standing = await settingOf(tx, rule.id);
  const faults: Fault[] = Object.entries(change.parameters ?? {}).flatMap(([name, value]) => {
    const message = value === null ? null : parameterFault(rule.parameters[name], value);
    return message === null ? [] : [{ pointer: `/parameters/${name}`, message }];
  });
  if (faults.length > 0) {
    const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
    throw new DomainError('request-refused', `${text}.`, { faults });
  }
  const merged = Object.entries({ ...standing.parameters, ...change.parameters });
  const set = merged.filter((one): one is [string, ParameterValue] => one[1] !== null);
  const of = <T>(changed: T | undefined, kept: T): T => (changed === undefined ? kept : changed);
  return {
    isOn: of(change.isOn, standing.isOn),
    severity: of(change.severity, standing.severity),
    weight: of(change.weight, standing.weight),
    alerts: of(change.alerts, standing.alerts),
    parameters: Object.fromEntries(set),
  };
}

/**
 * @param expected the revision that whoever changes it has seen
 * @throws DomainError `not-found`, `version-outdated`, `request-refused`
 */
export async function setRule(
  db: Db,
  definitions: Definitions,
  wish: {
    ruleId: string;
    expected: number;
    change: SettingChange;
    reason: string;
    backtestId: string | null;
    by: Actor;
  },
  now: Date,
): Promise<void> {
  const { ruleId, expected, change, reason, backtestId, by } = wish;
  await db.transaction(async (tx) => {
    await lockReviews(tx);
    const known = await ruleNamed(tx, definitions, ruleId);
    const standing = await settingOf(tx, ruleId);
    if (standing.revision !== expected) {
      throw new DomainError('version-outdated', `The settings of ${ruleId} are at revision ${standing.revision} now.`);
    }
    if (backtestId !== null) await mustBeOf(tx, backtestId, ruleId);
    const next = await proposalOf(tx, known, change);
    const fields = changedFields(standing, next);
    if (fields.length === 0) throw new DomainError('request-refused', `The change leaves ${ruleId} as it is.`);
    await tx.query(sql`/* rule.set */ insert into review.rule_setting (rule_id, revision, is_on, severity, weight, alerts,
        parameters, reason, backtest_id, set_by, set_actor, set_at)
      values (${ruleId}, ${expected + 1}, ${next.isOn}, ${next.severity}, ${next.weight}, ${next.alerts},
        ${JSON.stringify(next.parameters)}::jsonb, ${reason}, ${backtestId}, ${by.name}, ${actorText(by)}, ${now})`);
    await audit(tx, by, { kind: 'rule', id: ruleId, action: 'set', fields });
  });
}

async function mustBeOf(tx: Transaction, backtestId: string, ruleId: string): Promise<void> {
  const [found] = await tx.query<{ rule_id: string | null; state: string }>(sql`/* rule.backtest */
    select rule_id, state from review.backtest where id = ${backtestId}`);
  if (found?.rule_id !== ruleId)
    throw new DomainError('not-found', `There is no back-test ${backtestId} of ${ruleId}.`);
  if (found.state !== 'done')
    throw new DomainError('conflict', `The back-test ${backtestId} is ${found.state}, not done.`);
}

async function settingOf(tx: Transaction, ruleId: string): Promise<Proposal & { revision: number }> {
  const [row] = await tx.query<Proposal & { revision: number }>(sql`/* rule.setting */
    select revision, is_on as "isOn", severity, weight, alerts, parameters from review.rule_setting
    where rule_id = ${ruleId} order by revision desc limit 1`);
  return row ?? { revision: 0, isOn: true, severity: null, weight: null, alerts: null, parameters: {} };
}

/**
 * A rule by form is made of a back-test of it that is done, so that what counts is what was looked at.
 * @throws DomainError `not-found` for a back-test of no form, `conflict` for one not done or an id that is taken, `request-refused`
 */
export async function makeRule(
  db: Db,
  definitions: Definitions,
  wish: { id: string; backtestId: string; reason: string; by: Actor },
  now: Date,
): Promise<void> {
  const { id, backtestId, reason, by } = wish;
  await db.transaction(async (tx) => {
    await lockReviews(tx);
    const [found] = await tx.query<{ proposal: unknown; state: string }>(sql`/* rule.form */
      select proposal, state from review.backtest where id = ${backtestId} and rule_id is null`);
    if (!found) throw new DomainError('not-found', `There is no back-test ${backtestId} of a form.`);
    if (found.state !== 'done')
      throw new DomainError('conflict', `The back-test ${backtestId} is ${found.state}, not done.`);
    const form = ruleForm.parse(found.proposal);
    const { faults } = compileForm(id, form, definitions.objects);
    if (faults.length > 0)
      throw new DomainError('request-refused', 'The form no longer fits the objects there are.', { faults });
    const [taken] = await tx.query(sql`/* rule.taken */ select from review.own_rule where id = ${id}`);
    if (taken || definitions.rules.some((rule) => rule.id === id)) {
      throw new DomainError('conflict', `There is, or was, a rule ${id}; choose another id.`);
    }
    await tx.query(sql`/* rule.make */ insert into review.own_rule (id, form, reason, backtest_id, made_by, made_actor, made_at)
      values (${id}, ${JSON.stringify(form)}::jsonb, ${reason}, ${backtestId}, ${by.name}, ${actorText(by)}, ${now})`);
    await audit(tx, by, { kind: 'rule', id, action: 'create', fields: Object.keys(form) });
  });
}

/**
 * Its findings close with the next sync.
 * @param expected the revision of the settings that whoever removes it has seen; null: whichever stands
 * @throws DomainError `not-found` for what is no rule by form; `version-outdated`
 */
export async function removeRule(db: Db, id: string, by: Actor, now: Date, expected: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    await lockReviews(tx);
    const [removed] = await tx.query(sql`/* rule.remove */ update review.own_rule set removed_at = ${now},
      removed_by = ${by.name}, removed_actor = ${actorText(by)} where id = ${id} and removed_at is null returning id`);
    if (!removed)
      throw new DomainError('not-found', `${id} is no rule made by form. Switch off a rule of a file instead.`);
    expectRevision(expected, (await settingOf(tx, id)).revision);
    await audit(tx, by, { kind: 'rule', id, action: 'remove', fields: [] });
  });
}
