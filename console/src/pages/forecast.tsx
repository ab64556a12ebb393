/** Forecast: what will this period bring, between which bounds, and how near have such forecasts been? */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { forecast, forecastRows, forecastTeams, metricHistory } from '../api/queries.ts';
import { Ranges } from '../charts/ranges.tsx';
import { Filter } from '../components/filter.tsx';
import { day, money, percent, plural } from '../components/format.ts';
import { Card, Page } from '../components/page.tsx';
import { ScrollX } from '../components/scroll-x.tsx';
import { Empty, Failure, Waiting } from '../components/state.tsx';
import { gainOver, gainText, methodNamed, type Period } from './forecast/methods.ts';
import { OnePeriod } from './forecast/one-period.tsx';

const route = getRouteApi('/forecast');
const kinds = [
  ['quarter', 'Quarters'],
  ['month', 'Months'],
  ['fiscal_quarter', 'Fiscal quarters'],
] as const;
type Kind = (typeof kinds)[number][0];
/** Periods of the past beside those ahead. */
const shownPast = 6;

export function Forecast() {
  const { kind: wished, period: name, team } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (more: { kind?: string; period?: string | undefined; team?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...more }), replace: true, resetScroll: false });
  const answer = useQuery({ ...forecast(team), placeholderData: keepPreviousData });
  const { asOf, monthsRebuilt, periods = [] } = answer.data ?? {};
  const offered = kinds.filter(([kind]) => kind !== 'fiscal_quarter' || hasOwnFiscal(periods));
  const kind = offered.find(([one]) => one === wished)?.[0] ?? 'quarter';
  const own = periods.filter(({ periodKind }) => periodKind === kind);
  const chosen = own.find(({ period }) => period === name) ?? own[0];
  const file = new URLSearchParams({ format: 'csv', ...(asOf == null ? {} : { from: asOf, to: asOf }) });
  return (
    <Page
      title="Forecast"
      sub={
        asOf == null
          ? 'Bookings to expect, by the method that has been nearest so far.'
          : `Bookings to expect, by the method that has been nearest so far. As of ${day(asOf)}, tried on ${plural(monthsRebuilt ?? 0, 'month')} of the past.`
      }
      actions={
        asOf != null && (
          <a className="button" href={`/v1/forecast/rows?${file}`} download>
            Export as CSV
          </a>
        )
      }
    >
      {answer.isPending && <Waiting what="The forecast" lines={10} />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data && (asOf != null || team !== undefined) && (
        <div className="filters" role="group" aria-label="Which bookings">
          <div className="seg" role="group" aria-label="By">
            {offered.map(([one, label]) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === kind}
                onClick={() => set({ kind: one, period: undefined })}
              >
                {label}
              </button>
            ))}
          </div>
          <Teams team={team} asOf={asOf} onChange={(next) => set({ team: next === '' ? undefined : next })} />
        </div>
      )}
      {answer.data && chosen === undefined && <Nothing reason={answer.data.reason} />}
      {chosen !== undefined && (
        <div className="grid split">
          <div className="stack">
            <Course own={own} chosen={chosen} kind={kind} team={team} />
            <Ahead own={own} chosen={chosen} onChoose={(period) => set({ period })} />
          </div>
          <div className="stack">
            <OnePeriod period={chosen} />
          </div>
        </div>
      )}
    </Page>
  );
}

/** Whether the fiscal quarters of the org are others than those of the calendar. */
const hasOwnFiscal = (periods: Period[]) => {
  const starts = new Set(periods.flatMap((one) => (one.periodKind === 'quarter' ? [one.periodStart] : [])));
  return periods.some((one) => one.periodKind === 'fiscal_quarter' && !starts.has(one.periodStart));
};

