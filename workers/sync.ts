/** A job of the queue `sync` becomes one leased run of the pipeline. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { getConnection } from '../src/control/connection.ts';
import { appendEvent } from '../src/control/event.ts';
import { endOwnWaits, leaseSeconds } from '../src/control/evict.ts';
import {
  finishRun,
  heartbeat,
  type Lease,
  parkRun,
  releaseLease,
  takeLease,
  writeFenced,
} from '../src/control/lease.ts';
import { bindOrg } from '../src/control/org.ts';
import { waitOut } from '../src/control/outage.ts';
import { thisOwner } from '../src/control/owner.ts';
import { openStages } from '../src/control/stage.ts';
import type { Db } from '../src/db/connect.ts';
import { databaseFault } from '../src/db/fault.ts';
import { newerMigration } from '../src/db/migrate.ts';
import { crashPoint } from '../src/model/crash-point.ts';
import { DomainError } from '../src/model/errors.ts';
import type { Source } from '../src/model/source.ts';
import type { Job } from '../src/queue/worker.ts';
import type { Parts } from './parts.ts';
import { defineQueue } from './queue.ts';

type Payload = { runId: string };

export const sync = defineQueue<Payload>({
  payload: z.strictObject({ runId: z.string() }),
  concurrency: 2,
  work: runOf,
});

/**
 * Runs the run of the job unless somebody else does or did. A fault worth another try gives the run back and is thrown
 * for the queue to repeat; any other ends the run with its reason.
 */
async function runOf(parts: Parts, job: Job<Payload>, shutdown: AbortSignal): Promise<void> {
  const { control } = parts;
  const lease = await takeLease(control, job.payload.runId, thisOwner());
  if (!lease) return;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, shutdown]);
  const beat = setInterval(() => void keep(parts, lease, stop), (leaseSeconds / 3) * 1000);
  try {
    const stages = openStages(control, lease);
    const context = await contextOf(parts, lease, signal);
    await checkedOrg(parts, lease, context.source, signal);
    await parts.takeInputs();
    const warned = await handedOver(parts.runPipeline(context, stages), shutdown);
    const warnings = [...new Set([...(await stages.warnings()), ...warned])];
    await finishRun(control, lease, { state: warnings.length > 0 ? 'succeeded_with_warnings' : 'succeeded', warnings });
    crashPoint('sync.finished');
    await followUp(parts, lease);
  } catch (error) {
    await end(parts, lease, job, shutdown, stop.signal.aborted ? stop.signal.reason : error);
  } finally {
    clearInterval(beat);
  }
}

/** Before anything is written: the login leads to the org whose records are here. A run that pulls nothing need not log in. */
async function checkedOrg({ control }: Parts, lease: Lease, source: Source, signal: AbortSignal): Promise<void> {
  if (lease.objects?.length === 0 || lease.mode === 'local') return;
  await bindOrg(control, lease.connectionId, await source.org(signal), 'sync');
}

/** What the run has to say should not wait for the next beat; should this fail, the beat sends it, and the next run asks. */
async function followUp({ queues, log }: Parts, { runId, connectionId, mode, objects }: Lease): Promise<void> {
  const always = mode !== 'local' && objects?.length !== 0;
  const jobs = [
    { queue: 'notify', jobId: `notify_${runId}`, payload: {} },
    { queue: 'evidence', jobId: `evidence_${runId}`, payload: { connectionId, always } },
  ];
  for (const job of jobs) await queues.add(job).catch((error: unknown) => log.warn({ runId, err: error }, job.queue));
}

/** Milliseconds a step gets to stop at shutdown before its run is given back under it: its next write is then refused. */
const handOver = 12_000;

/** The work's own end, or its abandonment when it does not stop in time: matching may compute for longer. */
async function handedOver<T>(work: Promise<T>, shutdown: AbortSignal): Promise<T> {
  let abandon = () => {};
  const late = new Promise<never>((_, fail) => {
    abandon = () => setTimeout(fail, handOver, shutdown.reason).unref();
  });
  shutdown.addEventListener('abort', abandon, { once: true });
  try {
    return await Promise.race([work, late]);
  } finally {
    shutdown.removeEventListener('abort', abandon);
  }
}

/** A heartbeat that fails is left to the next: a lease that has run out meanwhile is found lost then. */
async function keep({ control, log }: Parts, lease: Lease, stop: AbortController): Promise<void> {
  try {
    const state = await heartbeat(control, lease);
    if (state === 'canceling' && stop.signal.aborted) await endOwnWaits(control);
    if (state === 'canceling') stop.abort(new DomainError('canceled', `${lease.runId} was cancelled.`));
    if (state === 'lost') stop.abort(new DomainError('lease-lost', `${lease.runId} was taken over.`));
  } catch (error) {
    log.warn({ runId: lease.runId, err: error }, 'heartbeat');
  }
}

