// Turns what is really there into the numbers a clean view must show: each deal, person and customer once, worked out
// from the plan of the org and never from its records.
import type { Value } from './csv-file.ts';
import { dayMs, monthNumber } from './days.ts';
import type { Deal } from './deal.ts';
import type { Inputs } from './inputs.ts';

export const truthColumns = ['metric', 'period', 'value'] as const;
export type TruthRow = Record<(typeof truthColumns)[number], Value>;

/** Days within which a step counts. */
const funnelDays = { mql: 90, sql: 90, opportunity: 90, won: 120, conversion: 90 };
type FunnelStep = keyof typeof funnelDays;

/** What a customer pays for, from a day on; `months` is null for what is sold once. */
export interface Term {
  startsAt: number;
  months: number | null;
  amount: number;
  /** Month in which a renewal takes its place, before its own end. */
  until?: number;
}

/** all, the year and the quarter of an instant. */
function periodsOf(at: number): string[] {
  const month = monthNumber(at);
  return ['all', ...ofMonth(month)];
}

const ofMonth = (month: number): string[] => {
  const year = String(Math.floor(month / 12));
  return [year, `${year}-Q${Math.floor((month % 12) / 3) + 1}`];
};

/** The first instant of a year or quarter, and of the next. */
function spanOf(period: string): [number, number] {
  const [, year, quarter] = /^(\d+)(?:-Q(\d))?$/.exec(period) ?? [];
  const month = quarter === undefined ? 0 : (Number(quarter) - 1) * 3;
  const of = (at: number) => Date.UTC(Number(year), at, 1);
  return [of(month), of(month + (quarter === undefined ? 12 : 3))];
}

/** What customers of one month pay together, and how many they are. */
interface Month {
  closing: number;
  once: number;
  new: number;
  expansion: number;
  contraction: number;
  churn: number;
  reactivation: number;
  opening: number;
  active: number;
  before: number;
  lost: number;
  fresh: number;
  yearAgo: number;
  kept: number;
  stayed: number;
}
const noMonth = (): Month => ({
  closing: 0,
  once: 0,
  new: 0,
  expansion: 0,
  contraction: 0,
  churn: 0,
  reactivation: 0,
  opening: 0,
  active: 0,
  before: 0,
  lost: 0,
  fresh: 0,
  yearAgo: 0,
  kept: 0,
  stayed: 0,
});

/** Keeps sums by period and month only, so that its size does not grow with the org. */
export class MetricTruth {
  private readonly sums = new Map<string, Map<string, number>>();
  private readonly months = new Map<number, Month>();
  private readonly newCustomersByMonth = new Map<number, number>();
  private profit = 0;
  private customerCount = 0;
  private readonly now: number;
  private readonly inputs: Inputs;

  constructor(now: number, inputs: Inputs) {
    this.now = now;
    this.inputs = inputs;
  }

  private add(name: string, periods: readonly string[], amount = 1): void {
    const byPeriod = this.sums.get(name) ?? new Map<string, number>();
    for (const period of periods) byPeriod.set(period, (byPeriod.get(period) ?? 0) + amount);
    this.sums.set(name, byPeriod);
  }

  /** A deal as it stands, however many records speak of it. */
  deal({ steps, outcome }: Deal): void {
    const [first, last] = [steps[0], steps.at(-1)];
    if (!first || !last) return;
    const closing = periodsOf(last.closeOn);
    const state = outcome === 'zombie' ? 'open' : outcome;
    this.add(state, closing);
    this.add(`${state} amount`, closing, last.amount);
    this.add('created', periodsOf(first.at));
    this.moves(steps);
    if (outcome === 'won')
      this.add('cycle days', closing, Math.floor(last.closeOn / dayMs) - Math.floor(first.at / dayMs));
  }

