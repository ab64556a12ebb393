/** Kinds and states of repairs in words. */
import type { Shape } from '../../api/client.ts';

export type Fix = Shape<'Fix'>;

export const kindNames: Record<Fix['kind'], string> = {
  deal_copies: 'Copies of a deal',
  person_copies: 'Copies of a person',
  account_copies: 'Copies of a company',
  orphan_deal: 'Deal without an account',
  stale_deal: 'Deal nobody decided',
  missing_value: 'Empty field',
};
export const kinds = Object.keys(kindNames) as Fix['kind'][];

export const states: readonly (readonly [Fix['state'], string])[] = [
  ['open', 'To do'],
  ['done', 'Done'],
  ['undone', 'Came back'],
  ['withdrawn', 'Withdrawn'],
];
