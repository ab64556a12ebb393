/** What the states of a sync mean to a page. */
import type { Shape } from '../api/client.ts';

type Sync = Shape<'Sync'>;
const activeStates = new Set(['queued', 'running', 'waiting', 'canceling']);

export const isActive = ({ state }: Pick<Sync, 'state'>): boolean => activeStates.has(state);
export const hasSucceeded = ({ state }: Pick<Sync, 'state'>): boolean => state.startsWith('succeeded');
