/** Applies scripted changes to the org in one transaction, runs of like changes as one statement each. */
import type { Change } from '../change.ts';
import type { Org } from '../org/org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { toId18 } from '../ids.ts';
import type { Batch, ChangeCounts } from './batch.ts';
import { mergeRecords } from './merge.ts';
import { purgeRecords, removeRecords, restoreRecords } from './remove.ts';
import { insertRecords, recalculateRecords, updateRecords } from './write.ts';

// Every statement reads the whole table, so few of many rows; the SQL text of one is about a megabyte.
const runLength = 5000;

/** All or nothing. Throws SalesforceError naming the first change that cannot be. */
export async function applyChanges(org: Org, changes: Change[]): Promise<{ counts: ChangeCounts; ids: string[] }> {
  const counts = {
    inserted: 0,
    updated: 0,
    deleted: 0,
    undeleted: 0,
    purged: 0,
    merged: 0,
    cascaded: 0,
    reparented: 0,
    history: 0,
    fieldHistory: 0,
    recalculated: 0,
  };
  return org.db.transaction(async (write) => {
    const batch: Batch = { org, write, counts, insertedIds: [], now: org.now().toISOString() };
    for (const run of runs(changes)) await applyRun(batch, run);
    return { counts, ids: batch.insertedIds };
  });
}

const binWork = {
  delete: { kind: 'deleted', work: removeRecords },
  undelete: { kind: 'undeleted', work: restoreRecords },
  purge: { kind: 'purged', work: purgeRecords },
} as const;

async function applyRun(batch: Batch, run: Change[]): Promise<void> {
  const [first] = run;
  if (!first) return;
  const object = batch.org.findHidden(first.sobject);
  if (!object) throw new SalesforceError(400, 'INVALID_TYPE', `sObject type '${first.sobject}' is not supported.`);
  switch (first.op) {
    case 'insert':
      return insertRecords(
        batch,
        object,
        run.filter((change) => change.op === 'insert'),
      );
    case 'update':
      return updateRecords(
        batch,
        object,
        run.filter((change) => change.op === 'update'),
      );
    case 'recalculate':
      return recalculateRecords(
        batch,
        object,
        run.filter((change) => change.op === 'recalculate'),
      );
    case 'merge':
      return mergeRecords(
        batch,
        object,
        run.filter((change) => change.op === 'merge'),
      );
    default: {
      const ids = run.flatMap((change) => ('id' in change ? [toId18(change.id)] : []));
      const at = first.at ?? batch.now;
      const { kind, work } = binWork[first.op];
      // Children count themselves meanwhile: `+= await` would read the sum too early.
      const count = await work(batch, object, ids, at);
      batch.counts[kind] += count;
    }
  }
}

/** Neighbours that one statement can carry: same kind, object and stamp, and no record twice. */
function* runs(changes: Change[]): Generator<Change[]> {
  let run: Change[] = [];
  let key = '';
  let seen = new Set<string>();
  for (const change of changes) {
    // Rows of an insert, update or merge carry a stamp each; the rest share one.
    const stamp = 'fields' in change || change.op === 'merge' ? '' : (change.at ?? '');
    const own = [change.op, change.sobject.toLowerCase(), stamp].join('|');
    const ids = idsOf(change);
    if (own !== key || run.length >= runLength || ids.some((id) => seen.has(id))) {
      if (run.length > 0) yield run;
      run = [];
      seen = new Set();
      key = own;
    }
    run.push(change);
    for (const id of ids) seen.add(id);
  }
  if (run.length > 0) yield run;
}

function idsOf(change: Change): string[] {
  if (change.op === 'merge') return [change.masterId, ...change.mergeIds].map(toId18);
  return 'id' in change ? [toId18(change.id)] : [];
}
