/** Pipeline: what made the open pipeline of one day into that of another, and which deals? */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Shape } from '../api/client.ts';
import { listOf, pipelineWalk } from '../api/queries.ts';
import { type Step, Waterfall } from '../charts/waterfall.tsx';
import { count, dash, day, money, plural, signed } from '../components/format.ts';
import { ExportFile } from '../components/export-file.tsx';
import { Filter } from '../components/filter.tsx';
import { LongList } from '../components/long-list.tsx';
import { Card, Page } from '../components/page.tsx';
import { RecordLink } from '../components/record-link.tsx';
import { Empty, Failure, Waiting } from '../components/state.tsx';

type Walk = Shape<'PipelineWalk'>;
type Term = Walk['currencies'][number]['terms'][number];
type Deal = Shape<'PipelineWalkDeal'>;

const route = getRouteApi('/pipeline');
const bases = [
  ['clean', 'Clean'],
  ['raw', 'Raw'],
] as const;
const termNames: Record<Term['term'], string> = {
  opening: 'opening',
  new: 'new',
  reopened: 'reopened',
  restored: 'restored',
  increased: 'increased',
  decreased: 'decreased',
  pulled_in: 'pulled in',
  pushed_out: 'pushed out',
  won: 'won',
  lost: 'lost',
  dropped: 'dropped',
  closing: 'closing',
};
const terms = Object.keys(termNames) as Term['term'][];

const isoDay = (at: Date) =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
const daysAgo = (days: number) => isoDay(new Date(Date.now() - days * 24 * 3_600_000));
const quarterStart = () => {
  const now = new Date();
  return isoDay(new Date(now.getFullYear(), Math.floor(now.getMonth() / 3) * 3, 0));
};
const spans = [
  ['Last night', () => daysAgo(1)],
  ['7 days', () => daysAgo(7)],
  ['30 days', () => daysAgo(30)],
  ['This quarter', quarterStart],
] as const;

export function Pipeline() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (more: Partial<typeof search>) =>
    void navigate({ search: (before) => ({ ...before, ...more }), replace: true, resetScroll: false });
  const query = {
    from: search.from ?? daysAgo(7),
    to: search.to ?? isoDay(new Date()),
    basis: search.basis === 'raw' ? ('raw' as const) : ('clean' as const),
    ...(search.closeFrom === undefined ? {} : { closeFrom: search.closeFrom }),
    ...(search.closeTo === undefined ? {} : { closeTo: search.closeTo }),
  };
  const answer = useQuery(pipelineWalk(query));
  const term = terms.find((one) => one === search.term);
  return (
    <Page
      title="Pipeline walk"
      sub="What made the open pipeline of one day into that of another, to the cent, with the deals behind each term."
      actions={<ExportFile path="/v1/pipeline/walk/export" filters={{ ...query, term }} />}
    >
      <div className="filters" role="group" aria-label="Which days">
        <div className="seg" role="group" aria-label="How long">
          {spans.map(([label, from]) => (
            <button
              key={label}
              type="button"
              aria-pressed={query.from === from() && search.to === undefined}
              onClick={() => set({ from: from(), to: undefined })}
            >
              {label}
            </button>
          ))}
        </div>
        <DayField label="End of" value={query.from} onChange={(from) => set({ from })} />
        <DayField label="to the end of" value={query.to} onChange={(to) => set({ to })} />
        <Filter label="Counted" value={query.basis} options={bases} isRequired onChange={(basis) => set({ basis })} />
        <DayField label="To close from" value={search.closeFrom ?? ''} onChange={(closeFrom) => set({ closeFrom })} />
        <DayField label="until" value={search.closeTo ?? ''} onChange={(closeTo) => set({ closeTo })} />
      </div>
      {answer.isPending && <Waiting what="The walk" lines={8} />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.isSuccess && <Whole walk={answer.data} chosen={term} onChoose={(next) => set({ term: next })} />}
      {answer.isSuccess && answer.data.currencies.length > 0 && <Deals query={query} term={term} />}
    </Page>
  );
}

type DayFieldProps = { label: string; value: string; onChange: (value: string | undefined) => void };

function DayField({ label, value, onChange }: DayFieldProps) {
  return (
    <label className="field">
      {label}
      <input
        className="input"
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      />
    </label>
  );
}

type WholeProps = { walk: Walk; chosen: string | undefined; onChoose: (term: Term['term'] | undefined) => void };

