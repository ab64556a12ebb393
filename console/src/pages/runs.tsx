/** Runs: what happened, how long, what failed? */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { connections, listOf } from '../api/queries.ts';
import { RunBars } from '../charts/run-bars.tsx';
import { ExportFile } from '../components/export-file.tsx';
import { span, when, words } from '../components/format.ts';
import { LongList } from '../components/long-list.tsx';
import { Card, Page } from '../components/page.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { Empty } from '../components/state.tsx';

type Sync = Shape<'Sync'>;

const shownBars = 40;

export function Runs() {
  const answer = useInfiniteQuery({ ...listOf('/v1/syncs', {}), refetchInterval: 15_000 });
  const orgs = useQuery(connections).data?.data ?? [];
  const nameOf = (id: string) => {
    const org = orgs.find((one) => one.id === id);
    return org?.orgName ?? org?.name ?? id;
  };
  const newest = answer.data?.pages[0]?.data.slice(0, shownBars).toReversed() ?? [];
  return (
    <Page
      title="Runs"
      sub="Every sync of your orgs, the newest first: what it read, and why it ended as it did."
      actions={<ExportFile path="/v1/syncs" filters={{}} />}
    >
      {newest.length > 2 && (
        <Card title="How long each took">
          <RunBars runs={newest} />
        </Card>
      )}
      <LongList<Sync>
        what="Runs"
        answer={answer}
        idOf={({ id }) => id}
        empty={
          <Empty title="No sync has run yet">
            <p>Start one with “Sync now”, or give it a schedule in Settings.</p>
          </Empty>
        }
        columns={[
          {
            head: 'Started',
            width: '160px',
            cell: (run) => (
              <Link to="/runs/$id" params={{ id: run.id }} className="strong plain-link">
                {when(run.startedAt ?? run.createdAt)}
              </Link>
            ),
          },
          { head: 'State', width: '130px', cell: (run) => <StateTag state={run.state} /> },
          { head: 'Started by', width: '120px', cell: (run) => starters[run.trigger] ?? words(run.trigger) },
          { head: 'Org', width: '130px', cell: (run) => nameOf(run.connectionId) },
          { head: 'Took', width: '100px', isNumber: true, cell: took },
          {
            head: 'What came of it',
            width: 'minmax(0, 1fr)',
            cell: (run) => <span className="small">{run.reason ?? run.warnings[0] ?? ''}</span>,
          },
        ]}
      />
    </Page>
  );
}

const starters: Record<string, string> = { http: 'API or console', schedule: 'Schedule', cli: 'Command line' };

const took = ({ startedAt, finishedAt }: Sync): string =>
  startedAt && finishedAt ? span(Date.parse(finishedAt) - Date.parse(startedAt)) : '';