  /** Moves of its close date, and the periods that it left without closing. */
  private moves(steps: Deal['steps']): void {
    const isOpen = ({ stage }: Deal['steps'][number]) => !stage.startsWith('Closed');
    for (const [i, step] of steps.entries()) {
      const before = steps[i - 1];
      if (before && isOpen(step) && monthNumber(step.closeOn) > monthNumber(before.closeOn))
        this.add('pushes', periodsOf(step.at));
    }
    const tomorrow = (Math.floor(this.now / dayMs) + 1) * dayMs;
    for (const period of new Set(steps.flatMap(({ closeOn }) => ofMonth(monthNumber(closeOn))))) {
      const [start, next] = spanOf(period);
      // As the period began, and as it ended or stands today.
      const first = steps.findLast(({ at }) => at < start);
      if (start > this.now || !first || !isOpen(first) || first.closeOn < start || first.closeOn >= next) continue;
      const lastAt = steps.findLastIndex(({ at }) => at < Math.min(next, tomorrow));
      const since = steps.slice(lastAt);
      if (since[0] && isOpen(since[0]) && since.some(({ closeOn }) => closeOn >= next))
        this.add('slipped', [period], first.amount);
    }
  }

  /** A person who came as a lead, with the first days of each step down the funnel. */
  funnel(cameAt: number, reached: Readonly<Record<FunnelStep, number>>, statusKeptSince: number): void {
    const day = (at: number) => Math.floor(at / dayMs);
    const periods = periodsOf(cameAt);
    for (const [step, days] of Object.entries(funnelDays)) {
      if (day(cameAt) > day(this.now) - days) continue;
      // Whether somebody was qualified before the status had a history, nobody knows.
      const known =
        step === 'mql' ? periods.filter((one) => one !== 'all' && spanOf(one)[0] >= statusKeptSince) : periods;
      this.add(`cohort ${step}`, known);
      if (day(reached[step as FunnelStep]) <= day(cameAt) + days) this.add(`reached ${step}`, known);
    }
  }

  quota(startsAt: number, amount: number): void {
    this.add('quota', periodsOf(startsAt), amount);
    if (startsAt <= this.now) this.add('begun quota', periodsOf(startsAt), amount);
  }

  /** What of a won deal somebody is credited with who has quotas. */
  attained(closedAt: number, amount: number): void {
    this.add('attained', [ofMonth(monthNumber(closedAt))[1] ?? ''], amount);
  }

  /** Of the quarters of a period that had quotas. */
  private attainment(period: string): number | null {
    const quotas = [...(this.sums.get('begun quota') ?? [])].filter(
      ([quarter]) => quarter.includes('-Q') && (period === 'all' || quarter.startsWith(period)),
    );
    const quota = quotas.reduce((sum, [, amount]) => sum + amount, 0);
    const won = quotas.reduce((sum, [quarter]) => sum + (this.sums.get('attained')?.get(quarter) ?? 0), 0);
    return quota && won / quota;
  }

  case(openedAt: number): void {
    this.add('cases', periodsOf(openedAt));
  }

  /** A person who came as a lead, by the first of their inquiries. */
  lead(inquiriesAt: readonly number[], isConverted: boolean): void {
    const at = periodsOf(Math.min(...inquiriesAt));
    this.add('people', at);
    if (isConverted) this.add('converted', at);
    for (const inquiry of inquiriesAt) this.add('inquiries', periodsOf(inquiry));
  }

  /** One company with all that it bought. */
  customer(deals: readonly Deal[], terms: readonly Term[]): void {
    const won = deals.flatMap(({ outcome, steps }) => (outcome === 'won' ? (steps.at(-1) ?? []) : []));
    if (won.length === 0) return;
    const firstAt = Math.min(...won.map(({ closeOn }) => closeOn));
    this.add('new customers', periodsOf(firstAt));
    this.newCustomersByMonth.set(monthNumber(firstAt), (this.newCustomersByMonth.get(monthNumber(firstAt)) ?? 0) + 1);
    for (const period of new Set(won.flatMap(({ closeOn }) => periodsOf(closeOn)))) this.add('buying', [period]);
    this.customerCount++;
    for (const { closeOn, amount } of won) this.profit += amount * this.inputs.marginOf(monthNumber(closeOn));
    this.pays(terms);
  }

