/** One run: what it does now, or did; how long each step took, and what to do where it failed. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { client, dataOf } from '../api/client.ts';
import { type LiveStage, useLiveSync } from '../api/live.ts';
import { syncById } from '../api/queries.ts';
import { count, span, when, words } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { isActive } from '../components/run-state.ts';
import { StateTag } from '../components/state-tag.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { useMay } from '../session/gate.tsx';
import { ScrollX } from '../components/scroll-x.tsx';

const route = getRouteApi('/runs/$id');

export function Run() {
  const { id } = route.useParams();
  const queries = useQueryClient();
  const answer = useQuery({
    ...syncById(id),
    refetchInterval: ({ state }) => (state.data && isActive(state.data) ? 3000 : false),
  });
  const live = useLiveSync(answer.data && isActive(answer.data) ? id : null);
  const cancel = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/syncs/{id}/cancel', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['/v1/syncs'] }),
  });
  const may = useMay('runs:write');
  if (answer.isPending) return <Waiting what="The run" lines={8} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const run = answer.data;
  const stages = mergeStages(run.stages, live.stages);
  return (
    <Page
      title={`Run of ${when(run.startedAt ?? run.createdAt)}`}
      sub={
        <>
          <StateTag state={run.state} />{' '}
          {run.finishedAt && run.startedAt && `after ${span(Date.parse(run.finishedAt) - Date.parse(run.startedAt))}`}
        </>
      }
      actions={
        may && isActive(run) ? (
          <button
            type="button"
            className="button"
            disabled={cancel.isPending || run.state === 'canceling'}
            onClick={() => cancel.mutate()}
          >
            Cancel it
          </button>
        ) : undefined
      }
    >
      <div className="stack">
        {run.reason !== null && (
          <div className={`notice ${run.state === 'failed' ? 'bad' : 'info'}`}>
            <div>
              <strong>{run.reason}</strong>
              {run.nextAction !== null && <p>{run.nextAction}</p>}
              {run.nextTryAt !== null && <p>It is tried again at {when(run.nextTryAt)}.</p>}
            </div>
          </div>
        )}
        {run.warnings.length > 0 && (
          <div className="notice warn">
            <div>
              <strong>{run.warnings.length === 1 ? 'One warning' : `${run.warnings.length} warnings`}</strong>
              <ul className="plain">
                {run.warnings.map((warning) => (
                  <li key={warning}>{warning}</li>
                ))}
              </ul>
            </div>
          </div>
        )}
        <Card title="Steps" isFlush>
          <ScrollX label="All steps">
            <table>
              <thead>
                <tr>
                  <th scope="col">Step</th>
                  <th scope="col">Of</th>
                  <th scope="col">State</th>
                  <th scope="col" className="n">
                    Read
                  </th>
                  <th scope="col" className="n">
                    Changed
                  </th>
                  <th scope="col" className="n">
                    Took
                  </th>
                </tr>
              </thead>
              <tbody>
                {stages.map((stage) => (
                  <StageRow key={`${stage.stage} ${stage.subject}`} stage={stage} />
                ))}
              </tbody>
            </table>
          </ScrollX>
          {stages.length === 0 && <p className="small dim pad">No step has begun yet.</p>}
        </Card>
      </div>
    </Page>
  );
}

type Stage = LiveStage & { startedAt?: string; finishedAt?: string | null };

/** What the stream says is newer than what the list said. */
function mergeStages(listed: Stage[], live: LiveStage[]): Stage[] {
  const all = new Map<string, Stage>();
  for (const one of [...listed, ...live]) {
    const key = `${one.stage} ${one.subject}`;
    const known = all.get(key);
    if (known?.state === 'done' && one.state === 'running') continue;
    all.set(key, { ...known, ...one });
  }
  return [...all.values()];
}

function StageRow({ stage }: { stage: Stage }) {
  const { state, doneCount, totalCount, startedAt, finishedAt } = stage;
  const share = state === 'running' && doneCount !== undefined && totalCount ? doneCount / totalCount : null;
  return (
    <tr>
      <td className="strong">{words(stage.stage)}</td>
      <td>{stage.subject}</td>
      <td>
        {share === null ? (
          <span className={state === 'running' ? 'tag info' : state === 'skipped' ? 'tag' : 'tag good'}>{state}</span>
        ) : (
          <>
            <progress max={1} value={share} aria-label={`${stage.stage} ${stage.subject}`} />
            <div className="small dim">{paceText(stage)}</div>
          </>
        )}
      </td>
      <td className="n">{count(Number(stage.readCount || doneCount || 0))}</td>
      <td className="n">{count(Number(stage.changedCount || 0))}</td>
      <td className="n dim">
        {startedAt && finishedAt ? tookText(Date.parse(finishedAt) - Date.parse(startedAt)) : ''}
      </td>
    </tr>
  );
}

/** How fast it goes and how long it takes yet, once it was watched for a moment. */
function paceText({ doneCount = 0, totalCount, firstHeardAt, firstDoneCount = 0 }: Stage): string {
  const seconds = firstHeardAt === undefined ? 0 : (Date.now() - firstHeardAt) / 1000;
  const rate = seconds < 2 ? 0 : (doneCount - firstDoneCount) / seconds;
  if (rate <= 0) return totalCount ? `of ${count(totalCount)}` : '';
  const left = totalCount ? `, ${span((1000 * (totalCount - doneCount)) / rate)} left` : '';
  return `${count(rate)} a second${left}`;
}

const tookText = (milliseconds: number) =>
  milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : span(milliseconds);
