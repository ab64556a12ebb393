/** Turns a path under /services/data into one answered request: token, one renewal, retries with back-off, errors by code. */
import { setTimeout as sleep } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { ExportApi } from '../model/source.ts';
import { readText } from './body.ts';
import {
  answerFault,
  isCrowded,
  isMoved,
  isPassing,
  isPage,
  isPageFault,
  isWebPage,
  RestFault,
  webPageFault,
} from './fault.ts';
import type { Session, Token } from './session.ts';
import type { Meter, Usage } from './usage.ts';

export type RestRequest = {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Begins with a slash and stays on the instance host. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /** Which count it belongs to; `rest` if not given. */
  api?: ExportApi;
};

export type RestAnswer = Dispatcher.ResponseData;

export type Rest = {
  /**
   * Any 2xx or 304 answer, its body unread.
   * @throws DomainError for login, permission, limit, budget and network; RestFault for any other 4xx.
   */
  send(what: RestRequest): Promise<RestAnswer>;
  /** The answer as text, read whole, with its headers; a body that breaks off is asked for again. */
  text(what: RestRequest): Promise<{ status: number; headers: RestAnswer['headers']; text: string }>;
  /** The answer's JSON, checked; one that is none is asked for again. @throws DomainError `salesforce-answer-invalid`. */
  json<T>(schema: z.ZodType<T>, what: RestRequest, parse?: (text: string) => unknown): Promise<T>;
};

const attempts = 5;
/** Salesforce rarely says how long to wait; longer than this the run is better given back. */
const longestWait = 60_000;

export type RestOptions = {
  /** Milliseconds before the first repetition; doubles each time. */
  retryDelay: number;
};

export type RestParts = { session: Session; agent: Dispatcher; usage: Usage; meter: Meter; options: RestOptions };

export function openRest({ session, agent, usage, meter, options }: RestParts): Rest {
  async function once(token: Token, what: RestRequest): Promise<RestAnswer> {
    const url = new URL(what.path, token.instanceUrl);
    // A path such as //other.host/ would leave the instance with the token in hand.
    if (url.origin !== token.instanceUrl) {
      throw new DomainError('salesforce-url-refused', `Refused to follow ${url.origin}: not the instance host.`);
    }
    usage.check();
    meter.count(what.api ?? 'rest');
    const answer = await request(url, {
      dispatcher: agent,
      method: what.method ?? 'GET',
      headers: {
        authorization: `Bearer ${token.accessToken}`,
        accept: 'application/json',
        'accept-encoding': 'gzip',
        ...(what.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...what.headers,
      },
      body: what.body === undefined ? null : JSON.stringify(what.body),
      signal: what.signal,
    });
    usage.note(answer.headers);
    return answer;
  }

  /** Repeats what passes by itself, reading included, and renews a dead session once. */
  async function persist<T>(what: RestRequest, read: (answer: RestAnswer) => Promise<T>): Promise<T> {
    let token = await session.token();
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      let failure: unknown;
      let wait = options.retryDelay * 2 ** (attempt - 1) * (0.5 + Math.random());
      try {
        const answer = await once(token, what);
        const isAnswered = answer.statusCode < 300 || answer.statusCode === 304;
        if (isAnswered && !isWebPage(answer.headers)) return await read(answer);
        const text = await readText(answer);
        // A login names the address that the org has now.
        if ((answer.statusCode === 401 || isMoved(answer.statusCode, text)) && !renewed) {
          renewed = true;
          token = await session.renew(token);
          continue;
        }
        failure = isAnswered
          ? webPageFault()
          : answerFault(answer.statusCode, text, usage.last(), answer.headers.location);
        if (!isPassing(failure)) throw failure;
        // Too many at once: the others need seconds to end, not milliseconds.
        if (isCrowded(failure)) wait *= 5;
        const asked = Number(answer.headers['retry-after'] ?? 0) * 1000;
        if (asked > longestWait) throw failure;
        wait = Math.max(wait, asked);
      } catch (error) {
        what.signal.throwIfAborted();
        if (error instanceof RestFault) throw error;
        const mayPass =
          isPageFault(error) || (error instanceof DomainError && error.code === 'salesforce-answer-invalid');
        if (error instanceof DomainError && !mayPass) throw error;
        failure =
          error instanceof DomainError
            ? error
            : new DomainError('salesforce-unreachable', 'The connection to Salesforce broke.', { cause: error });
      }
      if (attempt === attempts) throw failure;
      await sleep(wait, undefined, { signal: what.signal });
    }
  }

  return {
    send: (what) => persist(what, async (answer) => answer),
    text: (what) =>
      persist(what, async (answer) => ({
        status: answer.statusCode,
        headers: answer.headers,
        text: await readData(answer),
      })),
    json: (schema, what, parse = parseJson) =>
      persist(what, async (answer) => {
        const parsed = schema.safeParse(parse(await readData(answer)));
        if (parsed.success) return parsed.data;
        const where = parsed.error.issues[0]?.path.join('.') ?? '';
        throw new DomainError(
          'salesforce-answer-invalid',
          `The answer to ${what.path.split('?')[0]} is not as documented at "${where}".`,
        );
      }),
  };
}

/** Some proxies and maintenance pages do not say that they are pages. */
async function readData(answer: RestAnswer): Promise<string> {
  const text = await readText(answer);
  if (isPage(text)) throw webPageFault();
  return text;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
