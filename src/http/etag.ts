/** The version of what a route shows and changes, as ETag and If-Match. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';

export const ifMatch = z.looseObject({
  'if-match': z.string().max(100).optional().describe('The ETag of the version that the change is made of'),
});

/** Where a change has to say so: the document names the header as required, and without it the answer is 428. */
export const ifMatchNeeded = ifMatch.meta({ required: ['if-match'] });

export const etagOf = (revision: number): string => `"${revision}"`;

/** Where nobody has to say which version they mean: null without the header. @throws DomainError `version-outdated`. */
export const givenRevision = (headers: z.output<typeof ifMatch>): number | null =>
  headers['if-match'] === undefined ? null : revisionOf(headers);

/** @throws DomainError `version-required` without the header, `version-outdated` for what never was an ETag of ours. */
export function revisionOf(headers: z.output<typeof ifMatch>): number {
  const given = headers['if-match'];
  if (given === undefined) throw new DomainError('version-required', 'The header If-Match is missing.');
  const found = /^"(\d{1,9})"$/.exec(given);
  if (!found) throw new DomainError('version-outdated', `If-Match is ${given}, which is no ETag of this.`);
  return Number(found[1]);
}
