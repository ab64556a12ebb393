/** What is edited has a revision, which each edit raises; an edit of an older one is refused. */
import { DomainError } from '../model/errors.ts';

/** `expected` null: whatever it is now; `found` is undefined for what is not there. @throws DomainError `version-outdated`. */
export function expectRevision(expected: number | null, found: number | undefined): void {
  if (expected === null || found === expected) return;
  throw new DomainError(
    'version-outdated',
    found ? 'It was changed since it was read.' : 'It is not there, or no longer.',
  );
}
