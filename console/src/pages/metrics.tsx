/** Metrics: which number, raw or clean, and why do they differ? */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { metricBridge, metricHistory, metrics, metricValues } from '../api/queries.ts';
import { type Step, Waterfall } from '../charts/waterfall.tsx';
import { count, dash, day, money, percent, signed } from '../components/format.ts';
import { Filter } from '../components/filter.tsx';
import { Card, Page } from '../components/page.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { Empty, Failure, Waiting } from '../components/state.tsx';

type Metric = Shape<'Metric'>;
type Value = Shape<'MetricValue'>;
type Kind = Value['periodKind'];
type Pair = { raw: Value | undefined; clean: Value | undefined };

const route = getRouteApi('/numbers');
const kinds = [
  ['quarter', 'Quarter'],
  ['month', 'Month'],
  ['year', 'Year'],
  ['fiscal_quarter', 'Fiscal quarter'],
  ['fiscal_year', 'Fiscal year'],
  ['all', 'All time'],
] as const;
const stepNames: Record<string, string> = {
  account_copies: 'account copies',
  person_copies: 'person copies',
  deal_copies: 'deal copies',
  staleness: 'stale',
  missing_links: 'missing links',
};

function shown(unit: Metric['unit'], value: number | null | undefined): string {
  if (value == null) return dash;
  if (unit === 'rate') return percent(value);
  if (unit === 'count') return count(value);
  if (unit === 'days' || unit === 'hours') return `${value.toFixed(1)} ${unit === 'days' ? 'd' : 'h'}`;
  return money(value);
}

/** Of rates in points, else in parts of raw. */
function difference(unit: Metric['unit'], { raw, clean }: Pair): string {
  const [before, after] = [raw?.value, clean?.value];
  if (before == null || after == null) return '';
  if (before === after) return '0';
  if (unit === 'rate') return `${signed(100 * (after - before))} pt`;
  return before === 0 ? '' : `${signed((100 * (after - before)) / Math.abs(before))} %`;
}

export function Metrics() {
  const search = route.useSearch();
  const kind = (kinds.some(([one]) => one === search.kind) ? search.kind : 'all') as Kind;
  const all = useQuery(metrics);
  const periods = usePeriods(kind);
  const period = search.period ?? periods[0]?.[0] ?? 'all';
  const values = useQuery(metricValues(period));
  const chosen = all.data?.data.find(({ name }) => name === (search.metric ?? 'open_pipeline')) ?? all.data?.data[0];
  if (all.isPending || values.isPending) return <Waiting what="Metrics" lines={12} />;
  if (all.isError) return <Failure error={all.error} onRetry={() => void all.refetch()} />;
  if (values.isError) return <Failure error={values.error} onRetry={() => void values.refetch()} />;
  const byName = Map.groupBy(values.data.data, ({ metric }) => metric);
  const pairOf = (name: string): Pair => ({
    raw: byName.get(name)?.find(({ basis }) => basis === 'raw'),
    clean: byName.get(name)?.find(({ basis }) => basis === 'clean'),
  });
  const asOf = values.data.data[0]?.asOf;
  return (
    <Page
      title="Metrics"
      sub={`SalesOps and RevOps read the same numbers: raw as Salesforce counts, clean with every person, company and deal counted once.${
        asOf === undefined ? '' : ` As of ${day(asOf)}.`
      }`}
      actions={<Choices kind={kind} period={period} periods={periods} />}
    >
      {values.data.data.length === 0 ? (
        <Empty title="Nothing is measured in this period">
          <p>Choose another period, or wait for the next sync.</p>
        </Empty>
      ) : (
        <div className="grid split">
          <Table all={all.data.data} period={period} pairOf={pairOf} chosen={chosen?.name} />
          {chosen && <One metric={chosen} pair={pairOf(chosen.name)} kind={kind} period={period} />}
        </div>
      )}
    </Page>
  );
}

/** Periods in which a deal was made, the newest first; none for all time. */
function usePeriods(kind: Kind): (readonly [string, string])[] {
  const answer = useQuery(metricHistory('deals_created', kind));
  if (kind === 'all') return [];
  const names = [...new Set((answer.data?.data ?? []).map(({ period }) => period))].toReversed();
  return names.map((name) => [name, name] as const);
}

type ChoicesProps = { kind: Kind; period: string; periods: (readonly [string, string])[] };

