/** Incidents: what fell, failed or waits? */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { listOf, scores } from '../api/queries.ts';
import { EmptyList } from '../components/empty-list.tsx';
import { ExportFile } from '../components/export-file.tsx';
import { when, words } from '../components/format.ts';
import { Filter } from '../components/filter.tsx';
import { IncidentTag } from '../components/incident-tag.tsx';
import { LongList } from '../components/long-list.tsx';
import { Page } from '../components/page.tsx';

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
  const known = useQuery(scores).data?.data ?? [];
  const objects = [...new Set(known.map(({ object }) => object))].toSorted().map((one) => [one, one] as const);
  const set = (name: keyof typeof search) => (value: string) =>
    void navigate({ search: (before) => ({ ...before, [name]: value === '' ? undefined : value }), replace: true });
  return (
    <Page
      title="Incidents"
      sub="What fell, what failed, and what waits for a person, the newest first. Slack hears of each once, and again when it falls further."
      actions={<ExportFile path="/v1/incidents" filters={search} />}
    >
      <div className="filters" role="group" aria-label="Filters">
        <Filter
          label="State"
          value={search.state ?? 'unresolved'}
          options={states}
          isRequired
          onChange={(state) => set('state')(state === 'unresolved' ? '' : state)}
        />
        <Filter label="Object" value={search.object} options={objects} onChange={set('object')} />
      </div>
      <LongList<Incident>
        what="Incidents"
        answer={answer}
        idOf={({ id }) => id}
        rowHeight={62}
        empty={
          <EmptyList title={Object.keys(search).length === 0 ? 'Nothing has fallen' : 'None of these'}>
            <p>
              An incident opens when a score falls, a sync fails, or a model waits for approval. You will hear of it in
              Slack too.
            </p>
          </EmptyList>
        }
        columns={[
          {
            head: 'What happened',
            width: 'minmax(0, 2.4fr)',
            cell: (row) => (
              <>
                <Link to="/incidents/$incidentId" params={{ incidentId: row.id }} className="strong plain-link">
                  {row.title}
                </Link>
                <div className="small dim">{firstLine(row.summary)}</div>
              </>
            ),
          },
          { head: 'State', width: '110px', cell: (row) => <IncidentTag incident={row} /> },
          { head: 'Kind', width: '110px', cell: (row) => words(row.kind) },
          { head: 'About', width: '150px', cell: (row) => row.objects.join(', ') || row.subject },
          { head: 'Since', width: '150px', cell: (row) => when(row.openedAt) },
        ]}
      />
    </Page>
  );
}

const longest = 160;

const firstLine = (summary: string): string => {
  const line = summary.split('\n')[0]!;
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};