function Nothing({ reason }: { reason: string | null }) {
  return (
    <Empty title="There is no forecast">
      <p>
        {reason === null ? 'No period is at hand.' : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`} A forecast
        is made after each sync, once a few months of won deals are known.
      </p>
      <Link to="/runs" className="button">
        Look at the syncs
      </Link>
    </Empty>
  );
}

type TeamsProps = { team: string | undefined; asOf: string | null | undefined; onChange: (team: string) => void };

function Teams({ team, asOf, onChange }: TeamsProps) {
  const { data = [] } = useQuery({ ...forecastTeams(asOf ?? ''), enabled: asOf != null });
  const options = [...new Map(data.map(({ teamId, teamName }) => [teamId, teamName ?? teamId]))];
  if (options.length === 0 && team === undefined) return null;
  return <Filter label="Team of" value={team} options={options} onChange={onChange} />;
}

type CourseProps = { own: Period[]; chosen: Period; kind: Kind; team: string | undefined };

/** The past as it was forecast as many months ahead, with what came; then the periods at hand. */
function Course({ own, chosen, kind, team }: CourseProps) {
  const first = own[0]!;
  const method = (chosen.shown ?? first.shown)?.method;
  const past = useQuery({
    ...forecastRows({
      periodKind: kind,
      leadMonths: first.leadMonths,
      method: method ?? 'naive',
      teamId: team ?? 'all',
    }),
    placeholderData: keepPreviousData,
  });
  const bookings = useQuery({
    ...metricHistory('bookings', {
      periodKind: kind,
      basis: 'clean',
      ...(team === undefined ? {} : { dimension: 'team', key: team }),
    }),
    placeholderData: keepPreviousData,
  });
  const came = new Map(bookings.data?.map(({ period, value }) => [period, value]));
  const over = (past.data ?? [])
    .filter(({ isBackTest, periodEnd }) => isBackTest && periodEnd < first.periodStart)
    .slice(-shownPast);
  const ranges = [
    ...over.map(({ period, amount, low, high }) => ({
      period,
      expected: amount,
      low,
      high,
      came: came.get(period) ?? null,
      isOver: true,
      isChosen: false,
    })),
    ...own.map(({ period, shown, wonAmount }) => ({
      period,
      expected: shown?.amount ?? null,
      low: shown?.low ?? null,
      high: shown?.high ?? null,
      came: wonAmount,
      isOver: false,
      isChosen: period === chosen.period,
    })),
  ];
  return (
    <Card title={over.length === 0 ? 'What to expect' : 'What was expected, what came, and what to expect'}>
      {past.isPending ? (
        <Waiting what="The course" lines={8} />
      ) : (
        <Ranges ranges={ranges} label="Bookings by period" format={money} />
      )}
      <p className="small legend">
        <span>
          <i className="mark came" /> came
        </span>
        <span>
          <i className="mark expected" /> expected
        </span>
        <span>
          <i className="mark bounds" /> four of five fall within
        </span>
        <span>
          <i className="mark won" /> won already
        </span>
      </p>
      {over.length > 0 && method !== undefined && (
        <p className="small">
          The past is as “{methodNamed(method).name.toLowerCase()}” would have said it{' '}
          {plural(first.leadMonths, 'month')} before the end, from nothing but what was known then.
        </p>
      )}
    </Card>
  );
}

type AheadProps = { own: Period[]; chosen: Period; onChoose: (period: string) => void };

function Ahead({ own, chosen, onChoose }: AheadProps) {
  return (
    <Card title="Periods at hand" isFlush>
      <ScrollX label="Amounts by period">
        <table className="lines narrow">
          <thead>
            <tr>
              <th scope="col">Period</th>
              <th scope="col" className="n">
                Won already
              </th>
              <th scope="col" className="n">
                Expected
              </th>
              <th scope="col" className="n">
                Was off by
              </th>
            </tr>
          </thead>
          <tbody>
            {own.map((one) => (
              <tr key={one.period} className={one === chosen ? 'chosen' : undefined}>
                <td>
                  <button
                    type="button"
                    className="button link"
                    aria-pressed={one === chosen}
                    onClick={() => onChoose(one.period)}
                  >
                    {one.period}
                  </button>
                  <div className="small dim">until {day(one.periodEnd)}</div>
                </td>
                <td className="n">{money(one.wonAmount)}</td>
                <td className="n">
                  <strong>{money(one.shown?.amount)}</strong>
                  {one.shown?.low != null && (
                    <div className="small dim">
                      {money(one.shown.low)} – {money(one.shown.high)}
                    </div>
                  )}
                </td>
                <td className="n">
                  {percent(one.shown?.accuracy?.wape)}
                  <div className="small dim">{one.shown === null ? '' : than(one, one.shown)}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </Card>
  );
}

const than = ({ methods }: Period, shown: Shape<'MethodForecast'>): string => {
  const naive = methods.find(({ method }) => method === 'naive');
  return shown.method === 'naive' ? 'as naive' : gainText(gainOver(naive, shown));
};
