/** The frame of every page: where one can go, and how much waits there. */
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { queues, serviceVersion } from '../api/queries.ts';
import { signOut, useMe } from '../session/gate.tsx';
import { count } from './format.ts';
import { roleOf } from './roles.ts';
import { Top } from './top.tsx';

type Place = { to: string; label: string; count?: number | undefined };

function usePlaces(): Place[] {
  const { data } = useQuery(queues);
  const sum = (all: { count: number }[] | undefined) => all?.reduce((total, one) => total + one.count, 0);
  return [
    { to: '/', label: 'Today' },
    { to: '/incidents', label: 'Incidents', count: data?.incidentCount },
    { to: '/reviews', label: 'Reviews', count: sum(data?.reviews) },
    {
      to: '/duplicates',
      label: 'Duplicates',
      count: sum(data?.duplicates.map(({ groupCount }) => ({ count: groupCount }))),
    },
    { to: '/findings', label: 'Findings', count: data?.findingCount },
    { to: '/fixes', label: 'Fix ledger' },
    { to: '/scores', label: 'Scores' },
    { to: '/numbers', label: 'Metrics' },
    { to: '/pipeline', label: 'Pipeline' },
    { to: '/forecast', label: 'Forecast' },
    { to: '/check', label: 'Check a list' },
    { to: '/rules', label: 'Rules' },
    { to: '/runs', label: 'Runs' },
    { to: '/settings', label: 'Settings' },
  ];
}

/** On a phone the places are a line that scrolls: the one that is shown is in sight. */
function useShownPlace() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const line = useRef<HTMLElement>(null);
  useEffect(() => {
    const shown = line.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (line.current && shown)
      line.current.scrollLeft = shown.offsetLeft - (line.current.clientWidth - shown.offsetWidth) / 2;
  }, [path]);
  return line;
}

export function Shell() {
  const { name, scopes } = useMe();
  const places = usePlaces();
  const line = useShownPlace();
  return (
    <div className="app">
      <a className="visually-hidden" href="#page">
        Skip to the page
      </a>
      <header className="side" ref={line}>
        <Link to="/" className="mark" aria-label="Assay">
          <img src="/mark.svg" alt="" />
          <span>Assay</span>
        </Link>
        <nav aria-label="Main">
          {places.map(({ to, label, count: waiting }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/' }}>
              {label}
              {waiting !== undefined && waiting > 0 && (
                <>
                  {' '}
                  <span className="count">{count(waiting)}</span>
                </>
              )}
            </Link>
          ))}
        </nav>
        <div className="foot">
          <strong>{name}</strong>
          <span>{roleOf(scopes)}</span>
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
