/** Fix ledger: which repair brings the most money, what did repairs promise, and what came of them? */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { listOf } from '../api/queries.ts';
import { EmptyList } from '../components/empty-list.tsx';
import { ExportFile } from '../components/export-file.tsx';
import { Filter } from '../components/filter.tsx';
import { ago, count, dash, plural, words } from '../components/format.ts';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';
import { RecordLink } from '../components/record-link.tsx';
import { type Fix, kindNames, kinds, states } from './fixes/kinds.ts';
import { type By, change, Months } from './fixes/months.tsx';
import { Promises } from './fixes/promises.tsx';

const route = getRouteApi('/fixes');

/** What is said where a state has no repair. */
const nothing: Record<Fix['state'], string> = {
  open: 'Nothing waits to be fixed',
  done: 'No repair is done yet',
  undone: 'No fault came back',
  withdrawn: 'No repair was withdrawn',
};

export function Fixes() {
  const { by, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const filters = { ...search, state: search.state ?? 'open' } as { state: Fix['state'] };
  const answer = useInfiniteQuery(listOf('/v1/fixes', filters));
  const set = (name: 'state' | 'kind' | 'ownerId' | 'by') => (value: string) =>
    void navigate({
      search: (before) => ({ ...before, [name]: value === '' ? undefined : value }),
      replace: true,
      resetScroll: false,
    });
  const isFiltered = search.kind !== undefined || search.ownerId !== undefined;
  const isMade = filters.state === 'done' || filters.state === 'undone';
  return (
    <Page
      title="Fix ledger"
      sub="What each repair in Salesforce would move in bookings and open pipeline, and what those that were made have moved. A minus takes out money that is not there."
      actions={<ExportFile path="/v1/fixes" filters={filters} />}
    >
      <div className="grid split">
        <Months
          by={(['all', 'owner', 'team'] as const).find((one) => one === by) ?? 'all'}
          onChange={set('by') as (by: By) => void}
        />
        <Promises />
      </div>
      <h2 className="spaced">{filters.state === 'open' ? 'The most money first' : 'Repairs, the most money first'}</h2>
      <div className="filters" role="group" aria-label="Filters">
        <div className="seg" role="group" aria-label="State">
          {states.map(([state, label]) => (
            <button
              key={state}
              type="button"
              aria-pressed={state === filters.state}
              onClick={() => set('state')(state)}
            >
              {label}
            </button>
          ))}
        </div>
        <Filter
          label="Kind of repair"
          value={search.kind}
          options={kinds.map((kind) => [kind, kindNames[kind]] as const)}
          onChange={set('kind')}
        />
        {search.ownerId !== undefined && (
          <button type="button" className="button" onClick={() => set('ownerId')('')}>
            Of all owners
          </button>
        )}
      </div>
      <LongList<Fix>
        what="Repairs"
        answer={answer}
        idOf={({ id }) => id}
        rowHeight={58}
        empty={
          <EmptyList title={isFiltered ? 'No repair matches these filters' : nothing[filters.state]}>
            <p>
              Repairs are priced with each full sync, or the first of a day.
              {isFiltered && ' Take a filter away to see more.'}
            </p>
          </EmptyList>
        }
        columns={[
          {
            head: 'Repair',
            width: 'minmax(0, 2fr)',
            cell: (fix) => (
              <>
                <Subject fix={fix} />
                <div className="small dim">{saysOf(fix)}</div>
              </>
            ),
          },
          {
            head: 'Owner',
            width: 'minmax(0, 1fr)',
            cell: (fix) =>
              fix.ownerId === null ? (
                <span className="dim">nobody</span>
              ) : (
                <Link to="/fixes" search={(before) => ({ ...before, ownerId: fix.ownerId! })} className="plain-link">
                  {fix.ownerName ?? fix.ownerId}
                </Link>
              ),
          },
          {
            head: isMade ? 'Done' : 'Known',
            width: '120px',
            cell: (fix) => <span className="small">{ago(fix.undoneAt ?? fix.endedAt ?? fix.openedAt)}</span>,
          },
          {
            head: 'Promised',
            width: '130px',
            isNumber: true,
            cell: (fix) =>
              fix.predictedAmount === null ? (
                <span className="small dim" title={fix.notPriced ?? ''}>
                  not priced
                </span>
              ) : (
                <strong>
                  {change(fix.predictedAmount)} {fix.currency}
                </strong>
              ),
          },
          {
            head: 'Found',
            width: '100px',
            isNumber: true,
            cell: (fix) => (fix.realisedAmount === null ? dash : <strong>{change(fix.realisedAmount)}</strong>),
          },
        ]}
      />
    </Page>
  );
}

/** Copies lead to their golden record, anything else into Salesforce. */
function Subject({ fix }: { fix: Fix }) {
  const name = fix.recordName ?? <span className="mono">{fix.recordIds[0]}</span>;
  if (!fix.kind.endsWith('_copies')) return <RecordLink id={fix.recordIds[0] ?? fix.subject}>{name}</RecordLink>;
  return (
    <Link to="/duplicates/$goldenId" params={{ goldenId: fix.subject }}>
      {name}
    </Link>
  );
}

function saysOf({ kind, recordIds, ruleIds }: Fix): string {
  if (kind.endsWith('_copies')) return `${kindNames[kind]}: ${plural(recordIds.length, 'record')} to merge into one`;
  const [first, ...others] = ruleIds.map(words);
  return `${kindNames[kind]}: ${first ?? ''}${others.length > 0 ? ` and ${count(others.length)} more` : ''}`;
}
