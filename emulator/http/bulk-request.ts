/** The body that makes a Bulk 2.0 job becomes its checked request, or INVALIDJOB with the first field that is wrong. */
import { z } from 'zod';
import { SalesforceError } from '../salesforce-error.ts';
import { delimiters } from './bulk-jobs.ts';

/** How the CSV of a job is written, for queries and loads alike. */
export const csvFormat = {
  contentType: z.literal('CSV').default('CSV'),
  columnDelimiter: z.enum(Object.keys(delimiters) as (keyof typeof delimiters)[]).default('COMMA'),
  lineEnding: z.enum(['LF', 'CRLF']).default('LF'),
};

export function readJobRequest<T>(shape: z.ZodType<T>, body: unknown): T {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new SalesforceError(400, 'INVALIDJOB', `InvalidJob : ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}
