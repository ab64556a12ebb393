/** Incidents: what fell, failed or waits? */
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { listOf } from '../api/queries.ts';
import { when, words } from '../components/format.ts';
import { Filter } from '../components/filter.tsx';
import { IncidentTag } from '../components/incident-tag.tsx';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';
import { Empty } from '../components/state.tsx';

type Incident = Shape<'Incident'>;
const route = getRouteApi('/incidents');

const states = [
  ['unresolved', 'Not resolved'],
  ['open', 'Open'],
  ['acknowledged', 'Acknowledged'],
  ['muted', 'Muted'],
  ['resolved', 'Resolved'],
  ['all', 'All'],
] as const;

export function Incidents() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useInfiniteQuery(listOf('/v1/incidents', search as object));
  return (
    <Page
      title="Incidents"
      sub="What fell, what failed, and what waits for a person, the newest first. Slack hears of each once, and again when it falls further."
    >
      <div className="filters" role="group" aria-label="Filters">
        <Filter
          label="State"
          value={search.state ?? 'unresolved'}
          options={states}
          isRequired
          onChange={(state) => void navigate({ search: state === 'unresolved' ? {} : { state }, replace: true })}
        />
      </div>
      <LongList<Incident>
        what="Incidents"
        answer={answer}
        idOf={({ id }) => id}
        rowHeight={62}
        empty={
          <Empty title={search.state === undefined ? 'Nothing has fallen' : 'None of these'}>
            <p>
              An incident opens when a score falls, a sync fails, or a model waits for approval. You will hear of it in
              Slack too.
            </p>
          </Empty>
        }
        columns={[
          {
            head: 'What happened',
            width: 'minmax(0, 2.4fr)',
            cell: (row) => (
              <>
                <Link to="/incidents/$incidentId" params={{ incidentId: row.id }} className="strong">
                  {row.title}
                </Link>
                <div className="small">{words(row.kind)}</div>
              </>
            ),
          },
          { head: 'State', width: '130px', cell: (row) => <IncidentTag incident={row} /> },
          { head: 'About', width: '140px', cell: (row) => row.objects.join(', ') || row.subject },
          { head: 'Since', width: '140px', cell: (row) => when(row.openedAt) },
        ]}
      />
    </Page>
  );
}
