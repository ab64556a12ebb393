/** Today: is it fresh, is it good, what should I do first? */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { findingCounts, listOf, recentSyncs, scores, scoreSeries } from '../api/queries.ts';
import { Trend } from '../charts/trend.tsx';
import { ago, count, money, percent, plural, score, valueText, words } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { hasSucceeded, isActive } from '../components/shell.tsx';
import { Empty, Failure, Waiting } from '../components/state.tsx';
import { dimensionNames } from '../components/vocabulary.ts';
import { useMay, useMe } from '../session/gate.tsx';

type Score = Shape<'Score'>;
type Sync = Shape<'Sync'>;

/** Below it a bar is marked: the product's own floor is of the whole object, this only guides the eye. */
const lowScore = 0.85;
const shownObjects = 4;
/** A fall of so much from the best of 28 syncs is drawn as one. */
const fallShown = 0.02;

export function Today() {
  const { name } = useMe();
  const syncs = useQuery(recentSyncs);
  const runs = syncs.data?.data ?? [];
  return (
    <Page title={`${greeting(new Date())}, ${name}`} sub={<LastNight runs={runs} />}>
      {syncs.isError && <Failure error={syncs.error} onRetry={() => void syncs.refetch()} />}
      {syncs.isSuccess && !runs.some(hasSucceeded) ? <FirstSteps runs={runs} /> : <Overview />}
    </Page>
  );
}

function greeting(now: Date): string {
  const hour = now.getHours();
  return hour < 5 ? 'Good night' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening';
}

function LastNight({ runs }: { runs: Sync[] }) {
  const last = runs.find((run) => !isActive(run));
  if (!last) return <>Nothing has been read from Salesforce yet.</>;
  if (hasSucceeded(last))
    return (
      <>
        The last sync ended {ago(last.finishedAt)}
        {last.warnings.length > 0 ? (
          <>
            , with{' '}
            <Link to="/runs/$id" params={{ id: last.id }}>
              {plural(last.warnings.length, 'warning')}
            </Link>
            .
          </>
        ) : (
          ', complete.'
        )}
      </>
    );
  return (
    <>
      The last sync {last.state} {ago(last.finishedAt)}: {last.reason}{' '}
      <Link to="/runs/$id" params={{ id: last.id }}>
        What to do
      </Link>
    </>
  );
}

function FirstSteps({ runs }: { runs: Sync[] }) {
  const running = runs.find(isActive);
  return (
    <Card>
      <Empty title={running ? 'The first sync is under way' : 'No sync has come through yet'}>
        <p>
          {running
            ? 'Assay reads your org, finds duplicates and stale fields, and publishes the cleaned view. Scores, findings and reviews appear here when it is done.'
            : 'Connect an org in Settings, then start a sync at the top. It reads, and never writes to Salesforce.'}
        </p>
        {running ? (
          <Link to="/runs/$id" params={{ id: running.id }} className="button">
            Watch it
          </Link>
        ) : (
          <Link to="/settings" className="button">
            Open Settings
          </Link>
        )}
      </Empty>
    </Card>
  );
}

function Overview() {
  const answer = useQuery(scores);
  if (answer.isPending) return <Waiting what="Scores" lines={6} />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const wholeOf = (rows: Score[]) => rows.find(({ dimension }) => dimension === null);
  // Those that most is asked of come first, and large.
  const asked = (rows: Score[]) => wholeOf(rows)?.applicableCount ?? 0;
  const objects = [...Map.groupBy(answer.data.data, ({ object }) => object)].toSorted(
    ([, one], [, other]) => asked(other) - asked(one),
  );
  const rest = objects.slice(shownObjects);
  return (
    <div className="stack">
      <OpenIncidents />
      <div className="grid cards">
        {objects.slice(0, shownObjects).map(([object, rows]) => (
          <ScoreCard key={object} object={object} rows={rows} />
        ))}
      </div>
      {rest.length > 0 && (
        <p className="small others">
          {rest.map(([object, rows]) => (
            <span key={object}>
              <Link to="/findings" search={{ object }}>
                {object}
              </Link>{' '}
              <strong>{score(wholeOf(rows)?.score)}</strong>
            </span>
          ))}
        </p>
      )}
      <div className="grid split">
        <MendFirst />
        <NextReviews />
      </div>
    </div>
  );
}

function ScoreCard({ object, rows }: { object: string; rows: Score[] }) {
  const whole = rows.find(({ dimension }) => dimension === null);
  return (
    <Card
      title={object}
      aside={
        <Link to="/findings" search={{ object }} aria-label={`Findings of ${object}`}>
          Findings
        </Link>
      }
    >
      <div className="score">
        <strong>{score(whole?.score)}</strong>
        <span className="small dim">of 100 · {count(whole?.recordCount)} records</span>
      </div>
      <Line object={object} />
      <dl className="dims">
        {dimensionNames.map((name) => (
          <Dimension key={name} name={name} row={rows.find(({ dimension }) => dimension === name)} />
        ))}
      </dl>
    </Card>
  );
}

