/** A newcomer's way: connect an org, the first sync, a first look, the nightly schedule, Slack. Each step says whether it is done. */
import { useInfiniteQuery, useQuery, useQueryClient, useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../../api/client.ts';
import { useLiveSync } from '../../api/live.ts';
import { connections, listOf, schedules } from '../../api/queries.ts';
import { count, words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { isActive } from '../../components/run-state.ts';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';

type Sync = Shape<'Sync'>;
type Step = { title: string; says: ReactNode; isDone: boolean; action?: ReactNode };

export function FirstSteps({ runs }: { runs: Sync[] }) {
  const orgs = useQuery(connections).data?.data ?? [];
  const times = useQuery(schedules).data?.data ?? [];
  const messages = useInfiniteQuery(listOf('/v1/deliveries', {})).data?.pages[0]?.data ?? [];
  const running = runs.find(isActive);
  const failed = running ? undefined : runs.find(({ state }) => state === 'failed');
  const org = orgs.find(({ orgId }) => orgId !== null) ?? orgs[0];
  const steps: Step[] = [
    {
      title: 'Connect an org',
      says: org
        ? `${org.orgName ?? org.name} is connected. Assay reads it, and never writes to it.`
        : 'Assay reads Salesforce by an app that you make there; it never writes.',
      isDone: org !== undefined,
      action: (
        <Link to="/settings/connect" className="button">
          {org ? 'Connect another' : 'Connect an org'}
        </Link>
      ),
    },
    {
      title: 'The first sync',
      says: running ? (
        <FirstProgress id={running.id} />
      ) : failed ? (
        <span className="down">
          The last one failed: {failed.reason} {failed.nextAction}
        </span>
      ) : (
        'It reads everything, finds duplicates and stale fields, and publishes the cleaned view.'
      ),
      isDone: false,
      action: running ? (
        <Link to="/runs/$id" params={{ id: running.id }} className="button">
          Watch it
        </Link>
      ) : (
        org && <StartSync />
      ),
    },
    {
      title: 'A first look',
      says: 'Scores, findings, duplicates and metrics appear on this page when the sync is done.',
      isDone: false,
    },
    {
      title: 'Every night by itself',
      says: times.length > 0 ? 'A schedule is set.' : 'A nightly sync keeps everything fresh.',
      isDone: times.length > 0,
      action: (
        <Link to="/settings" hash="schedules" className="button">
          {times.length > 0 ? 'Change it' : 'Set the hour'}
        </Link>
      ),
    },
    {
      title: 'Slack hears when quality falls',
      says:
        messages.length > 0
          ? 'A message has been sent.'
          : 'Set a bot token or a webhook of Slack for the service, then send a test message.',
      isDone: messages.some(({ state }) => state === 'sent'),
      action: (
        <Link to="/settings" hash="slack" className="button">
          Try it
        </Link>
      ),
    },
  ];
  const next = steps.findIndex(({ isDone }) => !isDone);
  return (
    <Card title="Five steps to a clean view" isFlush>
      <ol className="steps">
        {steps.map(({ title, says, isDone, action }, at) => (
          <li key={title} aria-current={at === next ? 'step' : undefined}>
            <span className={isDone ? 'number done' : 'number'} aria-label={isDone ? 'done' : 'to do'}>
              {isDone ? '✓' : at + 1}
            </span>
            <div>
              <strong>{title}</strong>
              <div className="small">{says}</div>
            </div>
            {action}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function StartSync() {
  const queries = useQueryClient();
  const say = useToast();
  const start = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/syncs', { body: {} })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['/v1/syncs'] }),
    onError: (error) => say(sentenceOf(error)),
  });
  if (!useMay('runs:write')) return null;
  return (
    <button type="button" className="button" disabled={start.isPending} onClick={() => start.mutate()}>
      Start the first sync
    </button>
  );
}

/** What the stream says of a sync that runs, in a line and a bar for each object. */
function FirstProgress({ id }: { id: string }) {
  const { stages } = useLiveSync(id);
  const current = stages.findLast(({ state }) => state === 'running');
  const pulled = stages.filter(({ stage }) => stage === 'pull');
  const read = pulled.reduce((sum, one) => sum + Number(one.readCount || one.doneCount || 0), 0);
  return (
    <span role="status">
      {current ? `${words(current.stage)} ${current.subject}` : 'It begins'}
      {read > 0 && `; ${count(read)} records of ${count(pulled.length)} objects read so far`} …
    </span>
  );
}
