/** Records to judge become verdicts, and verdicts that changed open and close findings. */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Transaction } from '../../db/connect.ts';
import { runSteps, type Sized, sizedFor, type Steps } from '../../db/steps.ts';
import { type Judging, verdictsSql } from '../../quality/row.ts';
import { markAt } from '../marks.ts';
import type { ScoreScope } from './scope.ts';

export type Judged = {
  /** Records looked at. */
  readCount: number;
  /** Findings opened and closed. */
  changedCount: number;
  /** Live records by their verdict. */
  counts: Record<string, number>;
};

/** @param prepared the same transaction, its statements planned once */
export async function judge(
  tx: Transaction,
  prepared: Transaction,
  judging: Judging,
  scope: ScoreScope,
  runId: string,
): Promise<Judged> {
  const moved = scope.ids?.length ?? null;
  if (scope.kind === 'timed' && moved! > 0) {
    // By all rules those that moved; then the others have their verdicts but for what time changes.
    const some = { ...scope, kind: 'some' as const };
    const { changedCount } = await judgeOnce(await sizedFor(tx, prepared, moved), judging, some, runId);
    const all = await judgeOnce(await sizedFor(tx, prepared, null), judging, scope, runId);
    return { ...all, changedCount: all.changedCount + changedCount };
  }
  return judgeOnce(await sizedFor(tx, prepared, scope.kind === 'timed' ? null : moved), judging, scope, runId);
}

async function judgeOnce(sized: Sized, judging: Judging, scope: ScoreScope, runId: string): Promise<Judged> {
  if (scope.kind === 'none') return { readCount: 0, changedCount: 0, counts: scope.seen!.counts };
  const { counts: done, answers } = await runSteps(sized, 'score', stepsOf(judging, scope, runId));
  const counts = new Map(Object.entries(scope.kind === 'some' ? scope.seen!.counts : {}));
  for (const { verdict, gain } of answers.gains as Gain[]) counts.set(verdict, (counts.get(verdict) ?? 0) + gain);
  return {
    readCount: answers.read as number,
    changedCount: done.opened! + done.closed!,
    counts: Object.fromEntries([...counts].filter(([, count]) => count > 0)),
  };
}

type Gain = { verdict: string; gain: number };

function stepsOf(judging: Judging, scope: ScoreScope, runId: string): Steps {
  const { connectionId, object } = judging;
  const { kind, ids } = scope;
  const isAnew = kind === 'anew';
  const wanted = sql`select record_id from unnest(${ids}::text[]) record_id`;
  const isSome = kind === 'some';
  const touched = isSome ? changed(judging) : isAnew ? everything(judging) : differing(judging);
  const signed = isSome
    ? sql`select verdict, 1 as sign from touched union all select was, -1 from touched`
    : sql`select verdict, 1 as sign from verdict`;
  const { violation, open, rule, gone, ...changes } = changesOf(judging, scope, runId);
  const forget = sql`delete from quality.judged where connection_id = ${connectionId} and object = ${object.name} returning 1`;
  return {
    rows: {
      ...(isSome ? { wanted: { of: wanted, analyze: ['record_id'] } } : {}),
      verdict: {
        of: verdictsSql(judging, isSome ? sql`select record_id from wanted` : null, kind === 'timed'),
        analyze: ['record_id', 'verdict'],
      },
      touched: { of: touched, analyze: ['record_id', 'verdict'] },
      rule: { of: rule },
      violation: { of: violation, analyze: ['record_id', 'id'] },
      open: { of: open, analyze: ['record_id', 'rule_id'] },
    },
    changes: {
      ...(isAnew ? { forget: { of: forget } } : {}),
      ...Object.fromEntries(Object.entries(changes).map(([name, of]) => [name, { of }])),
      // The next runs look both up before any autovacuum has seen them filled.
      gone: {
        of: gone,
        analyze: () =>
          isAnew
            ? sql`quality.judged (connection_id, object, record_id), quality.finding (connection_id, object, record_id, rule_id, version)`
            : null,
      },
    },
    answers: {
      read: sql`(select count(*)::int from ${raw(isSome ? 'wanted' : 'verdict')})`,
      gains: sql`(select coalesce(jsonb_agg(to_jsonb(g)), '[]') from (select verdict, sum(sign)::int as gain from (${signed}) signed
        where verdict is not null group by verdict) g)`,
    },
  };
}

/** Of the wanted records the new verdict, null where one is not live, and the one it had. */
function changed({ connectionId, object }: Judging): Sql {
  // Looked up one by one (offset 0 keeps them apart), whatever the planner knows of the table.
  return sql`select w.record_id, v.modified_at, v.modified_by_id, v.owner_id, v.amount, v.verdict, v.is_due, j.verdict as was
    from wanted w left join verdict v using (record_id)
    left join lateral (select verdict from quality.judged where connection_id = ${connectionId} and object = ${object.name}
      and record_id = w.record_id offset 0) j on true`;
}

