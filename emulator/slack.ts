/** A local receiver that speaks Slack's incoming webhook and four Web API methods, keeps a ledger, and fails on request. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ReceivedMessage = {
  ts: string;
  channel: string;
  text: string;
  blocks: unknown[];
  metadata: unknown;
  /** The message whose thread it stands in. */
  threadTs: string | null;
  /** How often it was edited. */
  editCount: number;
};

/** What the next call meets: a status, an error of the Web API by name, its answer lost after the message was taken, or lost before. */
export type Failure =
  | { status: 429 | 500 | 404; retryAfter?: number }
  | { error: string }
  | { drop: 'after-accept' | 'before-accept' };

export type SlackReceiver = {
  url: string;
  webhookUrl: string;
  apiUrl: string;
  /** What stands in the channel, oldest first. */
  messages: ReceivedMessage[];
  /** Every call met, failed ones too, e.g. `chat.postMessage`. */
  calls: string[];
  /** One failure per call from now on, in this order; then all goes well again. */
  failNext(...failures: Failure[]): void;
  close(): Promise<void>;
};

const webhookPath = '/services/T000/B000/secret';
const channelOfWebhook = 'C0WEBHOOK';

export async function startSlackReceiver(): Promise<SlackReceiver> {
  const messages: ReceivedMessage[] = [];
  const calls: string[] = [];
  const failures: Failure[] = [];
  const server = createServer((request, response) => {
    void readFields(request).then((fields) => answer(request, response, fields));
  });

  function answer(request: IncomingMessage, response: ServerResponse, fields: Fields): void {
    const path = (request.url ?? '').split('?')[0]!;
    const method = path === webhookPath ? 'webhook' : path.replace(/^\/api\//, '');
    calls.push(method);
    const failure = failures.shift();
    if (failure && 'status' in failure) {
      if (failure.retryAfter !== undefined) response.setHeader('retry-after', failure.retryAfter);
      response.writeHead(failure.status).end(failure.status === 404 ? 'no_service' : 'error');
      return;
    }
    if (failure && 'error' in failure) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ok: false, ...failure }));
      return;
    }
    if (failure?.drop === 'before-accept') {
      request.socket.destroy();
      return;
    }
    const body = take(method, fields);
    if (failure) request.socket.destroy();
    else if (typeof body === 'string') response.writeHead(200, { 'content-type': 'text/html' }).end(body);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  function take(method: string, fields: Fields): string | Record<string, unknown> {
    const text = String(fields.text ?? '');
    const blocks = Array.isArray(fields.blocks) ? fields.blocks : [];
    const channel = method === 'webhook' ? channelOfWebhook : String(fields.channel ?? '');
    if (method === 'webhook' || method === 'chat.postMessage') {
      const threadTs = typeof fields.thread_ts === 'string' ? fields.thread_ts : null;
      const ts = `${1_700_000_000 + messages.length}.000100`;
      messages.push({ ts, channel, text, blocks, metadata: fields.metadata ?? null, threadTs, editCount: 0 });
      return method === 'webhook' ? 'ok' : { ok: true, channel, ts };
    }
    if (method === 'chat.update') {
      const found = messages.find((message) => message.channel === channel && message.ts === fields.ts);
      if (!found) return { ok: false, error: 'message_not_found' };
      Object.assign(found, { text, blocks, editCount: found.editCount + 1 });
      return { ok: true, channel, ts: found.ts };
    }
    if (method === 'conversations.history') {
      const own = messages.filter((message) => message.channel === channel).toReversed();
      // Slack leaves an absent metadata out rather than null.
      return { ok: true, messages: own.map(({ metadata, ...rest }) => (metadata ? { ...rest, metadata } : rest)) };
    }
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
    failNext: (...next) => void failures.push(...next),
    close: () =>
      new Promise((done) => {
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
