/** Words that several pages share: what is matched, and by what a record is judged. */

export const entityOptions = [
  ['person', 'People'],
  ['company', 'Companies'],
  ['deal', 'Deals'],
] as const;

export const dimensionNames = ['completeness', 'uniqueness', 'timeliness', 'validity', 'consistency'];

/** What somebody did, in the audit log, as a person says it. What is not listed is said as the log has it. */
const deeds: Record<string, string> = {
  'session create': 'signed in',
  'session end': 'ended a session',
  'person create': 'signed in for the first time',
  'sync start': 'started a sync',
  'sync cancel': 'cancelled a sync',
  'lookup look-up': 'looked a record up',
  'list-check start': 'checked a list',
  'delivery test': 'sent a test message',
  'input put': 'gave the input',
  'review decide': 'decided a review',
  'review undo': 'took a decision back',
  'backtest start': 'tried a change of a rule',
};
const done: Record<string, string> = {
  create: 'made the',
  change: 'changed the',
  delete: 'deleted the',
  remove: 'removed the',
  revoke: 'revoked the',
  rotate: 'renewed the',
  set: 'set the',
  lift: 'lifted the',
  accept: 'accepted the',
  pin: 'fixed a value of the',
  unpin: 'let go a value of the',
  start: 'started the',
  test: 'tested the',
};

export function deed({ action, kind }: { action: string; kind: string }): string {
  return (
    deeds[`${kind} ${action}`] ??
    `${done[action] ?? action} ${kind === 'golden' ? 'golden record' : kind.replaceAll('-', ' ')}`
  );
}
