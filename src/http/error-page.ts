/** The code of an error becomes a page about it: what happened, what to do, whether trying again helps. */
import { type ErrorCode, errorTable } from '../model/errors.ts';
import { escape, page } from './page-text.ts';

/** What `type` of a problem document points to. */
export const errorPath = (code: ErrorCode): string => `/errors/${code}`;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);

export function errorPage(code: ErrorCode): string {
  const { title, hint, status, retry } = errorTable[code];
  const again = retry === 'later' ? 'Trying again later may help.' : 'Trying again does not help.';
  return page(
    title,
    `<p class="quiet">Assay · <code>${code}</code> · HTTP status ${status}</p>
<h1>${escape(title)}</h1>
<p class="advice"><strong>What to do:</strong> ${escape(hint)}</p>
<p>${again}</p>
<nav><a href="/">Assay</a> · <a href="/docs">The API</a></nav>`,
  );
}
