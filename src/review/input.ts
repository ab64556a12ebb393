/** What people give beside Salesforce becomes a version of an input, which the next run publishes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { audit } from '../control/audit.ts';
import { expectRevision } from '../control/revision.ts';
import type { Db, Transaction } from '../db/connect.ts';
import { type Actor, actorText, systemActor } from '../model/actor.ts';
import { DomainError } from '../model/errors.ts';
import { type InputDefinition, inputs } from '../model/input.ts';
import { lockReviews, obeySoon } from './decision.ts';
import { type InputRow, parseInput } from './input-csv.ts';

/** `runId`: the run that publishes it; null where nothing was published yet, or nothing changed. */
export type Put = { version: number; isChanged: boolean; runId: string | null };

/** @throws DomainError `not-found`. */
export function inputNamed(name: string): InputDefinition {
  const found = inputs.find((one) => one.name === name);
  if (found) return found;
  throw new DomainError(
    'not-found',
    `There is no input "${name}"; there are ${inputs.map((one) => one.name).join(', ')}.`,
  );
}

/**
 * The file takes the place of what stood; a header alone takes it back. The same lines again change nothing.
 * @param connectionId of the run that publishes it
 * @param expected the version it takes the place of; null: whichever stands
 * @throws DomainError `not-found`, `version-outdated`, `request-refused` with line and column
 */
export async function putInput(
  db: Db,
  ask: { name: string; file: Buffer; connectionId: string; by: Actor; expected?: number | null },
  now: Date,
): Promise<Put> {
  const { name, file, connectionId, by, expected = null } = ask;
  const definition = inputNamed(name);
  const rows = parseInput(definition, file);
  return db.transaction(async (tx) => {
    const put = await keep(tx, definition, rows, by, now, expected);
    const isPublished =
      put.isChanged && (await tx.query(sql`/* input.published */ select from unified.publication limit 1`)).length > 0;
    return { ...put, runId: isPublished ? await obeySoon(tx, connectionId) : null };
  });
}

async function keep(
  tx: Transaction,
  { name, columns }: InputDefinition,
  rows: readonly InputRow[],
  by: Actor,
  now: Date,
  expected: number | null = null,
): Promise<Omit<Put, 'runId'>> {
  await lockReviews(tx);
  const lines = JSON.stringify(rows);
  const [standing] = await tx.query<{ version: number; isSame: boolean }>(sql`/* input.standing */
    select version, lines = ${lines}::jsonb as "isSame" from review.input_now where name = ${name}`);
  expectRevision(expected, standing?.version ?? 0);
  if (standing?.isSame ?? rows.length === 0) return { version: standing?.version ?? 0, isChanged: false };
  const version = (standing?.version ?? 0) + 1;
  await tx.query(sql`/* input.put */ insert into review.input (name, version, lines, put_by, put_actor, put_at)
    values (${name}, ${version}, ${lines}::jsonb, ${by.name}, ${actorText(by)}, ${now})`);
  await audit(tx, by, { kind: 'input', id: name, action: 'put', fields: Object.keys(columns) });
  return { version, isChanged: true };
}

const folderActor = systemActor('inputs');

/**
 * Takes each `<input>.csv` of a folder that changed. A file that cannot be taken leaves what stood, and is told with the
 * warnings of the run.
 */
export async function takeInputFolder(db: Db, folder: string, now: Date): Promise<void> {
  const faults: { file: string; fault: string }[] = [];
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    faults.push({ file: folder, fault: `The folder of INPUTS_FOLDER cannot be read (${error.code}).` });
    return [];
  });
  for (const file of files.filter((one) => one.toLowerCase().endsWith('.csv')).sort()) {
    try {
      const definition = inputNamed(file.slice(0, -'.csv'.length).toLowerCase());
      const rows = parseInput(definition, await readFile(join(folder, file)));
      await db.transaction((tx) => keep(tx, definition, rows, folderActor, now));
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (!(error instanceof DomainError) && !['EACCES', 'EISDIR', 'ENOENT'].includes(code ?? '')) throw error;
      faults.push({ file, fault: message });
    }
  }
  await db.transaction(async (tx) => {
    await tx.query(sql`/* input.faults */ delete from review.input_fault`);
    for (const { file, fault } of faults)
      await tx.query(
        sql`/* input.fault */ insert into review.input_fault values (${file}, ${fault}) on conflict (file) do nothing`,
      );
  });
}