  private month(number: number): Month {
    const month = this.months.get(number) ?? noMonth();
    this.months.set(number, month);
    return month;
  }

  private pays(terms: readonly Term[]): void {
    const today = monthNumber(this.now);
    const monthly = new Map<number, number>();
    for (const { startsAt, months, amount, until = Infinity } of terms) {
      const start = monthNumber(startsAt);
      if (months === null) {
        this.month(start).once += amount;
        continue;
      }
      for (let at = start; at < Math.min(start + months, until) && at <= today; at++)
        monthly.set(at, (monthly.get(at) ?? 0) + amount / months);
    }
    if (monthly.size === 0) return;
    const first = Math.min(...monthly.keys());
    let hadPaid = false;
    let opening = 0;
    for (let at = first; at <= today; at++) {
      const closing = monthly.get(at) ?? 0;
      const yearAgo = monthly.get(at - 12) ?? 0;
      const month = this.month(at);
      month.closing += closing;
      month.opening += opening;
      if (opening === 0) month[hadPaid ? 'reactivation' : 'new'] += closing;
      else if (closing === 0) month.churn += opening;
      else month[closing > opening ? 'expansion' : 'contraction'] += Math.abs(closing - opening);
      if (closing > 0) month.active++;
      if (opening > 0) month.before++;
      if (opening > 0 && closing === 0) month.lost++;
      if (closing > 0 && !hadPaid) month.fresh++;
      month.yearAgo += yearAgo;
      month.kept += Math.min(closing, yearAgo);
      if (yearAgo > 0) month.stayed += closing;
      hadPaid ||= closing > 0;
      opening = closing;
    }
  }

  /** Every number by period; one that has no value is left out. */
  *rows(): Generator<TruthRow> {
    const of = (name: string, period: string) => this.sums.get(name)?.get(period) ?? 0;
    const periods = new Set([...this.sums.values()].flatMap((byPeriod) => [...byPeriod.keys()]));
    for (const period of [...periods].sort()) {
      const closed = of('won', period) + of('lost', period);
      const open = of('open amount', period);
      const [won, quota] = [of('won amount', period), of('quota', period)];
      const wonAndLost = won + of('lost amount', period);
      yield* given(period, {
        bookings: won || null,
        won_deals: of('won', period) || null,
        win_rate: closed && of('won', period) / closed,
        win_rate_value: wonAndLost && won / wonAndLost,
        average_deal: of('won', period) && won / of('won', period),
        cycle_days: of('won', period) && of('cycle days', period) / of('won', period),
        open_pipeline: open || null,
        open_deals: of('open', period) || null,
        deals_created: of('created', period) || null,
        credited_amount: won || null,
        quota: quota || null,
        quota_attainment: this.attainment(period),
        coverage: quota && open && open / quota,
        coverage_of_rest: quota > won && open ? open / (quota - won) : null,
        leads: of('people', period) || null,
        inquiries: of('inquiries', period) || null,
        lead_conversion_rate: of('people', period) && of('converted', period) / of('people', period),
        ...Object.fromEntries(
          Object.entries(funnelDays).map(([step, days]) => [
            `lead_to_${step}_${days}`,
            of(`cohort ${step}`, period) && of(`reached ${step}`, period) / of(`cohort ${step}`, period),
          ]),
        ),
        pushes: of('pushes', period) || null,
        slipped_pipeline: of('slipped', period) || null,
        cases: of('cases', period) || null,
        customers: of('buying', period) || null,
        new_customers: of('new customers', period) || null,
        ...this.ofCustomers(period),
        ...this.growth(period),
      });
    }
  }

