/** What each scope of a key allows, in words. */
import type { Shape } from '../../api/client.ts';

export type Scope = Shape<'Me'>['scopes'][number];

export const scopeMeanings: Record<Scope, string> = {
  'data:read': 'See states, counts and scores',
  'pii:read': 'See names, e-mails and telephones',
  'runs:write': 'Start and cancel syncs',
  'reviews:write': 'Decide on duplicates, waive findings, acknowledge incidents',
  'config:write': 'Change orgs, schedules and rules',
  admin: 'Everything, keys included',
};
