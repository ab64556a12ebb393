/** Duplicates: which records stand for the same person, company or deal? */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { listOf } from '../api/queries.ts';
import { plural } from '../components/format.ts';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';
import { Filter } from '../components/filter.tsx';
import { Empty } from '../components/state.tsx';
import { entityOptions } from '../components/vocabulary.ts';
import { useMay } from '../session/gate.tsx';

type Duplicate = Shape<'Duplicate'>;
const route = getRouteApi('/duplicates');

const names = new Map([
  ['person', 'A person'],
  ['company', 'A company'],
  ['deal', 'A deal'],
]);

export function Duplicates() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useInfiniteQuery(listOf('/v1/duplicates', search as object));
  const mayOpen = useMay('pii:read');
  return (
    <Page
      title="Duplicates"
      sub="Groups of records that Assay counts as one. Nothing is merged in Salesforce: open a group to see why, and to change it."
    >
      <div className="filters" role="group" aria-label="Filters">
        <Filter
          label="Of what"
          value={search.entity}
          options={entityOptions}
          onChange={(entity) => void navigate({ search: entity === '' ? {} : { entity }, replace: true })}
        />
      </div>
      <LongList<Duplicate>
        what="Duplicates"
        answer={answer}
        idOf={({ goldenId }) => goldenId}
        empty={
          <Empty title="No duplicates">
            <p>
              No two records here stand for the same {search.entity ?? 'person, company or deal'}, as far as Assay is
              sure. Pairs it is not sure of wait in Reviews.
            </p>
          </Empty>
        }
        columns={[
          {
            head: 'Golden record',
            width: 'minmax(0, 1.6fr)',
            cell: (row) =>
              mayOpen ? (
                <Link to="/duplicates/$goldenId" params={{ goldenId: row.goldenId }} className="strong">
                  {row.label ?? <span className="mono">{row.goldenId}</span>}
                </Link>
              ) : (
                <span className="mono">{row.goldenId}</span>
              ),
          },
          { head: 'What it is', width: '130px', cell: (row) => names.get(row.entity) ?? row.entity },
          { head: 'Records', width: '100px', isNumber: true, cell: (row) => plural(row.recordCount, 'record') },
          { head: 'From', width: 'minmax(0, 1fr)', cell: (row) => row.objects.join(', ') },
        ]}
      />
    </Page>
  );
}
