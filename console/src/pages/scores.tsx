/** Scores: how good is each object, by whom, from where, and since when? */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { scores, scoreSegments, scoreSeries } from '../api/queries.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { EmptyList } from '../components/empty-list.tsx';
import { count, dash, plural, score, when, words } from '../components/format.ts';
import { Filter } from '../components/filter.tsx';
import { Card, Page } from '../components/page.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { dimensionNames } from '../components/vocabulary.ts';

type Score = Shape<'Score'>;
type By = NonNullable<Parameters<typeof scoreSegments>[0]>['by'];

const route = getRouteApi('/scores');
const segments: readonly (readonly [By, string])[] = [
  ['owner', 'Owner'],
  ['team', 'Team'],
  ['source', 'Source'],
  ['creator', 'Created by'],
  ['record-type', 'Record type'],
  ['country', 'Country'],
  ['integration', 'Integration'],
  ['age', 'Age'],
  ['field', 'Field'],
  ['rule', 'Rule'],
];

export function Scores() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const answer = useQuery(scores);
  if (answer.isPending) return <Waiting what="Scores" lines={8} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const byObject = Map.groupBy(answer.data.data, ({ object }) => object);
  const object = search.object ?? [...byObject.keys()][0];
  const by = segments.find(([one]) => one === search.by)?.[0] ?? 'owner';
  const set = (more: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...more }), replace: true, resetScroll: false });
  if (object === undefined)
    return (
      <Page title="Scores">
        <EmptyList title="Nothing has been scored">
          <p>Scores are measured at the end of each sync.</p>
        </EmptyList>
      </Page>
    );
  const rows = byObject.get(object) ?? [];
  const whole = rows.find(({ dimension }) => dimension === null);
  return (
    <Page
      title={`Scores of ${object}`}
      sub={
        <>
          {score(whole?.score)} of 100 over {plural(whole?.recordCount ?? 0, 'record')}, measured{' '}
          {when(whole?.measuredAt)}
          {whole && (
            <>
              {' '}
              by{' '}
              <Link to="/runs/$id" params={{ id: whole.runId }}>
                this run
              </Link>
            </>
          )}
          . A rule that nobody can be asked counts as unknown, and never as good.
        </>
      }
      actions={
        <>
          <Filter
            label="Object"
            value={object}
            options={[...byObject.keys()].map((one) => [one, one] as const)}
            isRequired
            onChange={(next) => set({ object: next, dimension: undefined })}
          />
          <Filter
            label="Dimension"
            value={search.dimension}
            options={dimensionNames.map((one) => [one, words(one)] as const)}
            onChange={(next) => set({ dimension: next === '' ? undefined : next })}
          />
        </>
      }
    >
      <div className="stack">
        <Course object={object} dimension={search.dimension} rows={rows} />
        <Segments object={object} by={by} onBy={(next) => set({ by: next })} />
      </div>
    </Page>
  );
}

/** The line of the syncs, with a mark where rules changed: what lies on both sides of it is not compared. */
function Course({ object, dimension, rows }: { object: string; dimension: string | undefined; rows: Score[] }) {
  const answer = useQuery(scoreSeries(object, dimension as Score['dimension']));
  const now = rows.find((one) => one.dimension === (dimension ?? null));
  return (
    <Card title={dimension === undefined ? 'Sync by sync' : `${words(dimension)}, sync by sync`}>
      {answer.isPending && <Waiting what="The course" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && (
        <LineChart
          label={`Score of ${object}`}
          points={answer.data.data.map((point) => ({
            at: point.measuredAt,
            value: point.score === null ? null : 100 * point.score,
            mark: point.mark?.rules.map(({ ruleId, change }) => `${words(ruleId)} ${change}`).join(', ') ?? null,
          }))}
        />
      )}
      <p className="small">
        Now {score(now?.score)}, of {count(now?.applicableCount)} checks.
      </p>
    </Card>
  );
}

type SegmentsProps = { object: string; by: By; onBy: (by: By) => void };

function Segments({ object, by, onBy }: SegmentsProps) {
  const answer = useQuery(scoreSegments({ object, by }));
  const rows = answer.data?.data ?? [];
  return (
    <Card
      title="The worst first"
      isFlush
      aside={
        <div className="seg" role="group" aria-label="By">
          {segments.map(([one, label]) => (
            <button key={one} type="button" aria-pressed={one === by} onClick={() => onBy(one)}>
              {label}
            </button>
          ))}
        </div>
      }
    >
      {answer.isPending && <Waiting what="Segments" lines={6} />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && rows.length === 0 && (
        <p className="small pad">{object} has nothing to split by this: no record says it.</p>
      )}
      {rows.length > 0 && (
        <ScrollX label={`Scores of ${object} by ${by}`}>
          <table className="lines">
            <thead>
              <tr>
                <th scope="col">{segments.find(([one]) => one === by)?.[1]}</th>
                <th scope="col" className="n">
                  Score
                </th>
                <th scope="col">
                  <span className="visually-hidden">As a bar</span>
                </th>
                <th scope="col" className="n">
                  Records
                </th>
                <th scope="col" className="n">
                  Broken checks
                </th>
              </tr>
            </thead>
            <tbody>
              {rows
                .toSorted((one, other) => (one.score ?? 2) - (other.score ?? 2))
                .map((row) => (
                  <tr key={row.value ?? ''}>
                    <td>
                      <SegmentName object={object} by={by} row={row} />
                    </td>
                    <td className="n strong">{score(row.score)}</td>
                    <td className="bar-cell">
                      <span className={row.score === null ? 'bar unknown' : 'bar'} aria-hidden="true">
                        {row.score !== null && <i style={{ width: `${100 * row.score}%` }} />}
                      </span>
                    </td>
                    <td className="n">{count(row.recordCount)}</td>
                    <td className="n">{count(row.violatedCount)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </Card>
  );
}

type Named = { object: string; by: By; row: Shape<'ScoreSegment'> };

/** Owners and rules lead to their findings; the others are words. */
function SegmentName({ object, by, row }: Named) {
  const name = row.name ?? row.value ?? dash;
  const isId = row.name === null && /^[a-zA-Z0-9]{18}$/.test(name);
  const shown = isId ? <span className="mono">{name}</span> : by === 'rule' || by === 'field' ? words(name) : name;
  if (row.value === null) return <span className="dim">not said</span>;
  if (by === 'owner')
    return (
      <Link to="/findings" search={{ object, ownerId: row.value }} className="strong plain-link">
        {shown}
      </Link>
    );
  if (by === 'rule')
    return (
      <Link to="/findings" search={{ object, rule: row.value }} className="strong plain-link">
        {shown}
      </Link>
    );
  return <span className="strong">{shown}</span>;
}
