/** One question: two golden records side by side, the evidence, what hangs on the answer, and the keys that give it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { client, dataOf, sentenceOf, type Shape } from '../../api/client.ts';
import { Weights } from '../../charts/weights.tsx';
import { percent, plural, signed } from '../../components/format.ts';
import { useKeys } from '../../components/keys.ts';
import { Card } from '../../components/page.tsx';
import { SideBySide } from '../../components/side-by-side.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';
import type { Asked } from './asked.ts';
import { lastDecision } from './last-decision.ts';
import { Moves } from './moves.tsx';

type Item = Shape<'ReviewItem'>;
type Kind = 'same' | 'different';
type QuestionProps = { asked: Asked; position: ReactNode; onAside: () => void; onBack: (key: string) => void };

const decisionOf = (item: Item, kind: Kind) =>
  dataOf(
    client.POST('/v1/reviews', {
      body: {
        entity: item.entity as 'person',
        decision: kind,
        left: { salesforceId: item.left.salesforceId, connectionId: item.left.connectionId },
        right: { salesforceId: item.right.salesforceId, connectionId: item.right.connectionId },
        reason: 'Decided in the console',
      },
    }),
  );
const undoOf = (reviewId: string) =>
  dataOf(
    client.POST('/v1/reviews/{reviewId}/undo', {
      params: { path: { reviewId } },
      body: { reason: 'Undone in the console' },
    }),
  );

export function Question({ asked, position, onAside, onBack }: QuestionProps) {
  const say = useToast();
  const queries = useQueryClient();
  const may = useMay('reviews:write');
  // Which pair is shown, of those that ask the same.
  const [at, setAt] = useState(0);
  // Of those, the ones that were decided by themselves.
  const [gone, setGone] = useState<readonly Item[]>([]);
  const pairs = asked.pairs.filter((one) => !gone.includes(one));
  const item = pairs[at % pairs.length] ?? asked.pairs[0]!;
  const refreshDecided = () => void queries.invalidateQueries({ queryKey: ['/v1/reviews/decided'] });
  const undo = useMutation({
    mutationFn: async ({ ids }: { ids: string[]; key: string }) => {
      for (const id of ids) await undoOf(id);
    },
    onSuccess: (_answer, { key }) => {
      onBack(key);
      refreshDecided();
    },
    onError: (error) => say(sentenceOf(error)),
  });
  const decide = useMutation({
    mutationFn: async ({ pairs: decided, kind }: { pairs: Item[]; kind: Kind; key: string }) => {
      const ids: string[] = [];
      for (const pair of decided) ids.push((await decisionOf(pair, kind)).id);
      return ids;
    },
    onSuccess: (ids, { kind, key }) => {
      lastDecision.current = { ids, key };
      const what = ids.length === 1 ? '' : `, all ${ids.length} pairs`;
      say(`${kind === 'same' ? 'Same' : 'Different'}${what}: counts with the next sync.`, () =>
        undo.mutate({ ids, key }),
      );
      refreshDecided();
    },
    onError: (error, { key }) => {
      // Nothing is lost: the question comes back, with the reason.
      onBack(key);
      say(sentenceOf(error));
    },
  });
  const answer = (kind: Kind, decided: Item[]) => {
    if (!may) return;
    // The next question is shown at once; the word goes out meanwhile.
    decide.mutate({ pairs: decided, kind, key: asked.key });
    if (decided.length === pairs.length) onAside();
    else setGone([...gone, ...decided]);
  };
  const takeBack = () => {
    const last = lastDecision.current;
    if (last === null) return;
    lastDecision.current = null;
    undo.mutate(last);
  };
  const step = (by: number) => setAt((before) => (before + by + pairs.length) % pairs.length);
  useKeys({
    s: () => answer('same', pairs),
    d: () => answer('different', pairs),
    u: onAside,
    z: takeBack,
    arrowright: () => step(1),
    arrowleft: () => step(-1),
  });
  const isGroup = pairs.length > 1;
  return (
    <div className="grid split">
      <div className="card flush">
        <SideBySide left={item.left} right={item.right} />
        {isGroup && (
          <div className="decide of-group">
            <button type="button" className="button quiet" onClick={() => step(-1)} aria-label="The pair before">
              ←
            </button>
            <span className="small">
              Pair {(at % pairs.length) + 1} of {pairs.length}: an answer holds for all of them.
            </span>
            <button type="button" className="button quiet" onClick={() => step(1)} aria-label="The next pair">
              →
            </button>
            <span className="grow" />
            {may && (
              <>
                <span className="small dim">Only this pair:</span>
                <button type="button" className="button link" onClick={() => answer('same', [item])}>
                  same
                </button>
                <button type="button" className="button link" onClick={() => answer('different', [item])}>
                  different
                </button>
              </>
            )}
          </div>
        )}
        <div className="decide">
          {may ? (
            <>
              <button type="button" className="button first" onClick={() => answer('same', pairs)}>
                Same <kbd>S</kbd>
              </button>
              <button type="button" className="button" onClick={() => answer('different', pairs)}>
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
          {may && (
            <button type="button" className="button quiet" onClick={takeBack}>
              Undo <kbd>Z</kbd>
            </button>
          )}
        </div>
      </div>
      <div className="stack">
        <Card title="Why it is asked" aside={<span className="small">{evidenceText(item)}</span>}>
          {item.sentence !== null && <p className="small">{item.sentence}</p>}
          <Weights steps={item.waterfall} />
        </Card>
        <Moves item={item} pairs={plural(pairs.length, 'pair')} />
      </div>
    </div>
  );
}

function evidenceText({ weight, probability }: Item): string {
  if (weight === null) return 'never compared';
  return `${signed(weight)} bits · ${percent(probability, 0)} likely one`;
}
