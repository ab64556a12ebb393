/** What came back from Slack, or did not, becomes one of three: not taken, refused for good, or unknown. */
import { DomainError } from '../model/errors.ts';
import { NotifierDoubt } from '../model/notifier.ts';

/** `retryAfter` in seconds, when Slack said so. */
export function httpFault(status: number, retryAfter: string | null, cause: unknown): DomainError {
  if (status === 429 || status >= 500) {
    const headers: Record<string, string> = retryAfter === null ? {} : { 'retry-after': retryAfter };
    return new DomainError('slack-unavailable', `Slack answered ${status}.`, { cause, headers });
  }
  return new DomainError('slack-refused', `Slack answered ${status}.`, { cause });
}

// The connection never stood, so nothing was sent.
const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

/** The request got no answer: either it never left, or nobody knows. */
export function networkFault(original: unknown): Error {
  for (let error: unknown = original; error instanceof Error; error = error.cause) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && unsentCodes.has(code)) {
      return new DomainError('slack-unavailable', `Slack cannot be reached (${code}).`, { cause: original });
    }
  }
  return new NotifierDoubt('The message went out and no answer came back.', { cause: original });
}
