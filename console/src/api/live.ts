/** The events of a sync, as they come, until it ends: one stream for each sync, however many parts of a page watch it. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useSyncExternalStore } from 'react';

export type LiveStage = {
  stage: string;
  subject: string;
  state: 'running' | 'done' | 'skipped';
  readCount: number;
  changedCount: number;
  /** Of a running stage that knows how much there is. */
  doneCount?: number;
  totalCount?: number | null;
  /** When it was heard of first, in milliseconds of this browser's clock; not of what the list says. */
  firstHeardAt?: number;
  /** How much of it was done by then. */
  firstDoneCount?: number;
};
/** `state` is the sync's own, null before the stream said it. */
export type Live = { stages: LiveStage[]; isConnected: boolean; state: string | null };

const none: Live = { stages: [], isConnected: false, state: null };
const ended = /succeeded|failed|cancell?ed/;
const [firstWait, longestWait] = [1000, 20_000];

/** One sync that is followed, with all who watch it. */
class Stream {
  live = none;
  readonly watchers = new Set<() => void>();
  readonly #id: string;
  readonly #stages = new Map<string, LiveStage>();
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = firstWait;
  #isOver = false;

  constructor(id: string) {
    this.#id = id;
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    if (this.#source === null) this.#open();
    return () => {
      this.watchers.delete(watcher);
      // A page that comes next may watch too: the stream outlives the moment between them.
      setTimeout(() => {
        if (this.watchers.size === 0) this.#close();
      }, 250);
    };
  }

  #open(): void {
    if (this.#isOver) return;
    const source = new EventSource(`/v1/syncs/${this.#id}/events`);
    this.#source = source;
    source.onopen = () => {
      this.#wait = firstWait;
      this.#show({ isConnected: true });
    };
    source.onerror = () => {
      this.#show({ isConnected: false });
      // A browser comes back by itself after a cut, and not after a refusal or a service that is down.
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(2 * this.#wait, longestWait);
    };
    for (const name of ['stage', 'progress'])
      source.addEventListener(name, (event) => this.#keep(JSON.parse(event.data as string) as LiveStage));
    source.addEventListener('state', (event) => {
      const { state } = JSON.parse(event.data as string) as { state: string };
      if (ended.test(state)) {
        this.#isOver = true;
        source.close();
      }
      this.#show({ state });
    });
  }

  #keep(heard: LiveStage): void {
    const key = `${heard.stage} ${heard.subject}`;
    const { firstHeardAt = Date.now(), firstDoneCount = heard.doneCount ?? 0 } = this.#stages.get(key) ?? {};
    this.#stages.set(key, { ...this.#stages.get(key), ...heard, firstHeardAt, firstDoneCount });
    this.#show({ stages: [...this.#stages.values()], isConnected: true });
  }

  #show(change: Partial<Live>): void {
    this.live = { ...this.live, ...change };
    for (const watcher of this.watchers) watcher();
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}

const streams = new Map<string, Stream>();

function streamOf(id: string): Stream {
  const known = streams.get(id) ?? new Stream(id);
  streams.set(id, known);
  return known;
}

/** Follows the sync `id` while it runs; null follows nothing. Comes back by itself after a cut. */
export function useLiveSync(id: string | null): Live {
  const queries = useQueryClient();
  const watch = useCallback((watcher: () => void) => (id === null ? () => {} : streamOf(id).watch(watcher)), [id]);
  const live = useSyncExternalStore(watch, () => (id === null ? none : streamOf(id).live));
  const { state } = live;
  useEffect(() => {
    if (state === null) return;
    // Everything may have changed by the end: scores, lists, counts.
    void queries.invalidateQueries(ended.test(state) ? {} : { queryKey: ['/v1/syncs'] });
  }, [state, queries]);
  return live;
}
