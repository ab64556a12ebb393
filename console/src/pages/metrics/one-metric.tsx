/** One metric: its way from raw to clean, the records behind each step, its slices, its course, and what it rests on. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../../api/client.ts';
import { bridgeRecords, metricBridge, metricHistory } from '../../api/queries.ts';
import { bridgeSteps, stepNames } from '../../charts/bridge.ts';
import { Trend } from '../../charts/trend.tsx';
import { Waterfall } from '../../charts/waterfall.tsx';
import { count, day, percent, signed, words } from '../../components/format.ts';
import { Filter } from '../../components/filter.tsx';
import { Card } from '../../components/page.tsx';
import { RecordLink } from '../../components/record-link.tsx';
import { ScrollX } from '../../components/scroll-x.tsx';
import { Failure, Waiting } from '../../components/state.tsx';
import { inputOf, lacks, type Pair, pairOf, shown, type Value } from '../../components/metric-value.ts';

type Metric = Shape<'Metric'>;
type Step = keyof typeof stepNames;
type OneProps = { metric: Metric; pair: Pair; kind: Value['periodKind']; period: string };

const route = getRouteApi('/numbers');

export function OneMetric(props: OneProps) {
  const { step } = route.useSearch();
  return (
    <div className="stack">
      <Bridge {...props} />
      {step !== undefined && step in stepNames && <Behind metric={props.metric} step={step} />}
      <Slices key={props.metric.name} {...props} />
      <RestsOn {...props} />
    </div>
  );
}

function Bridge({ metric, pair, kind, period }: OneProps) {
  const answer = useQuery(metricBridge(metric.name, kind));
  const deltas = (answer.data ?? []).filter((one) => one.period === period && one.dimension === 'all');
  const [raw, clean] = [pair.raw?.value ?? null, pair.clean?.value ?? null];
  const moved = raw === null || clean === null ? 0 : clean - raw;
  return (
    <Card
      title={
        moved === 0
          ? metric.title
          : `${metric.title}: why ${shown(metric.unit, Math.abs(moved))} ${moved < 0 ? 'less' : 'more'}`
      }
    >
      <p className="small">{metric.description}.</p>
      {[pair.raw, pair.clean].map(
        (one) =>
          one?.isRestated && (
            <p key={one.basis} className="small">
              Restated: {shown(metric.unit, one.firstReported)} ({one.basis}) was reported on {day(one.firstReportedOn)}
              , when the period was over.
            </p>
          ),
      )}
      {!metric.isMeasurable && <p className="small down">Not measured: {lacks(metric)}.</p>}
      {answer.isPending && <Waiting what="The bridge" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && raw !== null && clean !== null && (
        <>
          <Waterfall
            label={`${metric.title} from raw to clean`}
            steps={bridgeSteps(raw, clean, deltas)}
            format={(value) => shown(metric.unit, value)}
          />
          {moved === 0 && <p className="small">Raw and clean are the same in this period.</p>}
          <p className="small">{band(metric.unit, pair.clean)}</p>
          <p className="small others">
            {deltas
              .filter(({ delta }) => delta !== null && delta !== 0)
              .map(({ step }) => (
                <Link key={step} to="/numbers" search={(before) => ({ ...before, step })} resetScroll={false}>
                  Records behind {stepNames[step] ?? step}
                </Link>
              ))}
          </p>
        </>
      )}
    </Card>
  );
}

/** Between which values clean lies, by what reviewers will say. */
function band(unit: Metric['unit'], clean: Value | undefined): string {
  if (clean === undefined || clean.bandBecause !== null)
    return `What clean would be if all pairs in review were merged is not told${clean ? `: ${clean.bandBecause}` : ''}.`;
  if (clean.valueIfMerged === clean.value) return 'Clean stays the same if all pairs in review are merged.';
  const merged = shown(unit, clean.valueIfMerged);
  return `Clean is ${shown(unit, clean.value)} as matched, and ${merged} if all pairs in review are merged.`;
}