function Whole({ walk, chosen, onChoose }: WholeProps) {
  if (walk.currencies.length === 0)
    return (
      <Empty title={walk.publishedFrom === null ? 'Nothing has been published yet' : 'No deal was open on these days'}>
        <p>
          {walk.publishedFrom === null
            ? 'The walk begins with the first sync; Salesforce’s own histories tell the days before it.'
            : 'Choose other days. Deals are known from '}
          {walk.publishedFrom !== null && <strong>{day(walk.knownFrom)}</strong>}
        </p>
      </Empty>
    );
  const isRebuilt = walk.publishedFrom !== null && walk.from < walk.publishedFrom;
  return (
    <div className="stack">
      {walk.currencies.map(({ currency, terms: all }) => (
        <Card
          key={currency ?? ''}
          title={currency === null ? 'Open pipeline' : `Open pipeline in ${currency}`}
          aside={
            chosen !== undefined && (
              <button type="button" className="button link" onClick={() => onChoose(undefined)}>
                All terms
              </button>
            )
          }
        >
          <Waterfall label="The walk of the open pipeline" steps={stepsOf(all)} format={money} />
          <table className="lines walk">
            <thead>
              <tr>
                <th scope="col">Term</th>
                <th scope="col" className="n">
                  Deals
                </th>
                <th scope="col" className="n">
                  Amount
                </th>
              </tr>
            </thead>
            <tbody>
              {all
                .filter(({ dealCount }) => dealCount > 0)
                .map((one) => (
                  <tr key={one.term} className={one.term === chosen ? 'chosen' : undefined}>
                    <td>
                      <button type="button" className="button link" onClick={() => onChoose(one.term)}>
                        {termNames[one.term]}
                      </button>
                      {one.withoutAmount > 0 && (
                        <span className="small dim"> {plural(one.withoutAmount, 'deal')} without an amount</span>
                      )}
                    </td>
                    <td className="n">{count(one.dealCount)}</td>
                    <td className="n">{isTotal(one) ? cents(one.amount) : signed(one.amount, 2, cents)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </Card>
      ))}
      <p className="small">
        {isRebuilt
          ? `Days before ${day(walk.publishedFrom)} are rebuilt from Salesforce’s histories, so that a deal deleted since is missing in them; later days stay as they were published.`
          : 'These days stay as they were published.'}
      </p>
    </div>
  );
}

const exact = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const cents = (value: number): string => exact.format(value);
const isTotal = ({ term }: Term) => term === 'opening' || term === 'closing';

function stepsOf(all: Term[]): Step[] {
  let at = 0;
  return all.flatMap((one): Step[] => {
    if (isTotal(one)) {
      at = one.amount;
      return [{ label: termNames[one.term], from: 0, to: one.amount, isTotal: true }];
    }
    if (one.dealCount === 0) return [];
    const from = at;
    at += one.amount;
    return [{ label: termNames[one.term], from, to: at }];
  });
}

function Deals({ query, term }: { query: { from: string; to: string }; term: Term['term'] | undefined }) {
  const answer = useInfiniteQuery(listOf('/v1/pipeline/walk/deals', term === undefined ? query : { ...query, term }));
  return (
    <>
      <h2 className="spaced">{term === undefined ? 'All deals of the walk' : `Deals that were ${termNames[term]}`}</h2>
      <LongList<Deal>
        what="Deals"
        answer={answer}
        idOf={(deal) => `${deal.term} ${deal.opportunityId}`}
        empty={
          <Empty title="No deal did this">
            <p>Take the term away to see every deal of the walk.</p>
          </Empty>
        }
        columns={[
          {
            head: 'Deal',
            width: 'minmax(0, 2fr)',
            cell: (deal) => (
              <RecordLink id={deal.opportunityId}>
                {deal.name ?? <span className="mono">{deal.opportunityId}</span>}
              </RecordLink>
            ),
          },
          { head: 'Term', width: '110px', cell: (deal) => termNames[deal.term] },
          { head: 'Stage', width: 'minmax(0, 1fr)', cell: (deal) => deal.stageName ?? dash },
          { head: 'To close on', width: '110px', cell: (deal) => day(deal.closeOn) },
          {
            head: 'Amount',
            width: '130px',
            isNumber: true,
            cell: (deal) => `${cents(deal.amount)}${deal.currency === null ? '' : ` ${deal.currency}`}`,
          },
        ]}
      />
      <p className="small">
        The same numbers by metric: <Link to="/numbers">Metrics</Link>.
      </p>
    </>
  );
}
