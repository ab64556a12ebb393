/** Reviews: same or not? One pair at a time, by keyboard, the next one already there. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../api/client.ts';
import { listOf } from '../api/queries.ts';
import { Weights } from '../charts/weights.tsx';
import { count, money, percent, plural, signed } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { SideBySide } from '../components/side-by-side.tsx';
import { Filter } from '../components/filter.tsx';
import { Empty, Failure, Waiting } from '../components/state.tsx';
import { useToast } from '../components/toasts.tsx';
import { entityOptions } from '../components/vocabulary.ts';
import { useMay } from '../session/gate.tsx';

type Item = Shape<'ReviewItem'>;
type Kind = 'same' | 'different';
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
const keyOf = ({ left, right }: Item) => `${left.salesforceId} ${right.salesforceId}`;

export function Reviews() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useInfiniteQuery(listOf('/v1/reviews', search as object));
  const all = useMemo(() => answer.data?.pages.flatMap(({ data }) => data) ?? [], [answer.data]);
  // Decided or put aside in this sitting: the list itself changes with the next sync.
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const rest = all.filter((one) => !done.has(keyOf(one)));
  const item = rest[0];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = answer;
  useEffect(() => {
    // The next is there before it is asked for.
    if (hasNextPage && !isFetchingNextPage && rest.length < 20) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, rest.length]);

  const set = (name: 'entity' | 'reason') => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
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
      {answer.isSuccess && !item && (
        <Empty
          title={done.size > 0 ? `Done: ${plural(done.size, 'pair')} decided or put aside` : 'No pair waits for you'}
        >
          <p>
            Your word counts with the next sync, and Assay learns from it. Pairs that it is unsure of then appear here.
          </p>
        </Empty>
      )}
      {item && (
        <Pair
          item={item}
          position={`${count(done.size + 1)} of ${hasNextPage ? 'more than ' : ''}${count(done.size + rest.length)}`}
          onAside={() => setDone((before) => new Set(before).add(keyOf(item)))}
          onBack={(key) => setDone((before) => new Set([...before].filter((one) => one !== key)))}
        />
      )}
    </Page>
  );
}

type PairProps = { item: Item; position: string; onAside: () => void; onBack: (key: string) => void };

function Pair({ item, position, onAside, onBack }: PairProps) {
  const say = useToast();
  const queries = useQueryClient();
  const may = useMay('reviews:write');
  const undo = useMutation({
    mutationFn: ({ id }: { id: string; key: string }) =>
      dataOf(
        client.POST('/v1/reviews/{reviewId}/undo', {
          params: { path: { reviewId: id } },
          body: { reason: 'Undone in the console' },
        }),
      ),
    onSuccess: (_answer, { key }) => onBack(key),
    onError: (error) => say(error.message),
  });
  const [last, setLast] = useState<{ id: string; key: string } | null>(null);
  const decide = useMutation({
    mutationFn: ({ item: one, kind }: { item: Item; kind: Kind }) =>
      dataOf(
        client.POST('/v1/reviews', {
          body: {
            entity: one.entity as 'person',
            decision: kind,
            left: { salesforceId: one.left.salesforceId, connectionId: one.left.connectionId },
            right: { salesforceId: one.right.salesforceId, connectionId: one.right.connectionId },
            reason: 'Decided in the console',
          },
        }),
      ),
    onSuccess: (answer, { item: one, kind }) => {
      const made = { id: answer.id, key: keyOf(one) };
      setLast(made);
      say(`${kind === 'same' ? 'Same' : 'Different'}: counts with the next sync.`, () => undo.mutate(made));
      void queries.invalidateQueries({ queryKey: ['/v1/reviews/decided'] });
    },
    onError: (error, { item: one }) => {
      // Nothing is lost: the pair comes back, with the reason.
      onBack(keyOf(one));
      say(sentenceOf(error));
    },
  });
  const answer = useCallback(
    (kind: Kind) => {
      if (!may) return;
      // The next pair is shown at once; the word goes out meanwhile.
      decide.mutate({ item, kind });
      onAside();
    },
    [may, decide, item, onAside],
  );
  const takeBack = useCallback(() => {
    if (last === null) return;
    setLast(null);
    undo.mutate(last);
  }, [last, undo]);
  useKeys({ s: () => answer('same'), d: () => answer('different'), u: onAside, z: takeBack });

  return (
    <div className="grid split">
      <div className="card flush">
        <SideBySide left={item.left} right={item.right} />
        <div className="decide">
          {may ? (
            <>
              <button type="button" className="button first" onClick={() => answer('same')}>
                Same <kbd>S</kbd>
              </button>
              <button type="button" className="button" onClick={() => answer('different')}>
                Different <kbd>D</kbd>
              </button>
            </>
          ) : (
            <span className="small">Your key may look, and not decide.</span>
          )}
          <button type="button" className="button quiet" onClick={onAside}>
            Not sure <kbd>U</kbd>
          </button>
          <span className="grow" />
          <span className="small dim">{position}</span>
          <button type="button" className="button quiet" disabled={last === null} onClick={takeBack}>
            Undo last <kbd>Z</kbd>
          </button>
        </div>
      </div>
      <div className="stack">
        <Card title="Why it is asked" aside={<span className="small">{evidenceText(item)}</span>}>
          {item.sentence !== null && <p className="small">{item.sentence}</p>}
          <Weights steps={item.waterfall} />
        </Card>
        <Card title="What hangs on it">
          <dl className="kv">
            <dt>Records of both</dt>
            <dd className="n">{count(item.recordCount)}</dd>
            <dt>Open money tied to them</dt>
            <dd className="n">{money(item.openAmount)}</dd>
          </dl>
        </Card>
      </div>
    </div>
  );
}

function evidenceText({ weight, probability }: Item): string {
  if (weight === null) return 'never compared';
  return `${signed(weight)} bits · ${percent(probability, 0)} likely one`;
}

/** Single keys, unless one types into a field or holds a modifier. */
function useKeys(actions: Record<string, () => void>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      actions[event.key.toLowerCase()]?.();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  });
}
