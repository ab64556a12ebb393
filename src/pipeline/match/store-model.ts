/** A trained model with its pairs and records into `match.*`, one that is put aside, and none at all. */
import { createReadStream } from 'node:fs';
import sql from 'sql-template-tag';
import { lockOf, type Transaction } from '../../db/connect.ts';
import { identifier } from '../../db/identifier.ts';
import type { ClusterChange, TrainingCause } from '../../matcher/weigh/model-change.ts';
import type { Assessment } from '../../model/assessment.ts';
import type { StageResult } from '../../model/run.ts';
import type { Context } from '../context.ts';
import { dropMarks, everyOrg, putMarks } from '../marks.ts';
import type { MatchedEntity } from './evidence-rows.ts';

/** Up to where the rows of an org were taken in. */
export type OrgVersion = { connection_id: string; version: string };
export type TrainedModel = {
  content: string;
  engineVersion: number;
  recordCount: number;
  progress: OrgVersion[];
  reviewVersion: string;
};
/** A training as `match.model_change` keeps it. */
export type Training = {
  id: string;
  cause: TrainingCause;
  held: boolean;
  labelCount: number;
  oldWrongCount: number | null;
  newWrongCount: number;
  change: ClusterChange;
  assessment: Assessment;
};

/** Nobody is left: no pairs, and no model until somebody comes. */
export async function forgetModel(context: Context, entity: MatchedEntity): Promise<StageResult> {
  return context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select ${lockOf(`match.${entity.name}`)}`);
    const gone = await tx.query(
      sql`/* match.clear */ delete from match.pair where entity = ${entity.name} returning 1`,
    );
    const had = await tx.query(
      sql`/* match.forget */ delete from match.model where entity = ${entity.name} returning 1`,
    );
    if (had.length > 0) await markWhole(tx, entity, []);
    return { readCount: 0, changedCount: gone.length };
  });
}

async function record(tx: Transaction, context: Context, entity: MatchedEntity, training: Training): Promise<void> {
  const { id, cause, held, labelCount, oldWrongCount, newWrongCount, change, assessment } = training;
  await tx.query(sql`/* match.change */ insert into match.model_change (id, entity, run_id, at, cause, held, label_count, old_wrong_count,
      new_wrong_count, unchanged_count, added_count, removed_count, split_count, merged_count, changed_record_count, assessment)
    values (${id}, ${entity.name}, ${context.run.id}, ${context.clock.now()}, ${cause}, ${held}, ${labelCount}, ${oldWrongCount}, ${newWrongCount},
      ${change.unchangedCount}, ${change.addedCount}, ${change.removedCount}, ${change.splitCount}, ${change.mergedCount},
      ${change.changedRecordCount}, ${JSON.stringify(assessment)}::jsonb)`);
}

/** Nothing is tried again before as much has moved, or been decided, once more. */
export async function putModelAside(
  context: Context,
  entity: MatchedEntity,
  reviewVersion: string,
  training: Training,
): Promise<void> {
  await context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select ${lockOf(`match.${entity.name}`)}`);
    await record(tx, context, entity, training);
    await tx.query(sql`/* match.aside */ update match.model set moved_count = 0, review_version = ${reviewVersion}
      where entity = ${entity.name}`);
  });
  const { change, assessment: _, ...rest } = training;
  context.log.warn({ entity: entity.name, ...rest, ...change }, 'a new model was put aside until somebody accepts it');
}

export async function storeModel(
  context: Context,
  entity: MatchedEntity,
  files: { records: string; pairs: string },
  { content, engineVersion, recordCount, progress, reviewVersion }: TrainedModel,
  training: Training,
): Promise<void> {
  const { id: runId } = context.run;
  const { id } = training;
  const table = identifier('match', `${entity.name}_record`);
  await context.write(async (tx) => {
    await tx.query(sql`/* match.lock */ select ${lockOf(`match.${entity.name}`)}`);
    await tx.query(sql`/* match.clear */ delete from match.pair where entity = ${entity.name}`);
    await tx.copyIn(
      '/* match.pair */ copy match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight, probability, decision, evidence, rule) from stdin (format csv)',
      createReadStream(files.pairs),
    );
    // A new table: filling an index of keys row by row takes ten times as long.
    await tx.query(sql`/* match.drop */ drop table if exists ${table}`);
    await tx.query(sql`/* match.create */ create table ${table} (
      connection_id text not null, id text not null, hash text not null, keys bigint[] not null)`);
    await tx.copyIn(
      `/* match.records */ copy match.${entity.name}_record from stdin (format csv)`,
      createReadStream(files.records),
    );
    await tx.query(sql`/* match.key */ alter table ${table} add primary key (connection_id, id)`);
    await tx.query(sql`/* match.index */ create index on ${table} using gin (keys) with (fastupdate = off)`);
    await tx.query(sql`/* match.analyze */ analyze ${table}`);
    await tx.query(sql`/* match.model */ insert into match.model
      values (${entity.name}, ${id}, ${engineVersion}, ${content}, ${context.clock.now()}, ${runId}, ${recordCount}, 0, ${reviewVersion})
      on conflict (entity) do update set (id, engine_version, content, trained_at, run_id, trained_count, moved_count, review_version)
        = row (excluded.id, excluded.engine_version, excluded.content, excluded.trained_at, excluded.run_id, excluded.trained_count, 0,
          excluded.review_version)`);
    await record(tx, context, entity, training);
    await markWhole(tx, entity, progress);
  });
  const { change, assessment: _, ...rest } = training;
  context.log.info({ entity: entity.name, ...rest, ...change }, 'a new model took over');
}

/** Another org may have been brought up to date since the rows were read: what moved there is looked at again. */
async function markWhole(tx: Transaction, entity: MatchedEntity, progress: readonly OrgVersion[]): Promise<void> {
  await tx.query(sql`/* match.touched */ delete from match.touched where entity = ${entity.name}`);
  await tx.query(sql`/* match.behind */ ${dropMarks('match', entity.name)}`);
  const taken = progress.map((one) => ({
    subject: entity.name,
    source: 'standardise',
    connectionId: one.connection_id,
    version: one.version,
  }));
  const made = {
    subject: entity.name,
    source: 'match',
    connectionId: everyOrg,
    version: sql`nextval('mirror.version')`,
  };
  await tx.query(sql`/* match.marks */ ${putMarks('match', [...taken, made], true)}`);
}
