/** What happens to a service in the wild, one entry each with its odds; drawn by a seed, so that a bad hour can be lived again. */
import { setTimeout as sleep } from 'node:timers/promises';
import sql, { raw } from 'sql-template-tag';
import type { Change } from '@assay/emulator/change.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { activeStates } from '../../src/model/run.ts';
import { objects } from './checks.ts';
import type { World } from './world.ts';

/** Returns words for the log. What it leaves hurt is in `pending` until it is over. */
type Action = { odds: number; only?: 'redis'; act(world: World, random: Random, pending: Pending): Promise<string> };
export type Pending = { later(work: Promise<unknown>): void };

const faults = ['expire-session', 'concurrent-limit', 'status', 'html', 'slow', 'drop', 'truncate', 'wrong-count'];

export const actions: Record<string, Action> = {
  edit: {
    odds: 6,
    async act({ org }, random) {
      const changes = await someChanges(org.emulator.url, random);
      await org.change(changes);
      return `${changes.length} records`;
    },
  },
  'a bad import': {
    odds: 1,
    async act({ org }, random) {
      const sobject = random.pick(['Contact', 'Lead']);
      const rows = (await rowsOf(org.emulator.url, sobject)).filter(({ IsDeleted }) => !IsDeleted);
      const blanked = rows.filter(() => random.chance(0.6));
      await org.change(blanked.map(({ Id }) => ({ op: 'update', sobject, id: Id, fields: { Email: null } })));
      return `${blanked.length} of ${rows.length} ${sobject} lose their e-mail`;
    },
  },
  "Salesforce's clock steps": {
    odds: 1,
    async act({ org }, random) {
      const ms = random.int(-2000, 2000);
      org.step(ms);
      return `${ms} ms`;
    },
  },
  sync: {
    odds: 6,
    async act(world, random) {
      const mode = random.chance(0.2) ? 'full' : 'auto';
      const { status } = await world.ask(async (api) => {
        const answer = await api.call('POST', '/v1/syncs', { objects, mode });
        if (answer.status >= 500) throw new Error(`POST /v1/syncs answered ${answer.status}`);
        return answer;
      });
      return `${mode}, answered ${status}`;
    },
  },
  'cancel a sync': {
    odds: 1,
    async act(world) {
      const [run] = await world.ask(() =>
        world.db.query<{ id: string }>(
          sql`select id from control.run where state = any(${activeStates}::text[]) limit 1`,
        ),
      );
      if (!run) return 'none runs';
      const { status } = await world.ask((api) => api.call('POST', `/v1/syncs/${run.id}/cancel`));
      return `answered ${status}`;
    },
  },
  'kill a worker': {
    odds: 3,
    async act(world, random) {
      const index = random.int(0, 1);
      const worker = world.workers[index]!;
      worker.process.kill('SIGKILL');
      await worker.ended;
      await sleep(random.int(0, 2000));
      await world.replaceWorker(index);
      return `worker ${index}`;
    },
  },
  'stop a worker': {
    odds: 1,
    async act(world, random) {
      const index = random.int(0, 1);
      const from = Date.now();
      const [code] = await world.workers[index]!.stop();
      const seconds = (Date.now() - from) / 1000;
      if (code !== 0 || seconds > 25) throw new Error(`A worker took ${seconds} s to stop, and ended with ${code}`);
      await world.replaceWorker(index);
      return `worker ${index}, ${seconds} s`;
    },
  },
  'freeze a worker': {
    odds: 1,
    async act(world, random, { later }) {
      const { process: frozen } = world.workers[random.int(0, 1)]!;
      const seconds = random.pick([2, 10, 40]);
      frozen.kill('SIGSTOP');
      later(sleep(seconds * 1000).then(() => frozen.kill('SIGCONT')));
      return `${seconds} s`;
    },
  },
  'kill the API': {
    odds: 1,
    async act(world) {
      await world.replaceServe();
      return 'started again';
    },
  },
  'kill PostgreSQL': {
    odds: 1,
    async act(world) {
      await world.killPostgres();
      return 'started again';
    },
  },
  'PostgreSQL takes no writes': {
    odds: 1,
    async act(world, random) {
      const ms = random.int(500, 4000);
      await readOnly(world, true);
      await sleep(ms);
      await readOnly(world, false);
      return `${ms} ms`;
    },
  },
  'Redis forgets everything': {
    odds: 2,
    only: 'redis',
    async act(world) {
      await world.emptyRedis();
      return 'started again, empty';
    },
  },
  'Salesforce misbehaves': {
    odds: 4,
    async act({ org }, random) {
      const kind = random.pick(faults);
      const times = random.int(1, 3);
      const status = kind === 'status' ? { status: random.pick([500, 503, 429, 401, 403]) } : {};
      const after = random.int(0, 20);
      await org.post('faults', { kind, times, after, delayMs: 800, path: '^/services/', ...status });
      return `${kind} ${Object.values(status).join()} ${times} times after ${after}`;
    },
  },
  'Slack is away': {
    odds: 1,
    async act({ slack }, random, { later }) {
      const ms = random.int(500, 6000);
      slack.workspace.isDown = true;
      later(sleep(ms).then(() => (slack.workspace.isDown = false)));
      return `${ms} ms`;
    },
  },
  'Slack takes a message and its answer is lost': {
    odds: 1,
    async act({ slack }) {
      slack.failNext({ drop: 'after-accept' });
      return 'the next';
    },
  },
  'a reader stays long': {
    odds: 2,
    async act({ db }, random, { later }) {
      const seconds = random.int(1, 8);
      const reading = db.transaction(async (tx) => {
        await tx.query(sql`set local role assay_reader`);
        await tx.query(sql`select pg_advisory_xact_lock(hashtext('match.person'))`);
        await tx.query(sql`select count(*) from unified.record_xref`);
        await tx.query(sql`select pg_sleep(${seconds})`);
      });
      // It may die with its server.
      later(reading.catch(() => {}));
      return `${seconds} s, with a lock of its own`;
    },
  },
};

