/** The frame of every page: where one can go, how fresh everything is, and the sync that runs. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../api/client.ts';
import { useLiveSync } from '../api/live.ts';
import { recentSyncs, serviceVersion } from '../api/queries.ts';
import { signOut, useMay, useMe } from '../session/gate.tsx';
import { ago, count, when, words } from './format.ts';
import { useToast } from './toasts.tsx';

const places = [
  ['/', 'Today'],
  ['/incidents', 'Incidents'],
  ['/reviews', 'Reviews'],
  ['/duplicates', 'Duplicates'],
  ['/findings', 'Findings'],
  ['/numbers', 'Metrics'],
  ['/rules', 'Rules'],
  ['/runs', 'Runs'],
  ['/settings', 'Settings'],
] as const;

export function Shell() {
  const { name } = useMe();
  return (
    <div className="app">
      <a className="visually-hidden" href="#page">
        Skip to the page
      </a>
      <header className="side">
        <Link to="/" className="mark" aria-label="Assay">
          <img src="/mark.svg" alt="" />
          <span>Assay</span>
        </Link>
        <nav aria-label="Main">
          {places.map(([to, label]) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/' }}>
              {label}
            </Link>
          ))}
        </nav>
        <div className="foot">
          <strong>{name}</strong>
          <button type="button" className="button link" onClick={() => void signOut(false)}>
            Sign out
          </button>
        </div>
      </header>
      <div>
        <Top />
        <Content />
      </div>
    </div>
  );
}

/** The page itself takes the focus when one goes to it, so that a keyboard and a screen reader begin there. */
function Content() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== path) main.current?.focus();
    before.current = path;
  }, [path]);
  return (
    <main id="page" ref={main} tabIndex={-1}>
      <NewVersion />
      <Outlet />
    </main>
  );
}

function NewVersion() {
  const { data } = useQuery(serviceVersion);
  const first = useRef<string>(undefined);
  first.current ??= data?.version;
  if (data === undefined || data.version === first.current) return null;
  return (
    <div className="notice info" role="status">
      <div>
        <strong>Assay {data.version} is running now.</strong>
        <p>This page is of version {first.current}. What you typed stays until you load it again.</p>
      </div>
      <button type="button" className="button" onClick={() => window.location.reload()}>
        Load again
      </button>
    </div>
  );
}

type Sync = Shape<'Sync'>;
const activeStates = new Set(['queued', 'running', 'waiting', 'canceling']);
export const isActive = ({ state }: Sync): boolean => activeStates.has(state);
export const hasSucceeded = ({ state }: Sync): boolean => state.startsWith('succeeded');

function Top() {
  const { data, isError } = useQuery(recentSyncs);
  const running = data?.data.find(isActive);
  const published = data?.data.find(hasSucceeded);
  return (
    <section className="top" aria-label="How fresh it is">
      <span className="fresh" aria-live="polite">
        {running ? (
          <Progress sync={running} />
        ) : (
          <Freshness published={published} latest={data?.data[0]} isOld={isError} />
        )}
      </span>
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

function Freshness({
  published,
  latest,
  isOld,
}: {
  published?: Sync | undefined;
  latest?: Sync | undefined;
  isOld: boolean;
}) {
  if (isOld) return <strong className="down">Assay does not answer. What you see may be old.</strong>;
  if (!published)
    return latest ? <>Nothing is published yet. The last sync {latest.state}.</> : <>Nothing is synced yet.</>;
  const failed = latest && latest.id !== published.id && !isActive(latest);
  return (
    <>
      Published {when(published.finishedAt)}, {ago(published.finishedAt)}
      {published.state === 'succeeded' ? (
        <>
          {' '}
          · <strong className="up">complete</strong>
        </>
      ) : (
        <>
          {' '}
          · <strong className="down">with warnings</strong>
        </>
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
  const { stages } = useLiveSync(sync.id);
  const current = stages.findLast(({ state }) => state === 'running');
  const read = stages.filter(({ stage }) => stage === 'pull').reduce((sum, one) => sum + Number(one.readCount), 0);
  if (sync.state === 'waiting') return <>The sync waits: {sync.reason}</>;
  return (
    <>
      <strong>Syncing</strong>
      {current ? ` · ${words(current.stage)} ${current.subject}` : ' …'}
      {read > 0 && ` · ${count(read)} records read`}
    </>
  );
}

function SyncNow() {
  const queries = useQueryClient();
  const say = useToast();
  const start = useMutation({
    mutationFn: () => dataOf(client.POST('/v1/syncs', { body: {} })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['/v1/syncs'] }),
    onError: (error) => say(sentenceOf(error)),
  });
  if (!useMay('runs:write')) return null;
  return (
    <button type="button" className="button first" disabled={start.isPending} onClick={() => start.mutate()}>
      Sync now
    </button>
  );
}
