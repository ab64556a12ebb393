/** Reviews: same or not? One question at a time, by keyboard, the next one already there. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { Shape } from '../api/client.ts';
import { goldenRecord, listOf, queues } from '../api/queries.ts';
import { EmptyList } from '../components/empty-list.tsx';
import { Filter } from '../components/filter.tsx';
import { count, plural, span } from '../components/format.ts';
import { Page } from '../components/page.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { entityOptions } from '../components/vocabulary.ts';
import type { Asked } from './reviews/asked.ts';
import { Decided } from './reviews/decided.tsx';
import { Question } from './reviews/question.tsx';

type Item = Shape<'ReviewItem'>;
const route = getRouteApi('/reviews');

const reasons = [
  ['unsure', 'Assay is unsure'],
  ['cut', 'Cut from a group'],
  ['changed', 'Changed since decided'],
] as const;
const why: Record<Item['reason'], string> = {
  unsure: 'The evidence is near even.',
  cut: 'These two look the same; the rest of the group disagrees.',
  changed: 'Somebody decided about these two when their values were others.',
};
const nouns: Record<string, string> = { person: 'person', company: 'company', deal: 'deal' };
/** Asked for when fewer questions than this are left in hand. */
const leastAhead = 20;

function questionsOf(items: Item[]): Asked[] {
  const groups = Map.groupBy(items, ({ left, right }) => [left.goldenId, right.goldenId].toSorted().join(' '));
  return [...groups].map(([key, pairs]) => ({ key, pairs }));
}

export function Reviews() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const answer = useInfiniteQuery(listOf('/v1/reviews', search as object));
  const all = useMemo(() => questionsOf(answer.data?.pages.flatMap(({ data }) => data) ?? []), [answer.data]);
  // Decided or put aside in this sitting: the list itself changes with the next sync.
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const [since] = useState(() => Date.now());
  const rest = all.filter(({ key }) => !done.has(key));
  const [asked, next] = rest;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  useEffect(() => {
    // The next is there before it is asked for.
    if (hasNextPage && !isFetchingNextPage && rest.length < leastAhead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, rest.length]);
  const ahead = next?.pairs[0];
  useEffect(() => {
    if (!ahead) return;
    for (const { goldenId } of [ahead.left, ahead.right]) void queries.prefetchQuery(goldenRecord(goldenId));
  }, [ahead, queries]);

  const set = (name: 'entity' | 'reason') => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  const item = asked?.pairs[0];
  return (
    <Page
      title={item ? `Same ${nouns[item.entity] ?? item.entity}?` : 'Reviews'}
      sub={item ? why[item.reason] : 'Pairs that only a person can decide.'}
      actions={
        <>
          <Filter label="Of what" value={search.entity} options={entityOptions} onChange={set('entity')} />
          <Filter label="Asked because" value={search.reason} options={reasons} onChange={set('reason')} />
        </>
      }
    >
      {answer.isPending && <Waiting what="Reviews" lines={8} />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && !asked && (
        <EmptyList
          title={
            done.size > 0 ? `Done: ${plural(done.size, 'question')} decided or put aside` : 'No pair waits for you'
          }
        >
          <p>
            Your word counts with the next sync, and Assay learns from it. Pairs that it is unsure of then appear here.
          </p>
        </EmptyList>
      )}
      {asked && (
        <Question
          key={asked.key}
          asked={asked}
          position={<Position done={done.size} since={since} />}
          onAside={() => setDone((before) => new Set(before).add(asked.key))}
          onBack={(key) => setDone((before) => new Set([...before].filter((one) => one !== key)))}
        />
      )}
      <Decided />
    </Page>
  );
}

/** How far one is, and how long the rest takes at this pace. */
function Position({ done, since }: { done: number; since: number }) {
  const waiting = useQuery(queues).data?.reviews.reduce((sum, one) => sum + one.count, 0);
  if (waiting === undefined) return null;
  const left = waiting - done;
  const pace = done < 2 ? null : (Date.now() - since) / done;
  return (
    <>
      {count(done + 1)} of {count(Math.max(waiting, done + 1))}
      {pace !== null && left > 0 && ` · about ${span(pace * left)} left`}
    </>
  );
}