/** Of a run that asks Salesforce nothing: whatever it asks all the same is a fault of ours. */
const noSource = new Proxy({} as Source, {
  get(_nothing, name) {
    throw new DomainError('internal', `A local run asked Salesforce for ${String(name)}.`);
  },
});

async function contextOf({ db, control, definitions, sourceOf, clock, log }: Parts, lease: Lease, signal: AbortSignal) {
  const source = lease.mode === 'local' ? noSource : await sourceOf(lease.connectionId);
  const { exclude } = await getConnection(control, lease.connectionId);
  const isOut = (name: string) => exclude.some((one) => one.toLowerCase() === name.toLowerCase());
  const wanted = lease.objects ?? definitions.objects.map(({ name }) => name);
  const objects = wanted.some(isOut) ? wanted.filter((name) => !isOut(name)) : lease.objects;
  return {
    db,
    run: { id: lease.runId, connectionId: lease.connectionId, mode: lease.mode, objects },
    definitions,
    source,
    clock,
    log,
    signal,
    report: (progress: object) => {
      appendEvent(control, lease.runId, 'progress', progress, lease.fence).catch((error: unknown) =>
        log.warn({ runId: lease.runId, err: error }, 'progress'),
      );
    },
    write: <T>(work: Parameters<typeof writeFenced<T>>[2]) => writeFenced(db, lease, work),
  };
}

async function end(
  parts: Parts,
  lease: Lease,
  job: Job<Payload>,
  shutdown: AbortSignal,
  error: unknown,
): Promise<void> {
  const { control } = parts;
  const known = error instanceof DomainError ? error : undefined;
  if (known?.code === 'lease-lost') return;
  // A worker that was frozen wakes up to broken connections; the run's row says whether it is still the worker's.
  const held = await insist(() => heartbeat(control, lease));
  if (held === 'lost') return;
  if (held === 'canceling' || known?.code === 'canceled') {
    return finishRun(control, lease, { state: 'canceled', reasonCode: 'canceled', reason: 'Cancelled on request.' });
  }
  // A statement of an older version fails on a newer schema; this worker is about to end (cli/worker.ts).
  if (shutdown.aborted || (await isOutdated(control))) return insist(() => releaseLease(control, lease, true));
  if (known && isLimit(known)) {
    const until = new Date(parts.clock.now().getTime() + parkMinutes * 60_000);
    return insist(() => parkRun(control, lease, until, known));
  }
  if (known?.code === 'salesforce-unreachable') {
    const ended = await insist(() => waitOut(control, lease, known, parts.outageHours * 3600));
    if (!ended) return;
    const hours = Math.round(ended.lastedSeconds / 360) / 10;
    return fail(parts, lease, new DomainError(known.code, `${known.message} It was tried again for ${hours} hours.`));
  }
  if (known?.kind.retry !== 'never' && !job.isLastAttempt) {
    await insist(() => releaseLease(control, lease, false));
    throw error;
  }
  await fail(parts, lease, known ?? databaseFault(error) ?? new DomainError('internal', 'A step failed unexpectedly.'));
  throw error;
}

const isOutdated = async (db: Db): Promise<boolean> => (await newerMigration(db).catch(() => null)) !== null;

async function fail({ control }: Parts, lease: Lease, fault: DomainError): Promise<void> {
  await insist(async () =>
    finishRun(control, lease, {
      state: 'failed',
      reasonCode: fault.code,
      reason: fault.message,
      nextAction:
        fault.code === 'internal'
          ? `Look for ${lease.runId} in the log of the worker: "job failed" names the cause.`
          : fault.kind.hint,
      warnings: await openStages(control, lease).warnings(),
    }),
  );
}

/** Minutes a run waits for requests to come free: they do so hour by hour, and a look costs one. */
const parkMinutes = 15;

/** Waiting costs no attempt of the job: the day's requests may take longer to come back than all attempts together. */
function isLimit({ code }: DomainError): boolean {
  return code === 'salesforce-limit' || code === 'salesforce-budget';
}

/**
 * The fault may be the database's own: said again and again until it is back, so that a run goes on with the next
 * attempt of its job. Silent for longer than the lease lasts, the run is found by the reaper.
 */
async function insist<T>(say: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + leaseSeconds * 1000; ; await sleep(500)) {
    try {
      return await say();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
