/** A local receiver that speaks Slack's incoming webhook, Socket Mode and some Web API methods with their limits, keeps a ledger, and fails on request. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { allScopes, faultOfMessage, pacer, scopesOf } from './slack-rules.ts';

export type ReceivedMessage = {
  ts: string;
  channel: string;
  text: string;
  blocks: unknown[];
  metadata: unknown;
  /** The message whose thread it stands in. */
  threadTs: string | null;
  /** In the channel as well as in its thread. */
  isShown: boolean;
  /** Milliseconds of the receiver's clock. */
  postedAt: number;
  /** How often it was edited. */
  editCount: number;
};

/** What the next call meets: a status, an error of the Web API by name, its answer lost after the message was taken, or lost before. */
export type Failure =
  | { status: 429 | 500 | 404; retryAfter?: number }
  | { error: string }
  | { drop: 'after-accept' | 'before-accept' };

/** How the workspace is by now; a test changes it as an admin of Slack would. */
export type Workspace = {
  /** Slack is away: every call is answered 503. */
  isDown: boolean;
  /** Of every token. */
  scopes: Set<string>;
  isTokenRevoked: boolean;
  archived: Set<string>;
  /** Seconds for which a message may be edited; null: for ever. */
  editSeconds: number | null;
  /** Slack users with their addresses. */
  emails: Map<string, string>;
};

export type SlackReceiver = {
  url: string;
  webhookUrl: string;
  apiUrl: string;
  /** What stands in the channel, oldest first. */
  messages: ReceivedMessage[];
  /** Every call met, failed ones too, e.g. `chat.postMessage`. */
  calls: string[];
  workspace: Workspace;
  /** One failure per call from now on, in this order; then all goes well again. */
  failNext(...failures: Failure[]): void;
  /** Sends what somebody did over Socket Mode, and waits until it is acknowledged. @throws when nobody is connected */
  interact(payload: object): Promise<void>;
  close(): Promise<void>;
};

/** `burst`: messages a channel takes at once before one a second; `now` in milliseconds. */
export type SlackOptions = { burst?: number; now?: () => number };

const webhookPath = '/services/T000/B000/secret';
const channelOfWebhook = 'C0WEBHOOK';

