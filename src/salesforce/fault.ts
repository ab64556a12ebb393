/** Turns a refused answer into the fault it is: passing or lasting, a limit of the day or of the moment, ours or theirs. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { SourceUsage } from '../model/source.ts';

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

/** Marks a fault that a repetition in seconds may not meet again. */
const passers = new WeakSet<Error>();
const crowded = new WeakSet<Error>();
const pages = new WeakSet<Error>();
export const isPassing = (failure: unknown): boolean => failure instanceof Error && passers.has(failure);
export const isPageFault = (failure: unknown): boolean => failure instanceof Error && pages.has(failure);
export const isCrowded = (failure: unknown): boolean => failure instanceof Error && crowded.has(failure);

export function answerFault(
  status: number,
  text: string,
  usage: SourceUsage | null,
  location?: string | string[],
): Error {
  const first = errorBody.safeParse(parse(text)).data?.[0];
  const code = first?.errorCode ?? `HTTP_${status}`;
  const message = first ? `${code}: ${first.message}` : code;
  const cause = new RestFault(status, code, message);
  if (isMoved(status, text)) return movedFault(location);
  if (code === 'API_DISABLED_FOR_ORG') {
    return new DomainError('salesforce-api-off', `Salesforce answered ${message}`, { cause });
  }
  if (isPolicy(code, first?.message ?? '')) {
    const refused = new DomainError('salesforce-policy', `Salesforce answered ${message}`, { cause });
    // A policy that could not be asked in time; one that says no says so again.
    if (/too long|timed? ?out/i.test(message)) passers.add(refused);
    return refused;
  }
  if (status === 401) {
    return new DomainError('salesforce-login-refused', `Salesforce refused a token it had just issued (${message}).`);
  }
  // REQUEST_LIMIT_EXCEEDED, LIMIT_EXCEEDED and their kin: the code, never the text, says so.
  if (code.includes('LIMIT_EXCEEDED')) {
    const limit = new DomainError('salesforce-limit', `Salesforce answered ${message}`, { cause });
    if (isMomentary(code, first?.message ?? '', usage)) {
      passers.add(limit);
      crowded.add(limit);
    }
    return limit;
  }
  if (passing.has(status)) {
    const outage = new DomainError('salesforce-unreachable', `Salesforce answered HTTP ${status} (${message}).`, {
      cause,
    });
    passers.add(outage);
    return outage;
  }
  if (/^INVALID_?FIELD$/.test(code))
    return new DomainError('salesforce-field-gone', `Salesforce answered ${message}`, { cause });
  if (status === 403 || code === 'INVALID_TYPE') {
    return new DomainError('salesforce-no-permission', `Salesforce answered ${message}`, { cause });
  }
  return cause;
}

/** Another address now, as an org has after a migration or a change of its My Domain. */
export const isMoved = (status: number, text: string): boolean =>
  [301, 302, 303, 307, 308].includes(status) || codeOf(text) === 'URL_NOT_RESET';

const codeOf = (text: string): string | undefined => errorBody.safeParse(parse(text)).data?.[0]?.errorCode;

export function movedFault(location: string | string[] | undefined): DomainError {
  const [url] = [location ?? []].flat();
  const host = url !== undefined && URL.canParse(url) ? new URL(url).host : null;
  const detail = host === null ? 'The org no longer answers at this address.' : `The org now answers at ${host}.`;
  return new DomainError('salesforce-org-moved', detail);
}

/** Words of Salesforce's transaction security; the other refusals of access are about permissions. */
const isPolicy = (code: string, message: string): boolean =>
  code === 'TXN_SECURITY_NO_ACCESS' || (code.startsWith('INSUFFICIENT_ACCESS') && /security polic/i.test(message));

/** Salesforce's API never answers in HTML; its maintenance page and proxies do, with any status. */
export const isWebPage = (headers: Record<string, string | string[] | undefined>): boolean =>
  /^text\/html/i.test(String(headers['content-type'] ?? ''));

export const isPage = (text: string): boolean => /^\s*<(!doctype\s+html|html)\b/i.test(text.slice(0, 200));

export function webPageFault(): Error {
  const outage = new DomainError(
    'salesforce-unreachable',
    'Salesforce answered with a web page, as it does in maintenance.',
  );
  pages.add(outage);
  passers.add(outage);
  return outage;
}

/**
 * One code stands for the day's limit, which frees itself in hours, and for too many long requests at once, which ends in
 * seconds. The header tells them apart: a day that is not used up cannot be what was exceeded. Without it, the limit named.
 */
function isMomentary(code: string, message: string, usage: SourceUsage | null): boolean {
  if (code !== 'REQUEST_LIMIT_EXCEEDED') return false;
  if (/TotalRequests/i.test(message)) return false;
  return usage === null ? /Concurrent/i.test(message) : usage.usedCount < usage.limitCount;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
