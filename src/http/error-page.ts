/** The code of an error becomes a page about it: what happened, what to do, whether trying again helps. */
import { type ErrorCode, errorTable } from '../model/errors.ts';

/** What `type` of a problem document points to. */
export const errorPath = (code: ErrorCode): string => `/errors/${code}`;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code);

export function errorPage(code: ErrorCode): string {
  const { title, hint, status, retry } = errorTable[code];
  const again = retry === 'later' ? 'Trying again later may help.' : 'Trying again does not help.';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${code} · Assay</title>
<h1>${escape(title)}</h1>
<p><strong>What to do:</strong> ${escape(hint)}</p>
<p><code>${code}</code>, HTTP status ${status}. ${again}</p>
</html>
`;
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
