/** Turns a path under /services/data into one answered request: token, one renewal, retries with back-off, errors by code. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Agent, request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { Session, Token } from './session.ts';

export type RestRequest = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with a slash and stays on the instance host. */
  path: string;
  body?: unknown;
  accept?: string;
  signal: AbortSignal;
};

export type RestAnswer = Dispatcher.ResponseData;

export type Rest = {
  /**
   * Any 2xx answer, its body unread.
   * @throws DomainError for login, permission, limit and network; RestFault for any other 4xx.
   */
  send(what: RestRequest): Promise<RestAnswer>;
  /** The answer's JSON, checked. @throws DomainError `salesforce-answer-invalid`. */
  json<T>(schema: z.ZodType<T>, what: RestRequest): Promise<T>;
};

/** A 4xx answer that the caller may understand better than this layer does. */
export class RestFault extends Error {
  readonly status: number;
  readonly errorCode: string;

  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }
}

const errorBody = z.array(z.object({ errorCode: z.string(), message: z.string() })).min(1);
// 406, 420 and 429 are seen from Salesforce's edge under load (Airbyte's rate_limiting.py retries the same).
const passing = new Set([406, 420, 429, 500, 502, 503, 504]);
const attempts = 5;

export type RestOptions = { /** Milliseconds before the first repetition; doubles each time. */ retryDelay: number };

export function openRest(session: Session, options: RestOptions): Rest {
  // 10 minutes for the first byte: a large result page is put together before it is sent.
  const agent = new Agent({ headersTimeout: 600_000, bodyTimeout: 300_000, connections: 8 });

  async function once(token: Token, what: RestRequest): Promise<RestAnswer> {
    const url = new URL(what.path, token.instanceUrl);
    // A path such as //other.host/ would leave the instance with the token in hand.
    if (url.origin !== token.instanceUrl) {
      throw new DomainError('salesforce-answer-invalid', `Refused to follow ${url.origin}: not the instance host.`);
    }
    return request(url, {
      dispatcher: agent,
      method: what.method ?? 'GET',
      headers: {
        authorization: `Bearer ${token.accessToken}`,
        accept: what.accept ?? 'application/json',
        'accept-encoding': 'gzip',
        ...(what.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: what.body === undefined ? null : JSON.stringify(what.body),
      signal: what.signal,
    });
  }

  async function send(what: RestRequest): Promise<RestAnswer> {
    let token = await session.token();
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      let failure: unknown;
      try {
        const answer = await once(token, what);
        if (answer.statusCode < 300) return answer;
        const text = await readText(answer);
        if (answer.statusCode === 401 && !renewed) {
          renewed = true;
          token = await session.renew(token);
          continue;
        }
        failure = fault(answer.statusCode, text);
        if (!passing.has(answer.statusCode)) throw failure;
      } catch (error) {
        what.signal.throwIfAborted();
        if (error instanceof DomainError || error instanceof RestFault) throw error;
        failure = new DomainError('salesforce-unreachable', 'The connection to Salesforce broke.', { cause: error });
      }
      if (attempt === attempts) throw failure;
      await sleep(options.retryDelay * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, { signal: what.signal });
    }
  }

  return {
    send,
    async json(schema, what) {
      const text = await readText(await send(what));
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      const where = parsed.error.issues[0]?.path.join('.') ?? '';
      throw new DomainError(
        'salesforce-answer-invalid',
        `The answer to ${bare(what.path)} is not as documented at "${where}".`,
      );
    },
  };
}

function fault(status: number, text: string): Error {
  const first = errorBody.safeParse(parseJson(text)).data?.[0];
  const code = first?.errorCode ?? `HTTP_${status}`;
  const told = first ? `${code}: ${first.message}` : code;
  if (status === 401) {
    return new DomainError('salesforce-login-refused', `Salesforce refused a token it had just issued (${told}).`);
  }
  // REQUEST_LIMIT_EXCEEDED, LIMIT_EXCEEDED and their kin: the code, never the text, says so.
  if (code.includes('LIMIT_EXCEEDED')) return new DomainError('salesforce-limit', `Salesforce answered ${told}`);
  if (passing.has(status))
    return new DomainError('salesforce-unreachable', `Salesforce answered HTTP ${status} (${told}).`);
  if (status === 403 || code === 'INVALID_TYPE')
    return new DomainError('salesforce-no-permission', `Salesforce answered ${told}`);
  return new RestFault(status, code, told);
}

function bare(path: string): string {
  return path.split('?')[0] ?? path;
}

async function readText(answer: RestAnswer): Promise<string> {
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  if (answer.headers['content-encoding'] !== 'gzip') return bytes.toString('utf8');
  return gunzipSync(bytes).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
