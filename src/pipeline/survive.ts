/** The records of each golden entity become one golden row: every field from the record whose value survives, with proof. */
import sql from 'sql-template-tag';
import { ensureSearchIndex } from '../db/golden-search.ts';
import { identifier } from '../db/identifier.ts';
import { locking, type Transaction } from '../db/connect.ts';
import { type Sized, sizedFor } from '../db/steps.ts';
import { DomainError } from '../model/errors.ts';
import type { EntityDefinition } from '../model/entity.ts';
import type { ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { layoutsOf } from './survive/layout.ts';
import { type GoldenMembers, readMembers, streamMembers } from './survive/member.ts';
import { readPins } from './survive/pin.ts';
import { isSettled, scopeOf, settle } from './survive/scope.ts';
import {
  loneValuesOf,
  type ActivePin,
  type Survivorship,
  survivorshipOf,
  survivorsOf,
  valuesOf,
} from './survive/survivor.ts';
import { shapeGolden } from './survive/table.ts';
import { type Changed, differingWriter, fillingWriter, type Outcome, writeFew } from './survive/write.ts';

/**
 * Rewrites golden.<entity> and golden.proof where the outcome differs, looking only at golden records whose members,
 * values or pins moved; a second run changes nothing.
 * @throws DomainError `request-invalid` when there is no such entity.
 */
export async function survive(context: Context, subject: string): Promise<StageResult> {
  const { entities, objects } = context.definitions;
  const entity = entities.find((one) => one.name === subject);
  if (!entity) {
    throw new DomainError(
      'request-invalid',
      `No entity "${subject}"; they are ${entities.map((e) => e.name).join(', ')}.`,
    );
  }
  if (await isSettled(context, entity)) return nothing;
  await shapeGolden(context);
  return context.write(async (tx) => {
    // Two orgs may be synced at once, and share golden records.
    const prepared = await locking(tx, `golden.${entity.name}`);
    const scope = await scopeOf(tx, prepared, context, entity);
    const sized = await sizedFor(tx, prepared, scope.ids?.length ?? null);
    const result = scope.ids?.length === 0 ? nothing : await redo(sized, entity, objects, scope.ids);
    await ensureSearchIndex(tx, entity);
    await settle(sized.tx, entity, scope);
    return result;
  });
}

const nothing: StageResult = { readCount: 0, changedCount: 0, detail: { provenanceCount: 0 } };

/** @param ids golden ids to redo; null for all */
async function redo(
  { tx, isFew }: Sized,
  entity: EntityDefinition,
  objects: ObjectDefinition[],
  ids: string[] | null,
): Promise<StageResult> {
  const layouts = layoutsOf(entity, objects);
  const survivorship = survivorshipOf(entity);
  const pins = await readPins(tx, entity, ids);
  const outcomesOf = (part: GoldenMembers[]) =>
    part.map((one) => outcomeOf(survivorship, one, pins.get(one.goldenId) ?? []));
  if (ids !== null && isFew) {
    const outcomes = outcomesOf(await readMembers(tx, entity, layouts, ids));
    return resultOf(recordsOf(outcomes), await writeFew(tx, entity, ids, outcomes));
  }
  const isEmpty = ids === null && (await hasNothing(tx, entity));
  const writer = isEmpty ? fillingWriter(tx, entity) : await differingWriter(tx, entity, ids);
  let readCount = 0;
  for await (const part of streamMembers(tx, entity, layouts, ids)) {
    const outcomes = outcomesOf(part);
    readCount += recordsOf(outcomes);
    await writer.add(outcomes);
  }
  const changed = await writer.finish();
  // Publishing joins these before any autovacuum has seen them filled; a guess of one row made it walk 30,000 for each.
  if (ids === null) {
    await tx.query(sql`/* survive.analyze */ analyze ${identifier('golden', entity.name)} (golden_id),
      golden.proof (golden_id, field, place)`);
  }
  return resultOf(readCount, changed);
}

function outcomeOf(survivorship: Survivorship, { goldenId, members }: GoldenMembers, pins: ActivePin[]): Outcome {
  const [first] = members;
  if (members.length === 1 && pins.length === 0) {
    const values = loneValuesOf(survivorship, first!);
    const connections = survivorship.references.map((at) => (values[at] === null ? null : first!.connectionId));
    return { goldenId, values, connections, proof: [], recordCount: 1, objectCount: 1 };
  }
  const proof = survivorsOf(survivorship, members, pins);
  return {
    goldenId,
    values: valuesOf(survivorship, proof),
    connections: survivorship.references.map(
      (at) => proof.find(({ field }) => field === survivorship.fields[at])?.connectionId ?? null,
    ),
    proof,
    recordCount: members.length,
    objectCount: new Set(members.map(({ object }) => object)).size,
  };
}

async function hasNothing(tx: Transaction, entity: EntityDefinition): Promise<boolean> {
  const [row] = await tx.query<{ has: boolean }>(sql`/* survive.has */ select
    exists (select from ${identifier('golden', entity.name)}) or
    exists (select from golden.proof where starts_with(golden_id, ${`${entity.idPrefix}_`})) as has`);
  return !row!.has;
}

const recordsOf = (outcomes: Outcome[]) => outcomes.reduce((sum, { recordCount }) => sum + recordCount, 0);

const resultOf = (readCount: number, { golden, proof }: Changed): StageResult => ({
  readCount,
  changedCount: golden,
  detail: { provenanceCount: proof },
});
