/** The events of one sync, as they come, until it ends. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

export type LiveStage = {
  stage: string;
  subject: string;
  state: 'running' | 'done' | 'skipped';
  readCount: number;
  changedCount: number;
  /** Of a running stage that knows how much there is. */
  doneCount?: number;
  totalCount?: number | null;
};
export type Live = { stages: LiveStage[]; isConnected: boolean };

const none: Live = { stages: [], isConnected: false };

/** Follows the sync `id` while it runs; null follows nothing. Reconnects by itself. */
export function useLiveSync(id: string | null): Live {
  const queries = useQueryClient();
  const [live, setLive] = useState(none);
  useEffect(() => {
    setLive(none);
    if (id === null) return undefined;
    const source = new EventSource(`/v1/syncs/${id}/events`);
    const stages = new Map<string, LiveStage>();
    const show = (isConnected: boolean) => setLive({ stages: [...stages.values()], isConnected });
    const hear = (name: string, take: (data: Record<string, unknown>) => void) =>
      source.addEventListener(name, (event) =>
        take(JSON.parse((event as MessageEvent<string>).data) as Record<string, unknown>),
      );
    const keep = (data: Record<string, unknown>) => {
      const stage = data as unknown as LiveStage;
      const key = `${stage.stage} ${stage.subject}`;
      stages.set(key, { ...stages.get(key), ...stage });
      show(true);
    };
    hear('stage', keep);
    hear('progress', keep);
    hear('state', (data) => {
      if (String(data.state).match(/succeeded|failed|cancelled/)) {
        source.close();
        // Everything may have changed by now: scores, lists, counts.
        void queries.invalidateQueries();
      } else void queries.invalidateQueries({ queryKey: ['/v1/syncs'] });
    });
    source.onopen = () => show(true);
    source.onerror = () => {
      show(false);
      // The stream also ends when the sync has.
      void queries.invalidateQueries({ queryKey: ['/v1/syncs'] });
    };
    return () => source.close();
  }, [id, queries]);
  return live;
}
