/** Metrics: which number, raw or clean, and why do they differ? */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { metricHistory, metrics, metricValues, recentSyncs } from '../api/queries.ts';
import { EmptyList } from '../components/empty-list.tsx';
import { day } from '../components/format.ts';
import { Filter } from '../components/filter.tsx';
import { Card, Page } from '../components/page.tsx';
import { hasSucceeded } from '../components/run-state.ts';
import { ScrollX } from '../components/scroll-x.tsx';
import { Failure, Waiting } from '../components/state.tsx';
import { OneMetric } from './metrics/one-metric.tsx';
import { difference, lacks, type Pair, pairOf, shown, type Value } from '../components/metric-value.ts';

type Metric = Shape<'Metric'>;
type Kind = Value['periodKind'];

const route = getRouteApi('/numbers');
const kinds = [
  ['quarter', 'Quarter'],
  ['month', 'Month'],
  ['year', 'Year'],
  ['fiscal_quarter', 'Fiscal quarter'],
  ['fiscal_year', 'Fiscal year'],
  ['all', 'All time'],
] as const;

export function Metrics() {
  const search = route.useSearch();
  const kind = (kinds.some(([one]) => one === search.kind) ? search.kind : 'quarter') as Kind;
  const all = useQuery(metrics);
  const periods = usePeriods(kind);
  const period = kind === 'all' ? 'all' : (search.period ?? periods?.[0]?.[0]);
  const values = useQuery({
    ...metricValues(period ?? 'all'),
    enabled: period !== undefined,
    // Another period is awaited beside what is there.
    placeholderData: keepPreviousData,
  });
  if (all.isError) return <Failure error={all.error} onRetry={() => void all.refetch()} />;
  if (values.isError) return <Failure error={values.error} onRetry={() => void values.refetch()} />;
  const isEmpty = period === undefined && periods !== null;
  if (all.isPending || (values.isPending && !isEmpty)) return <Waiting what="Metrics" lines={12} />;
  // What is shown may still be of the period before.
  const seen = values.data?.[0];
  const shownKind = seen?.periodKind ?? kind;
  const shownPeriod = seen?.period ?? period ?? 'all';
  const byName = Map.groupBy(values.data ?? [], ({ metric }) => metric);
  const chosen = all.data.find(({ name }) => name === (search.metric ?? 'open_pipeline')) ?? all.data[0];
  return (
    <Page
      title="Metrics"
      sub={<Sub asOf={values.data?.[0]?.asOf} />}
      actions={<Choices kind={kind} period={period} periods={periods ?? []} />}
    >
      {byName.size === 0 ? (
        <EmptyList title="Nothing is measured in this period">
          <p>Choose another period, or wait for the next sync: metrics are published with each.</p>
        </EmptyList>
      ) : (
        <div className="grid split" aria-busy={values.isPlaceholderData}>
          <MetricTable all={all.data} period={shownPeriod} byName={byName} chosen={chosen?.name} />
          {chosen && (
            <OneMetric
              metric={chosen}
              pair={pairOf(byName.get(chosen.name) ?? [])}
              kind={shownKind}
              period={shownPeriod}
            />
          )}
        </div>
      )}
    </Page>
  );
}

function Sub({ asOf }: { asOf: string | undefined }) {
  const run = useQuery(recentSyncs).data?.data.find(hasSucceeded);
  return (
    <>
      SalesOps and RevOps read the same numbers: raw as Salesforce counts, clean with every person, company and deal
      counted once.
      {asOf !== undefined && ` As of ${day(asOf)}`}
      {asOf !== undefined && run && (
        <>
          , from{' '}
          <Link to="/runs/$id" params={{ id: run.id }}>
            the last sync
          </Link>
        </>
      )}
      {asOf !== undefined && '.'}
    </>
  );
}

/** Periods in which a deal was made, the newest first; none for all time, null before they are known. */
function usePeriods(kind: Kind): (readonly [string, string])[] | null {
  const answer = useQuery({
    ...metricHistory('deals_created', { periodKind: kind, basis: 'clean' }),
    enabled: kind !== 'all',
  });
  if (kind === 'all') return [];
  if (!answer.isSuccess) return answer.isError ? [] : null;
  return [...new Set(answer.data.map(({ period }) => period))].toReversed().map((name) => [name, name] as const);
}

type ChoicesProps = { kind: Kind; period: string | undefined; periods: (readonly [string, string])[] };

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
      <a
        className="button"
        href={`/v1/metric-values?${new URLSearchParams({ period: period ?? 'all', format: 'csv' })}`}
        download
      >
        Export as CSV
      </a>
    </>
  );
}

type TableProps = { all: Metric[]; period: string; byName: Map<string, Value[]>; chosen: string | undefined };

function MetricTable({ all, period, byName, chosen }: TableProps) {
  const [measured, others] = [all.filter((one) => one.isMeasurable), all.filter((one) => !one.isMeasurable)];
  return (
    <Card isFlush>
      <ScrollX label="Metrics of the period">
        <table className="lines">
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
            {measured.map((metric) => (
              <Row
                key={metric.name}
                metric={metric}
                pair={pairOf(byName.get(metric.name) ?? [])}
                isChosen={metric.name === chosen}
              />
            ))}
          </tbody>
          {others.length > 0 && (
            <tbody>
              <tr>
                <th scope="rowgroup" colSpan={4}>
                  Not measured: what each needs
                </th>
              </tr>
              {others.map((metric) => (
                <Row key={metric.name} metric={metric} pair={pairOf([])} isChosen={metric.name === chosen} />
              ))}
            </tbody>
          )}
        </table>
      </ScrollX>
    </Card>
  );
}

function Row({ metric, pair, isChosen }: { metric: Metric; pair: Pair; isChosen: boolean }) {
  const moved = difference(metric.unit, pair);
  return (
    <tr className={isChosen ? 'chosen' : undefined}>
      <td>
        <Link
          to="/numbers"
          search={(before) => ({ ...before, metric: metric.name, by: undefined, step: undefined })}
          className="strong plain-link"
          resetScroll={false}
          aria-current={isChosen ? 'true' : undefined}
        >
          {metric.title}
        </Link>
      </td>
      {metric.isMeasurable ? (
        <>
          <td className="n dim">{shown(metric.unit, pair.raw?.value)}</td>
          <td className="n">{shown(metric.unit, pair.clean?.value)}</td>
          <td className={moved === '0' ? 'n small dim' : 'n small'}>{moved}</td>
        </>
      ) : (
        <td className="n" colSpan={3}>
          <span className="tag">{lacks(metric)}</span>
        </td>
      )}
    </tr>
  );
}
