/** Probes: is the process alive, can it do its work, and what do its numbers say. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import { lapsedRuns } from '../../control/reaper.ts';
import { missingMigrations } from '../../db/migrate.ts';
import { DomainError } from '../../model/errors.ts';
import { version } from '../../model/version.ts';
import { countRuns, countUndelivered, type LockWait, lockWaits, ping, waitingSeconds } from '../../views/health.ts';
import type { AppContext } from '../app-context.ts';
import { problems } from '../problem.ts';

/** Seconds that work may wait before the service calls itself not ready: a relay or worker picks up in under one. */
const stuckAfter = 300;

/** Seconds that a stage may wait for a lock of somebody else before it is said: a query of a person may take so long. */
const longWait = 30;

/** Seconds that workers get to take over from one that vanished: they look every two. */
const takeoverSeconds = 5;

const check = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });
const readiness = z
  .object({ status: z.enum(['ready', 'degraded', 'not-ready']), checks: z.array(check) })
  .meta({ id: 'Readiness' });
type Check = z.infer<typeof check>;

export const healthRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { probeDb: db, clock, guard, log } = context;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requestSeconds = new Histogram({
    name: 'assay_http_request_seconds',
    help: 'Time to answer',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  new Gauge({
    name: 'assay_oldest_waiting_seconds',
    help: 'Age of the oldest thing that nobody has taken up',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      const waiting = await waitingSeconds(db, clock.now());
      this.set({ kind: 'outbox' }, waiting.outbox);
      this.set({ kind: 'run' }, waiting.run);
      this.set({ kind: 'lock' }, (await lockWaits(db))[0]?.seconds ?? 0);
    },
  });
  new Gauge({
    name: 'assay_runs',
    help: 'Runs there are, by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = await countRuns(db);
      this.reset();
      for (const { state, runCount } of counts) this.set({ state }, runCount);
    },
  });

  new Gauge({
    name: 'assay_slack_messages_refused',
    help: 'Messages that Slack refused for good',
    registers: [registry],
    async collect() {
      this.set(await countUndelivered(db));
    },
  });

  context.onAnswer((method, route, status, seconds) => requestSeconds.observe({ method, route, status }, seconds));

  app.get(
    '/livez',
    {
      schema: {
        tags: ['health'],
        summary: 'The process answers, with its version',
        response: { 200: z.object({ status: z.string(), version: z.string() }), ...problems() },
      },
    },
    async () => ({ status: 'alive', version }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['health'],
        summary: 'Database, schema and queue do their work',
        response: { ...problems(), 200: readiness, 503: readiness },
      },
    },
    async (_request, reply) => {
      const checks = [
        await checked('postgres', async () => {
          await ping(db);
          return 'answers, and takes writes';
        }),
        await checked('migrations', async () => {
          const missing = await missingMigrations(db);
          if (missing.length > 0) throw new DomainError('schema-outdated', `missing: ${missing.join(', ')}`);
          return 'complete';
        }),
        await checked('queue', async () => {
          const waiting = await waitingSeconds(db, clock.now());
          const detail = `oldest unsent job ${waiting.outbox} s, oldest queued run ${waiting.run} s`;
          if (Math.max(waiting.outbox, waiting.run) > stuckAfter)
            throw new DomainError('not-ready', `${detail}: no worker takes work`);
          return detail;
        }),
        await checked('leases', async () => {
          const lapsed = await lapsedRuns(db, takeoverSeconds);
          if (lapsed.length === 0) return 'every running sync has a worker';
          const ids = lapsed.map(({ id }) => id).join(', ');
          throw new DomainError('not-ready', `the worker of ${ids} has vanished, and no other takes over`);
        }),
      ];
      let isStuck = false;
      const stages = await checked('stages', async () => {
        const waits = await lockWaits(db, longWait);
        if (waits.length === 0) return 'no stage waits for a lock';
        isStuck = waits.some(({ seconds }) => seconds > stuckAfter);
        throw new DomainError('not-ready', waits.map(wordsOf).join('; '));
      });
      const ready = checks.every((one) => one.ok) && !isStuck;
      // Requests are answered as well without Slack: no reason to send them elsewhere.
      const slack = await checked('slack', async () => {
        const count = await countUndelivered(db);
        if (count === 0) return 'no message was refused';
        throw new DomainError(
          'slack-refused',
          `Slack refused ${count} ${count === 1 ? 'message' : 'messages'} for good: check the token, the channel or the webhook`,
        );
      });
      const status = !ready ? 'not-ready' : slack.ok && stages.ok ? 'ready' : 'degraded';
      return reply.code(ready ? 200 : 503).send({ status, checks: [...checks, stages, slack] });
    },
  );

  app.get(
    '/metrics',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['health'],
        summary: 'Prometheus metrics',
        response: {
          200: { description: 'Text format', content: { 'text/plain': { schema: z.string() } } },
          ...problems(),
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );

  /** The driver's own words may name hosts and users; they go to the log, not to whoever probes. */
  async function checked(name: string, work: () => Promise<string>): Promise<Check> {
    try {
      return { name, ok: true, detail: await work() };
    } catch (error) {
      if (error instanceof DomainError) return { name, ok: false, detail: error.message };
      log.warn({ err: error, check: name }, 'readiness check failed');
      return { name, ok: false, detail: 'does not answer' };
    }
  }
};

const wordsOf = ({ seconds, statement, runIds, holders }: LockWait) =>
  `${statement} of ${runIds.join(' or ') || 'a worker'} has waited ${seconds} s for a lock that ` +
  `${holders.length === 1 ? 'session' : 'sessions'} ${holders.join(', ')} of PostgreSQL ${holders.length === 1 ? 'holds' : 'hold'}: see pg_stat_activity`;
