/** Whatever happens to an org while it is synced, afterwards the mirror is the org, and no mark was ever ahead of its rows. */
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { testDatabase } from '../database.ts';
import { type Mirror, openMirror, smallPage } from './mirror.ts';
import { type LedgerOrg, startLedgerOrg } from './org.ts';
import { type FaultName, objects, script, type Step } from './script.ts';

// `npm run soak` asks for more, and from another seed.
const numRuns = Number(process.env.LEDGER_SCRIPTS ?? 100);
const seed = Number(process.env.LEDGER_SEED ?? 1);
const path = process.env.LEDGER_PATH;
/** Requests one sync of an object may cost at most beside its pages, and what each fault may add by being retried. */
const callsOfPull = 24;
/** Rows, ids, new columns and formulas. */
const passes = 4;
const callsOfFault = 12;
const week = 7 * 24 * 60 * 60_000;

let db: Db;
let org: LedgerOrg;
let definitions: Definitions;
beforeAll(async () => {
  db = await testDatabase();
  definitions = await loadDefinitions();
  org = await startLedgerOrg();
});
afterAll(async () => {
  await org.close();
  await db.close();
});

/** Lives the script; returns everything that was wrong on the way and at the end. */
async function live(steps: Step[]): Promise<string[]> {
  await org.calm();
  await org.note();
  const mirror = await openMirror(db, definitions, org);
  const wrong = new Set<string>();
  const look = async () => {
    for (const one of await mirror.aheadOfRows()) wrong.add(one);
  };
  let isOver = false;
  const looking = (async () => {
    for (; !isOver; await sleep(50)) await look();
  })();
  try {
    for (const one of await liveThrough(mirror, steps)) wrong.add(one);
  } finally {
    isOver = true;
    await looking;
  }
  await look();
  return [...wrong, ...(await mirror.differences())];
}

/** As the control API takes it. Some statuses stand for several: 420, 429 and 5xx all pass. */
function faultOf(kind: FaultName, after: number, times: number): object {
  const common = { kind, after, times, path: '^/services/' };
  switch (kind) {
    case 'slow':
      return { ...common, delayMs: 5 };
    case 'job-slow':
      return { ...common, delayMs: 0, polls: 3 };
    case 'status':
      return { ...common, status: [503, 429, 420, 500][after % 4] };
    case 'login-refused':
      return {
        ...common,
        kind: 'status',
        status: 400,
        errorCode: 'invalid_grant',
        path: '^/services/oauth2/token',
        after: 0,
      };
    default:
      return common;
  }
}

async function costOfSync(bulk: boolean): Promise<number> {
  const rows = [...org.ledger.values()].reduce((sum, known) => sum + known.size, 0);
  return objects.length * callsOfPull + (bulk ? passes * Math.ceil(rows / smallPage) : 0);
}

async function liveThrough(mirror: Mirror, steps: Step[]): Promise<string[]> {
  const wrong: string[] = [];
  const before = await org.requestCount();
  let allowed = 2 * (await costOfSync(false));
  for (const step of steps) {
    if (step.kind !== 'sync') {
      await org.act(step);
      continue;
    }
    allowed += await costOfSync(step.bulk);
    for (const { kind, after, times } of step.faults) {
      await org.post('faults', faultOf(kind, after, times));
      allowed += times * callsOfFault;
    }
    const syncing = mirror.sync(step);
    for (const edit of step.during) await org.act(edit);
    // A sync may fail by its faults; what it must not do is told by the mirror.
    await syncing;
  }
  await org.calm();
  // Hard deletes leave no log: the weekly comparison of ids finds them.
  org.wait(week + 60_000);
  const fault = await mirror.sync({ full: false, bulk: false, death: null, database: null });
  if (fault) wrong.push(`the last sync failed: ${fault.message}`);
  const spent = (await org.requestCount()) - before;
  if (spent > allowed) wrong.push(`${spent} requests, ${allowed} allowed`);
  return wrong;
}

it(`${numRuns} random lives of an org`, { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      expect(await live(steps)).toEqual([]);
    }),
    { numRuns, seed, ...(path === undefined ? {} : { path }), endOnFailure: false },
  );
});