/** The records that count otherwise after the step, over all time. */
function Behind({ metric, step }: { metric: Metric; step: Step }) {
  const answer = useQuery(bridgeRecords(metric.name, step as 'deal_copies'));
  const file = `/v1/metrics/${metric.name}/bridge/${step}/records?${new URLSearchParams({ format: 'csv' })}`;
  return (
    <Card
      title={`Records behind ${stepNames[step]}`}
      isFlush
      aside={
        <a href={file} download>
          Export as CSV
        </a>
      }
    >
      {answer.isPending && <Waiting what="Records" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data?.data.length === 0 && <p className="small pad">No record counts otherwise after this step.</p>}
      <ScrollX label="All records of the step">
        <table className="lines narrow">
          <tbody>
            {answer.data?.data.map((one) => (
              <tr key={`${one.connectionId} ${one.recordId}`}>
                <td>
                  <Record of={one} />
                </td>
                <td className="small">
                  {nameOf(one.before) ?? 'does not count'} → {nameOf(one.after) ?? 'counts no more'}
                </td>
                <td className="n small dim">{day(one.day)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {answer.data?.nextCursor != null && <p className="small dim pad">The first hundred; the file has all.</p>}
    </Card>
  );
}

/** A record of Salesforce opens there, a golden record here. */
function Record({ of: { connectionId, object, recordId, name } }: { of: Shape<'BridgeRecord'> }) {
  const golden = /^(per|com|dea)_/.test(recordId);
  return (
    <>
      {golden ? (
        <Link to="/duplicates/$goldenId" params={{ goldenId: recordId }}>
          {name ?? <span className="mono">{recordId}</span>}
        </Link>
      ) : (
        <RecordLink id={recordId} connectionId={connectionId}>
          {name ?? <span className="mono">{recordId}</span>}
        </RecordLink>
      )}
      {!golden && (
        <div className="small dim">
          {object ?? ''} {name !== null && <span className="mono">{recordId}</span>}
        </div>
      )}
    </>
  );
}

/** A record that counts under nobody's name is said to count. */
const nameOf = (key: string | null): string | null => (key === '-' ? 'counts' : key);

const shownSlices = 12;

function Slices({ metric, kind, period }: OneProps) {
  const { by } = route.useSearch();
  const navigate = route.useNavigate();
  const choices = metric.dimensions
    .filter((one) => one !== 'all' && one !== 'org')
    .map((one) => [one, words(one)] as const);
  const chosen = choices.some(([one]) => one === by) ? by! : 'all';
  const answer = useQuery(metricHistory(metric.name, { periodKind: kind, dimension: chosen }));
  if (answer.isPending) return <Waiting what="The course" />;
  if (answer.isError) return <Failure error={answer.error} onRetry={() => void answer.refetch()} />;
  const rows = [
    ...Map.groupBy(
      answer.data.filter((one) => one.period === period),
      ({ key }) => key,
    ),
  ]
    .map(([key, values]) => ({ key, name: values[0]?.keyName ?? key, ...pairOf(values) }))
    .toSorted((one, other) => (other.clean?.value ?? 0) - (one.clean?.value ?? 0));
  const course = answer.data.filter(({ basis }) => basis === 'clean').slice(-16);
  return (
    <Card
      title={chosen === 'all' ? 'Over time' : `By ${words(chosen).toLowerCase()}`}
      aside={
        choices.length > 0 && (
          <Filter
            label="Split by"
            value={chosen === 'all' ? '' : chosen}
            options={choices}
            onChange={(next) =>
              void navigate({
                search: (before) => ({ ...before, by: next === '' ? undefined : next }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        )
      }
    >
      {chosen === 'all' ? (
        kind === 'all' ? (
          <p className="small">Choose quarters or months to see its course.</p>
        ) : (
          <>
            <Trend
              values={course.map(({ value }) => value)}
              label={`${metric.title}, clean, from ${course[0]?.period} to ${course.at(-1)?.period}`}
              leastSpan={0}
            />
            <p className="small between">
              <span>
                {course[0]?.period}: {shown(metric.unit, course[0]?.value)}
              </span>
              <span>
                {course.at(-1)?.period}: {shown(metric.unit, course.at(-1)?.value)}
              </span>
            </p>
          </>
        )
      ) : (
        <table className="lines">
          <thead>
            <tr>
              <th scope="col">{words(chosen)}</th>
              <th scope="col" className="n">
                raw
              </th>
              <th scope="col" className="n">
                clean
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shownSlices).map((row) => (
              <tr key={row.key}>
                <td>{row.name}</td>
                <td className="n dim">{shown(metric.unit, row.raw?.value)}</td>
                <td className="n">{shown(metric.unit, row.clean?.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > shownSlices && chosen !== 'all' && (
        <p className="small dim">And {count(rows.length - shownSlices)} more in the file.</p>
      )}
      <p className="small spaced-s">
        <a
          href={`/v1/metrics/${metric.name}/values?${new URLSearchParams({ periodKind: kind, dimension: chosen, format: 'csv' })}`}
          download
        >
          All periods as CSV
        </a>
      </p>
    </Card>
  );
}

function RestsOn({ metric, pair }: OneProps) {
  return (
    <Card title="What it rests on">
      <Complete value={pair.clean ?? pair.raw} />
      <dl className="kv">
        <dt>Records, raw</dt>
        <dd className="n">{count(pair.raw?.n)}</dd>
        <dt>Records, clean</dt>
        <dd className="n">
          {count(pair.clean?.n)}
          {pair.raw && pair.clean && pair.raw.n !== pair.clean.n && (
            <span className="dim"> ({signed(pair.clean.n - pair.raw.n, 0)})</span>
          )}
        </dd>
        <dt>As of</dt>
        <dd className="n">{day(pair.clean?.asOf)}</dd>
        {metric.needs.map(({ object, field, fillRate }) => (
          <Need key={`${object} ${field}`} object={object} field={field} fillRate={fillRate} />
        ))}
        {Object.entries(metric.doors).map(([door, views]) => (
          <View key={door} names={views.map((view) => `${door}.${view}`)} />
        ))}
      </dl>
    </Card>
  );
}

const sayings = { yes: 'complete: yes', no: 'complete: no', unknown: 'complete: unknown' };
const colours = { yes: 'up', no: 'down', unknown: 'dim' };

/** Whether everything it counts is here, and why that is not sure. */
function Complete({ value }: { value: Value | undefined }) {
  if (!value) return null;
  const { complete, because, rowsHeld, pairsInReview, pairsNotCompared } = value;
  const doubts = [
    ...(pairsInReview
      ? [
          Number(pairsInReview) === 1
            ? 'one pair waits for a reviewer'
            : `${count(pairsInReview)} pairs wait for a reviewer`,
        ]
      : []),
    ...(pairsNotCompared ? [`${count(pairsNotCompared)} pairs share too common a key and were not compared`] : []),
  ];
  const why = because ?? (rowsHeld === null ? null : `Salesforce counts the same ${count(rowsHeld)} records`);
  return (
    <>
      <p className="small">
        <strong className={colours[complete]}>{sayings[complete]}</strong>
        {why !== null && `. ${why.charAt(0).toUpperCase()}${why.slice(1)}`}.
      </p>
      {doubts.length > 0 && <p className="small dim">Clean may still move: {doubts.join(', ')}.</p>}
    </>
  );
}

function Need({ object, field, fillRate }: { object: string; field: string; fillRate: number | null }) {
  const input = inputOf(object);
  return (
    <>
      <dt>
        {input === null ? (
          `${object}.${field}`
        ) : (
          <Link to="/settings/inputs" search={{ name: input }}>
            Input {input}, {field}
          </Link>
        )}
      </dt>
      <dd className="n">{fillRate === null ? 'no record' : `${percent(fillRate)} filled`}</dd>
    </>
  );
}

function View({ names }: { names: string[] }) {
  return (
    <>
      <dt>In SQL</dt>
      <dd className="n mono">{names.join(', ')}</dd>
    </>
  );
}
