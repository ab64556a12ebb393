/**
 * Finds statements whose answer will never come: the connection is open on our side and lost on the way (a firewall that
 * forgot it, a machine gone without a word). A second connection asks the server what it knows of the first.
 */
import type { Socket } from 'node:net';
import pg from 'pg';

/** Milliseconds between looks, and how long nothing may pass before the server is asked. */
const lookEvery = 2_500;
const patience = 5_000;
/** Looks in a row by which an answer may just have been under way. */
const looksUntilCut = 2;

/** Fields of pg's client that its types leave out. */
type Client = pg.ClientBase & {
  readyForQuery: boolean;
  processID: number | null;
  connection: { stream: Socket };
};
type Watch = { bytes: number; since: number; looks: number };
type Backend = { pid: number; state: string | null; wait_event: string | null };

/** A machine that loses its power says no word: the server asks it after 10 s and waits for 15 s more, not for two hours. */
const dead = Object.entries({
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '30s',
})
  .map(([name, value]) => `set_config('${name}', '${value}', false)`)
  // A statement of a process that was killed ends, not only its next one. A server on Windows cannot.
  .concat(
    `case when version() !~* 'windows|mingw|visual' then set_config('client_connection_check_interval', '10s', false) end`,
  )
  .join(', ');

export type Silence = {
  /** Once for each new connection, before its first statement. */
  greet(client: pg.ClientBase): Promise<void>;
  /** While its own data is still being read from elsewhere, the server waits for us with good reason. */
  feeding(client: pg.ClientBase, isFeeding: boolean): void;
  close(): void;
};

export function watchSilence(config: pg.ClientConfig): Silence {
  const watched = new Map<Client, Watch>();
  const feeding = new WeakSet<pg.ClientBase>();
  let isLooking = false;

  const quietFor = (client: Client, now: number): boolean => {
    const watch = watched.get(client)!;
    const { bytesRead, bytesWritten } = client.connection.stream;
    if (client.readyForQuery || bytesRead + bytesWritten !== watch.bytes) {
      watched.set(client, { bytes: bytesRead + bytesWritten, since: now, looks: 0 });
      return false;
    }
    return now - watch.since >= patience;
  };

  async function look(quiet: Client[]): Promise<void> {
    const asker = new pg.Client({ ...config, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
    asker.on('error', () => {});
    try {
      await asker.connect();
      const pids = quiet.map(({ processID }) => processID);
      const { rows } = await asker.query<Backend>({
        text: '/* silence.look */ select pid, state, wait_event from pg_stat_activity where pid = any($1::int[])',
        values: [pids],
      });
      for (const client of quiet) {
        const backend = rows.find(({ pid }) => pid === client.processID);
        const watch = watched.get(client);
        if (!watch || (backend && isAtWork(backend, feeding.has(client)))) continue;
        watch.looks += 1;
        if (watch.looks < looksUntilCut) continue;
        // Its locks would keep whoever does the work again waiting.
        if (backend)
          await asker.query({ text: '/* silence.end */ select pg_terminate_backend($1)', values: [backend.pid] });
        client.connection.stream.destroy(new Error('The connection fell silent; the server has nothing to say on it.'));
      }
    } catch {
      // The server cannot be reached at all: nothing is known, and the next look asks again.
    } finally {
      await asker.end().catch(() => {});
    }
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    const now = Date.now();
    const quiet = [...watched.keys()].filter((client) => quietFor(client, now));
    if (quiet.length === 0) return;
    isLooking = true;
    void look(quiet).finally(() => (isLooking = false));
  }, lookEvery).unref();

  return {
    async greet(client) {
      const { rows } = await client.query<{ pid: number }>(
        `/* silence.greet */ select pg_backend_pid() as pid, ${dead}`,
      );
      const known = client as Client;
      // Behind a pooler the server process changes with each transaction, and nothing can be told of it.
      if (rows[0]?.pid !== known.processID) return;
      watched.set(known, { bytes: 0, since: Date.now(), looks: 0 });
      known.once('end', () => watched.delete(known));
    },
    feeding: (client, isFeeding) => void (isFeeding ? feeding.add(client) : feeding.delete(client)),
    close: () => clearInterval(timer),
  };
}

/** Where the server does not tell (`track_activities` off, no right to see), it is believed to work. */
function isAtWork({ state, wait_event: waitsFor }: Backend, isFed: boolean): boolean {
  if (state === null || state === 'disabled') return true;
  return state === 'active' && (waitsFor !== 'ClientRead' || isFed);
}