async function readOnly({ db, ask }: World, isOn: boolean): Promise<void> {
  await ask(() => db.query(raw(`alter system set default_transaction_read_only = ${isOn ? 'on' : 'off'}`)));
  await ask(() => db.query(sql`select pg_reload_conf()`));
}

type Row = { Id: string; IsDeleted: boolean };

async function rowsOf(url: string, sobject: string): Promise<Row[]> {
  const answer = await fetch(`${url}/control/rows?sobject=${sobject}`);
  // In an order of its own: a draw then means the same record each time.
  return ((await answer.json()) as Row[]).toSorted((a, b) => a.Id.localeCompare(b.Id));
}

/** Edits, deletes, undeletes, merges and new records, each record once. */
async function someChanges(url: string, random: Random): Promise<Change[]> {
  const sobject = random.pick(['Account', 'Contact', 'Lead', 'Opportunity']);
  const rows = await rowsOf(url, sobject);
  const taken = new Set<string>();
  const changes: Change[] = [];
  for (let left = random.int(1, 12); left > 0; left -= 1) {
    const row = random.pick(rows);
    if (taken.has(row.Id)) continue;
    taken.add(row.Id);
    if (row.IsDeleted) changes.push({ op: 'undelete', sobject, id: row.Id });
    else if (random.chance(0.1)) changes.push({ op: 'delete', sobject, id: row.Id });
    else changes.push({ op: 'update', sobject, id: row.Id, fields: editOf(sobject, random) });
  }
  return changes;
}

function editOf(sobject: string, random: Random): Record<string, string | number | null> {
  if (sobject === 'Opportunity') return { Amount: random.int(1, 90) * 1000 };
  if (sobject === 'Account')
    return { BillingCountry: random.pick(['Germany', null]), Phone: `+49 30 ${random.digits(7)}` };
  return random.chance(0.3) ? { Email: null } : { Phone: `+49 30 ${random.digits(7)}` };
}
