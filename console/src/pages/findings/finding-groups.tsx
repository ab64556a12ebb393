/** Findings counted by who or what they are of, with their money: one line leads to its records. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { findingCounts } from '../../api/queries.ts';
import { EmptyList } from '../../components/empty-list.tsx';
import { fileOf } from '../../components/export-file.tsx';
import { ago, count, dash, money, span, words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { ScrollX } from '../../components/scroll-x.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import type { FindingSearch } from './finding-filters.tsx';

/** The name of the group in the API, and what its lines are filtered by. */
export const groupings = [
  ['owner', 'By owner', 'ownerId'],
  ['rule', 'By rule', 'rule'],
  ['object', 'By object', 'object'],
  ['assignee', 'By assignee', 'assigneeId'],
] as const;

type By = Parameters<typeof findingCounts>[0]['by'];

export function FindingGroups({ by, search }: { by: string; search: FindingSearch }) {
  const { sort: _, group: __, ...filters } = search;
  const answer = useQuery(findingCounts({ by: by as By, ...(filters as object) }));
  if (answer.isPending) return <Waiting what="Groups" lines={8} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const field = groupings.find(([value]) => value === by)?.[2];
  const rows = answer.data.data.toSorted(
    (one, other) => (other.amount ?? 0) - (one.amount ?? 0) || other.count - one.count,
  );
  if (rows.length === 0)
    return (
      <EmptyList title="Nothing matches these filters">
        <p>Take a filter away to see more.</p>
      </EmptyList>
    );
  return (
    <Card isFlush>
      <ScrollX label={`Findings by ${by}`}>
        <table className="lines">
          <thead>
            <tr>
              <th scope="col">{words(by)}</th>
              <th scope="col" className="n">
                Findings
              </th>
              <th scope="col" className="n">
                Money it touches
              </th>
              <th scope="col" className="n">
                The oldest
              </th>
              <th scope="col" className="n">
                Fixed
              </th>
              <th scope="col" className="n">
                Usually within
              </th>
              <th scope="col">
                <span className="visually-hidden">File</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const name = row.name ?? (by === 'rule' ? words(row.value ?? '') : row.value);
              const only = row.value === null || field === undefined ? null : { ...filters, [field]: row.value };
              return (
                <tr key={row.value ?? ''}>
                  <td>
                    {only === null ? (
                      <span className="dim">{name ?? 'nobody'}</span>
                    ) : (
                      <Link to="/findings" search={only} className="strong plain-link">
                        {name}
                      </Link>
                    )}
                  </td>
                  <td className="n">{count(row.count)}</td>
                  <td className="n strong">{row.amount === null ? dash : money(row.amount)}</td>
                  <td className="n dim">{ago(row.oldestAt)}</td>
                  <td className="n">{count(row.fixedCount)}</td>
                  <td className="n dim">{row.medianFixSeconds === null ? dash : span(1000 * row.medianFixSeconds)}</td>
                  <td className="n">
                    {only !== null && (
                      <a
                        href={fileOf('/v1/findings/export', { ...only, sort: 'amount' })}
                        download
                        aria-label={`Findings of ${name} as CSV`}
                      >
                        CSV
                      </a>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
    </Card>
  );
}
