/** An empty list: nothing to do, or nothing known yet, which would look the same before the first sync is published. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { recentSyncs } from '../api/queries.ts';
import { hasSucceeded, isActive } from './run-state.ts';
import { Empty } from './state.tsx';

export function EmptyList({ title, children }: { title: string; children?: ReactNode }) {
  const { data } = useQuery(recentSyncs);
  const isKnown = data === undefined || data.nextCursor !== null || data.data.some(hasSucceeded);
  if (isKnown) return <Empty title={title}>{children}</Empty>;
  const running = data.data.find(isActive);
  return (
    <Empty title="Nothing is known yet">
      <p>
        {running
          ? 'The first sync is under way. What it finds is here when it is published.'
          : 'What Assay finds is here once the first sync is published. Start one at the top.'}
      </p>
      {running && (
        <Link to="/runs/$id" params={{ id: running.id }} className="button">
          Watch the sync
        </Link>
      )}
    </Empty>
  );
}
