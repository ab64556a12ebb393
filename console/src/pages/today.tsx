/** Today: is it fresh, is it good, what should I do first? */
import { useInfiniteQuery, usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { listOf, queues, recentSyncs, scores, syncById } from '../api/queries.ts';
import { ago, count, plural, score } from '../components/format.ts';
import { Page } from '../components/page.tsx';
import { hasSucceeded, isActive } from '../components/run-state.ts';
import { Failure, Waiting } from '../components/state.tsx';
import { useMe } from '../session/gate.tsx';
import { FirstSteps } from './today/first-steps.tsx';
import { IncidentNotice } from './today/incident-notice.tsx';
import { MendFirst } from './today/mend-first.tsx';
import { NextReviews } from './today/next-reviews.tsx';
import { PipelineCard } from './today/pipeline-card.tsx';
import { ScoreCard } from './today/score-card.tsx';

type Score = Shape<'Score'>;
type Sync = Shape<'Sync'>;

const shownObjects = 4;
const shownIncidents = 3;

export function Today() {
  const { name } = useMe();
  // Asked for with the runs, not after them: there are scores on all but the first day.
  usePrefetchQuery(scores);
  const syncs = useQuery(recentSyncs);
  const runs = syncs.data?.data ?? [];
  return (
    <Page title={`${greeting(new Date())}, ${name}`} sub={<LastNight runs={runs} />}>
      {syncs.isError && <Failure error={syncs.error} onRetry={() => void syncs.refetch()} />}
      {syncs.isSuccess && !runs.some(hasSucceeded) ? <FirstSteps runs={runs} /> : <Overview />}
    </Page>
  );
}

function greeting(now: Date): string {
  const hour = now.getHours();
  return hour >= 5 && hour < 12 ? 'Good morning' : hour >= 12 && hour < 18 ? 'Good afternoon' : 'Good evening';
}

function LastNight({ runs }: { runs: Sync[] }) {
  const last = runs.find((run) => !isActive(run));
  const waiting = useQuery(queues).data;
  if (!last) return <>Nothing has been read from Salesforce yet.</>;
  if (!hasSucceeded(last))
    return (
      <>
        The last sync {last.state} {ago(last.finishedAt)}: {last.reason}{' '}
        <Link to="/runs/$id" params={{ id: last.id }}>
          What to do
        </Link>
      </>
    );
  const pairs = waiting?.reviews.reduce((sum, one) => sum + one.count, 0) ?? 0;
  return (
    <>
      The last sync ended {ago(last.finishedAt)}
      <Changed id={last.id} />
      {last.warnings.length > 0 && (
        <>
          , with{' '}
          <Link to="/runs/$id" params={{ id: last.id }}>
            {plural(last.warnings.length, 'warning')}
          </Link>
        </>
      )}
      .{' '}
      {waiting &&
        (waiting.incidentCount === 0
          ? 'Nothing has fallen.'
          : `${waiting.incidentCount === 1 ? 'One incident is' : `${count(waiting.incidentCount)} incidents are`} not resolved.`)}{' '}
      {pairs > 0 && `${plural(pairs, 'pair')} ${pairs === 1 ? 'waits' : 'wait'} for a person’s word.`}
    </>
  );
}

/** How many records it saw that were other than before. */
function Changed({ id }: { id: string }) {
  const { data } = useQuery({ ...syncById(id), staleTime: Infinity });
  const pulled = data?.stages.filter(({ stage }) => stage === 'pull') ?? [];
  if (pulled.length === 0) return null;
  return (
    <>
      :{' '}
      {plural(
        pulled.reduce((sum, { changedCount }) => sum + changedCount, 0),
        'record',
      )}{' '}
      changed
    </>
  );
}

/** Each part asks by itself, at once. */
function Overview() {
  return (
    <div className="stack">
      <OpenIncidents />
      <Scores />
      <div className="grid split">
        <PipelineCard />
        <MendFirst />
      </div>
      <NextReviews />
    </div>
  );
}

function Scores() {
  const answer = useQuery(scores);
  if (answer.isPending) return <Waiting what="Scores" lines={6} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const wholeOf = (rows: Score[]) => rows.find(({ dimension }) => dimension === null);
  // Those that most is asked of come first, and large.
  const asked = (rows: Score[]) => wholeOf(rows)?.applicableCount ?? 0;
  const objects = [...Map.groupBy(answer.data.data, ({ object }) => object)].toSorted(
    ([, one], [, other]) => asked(other) - asked(one),
  );
  const rest = objects.slice(shownObjects);
  return (
    <>
      <div className="grid cards">
        {objects
          .slice(0, shownObjects)
          .toSorted(([one], [other]) => one.localeCompare(other))
          .map(([object, rows]) => (
            <ScoreCard key={object} object={object} rows={rows} />
          ))}
      </div>
      {rest.length > 0 && (
        <p className="small others">
          {rest.map(([object, rows]) => (
            <span key={object}>
              <Link to="/scores" search={{ object }}>
                {object}
              </Link>{' '}
              <strong>{score(wholeOf(rows)?.score)}</strong>
            </span>
          ))}
        </p>
      )}
    </>
  );
}

function OpenIncidents() {
  const answer = useInfiniteQuery(listOf('/v1/incidents', { state: 'open' }, shownIncidents + 1));
  const open = answer.data?.pages[0]?.data ?? [];
  return (
    <>
      {open.slice(0, shownIncidents).map((one) => (
        <IncidentNotice key={one.id} incident={one} />
      ))}
      {open.length > shownIncidents && (
        <Link to="/incidents" className="small">
          And {plural(open.length - shownIncidents, 'more incident')}
        </Link>
      )}
    </>
  );
}