function Line({ object }: { object: string }) {
  const answer = useQuery(scoreSeries(object));
  const points = answer.data?.data ?? [];
  if (!answer.isSuccess) return <div className="trend-place" />;
  const known = points.flatMap((point) => (point.score === null ? [] : [point.score]));
  const [now, best] = [known.at(-1) ?? 0, Math.max(...known.slice(-29))];
  const label = `${object} over ${plural(points.length, 'sync')}: from ${score(known[0])} to ${score(now)}`;
  return <Trend values={points.map((point) => point.score)} label={label} isFalling={best - now >= fallShown} />;
}

function Dimension({ name, row }: { name: string; row: Score | undefined }) {
  const value = row?.score ?? null;
  return (
    <>
      <dt>{words(name)}</dt>
      <dd>
        <span className={value === null ? 'bar unknown' : value < lowScore ? 'bar low' : 'bar'} aria-hidden="true">
          {value !== null && <i style={{ width: `${100 * value}%` }} />}
        </span>
        <span className="n" title={value === null ? 'Not measured' : `${count(row?.applicableCount)} checks`}>
          {value === null ? <span className="dim">not measured</span> : Math.floor(100 * value)}
        </span>
      </dd>
    </>
  );
}

const shownRows = 6;

function OpenIncidents() {
  const answer = useInfiniteQuery(listOf('/v1/incidents', { state: 'open' }));
  const open = answer.data?.pages[0]?.data ?? [];
  return (
    <>
      {open.slice(0, 3).map((one) => (
        <section
          key={one.id}
          className={`notice ${one.severity === 'critical' ? 'bad' : 'warn'}`}
          aria-label="Open incident"
        >
          <div>
            <strong>{one.title}</strong>
            <p>{firstLines(one.summary)}</p>
          </div>
          <Link to="/incidents/$incidentId" params={{ incidentId: one.id }} className="button">
            Why
          </Link>
        </section>
      ))}
      {open.length > 3 && (
        <Link to="/incidents" className="small">
          And {plural(open.length - 3, 'more incident')}
        </Link>
      )}
    </>
  );
}

/** A message for a chat, without its title and cut to what one reads at a glance. */
function firstLines(summary: string): string {
  const lines = summary.split('\n').filter((line) => line.trim() !== '');
  const text = lines.slice(lines.length > 1 ? 1 : 0, 3).join(' ');
  return text.length > 280 ? `${text.slice(0, 279)}…` : text;
}

function MendFirst() {
  const answer = useQuery(findingCounts({ by: 'rule', state: 'open' }));
  const worst = (answer.data?.data ?? [])
    .toSorted((one, other) => (other.amount ?? 0) - (one.amount ?? 0) || other.count - one.count)
    .slice(0, shownRows);
  return (
    <Card title="Mend first, by the money it touches" aside={<Link to="/findings">All findings</Link>}>
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
                <Link to="/findings" search={{ rule: one.value ?? '', sort: 'amount' }} className="strong">
                  {one.name ?? words(one.value ?? '')}
                </Link>
                <div className="small">
                  {plural(one.count, 'record')}, the oldest since {ago(one.oldestAt).replace(' ago', '')}
                </div>
              </td>
              <td className="n strong">{one.amount ? money(one.amount) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function NextReviews() {
  const may = useMay('pii:read');
  const answer = useInfiniteQuery({ ...listOf('/v1/reviews', {}), enabled: may });
  // Of pairs about the same two golden records one stands for all.
  const byPair = Map.groupBy(answer.data?.pages[0]?.data ?? [], ({ left, right }) =>
    [left.goldenId, right.goldenId].toSorted().join(' '),
  );
  const rows = [...byPair.values()].map(([first]) => first!).slice(0, shownRows - 1);
  if (!may) return null;
  return (
    <Card title="Same or not?" aside={<Link to="/reviews">Review them</Link>}>
      {answer.isPending && <Waiting what="Reviews" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && rows.length === 0 && <p className="small">No pair waits for a person’s word.</p>}
      {rows.length > 0 && (
        <table>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.left.salesforceId} ${row.right.salesforceId}`}>
                <td>
                  <span className="strong">{nameOf(row.left.values)}</span> <span className="dim">and</span>{' '}
                  <span className="strong">{nameOf(row.right.values)}</span>
                  <div className="small">
                    {row.probability === null
                      ? words(row.entity)
                      : `${words(row.entity)}, ${percent(row.probability, 0)} likely one`}
                  </div>
                </td>
                <td className="n">
                  {row.openAmount > 0 && <span className="strong">{money(row.openAmount)}</span>}
                  <div className="small dim">{plural(row.recordCount, 'record')}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

function nameOf(values: Record<string, unknown>): string {
  const parts = ['given_name', 'first_name', 'last_name', 'family_name'].map((field) => values[field]).filter(Boolean);
  return valueText(
    values.name ?? (parts.length > 0 ? parts.join(' ') : (values.company ?? values.website ?? values.street)),
  );
}
