/** Each row of a checked list with what is known of it, and the whole as a file with the ids. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../../api/client.ts';
import { listRowsOf } from '../../api/queries.ts';
import { Filter } from '../../components/filter.tsx';
import { count, dash, money, percent, plural } from '../../components/format.ts';
import { LongList } from '../../components/long-list.tsx';
import { RecordLink } from '../../components/record-link.tsx';
import { Empty } from '../../components/state.tsx';

type Row = Shape<'ListRow'>;
const route = getRouteApi('/check');
const verdicts = [
  ['known', 'Known'],
  ['doubtful', 'Doubtful'],
  ['new', 'New'],
  ['unknown', 'Without a key'],
] as const;
const tags: Record<string, string> = { known: 'tag good', doubtful: 'tag warn', new: 'tag info', unknown: 'tag' };
const shownCells = 4;

export function Answers({ check }: { check: Shape<'ListCheck'> }) {
  const { verdict } = route.useSearch();
  const navigate = route.useNavigate();
  const wanted = verdicts.find(([one]) => one === verdict)?.[0];
  const answer = useInfiniteQuery(listRowsOf(check.id, wanted));
  const file = `/v1/list-checks/${check.id}/rows?${new URLSearchParams({ format: 'csv', ...(wanted ? { verdict: wanted } : {}) })}`;
  return (
    <div>
      <div className="filters" role="group" aria-label="Filters">
        <Filter
          label="Answer"
          value={wanted}
          options={verdicts}
          onChange={(next) =>
            void navigate({
              search: (before) => ({ ...before, verdict: next === '' ? undefined : next }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <a className="button" href={file} download>
          Download with the ids
        </a>
      </div>
      <LongList<Row>
        what="Rows"
        answer={answer}
        idOf={({ line }) => String(line)}
        rowHeight={62}
        empty={
          <Empty title="No row is like this">
            <p>Choose another answer to see more.</p>
          </Empty>
        }
        columns={[
          { head: 'Line', width: '56px', isNumber: true, cell: (row) => count(row.line) },
          {
            head: 'On the list',
            width: 'minmax(0, 1.6fr)',
            cell: (row) => (
              <>
                {row.cells.filter(Boolean).slice(0, shownCells).join(', ')}
                {row.assay_repeats_line !== null && (
                  <div className="small dim">the same as line {row.assay_repeats_line}</div>
                )}
              </>
            ),
          },
          {
            head: 'Answer',
            width: '92px',
            cell: ({ assay_verdict: one }) => <span className={tags[one ?? 'unknown']}>{one ?? dash}</span>,
          },
          { head: 'Who it is', width: 'minmax(0, 1.4fr)', cell: (row) => <Who row={row} /> },
          { head: 'Owner', width: 'minmax(0, 0.9fr)', cell: (row) => row.assay_owner ?? dash },
          {
            head: 'Open deals',
            width: '96px',
            isNumber: true,
            cell: (row) =>
              row.assay_open_deals ? `${plural(row.assay_open_deals, 'deal')}, ${money(row.assay_open_amount)}` : dash,
          },
          { head: 'No e-mail', width: '78px', cell: (row) => row.assay_opted_out ?? dash },
        ]}
      />
    </div>
  );
}

function Who({ row }: { row: Row }) {
  if (row.assay_golden_id === null) return <span className="dim">{row.assay_company ?? dash}</span>;
  return (
    <>
      <Link to="/duplicates/$goldenId" params={{ goldenId: row.assay_golden_id }} className="strong plain-link">
        {row.assay_name ?? row.assay_golden_id}
      </Link>{' '}
      <span className="small dim">{percent(row.assay_probability, 0)}</span>
      {row.assay_salesforce_id !== null && (
        <div className="small">
          {row.assay_object} <RecordLink id={row.assay_salesforce_id} />
        </div>
      )}
    </>
  );
}