  private growth(period: string): Record<string, number | null> {
    const before = earlier(period);
    const won = (name: string | null) => (name === null ? 0 : (this.sums.get('won amount')?.get(name) ?? 0));
    const spend = before === null ? null : this.spendOf(before);
    const customers = this.sums.get('new customers')?.get(period) ?? 0;
    return {
      bookings_growth: won(before) > 0 && won(period) !== 0 ? won(period) / won(before) - 1 : null,
      cac_lagged: spend && customers ? spend / customers : null,
    };
  }

  /** All of a period; null where nobody knows any. */
  private spendOf(period: string): number | null {
    const months = this.inputs.months.filter((at) => ofMonth(at).includes(period));
    return months.length === 0 ? null : months.reduce((sum, at) => sum + (this.inputs.spendOf(at)?.all ?? 0), 0);
  }

  private ofCustomers(period: string): Record<string, number | null> {
    const months = [...this.months].filter(([at]) => period === 'all' || ofMonth(at).includes(period));
    const today = monthNumber(this.now);
    const last = Math.min(today, Math.max(...months.map(([at]) => at)));
    const stock = this.months.get(last);
    const sum = (of: keyof Month) => months.reduce((total, [, month]) => total + month[of], 0);
    const { spendOf } = this.inputs;
    const known = (at: number) => spendOf(at) !== null && (period === 'all' || ofMonth(at).includes(period));
    const spendMonths = this.inputs.months.filter(known);
    const spend = spendMonths.reduce((total, at) => total + (spendOf(at)?.all ?? 0), 0);
    const programme = spendMonths.reduce((total, at) => total + (spendOf(at)?.programme ?? 0), 0);
    const bought = spendMonths.reduce((total, at) => total + (this.newCustomersByMonth.get(at) ?? 0), 0);
    const isMeasured = months.length > 0 && stock !== undefined;
    const churn = sum('before') && sum('lost') / sum('before');
    const margin =
      sum('closing') &&
      months.reduce((total, [at, month]) => total + month.closing * this.inputs.marginOf(at), 0) / sum('closing');
    const perNew = sum('fresh') && sum('new') / sum('fresh');
    const cac = bought && spendMonths.length ? spend / bought : null;
    const isAll = period === 'all';
    return {
      marketing_and_sales_spend: spendMonths.length ? spend : null,
      programme_spend: spendMonths.length ? programme : null,
      cac_blended: cac,
      clv_historic: isAll && this.customerCount ? this.profit / this.customerCount : null,
      ...(isMeasured && {
        recurring_revenue: stock.closing || null,
        active_customers: stock.active || null,
        recurring_revenue_new: sum('new'),
        recurring_revenue_expansion: sum('expansion'),
        recurring_revenue_contraction: sum('contraction'),
        recurring_revenue_churned: sum('churn'),
        recurring_revenue_reactivated: sum('reactivation'),
        logo_churn: churn || null,
        revenue_churn: sum('opening') && sum('churn') / sum('opening'),
        gross_revenue_retention: stock.yearAgo && stock.kept / stock.yearAgo,
        net_revenue_retention: stock.yearAgo && stock.stayed / stock.yearAgo,
        revenue: sum('closing') + sum('once'),
        gross_margin: margin,
        recurring_revenue_per_customer: sum('active') && sum('closing') / sum('active'),
        recurring_revenue_per_new_customer: perNew,
        clv_simple: churn && margin && ((sum('closing') / sum('active')) * margin) / churn,
        cac_payback: cac && margin && perNew && cac / (perNew * margin),
      }),
    };
  }
}

function* given(period: string, values: Record<string, number | null>): Generator<TruthRow> {
  for (const [metric, value] of Object.entries(values))
    if (value !== null && Number.isFinite(value) && value !== 0) yield { metric, period, value };
}

/** The period before one; null for all. */
function earlier(period: string): string | null {
  const quarter = /^(\d+)-Q(\d)$/.exec(period);
  if (quarter) {
    const at = Number(quarter[1]) * 4 + Number(quarter[2]) - 2;
    return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`;
  }
  return period === 'all' ? null : String(Number(period) - 1);
}
