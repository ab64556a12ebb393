/** What was decided lately, by whom; each decision can be taken back. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { client, dataOf, sentenceOf, type Shape } from '../../api/client.ts';
import { listOf } from '../../api/queries.ts';
import { ago } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { RecordLink } from '../../components/record-link.tsx';
import { useToast } from '../../components/toasts.tsx';
import { useMay } from '../../session/gate.tsx';

type Review = Shape<'Review'>;
const shownRows = 8;

export function Decided() {
  const answer = useInfiniteQuery(listOf('/v1/reviews/decided', {}));
  const rows = answer.data?.pages[0]?.data.slice(0, shownRows) ?? [];
  if (rows.length === 0) return null;
  return (
    <div className="spaced">
      <Card title="Decided lately" isFlush>
        <table className="lines">
          <tbody>
            {rows.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </Card>
    </div>
  );
}

function Row({ row }: { row: Review }) {
  const queries = useQueryClient();
  const say = useToast();
  const may = useMay('reviews:write');
  const undo = useMutation({
    mutationFn: () =>
      dataOf(
        client.POST('/v1/reviews/{reviewId}/undo', {
          params: { path: { reviewId: row.id } },
          body: { reason: 'Undone in the console' },
        }),
      ),
    onSuccess: () => {
      say('Taken back: it stays on record, and counts no more.');
      void queries.invalidateQueries({ queryKey: ['/v1/reviews/decided'] });
    },
    onError: (error) => say(sentenceOf(error)),
  });
  return (
    <tr className={row.undoneAt === null ? undefined : 'undone'}>
      <td>
        <span className={row.kind === 'same' ? 'tag good' : 'tag'}>{row.kind}</span>{' '}
        <RecordLink id={row.left.salesforceId} connectionId={row.left.connectionId} /> and{' '}
        <RecordLink id={row.right.salesforceId} connectionId={row.right.connectionId} />
      </td>
      <td className="small">
        {row.decidedBy}, {ago(row.decidedAt)}
        {row.undoneAt !== null && <span className="dim">, taken back by {row.undoneBy}</span>}
      </td>
      <td className="n">
        {may && row.undoneAt === null && (
          <button type="button" className="button link" disabled={undo.isPending} onClick={() => undo.mutate()}>
            Take back
          </button>
        )}
      </td>
    </tr>
  );
}