function Choices({ kind, period, periods }: ChoicesProps) {
  const navigate = route.useNavigate();
  return (
    <>
      <Filter
        label="By"
        value={kind}
        options={kinds}
        isRequired
        onChange={(next) =>
          void navigate({ search: (before) => ({ ...before, kind: next, period: undefined }), replace: true })
        }
      />
      {periods.length > 0 && (
        <Filter
          label="Period"
          value={period}
          options={periods}
          isRequired
          onChange={(next) => void navigate({ search: (before) => ({ ...before, period: next }), replace: true })}
        />
      )}
      <a className="button" href={`/v1/metric-values?${new URLSearchParams({ period, format: 'csv' })}`} download>
        Export as CSV
      </a>
    </>
  );
}

type TableProps = { all: Metric[]; period: string; pairOf: (name: string) => Pair; chosen: string | undefined };

function Table({ all, period, pairOf, chosen }: TableProps) {
  return (
    <Card isFlush>
      <ScrollX label="Metrics of the period">
        <table>
          <thead>
            <tr>
              <th scope="col">{period === 'all' ? 'All time' : period}</th>
              <th scope="col" className="n">
                raw
              </th>
              <th scope="col" className="n">
                clean
              </th>
              <th scope="col" className="n">
                difference
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map((metric) => (
              <Row key={metric.name} metric={metric} pair={pairOf(metric.name)} isChosen={metric.name === chosen} />
            ))}
          </tbody>
        </table>
      </ScrollX>
    </Card>
  );
}

function Row({ metric, pair, isChosen }: { metric: Metric; pair: Pair; isChosen: boolean }) {
  return (
    <tr className={isChosen ? 'chosen' : undefined}>
      <td>
        <Link to="/numbers" search={(before) => ({ ...before, metric: metric.name })} className="strong">
          {metric.title}
        </Link>
      </td>
      {metric.isMeasurable ? (
        <>
          <td className="n dim">{shown(metric.unit, pair.raw?.value)}</td>
          <td className="n">{shown(metric.unit, pair.clean?.value)}</td>
          <td className="n small">{difference(metric.unit, pair)}</td>
        </>
      ) : (
        <td className="n" colSpan={3}>
          <span className="tag" title={metric.reason ?? ''}>
            not measurable
          </span>
        </td>
      )}
    </tr>
  );
}

type OneProps = { metric: Metric; pair: Pair; kind: Kind; period: string };

function One({ metric, pair, kind, period }: OneProps) {
  const answer = useQuery(metricBridge(metric.name, kind));
  const steps = (answer.data?.data ?? []).filter((one) => one.period === period && one.dimension === 'all');
  const [raw, clean] = [pair.raw?.value ?? null, pair.clean?.value ?? null];
  return (
    <div className="stack">
      <Card title={metric.title}>
        <p className="small">{metric.description}</p>
        {!metric.isMeasurable && <p className="small down">{metric.reason}</p>}
        {answer.isPending && <Waiting what="The bridge" />}
        {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
        {answer.isSuccess && raw !== null && clean !== null && (
          <>
            <Waterfall
              label={`${metric.title} from raw to clean`}
              steps={waterfall(raw, clean, steps)}
              format={(value) => shown(metric.unit, value)}
            />
            {raw === clean && <p className="small">Raw and clean are the same in this period.</p>}
          </>
        )}
      </Card>
      <Card title="What it rests on">
        <dl className="kv">
          <dt>Records, raw</dt>
          <dd className="n">{count(pair.raw?.n)}</dd>
          <dt>Records, clean</dt>
          <dd className="n">{count(pair.clean?.n)}</dd>
          {metric.needs.map((need) => (
            <Need key={`${need.object} ${need.field}`} need={need} />
          ))}
        </dl>
      </Card>
    </div>
  );
}

function Need({ need: { object, field, fillRate } }: { need: Metric['needs'][number] }) {
  return (
    <>
      <dt>
        {object}.{field}
      </dt>
      <dd className="n">{fillRate === null ? 'no record' : `${percent(fillRate)} filled`}</dd>
    </>
  );
}

function waterfall(raw: number, clean: number, deltas: Shape<'BridgeStep'>[]): Step[] {
  const steps: Step[] = [{ label: 'raw', from: 0, to: raw, isTotal: true }];
  let at = raw;
  for (const { step, delta } of deltas.toSorted((one, other) => one.place - other.place)) {
    if (delta === null || delta === 0) continue;
    steps.push({ label: stepNames[step] ?? step, from: at, to: at + delta });
    at += delta;
  }
  return [...steps, { label: 'clean', from: 0, to: clean, isTotal: true }];
}
