/** The state of a run as a word with its colour. */
const meanings: Record<string, ['good' | 'warn' | 'bad' | 'info', string]> = {
  succeeded: ['good', 'complete'],
  succeeded_with_warnings: ['warn', 'with warnings'],
  failed: ['bad', 'failed'],
  canceled: ['warn', 'cancelled'],
  running: ['info', 'running'],
  queued: ['info', 'queued'],
  waiting: ['info', 'waiting'],
  canceling: ['info', 'ending'],
};

export function StateTag({ state }: { state: string }) {
  const [kind, word] = meanings[state] ?? ['info', state];
  return <span className={`tag ${kind}`}>{word}</span>;
}