/** The same of all records, where a verdict is another or the record itself moved. */
function differing({ connectionId, object }: Judging): Sql {
  return sql`select coalesce(v.record_id, j.record_id) as record_id, v.modified_at, v.modified_by_id, v.owner_id, v.amount, v.verdict, v.is_due, j.verdict as was
    from verdict v full join (select * from quality.judged where connection_id = ${connectionId} and object = ${object.name}) j
      using (record_id)
    where (v.verdict, v.is_due) is distinct from (j.verdict, j.is_due) or v.version > (select version from ${markAt({ stage: 'score', subject: object.name, connectionId, source: 'standardise' })} mark)`;
}

/** All records, and those that are gone but have an open finding. */
function everything({ connectionId, object }: Judging): Sql {
  return sql`select coalesce(v.record_id, f.record_id) as record_id, v.modified_at, v.modified_by_id, v.owner_id, v.amount, v.verdict, v.is_due, null::text as was
    from verdict v full join (select distinct record_id from quality.finding
      where connection_id = ${connectionId} and object = ${object.name} and closed_at is null) f using (record_id)`;
}

/** From `touched`. A violation that comes back after its finding closed opens a new one. */
function changesOf({ connectionId, object, rules, now }: Judging, { seen }: ScoreScope, runId: string) {
  const at = now.toISOString();
  const described = rules.map(({ id, version, revision, field, dimension, severity, stale }, place) => ({
    id,
    version,
    revision,
    place: place + 1,
    field,
    dimension,
    severity,
    is_stale: stale,
  }));
  // It was seen until the run before this one.
  const [seenBy, seenAt] = [seen?.run_id ?? null, seen?.at ?? null];
  return {
    rule: sql`select * from jsonb_to_recordset(${JSON.stringify(described)}::jsonb)
      r (id text, version int, revision int, place int, field text, dimension text, severity text, is_stale boolean)`,
    violation: sql`select t.record_id, t.modified_at, t.modified_by_id, t.owner_id, t.amount, substr(t.verdict, r.place, 1) = 'w' as is_waived, r.*
      from touched t join rule r on substr(t.verdict, r.place, 1) in ('v', 'w')`,
    open: sql`select f.id, f.record_id, f.rule_id, f.rule_version, f.rule_revision, t.verdict from touched t join quality.finding f
      on f.connection_id = ${connectionId} and f.record_id = t.record_id and f.closed_at is null
      where f.object = ${object.name}`,
    opened: sql`insert into quality.finding (rule_id, rule_version, rule_revision, connection_id, object, record_id, field, dimension, severity,
        is_stale, modified_at, modified_by_id, owner_id, amount, is_waived, opened_run_id, opened_at, last_seen_run_id, last_seen_at)
      select v.id, v.version, v.revision, ${connectionId}, ${object.name}, v.record_id, v.field, v.dimension, v.severity, v.is_stale, v.modified_at,
        v.modified_by_id, v.owner_id, v.amount, v.is_waived, ${runId}, ${at}::timestamptz, ${runId}, ${at}::timestamptz
      from violation v where not exists (select from open o where o.record_id = v.record_id and o.rule_id = v.id)
      returning 1`,
    restated: sql`update quality.finding f set last_seen_run_id = ${runId}, last_seen_at = ${at}::timestamptz, owner_id = v.owner_id,
        amount = v.amount, rule_version = v.version, rule_revision = v.revision, severity = v.severity, is_waived = v.is_waived,
        version = case when (f.owner_id, f.amount, f.severity, f.is_waived) is distinct from (v.owner_id, v.amount, v.severity, v.is_waived)
          then nextval('mirror.version') else f.version end
      from violation v, open o
      where o.record_id = v.record_id and o.rule_id = v.id and f.id = o.id
        and (f.owner_id, f.amount, f.severity, f.is_waived, f.rule_version, f.rule_revision)
          is distinct from (v.owner_id, v.amount, v.severity, v.is_waived, v.version, v.revision)
      returning 1`,
    closed: sql`update quality.finding f set closed_run_id = ${runId}, closed_at = ${at}::timestamptz,
        close_reason = case when o.verdict is null then 'gone' when exists (select from rule r
          where r.id = o.rule_id and r.version = o.rule_version and r.revision = o.rule_revision) then 'fixed' else 'rule' end, version = nextval('mirror.version'),
        last_seen_run_id = coalesce(case when ${seenAt}::timestamptz > f.last_seen_at then ${seenBy}::text end, f.last_seen_run_id),
        last_seen_at = greatest(f.last_seen_at, ${seenAt}::timestamptz)
      from open o
      where f.id = o.id and not exists (select from violation v where v.record_id = o.record_id and v.id = o.rule_id)
      returning 1`,
    kept: sql`insert into quality.judged as j (connection_id, object, record_id, verdict, is_due)
      select ${connectionId}, ${object.name}, record_id, verdict, is_due from touched where verdict is not null
      on conflict (connection_id, object, record_id) do update set verdict = excluded.verdict, is_due = excluded.is_due
        where (j.verdict, j.is_due) is distinct from (excluded.verdict, excluded.is_due) returning 1`,
    gone: sql`delete from quality.judged where connection_id = ${connectionId} and object = ${object.name}
      and record_id = any (array(select record_id from touched where verdict is null and was is not null)) returning 1`,
  };
}
