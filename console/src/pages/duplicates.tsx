/** Duplicates: which records stand for the same person, company or deal? */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { listOf } from '../api/queries.ts';
import { EmptyList } from '../components/empty-list.tsx';
import { ExportFile } from '../components/export-file.tsx';
import { Filter } from '../components/filter.tsx';
import { plural } from '../components/format.ts';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';
import { Empty } from '../components/state.tsx';
import { TextFilter } from '../components/text-filter.tsx';
import { entityOptions } from '../components/vocabulary.ts';
import { useMay } from '../session/gate.tsx';

type Duplicate = Shape<'Duplicate'>;
const route = getRouteApi('/duplicates');

const names = new Map([
  ['person', 'A person'],
  ['company', 'A company'],
  ['deal', 'A deal'],
]);
const sorts = [
  ['largest', 'Most records first'],
  ['id', 'By golden id'],
] as const;

export function Duplicates() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const asked = { sort: 'largest', ...search } as object;
  const answer = useInfiniteQuery(listOf('/v1/duplicates', asked));
  const mayOpen = useMay('pii:read');
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  return (
    <Page
      title="Duplicates"
      sub="Groups of records that Assay counts as one. Nothing is merged in Salesforce: open a group to see why, and to change it."
      actions={<ExportFile path="/v1/duplicates" filters={asked} />}
    >
      <div className="filters" role="group" aria-label="Filters">
        <Filter label="Of what" value={search.entity} options={entityOptions} onChange={set('entity')} />
        {mayOpen && (
          <TextFilter
            label="Search"
            placeholder="Name, e-mail, website or id"
            value={search.search}
            onChange={set('search')}
          />
        )}
        <Filter label="Order" value={search.sort ?? 'largest'} options={sorts} onChange={set('sort')} isRequired />
      </div>
      <LongList<Duplicate>
        what="Duplicates"
        answer={answer}
        idOf={({ goldenId }) => goldenId}
        empty={
          search.search === undefined ? (
            <EmptyList title="No duplicates">
              <p>
                No two records here stand for the same {search.entity ?? 'person, company or deal'}, as far as Assay is
                sure. Pairs it is not sure of wait in <Link to="/reviews">Reviews</Link>.
              </p>
            </EmptyList>
          ) : (
            <Empty title="Nothing has this in its name, e-mail or website">
              <p>Only what is more than one record is listed here. A record by itself is found by its Salesforce id.</p>
            </Empty>
          )
        }
        columns={[
          {
            head: 'Golden record',
            width: 'minmax(0, 1.6fr)',
            cell: (row) =>
              mayOpen ? (
                <Link to="/duplicates/$goldenId" params={{ goldenId: row.goldenId }} className="strong plain-link">
                  {row.label ?? <span className="mono">{row.goldenId}</span>}
                </Link>
              ) : (
                <span className="mono">{row.goldenId}</span>
              ),
          },
          { head: 'What it is', width: '130px', cell: (row) => names.get(row.entity) ?? row.entity },
          { head: 'Records', width: '100px', isNumber: true, cell: (row) => plural(row.recordCount, 'record') },
          {
            head: 'From',
            width: 'minmax(0, 1fr)',
            cell: (row) => <span className="dim">{row.objects.join(', ')}</span>,
          },
        ]}
      />
    </Page>
  );
}
