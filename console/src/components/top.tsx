/** The line above every page: which org, how fresh everything is, the sync that runs, the search and the start of a sync. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, dataOf, sentenceOf, type Shape } from '../api/client.ts';
import { useLiveSync } from '../api/live.ts';
import { connections, recentSyncs } from '../api/queries.ts';
import { useMay } from '../session/gate.tsx';
import { ago, count, when, words } from './format.ts';
import { hasSucceeded, isActive } from './run-state.ts';
import { Search } from './search.tsx';
import { useToast } from './toasts.tsx';

type Sync = Shape<'Sync'>;
/** A night and a bit: what is older than this was missed by the nightly sync. */
const oldAfterMs = 26 * 3_600_000;

export function Top() {
  const { data, isError } = useQuery(recentSyncs);
  const running = data?.data.find(isActive);
  const published = data?.data.find(hasSucceeded);
  return (
    <section className="top" aria-label="How fresh it is">
      <OrgName />
      <span className="fresh" aria-live="polite">
        {running ? (
          <Progress sync={running} />
        ) : (
          <Freshness published={published} latest={data?.data[0]} isOld={isError} />
        )}
      </span>
      <Search />
      {running ? (
        <Link to="/runs/$id" params={{ id: running.id }} className="button">
          Watch it
        </Link>
      ) : (
        <SyncNow />
      )}
    </section>
  );
}

function OrgName() {
  const { data } = useQuery(connections);
  const [first, ...others] = (data?.data ?? []).filter(({ deletedAt }) => deletedAt === null);
  if (first === undefined) return null;
  return (
    <Link to="/settings" className="org-name">
      {first.orgName ?? first.name}
      {first.isSandbox !== null && <span className="dim"> · {first.isSandbox ? 'sandbox' : 'production'}</span>}
      {others.length > 0 && <span className="dim"> +{others.length}</span>}
    </Link>
  );
}

type FreshnessProps = { published?: Sync | undefined; latest?: Sync | undefined; isOld: boolean };

function Freshness({ published, latest, isOld }: FreshnessProps) {
  if (isOld) return <strong className="down">Assay does not answer. What you see may be old.</strong>;
  if (!published)
    return latest ? <>Nothing is published yet. The last sync {latest.state}.</> : <>Nothing is synced yet.</>;
  const failed = latest && latest.id !== published.id && !isActive(latest);
  const isLate = Date.now() - Date.parse(published.finishedAt ?? '') > oldAfterMs;
  return (
    <>
      Published {when(published.finishedAt)}
      {isLate ? <strong className="late">, {ago(published.finishedAt)}</strong> : <>, {ago(published.finishedAt)}</>},
      from{' '}
      <Link to="/runs/$id" params={{ id: published.id }}>
        this run
      </Link>{' '}
      ·{' '}
      {published.state === 'succeeded' ? (
        <strong className="up">no warnings</strong>
      ) : (
        <strong className="late">with warnings</strong>
      )}
      {failed && (
        <>
          {' '}
          ·{' '}
          <Link to="/runs/$id" params={{ id: latest.id }}>
            the last sync {latest.state}
          </Link>
        </>
      )}
    </>
  );
}

function Progress({ sync }: { sync: Sync }) {
  const { stages, isConnected } = useLiveSync(sync.id);
  const current = stages.findLast(({ state }) => state === 'running');
  const read = stages.filter(({ stage }) => stage === 'pull').reduce((sum, one) => sum + Number(one.readCount), 0);
  if (sync.state === 'waiting') return <>The sync waits: {sync.reason}</>;
  return (
    <>
      <strong>Syncing</strong>
      {current ? ` · ${words(current.stage)} ${current.subject}` : ' …'}
      {read > 0 && ` · ${count(read)} records read`}
      {!isConnected && stages.length > 0 && <strong className="late"> · connecting again …</strong>}
    </>
  );
}

function SyncNow() {
  const queries = useQueryClient();
  const say = useToast();
  const start = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/syncs', { body: {} })),
    onError: (error) => say(sentenceOf(error)),
    // Refused, too: then one runs that somebody else, or a decision, has started.
    onSettled: () => queries.invalidateQueries({ queryKey: ['/v1/syncs'] }),
  });
  if (!useMay('runs:write')) return null;
  return (
    <button type="button" className="button first" disabled={start.isPending} onClick={() => start.mutate()}>
      Sync now
    </button>
  );
}