export async function startSlackReceiver({ burst = 30, now = Date.now }: SlackOptions = {}): Promise<SlackReceiver> {
  const messages: ReceivedMessage[] = [];
  const calls: string[] = [];
  const failures: Failure[] = [];
  const workspace: Workspace = {
    isDown: false,
    scopes: new Set(allScopes),
    isTokenRevoked: false,
    archived: new Set(),
    editSeconds: null,
    emails: new Map(),
  };
  const waitFor = pacer(burst, now);
  let stamp = 0;
  const server = createServer((request, response) => {
    void readFields(request).then((fields) => answer(request, response, fields));
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  // It repeats the faults of its server, which are answered where that listens.
  sockets.on('error', () => {});
  const waiting = new Map<string, () => void>();
  sockets.on('connection', (socket: WebSocket) => {
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    socket.on('message', (data: Buffer) => {
      const { envelope_id: id } = JSON.parse(data.toString()) as { envelope_id: string };
      waiting.get(id)?.();
    });
  });

  function answer(request: IncomingMessage, response: ServerResponse, fields: Fields): void {
    const path = (request.url ?? '').split('?')[0]!;
    const method = path === webhookPath ? 'webhook' : path.replace(/^\/api\//, '');
    calls.push(method);
    const failure = failures.shift();
    const json = (body: object) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const slowDown = (seconds: number) => response.writeHead(429, { 'retry-after': String(seconds) }).end('error');
    if (failure && 'status' in failure) {
      if (failure.retryAfter !== undefined) response.setHeader('retry-after', failure.retryAfter);
      response.writeHead(failure.status).end(failure.status === 404 ? 'no_service' : 'error');
      return;
    }
    if (workspace.isDown) return void response.writeHead(503).end('unavailable');
    if (failure && 'error' in failure) return void json({ ok: false, ...failure });
    if (failure?.drop === 'before-accept') return void request.socket.destroy();
    const channel = method === 'webhook' ? channelOfWebhook : String(fields.channel ?? '');
    const refused = refusalOf(method, channel, request.headers.authorization !== undefined || 'token' in fields);
    if (refused) {
      if (method !== 'webhook') return void json({ ok: false, ...refused });
      return void response.writeHead(410).end('channel_is_archived');
    }
    if (method === 'webhook' || method === 'chat.postMessage') {
      const seconds = waitFor(channel);
      if (seconds > 0) return void slowDown(seconds);
    }
    if (method === 'webhook' || method.startsWith('chat.')) {
      const fault = faultOfMessage(String(fields.text ?? ''), fields.blocks);
      if (fault && method === 'webhook') return void response.writeHead(400).end(fault);
      if (fault) return void json({ ok: false, error: fault });
    }
    const body = take(method, channel, fields);
    if (failure) request.socket.destroy();
    else if (typeof body === 'string') response.writeHead(200, { 'content-type': 'text/html' }).end(body);
    else json(body);
  }

  function refusalOf(method: string, channel: string, hasToken: boolean): object | null {
    const writes = method === 'webhook' || method.startsWith('chat.');
    if (method !== 'webhook') {
      if (!hasToken) return { error: 'not_authed' };
      if (workspace.isTokenRevoked) return { error: 'token_revoked' };
      const needed = scopesOf(method, channel).filter((scope) => !workspace.scopes.has(scope));
      const provided = [...workspace.scopes].join();
      if (needed.length > 0) return { error: 'missing_scope', needed: needed.join(), provided };
      if (writes && !/^[CGDUW][A-Z0-9]+$/.test(channel)) return { error: 'channel_not_found' };
    }
    return writes && workspace.archived.has(channel) ? { error: 'is_archived' } : null;
  }

  function take(method: string, channel: string, fields: Fields): string | Record<string, unknown> {
    const text = String(fields.text ?? '');
    const blocks = Array.isArray(fields.blocks) ? fields.blocks : [];
    if (method === 'webhook' || method === 'chat.postMessage') {
      const threadTs = typeof fields.thread_ts === 'string' ? fields.thread_ts : null;
      const stands = (ts: string) => messages.some((one) => one.channel === channel && one.ts === ts);
      if (threadTs !== null && !stands(threadTs)) return { ok: false, error: 'thread_not_found' };
      const ts = `${1_700_000_000 + stamp++}.000100`;
      const isShown = threadTs === null || String(fields.reply_broadcast) === 'true';
      messages.push({
        ts,
        channel,
        text,
        blocks,
        metadata: fields.metadata ?? null,
        threadTs,
        isShown,
        editCount: 0,
        postedAt: now(),
      });
      return method === 'webhook' ? 'ok' : { ok: true, channel, ts };
    }
    if (method === 'chat.update') {
      const found = messages.find((message) => message.channel === channel && message.ts === fields.ts);
      if (!found) return { ok: false, error: 'message_not_found' };
      const { editSeconds } = workspace;
      if (editSeconds !== null && now() - found.postedAt > editSeconds * 1000)
        return { ok: false, error: 'edit_window_closed' };
      Object.assign(found, { text, blocks, editCount: found.editCount + 1 });
      return { ok: true, channel, ts: found.ts };
    }
    if (method === 'conversations.history') {
      // Replies are in their thread alone, unless they were sent to the channel as well.
      const own = messages.filter((message) => message.channel === channel && message.isShown).toReversed();
      // Slack leaves an absent metadata out rather than null.
      return { ok: true, messages: own.map(({ metadata, ...rest }) => (metadata ? { ...rest, metadata } : rest)) };
    }
    if (method === 'users.info' || method === 'users.lookupByEmail') {
      const [id, email] =
        [...workspace.emails].find(([user, address]) => user === fields.user || address === fields.email) ?? [];
      if (id === undefined) return { ok: false, error: method === 'users.info' ? 'user_not_found' : 'users_not_found' };
      const profile = workspace.scopes.has('users:read.email') ? { email } : {};
      return { ok: true, user: { id, profile } };
    }
    if (method === 'apps.connections.open') return { ok: true, url: `${url.replace('http', 'ws')}/socket` };
    return { ok: false, error: 'unknown_method' };
  }

  // Rejects where it cannot listen.
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    webhookUrl: `${url}${webhookPath}`,
    apiUrl: `${url}/api/`,
    messages,
    calls,
    workspace,
    failNext: (...next) => void failures.push(...next),
    async interact(payload) {
      const [socket] = sockets.clients;
      if (!socket) throw new Error('Nobody is connected by Socket Mode.');
      const envelope = `env-${stamp++}`;
      const acknowledged = new Promise<void>((done) => waiting.set(envelope, done));
      socket.send(
        JSON.stringify({ type: 'interactive', envelope_id: envelope, accepts_response_payload: false, payload }),
      );
      await acknowledged;
      waiting.delete(envelope);
    },
    close: () =>
      new Promise((done) => {
        for (const socket of sockets.clients) socket.terminate();
        sockets.close();
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

type Fields = Record<string, unknown>;

/** JSON as the webhook sends it, or a form whose structured fields are JSON, as the Web API client does. */
async function readFields(request: IncomingMessage): Promise<Fields> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  if (request.headers['content-type']?.includes('json')) return JSON.parse(body) as Fields;
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  return Object.fromEntries(
    [...query, ...new URLSearchParams(body)].map(([name, value]) => [
      name,
      name === 'blocks' || name === 'metadata' ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
