/** What to mend first: the rules whose findings touch the most money. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { findingCounts } from '../../api/queries.ts';
import { ago, money, plural, words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';

const shownRows = 5;

export function MendFirst() {
  const answer = useQuery(findingCounts({ by: 'rule', state: 'open' }));
  const worst = (answer.data?.data ?? [])
    .toSorted((one, other) => (other.amount ?? 0) - (one.amount ?? 0) || other.count - one.count)
    .slice(0, shownRows);
  return (
    <Card
      title="Do first, by the money it touches"
      aside={
        <Link to="/findings" search={{ sort: 'amount' }}>
          All by money
        </Link>
      }
    >
      {answer.isPending && <Waiting what="Findings" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && worst.length === 0 && (
        <p className="small">Every record that was checked keeps every rule.</p>
      )}
      <table>
        <tbody>
          {worst.map((one) => (
            <tr key={one.value}>
              <td>
                <Link to="/findings" search={{ rule: one.value ?? '', sort: 'amount' }} className="strong plain-link">
                  {one.name ?? words(one.value ?? '')}
                </Link>
                <div className="small">
                  {plural(one.count, 'record')}, the oldest found {ago(one.oldestAt)}
                </div>
              </td>
              <td className="n">
                <strong>{one.amount ? money(one.amount) : ''}</strong>
                {one.amount ? <div className="small dim">open deals</div> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
