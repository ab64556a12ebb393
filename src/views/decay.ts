/** What Assay saw of a field becomes how fast its values decay in this org, and the window that follows. */
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';
import { tableExists } from '../db/existing.ts';
import { identifier } from '../db/identifier.ts';
import { type Definitions, objectNamed } from '../model/definitions.ts';
import { completeStates } from '../model/run.ts';
import type { RuleView } from './rules.ts';

export type Decay = {
  ruleId: string;
  /** Since when values are watched: the org's first complete sync; null: there was none. */
  watchedSince: Date | null;
  /** Records that have a value. */
  recordCount: number;
  /** Those whose value was seen to change in that time. */
  changedCount: number;
  /** Years that values were watched, each from its last change. */
  recordYears: number;
  /** 0..1 of the values that a year changes, with the bounds of 95 %; null: too few changes. */
  yearlyDecay: number | null;
  low: number | null;
  high: number | null;
  /** The age at which 80 % of the values still hold; null: too few changes. */
  suggestedDays: number | null;
  currentDays: number;
  defaultDays: number;
};

/** Fewer changes say nothing that a setting should follow. */
const leastChanges = 30;
const shareThatHolds = 0.8;
const daysOfYear = 365;

/**
 * Values that change at a steady rate: of each the time since its last change is known, or that it did not change while
 * it was watched. The likeliest rate is then the changes over the time watched, whatever the number of earlier changes.
 * Null for a rule that is about no age of a field.
 */
export async function decayOf(
  db: Queryable,
  definitions: Definitions,
  rule: RuleView,
  ask: { connectionId: string; now: Date },
): Promise<Decay | null> {
  const days = rule.parameters.find(({ name, type }) => name === 'days' && type === 'number');
  const isOfAge = definitions.rules.some(({ id, violated }) => id === rule.id && /\bconfirmed_at\b/.test(violated));
  if (!isOfAge || rule.field === null || days?.type !== 'number') return null;
  const { connectionId, now } = ask;
  const object = objectNamed(definitions, rule.object);
  const fields = [object.fields[rule.field]!.from].flat();
  type Seen = Pick<Decay, 'watchedSince' | 'recordCount' | 'changedCount'> & { watchedDays: number };
  const [seen] = (await tableExists(db, 'standard', object.table))
    ? await db.query<Seen>(sql`/* decay.seen */ with watch as (
        select min(r.finished_at) as since from control.run r
        where r.connection_id = ${connectionId} and r.state = any (${[...completeStates]}::text[])
          and exists (select from quality.score s where s.run_id = r.id and s.object = ${object.name})),
      change as (select record_id, max(value_since) as at from mirror.field_history
        where connection_id = ${connectionId} and object = ${object.name} and field = any (${fields}) and not value_since_is_bound
        group by record_id),
      value as (select greatest(w.since, s.created_at) as since, case when c.at > greatest(w.since, s.created_at) then c.at end as changed_at
        from watch w cross join ${identifier('standard', object.table)} s left join change c on c.record_id = s.id
        where s.connection_id = ${connectionId} and s.is_deleted is not true and ${identifier('s', rule.field)} is not null and w.since is not null)
      select (select since from watch) as "watchedSince", count(*)::int as "recordCount", count(changed_at)::int as "changedCount",
        coalesce(sum(extract(epoch from ${now.toISOString()}::timestamptz - coalesce(changed_at, since)) / 86400), 0)::float8 as "watchedDays"
      from value`)
    : [];
  const { watchedDays, ...counts } = seen ?? { watchedSince: null, recordCount: 0, changedCount: 0, watchedDays: 0 };
  const rateOf = (changes: number) => changes / watchedDays;
  const yearly = (changes: number) => 1 - Math.exp(-rateOf(changes) * daysOfYear);
  const isKnown = counts.changedCount >= leastChanges && watchedDays > 0;
  const spread = 1.96 * Math.sqrt(counts.changedCount);
  return {
    ruleId: rule.id,
    ...counts,
    recordYears: watchedDays / daysOfYear,
    yearlyDecay: isKnown ? yearly(counts.changedCount) : null,
    low: isKnown ? yearly(counts.changedCount - spread) : null,
    high: isKnown ? yearly(counts.changedCount + spread) : null,
    suggestedDays: isKnown ? Math.round(-Math.log(shareThatHolds) / rateOf(counts.changedCount)) : null,
    currentDays: Number(days.value),
    defaultDays: days.default,
  };
}
