/** Money promised against money found, by month: of all, of each owner or of each team. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../../api/client.ts';
import { fixSums } from '../../api/queries.ts';
import { count, dash, money, percent, signed } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { ScrollX } from '../../components/scroll-x.tsx';
import { Failure, Waiting } from '../../components/state.tsx';

type Month = Shape<'FixSums'>['months'][number];
export type By = 'all' | 'owner' | 'team';

const choices: readonly (readonly [By, string])[] = [
  ['all', 'All'],
  ['owner', 'By owner'],
  ['team', 'By team'],
];
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

export function Months({ by, onChange }: { by: By; onChange: (by: By) => void }) {
  const answer = useQuery(fixSums(by));
  const months = answer.data?.months ?? [];
  return (
    <Card
      title="Promised and found"
      isFlush
      aside={
        <div className="seg" role="group" aria-label="Of whom">
          {choices.map(([one, label]) => (
            <button key={one} type="button" aria-pressed={one === by} onClick={() => onChange(one)}>
              {label}
            </button>
          ))}
        </div>
      }
    >
      {answer.isPending && <Waiting what="The sums" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && months.length === 0 && (
        <p className="small pad">
          Nobody has repaired a fault yet that the ledger knew. Mend the first of the list in Salesforce: the sync after
          it books what it brought.
        </p>
      )}
      {months.length > 0 && (
        <ScrollX label="Promised and found by month">
          <table className="lines">
            <thead>
              <tr>
                <th scope="col">Month</th>
                {by !== 'all' && <th scope="col">{by === 'owner' ? 'Owner' : 'Team of'}</th>}
                <th scope="col" className="n">
                  Repairs
                </th>
                <th scope="col" className="n">
                  Promised
                </th>
                <th scope="col" className="n">
                  Found
                </th>
                <th scope="col" className="n">
                  Kept
                </th>
              </tr>
            </thead>
            <tbody>
              {months.map((one) => (
                <tr key={`${one.month} ${one.groupId} ${one.currency}`}>
                  <td>
                    {monthName.format(new Date(one.month))}
                    {one.currency !== null && <span className="dim"> {one.currency}</span>}
                  </td>
                  {by !== 'all' && <td>{by === 'owner' ? <Owner of={one} /> : (one.groupName ?? one.groupId)}</td>}
                  <td className="n">
                    {count(one.doneCount)}
                    {one.undoneCount > 0 && <div className="small down">{count(one.undoneCount)} came back</div>}
                  </td>
                  <td className="n dim">{change(one.predictedAmount)}</td>
                  <td className="n strong">{change(one.realisedAmount)}</td>
                  <td className="n">{kept(one)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </Card>
  );
}

function Owner({ of }: { of: Month }) {
  if (of.groupId === 'none') return <span className="dim">nobody</span>;
  return (
    <Link to="/fixes" search={{ ownerId: of.groupId, state: 'done', by: 'owner' }} className="plain-link">
      {of.groupName ?? of.groupId}
    </Link>
  );
}

export const change = (amount: number | null): string => (amount === null ? dash : signed(amount, 0, money));

const kept = ({ predictedAmount, realisedAmount }: Month): string =>
  predictedAmount === null || realisedAmount === null || predictedAmount === 0
    ? dash
    : percent(realisedAmount / predictedAmount, 0);
