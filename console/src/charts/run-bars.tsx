/** The newest syncs as bars, as tall as they took long; how each ended is its colour and its word. */
import { Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { span, when } from '../components/format.ts';

type Sync = Shape<'Sync'>;

const lengthOf = ({ startedAt, finishedAt }: Sync): number =>
  startedAt && finishedAt ? Date.parse(finishedAt) - Date.parse(startedAt) : 0;

export function RunBars({ runs }: { runs: Sync[] }) {
  const longest = Math.max(1, ...runs.map(lengthOf));
  return (
    <>
      <ol className="run-bars" aria-label="The newest syncs, the oldest first">
        {runs.map((run) => {
          const says = `${when(run.startedAt ?? run.createdAt)}: ${run.state.replaceAll('_', ' ')}, ${span(lengthOf(run))}`;
          return (
            <li key={run.id}>
              <Link to="/runs/$id" params={{ id: run.id }} title={says} aria-label={says}>
                <i
                  className={run.state === 'failed' ? 'bad' : run.state === 'succeeded' ? 'good' : 'warn'}
                  style={{ height: `${Math.max(4, (100 * lengthOf(run)) / longest)}%` }}
                />
              </Link>
            </li>
          );
        })}
      </ol>
      <p className="small between">
        <span>{when(runs[0]?.startedAt)}</span>
        <span>The longest took {span(longest)}</span>
      </p>
    </>
  );
}
