/** The pairs whose answer moves the most, to be decided by a person. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listOf } from '../../api/queries.ts';
import { money, percent, plural, valueText, words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { useMay } from '../../session/gate.tsx';

const shownRows = 5;
/** Some of them ask the same. */
const askedRows = 15;

export function NextReviews() {
  const may = useMay('pii:read');
  const answer = useInfiniteQuery({ ...listOf('/v1/reviews', {}, askedRows), enabled: may });
  // Of pairs about the same two golden records one stands for all.
  const byPair = Map.groupBy(answer.data?.pages[0]?.data ?? [], ({ left, right }) =>
    [left.goldenId, right.goldenId].toSorted().join(' '),
  );
  const rows = [...byPair.values()].map(([first]) => first!).slice(0, shownRows);
  if (!may) return null;
  return (
    <Card title="Same or not?" aside={<Link to="/reviews">Review them</Link>}>
      {answer.isPending && <Waiting what="Reviews" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && rows.length === 0 && <p className="small">No pair waits for a person’s word.</p>}
      {rows.length > 0 && (
        <table>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.left.salesforceId} ${row.right.salesforceId}`}>
                <td>
                  <span className="strong">{nameOf(row.left.values)}</span> <span className="dim">and</span>{' '}
                  <span className="strong">{nameOf(row.right.values)}</span>
                  <div className="small">
                    {row.probability === null
                      ? words(row.entity)
                      : `${words(row.entity)}, ${percent(row.probability, 0)} likely one`}
                  </div>
                </td>
                <td className="n">
                  {row.openAmount > 0 && <span className="strong">{money(row.openAmount)}</span>}
                  <div className="small dim">{plural(row.recordCount, 'record')}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function nameOf(values: Record<string, unknown>): string {
  const parts = ['given_name', 'first_name', 'last_name', 'family_name'].map((field) => values[field]).filter(Boolean);
  return valueText(
    values.name ?? (parts.length > 0 ? parts.join(' ') : (values.company ?? values.website ?? values.street)),
  );
}
