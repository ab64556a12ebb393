/** Bookings of a period are forecast by several methods, each tried on the org's own past with only what was known then. */

/** A month, counted from year 0: year * 12 + month, January is 0. */
export type MonthCount = number;

export const forecastMethods = ['weighted', 'historic', 'naive', 'seasonal_naive', 'moving_average'] as const;
export type ForecastMethod = (typeof forecastMethods)[number];

export type ForecastPeriod = { kind: string; name: string; start: MonthCount; months: number };

/** Open deals that stand alike; `amount` is the sum of theirs. */
export type OpenCell = { stage: string; age: number; size: number; amount: number };

/** Deals of a slice as they were known at one moment. */
export type Standing = {
  /** Won, by the month of the close day. */
  won: Map<MonthCount, number>;
  /** Open deals times their Probability, by the month they were to close in. */
  weighted: Map<MonthCount, number>;
  open: OpenCell[];
};

/** Of deals that stood alike at the first of a month: how many there were, and how many were won within 1, 2, … months. */
export type DealOutcome = { stage: string; age: number; size: number; deals: number; won: number[] };

/** What the past says at one moment. */
export type Knowledge = {
  /** By the longest span that has passed since: outcomes within up to so many months. */
  outcomes: Map<number, DealOutcomes>;
  /** In the same way: what deals that were not open yet brought within 1, 2, … months, on average. */
  arrivals: Map<number, number[]>;
};

export const longestLead = 6;
/** Deals that stood alike, below which those that stood less alike are asked too. */
const enoughAlike = 30;
/** Deals at all, below which nothing is said. */
const enoughDeals = 100;
/** Comparisons with what came, below which no method is shown, and no interval given. */
export const enoughBackTests = 6;
const enoughForInterval = 5;
/** First months at which so small a share of the deals there were is known are not rebuilt. */
export const enoughKnown = 0.9;

/** DealOutcomes by what deals have in common, from all of it to nothing. */
export class DealOutcomes {
  private readonly levels: Map<string, { deals: number; won: number[] }>[] = [
    new Map(),
    new Map(),
    new Map(),
    new Map(),
  ];

  add({ stage, age, size, deals, won }: DealOutcome): void {
    for (const [level, key] of keysOf(stage, age, size).entries()) {
      const known = this.levels[level]!.get(key) ?? { deals: 0, won: Array.from({ length: longestLead + 1 }, () => 0) };
      known.deals += deals;
      for (const [months, count] of won.entries()) known.won[months]! += count;
      this.levels[level]!.set(key, known);
    }
  }

  /** Share won after `from` and up to `to` months (whole or not); null with too few deals to say. */
  chance({ stage, age, size }: Omit<OpenCell, 'amount'>, from: number, to: number): number | null {
    for (const [level, key] of keysOf(stage, age, size).entries()) {
      const known = this.levels[level]!.get(key);
      const enough = key === '' ? enoughDeals : enoughAlike;
      if (known && known.deals >= enough) return (between(known.won, to) - between(known.won, from)) / known.deals;
    }
    return null;
  }
}

const keysOf = (stage: string, age: number, size: number) => [`${stage}/${age}/${size}`, `${stage}/${age}`, stage, ''];

/** Between whole months in a straight line; nothing after 0 months. */
function between(byMonths: readonly number[], at: number): number {
  const low = Math.floor(at);
  const rest = at - low;
  const of = (months: number) => (months === 0 ? 0 : (byMonths[months] ?? 0));
  return rest === 0 ? of(low) : of(low) + (of(low + 1) - of(low)) * rest;
}

export const sumOver = (byMonth: ReadonlyMap<MonthCount, number>, start: MonthCount, months: number): number => {
  let sum = 0;
  for (let month = start; month < start + months; month++) sum += byMonth.get(month) ?? 0;
  return sum;
};

/** What a span of months brought lately: the mean of the last twelve, or of all since the first win, so many times. Null where nothing came. */
function levelOf(byMonth: ReadonlyMap<MonthCount, number>, before: MonthCount, months: number): number | null {
  const known = [...byMonth].flatMap(([month, won]) =>
    won > 0 && month < before && month >= before - 12 ? month : [],
  );
  if (known.length === 0) return null;
  const hasOlder = [...byMonth].some(([month, won]) => won > 0 && month < before - 12);
  const span = hasOlder ? 12 : before - Math.min(...known);
  const sum = sumOver(byMonth, before - span, span);
  return sum > 0 ? (sum / span) * months : null;
}

/** Whole months from the moment to the end of a period, rounded up: by it accuracy is kept. */
export const leadOf = (period: ForecastPeriod, at: number) => Math.ceil(period.start + period.months - at);

/**
 * What each method says of a period.
 * @param at the moment in months, e.g. 24310.5 in the middle of a month
 * @param since first month of which wins are known
 */
export function forecastsOf(
  period: ForecastPeriod,
  at: number,
  standing: Standing,
  knowledge: Knowledge,
  since: MonthCount,
): Record<ForecastMethod, number | null> {
  const { start, months } = period;
  const wonSoFar = sumOver(standing.won, start, months);
  /** The same kind of period so many of them earlier than the one that goes on. */
  const earlier = (count: number): number | null => {
    const going = start + months * Math.floor((at - start) / months);
    const first = going - months * count;
    return first < since ? null : sumOver(standing.won, first, months);
  };
  const last = [1, 2, 3].map(earlier);
  const yearAgo = start - 12;
  // What is won already comes at least, whatever other periods brought.
  const atLeastWon = (value: number | null) => (value === null ? null : Math.max(value, wonSoFar));
  return {
    weighted: wonSoFar + sumOver(standing.weighted, start, months),
    historic: historic(period, at, standing, knowledge, wonSoFar),
    naive: atLeastWon(last[0]!),
    seasonal_naive: atLeastWon(
      yearAgo < since || yearAgo + months > at ? null : sumOver(standing.won, yearAgo, months),
    ),
    moving_average: atLeastWon(
      last.some((value) => value === null) ? null : last.reduce<number>((sum, value) => sum + value!, 0) / 3,
    ),
  };
}

function historic(
  { start, months }: ForecastPeriod,
  at: number,
  { open }: Standing,
  { outcomes, arrivals }: Knowledge,
  wonSoFar: number,
): number | null {
  const [from, to] = [Math.max(0, start - at), start + months - at];
  const known = outcomes.get(Math.ceil(to));
  const arriving = arrivals.get(Math.ceil(to));
  if (!known || !arriving) return null;
  let sum = wonSoFar + between(arriving, to) - between(arriving, from);
  for (const cell of open) {
    const chance = known.chance(cell, from, to);
    if (chance === null) return null;
    sum += cell.amount * chance;
  }
  return sum;
}

/** Error of one forecast of the past, and whether what came lay between its bounds (null: it had none). */
export type BackTest = {
  origin: MonthCount;
  period: ForecastPeriod;
  lead: number;
  method: ForecastMethod;
  value: number;
  actual: number;
  interval: [low: number, high: number] | null;
  /** What a span as long brought lately: errors grow with what there is to win, so they are compared by it. */
  level: number;
};

/** One slice of an org at the first of each month, and what it turned out to be. */
export type Past = {
  /** By origin, oldest first. */
  standings: Map<MonthCount, Standing>;
  knowledge: (origin: MonthCount) => Knowledge;
  /** Wins as they are known now. */
  actual: ReadonlyMap<MonthCount, number>;
  since: MonthCount;
  /** First month that is not over. */
  now: MonthCount;
};

/**
 * Walks forward: each origin forecasts the periods that were to come, by the standing and the knowledge of that day; the interval
 * by the errors that were known then. `actual` is asked for nothing but the error.
 */
export function backTest(past: Past, periodsAt: (origin: MonthCount) => ForecastPeriod[]): BackTest[] {
  const done: BackTest[] = [];
  const said = new Map<string, { period: ForecastPeriod; value: number; level: number }[]>();
  for (const [origin, standing] of past.standings) {
    const knowledge = past.knowledge(origin);
    for (const period of periodsAt(origin)) {
      const end = period.start + period.months;
      if (end > past.now) continue;
      const lead = leadOf(period, origin);
      const actual = sumOver(past.actual, period.start, period.months);
      const values = forecastsOf(period, origin, standing, knowledge, past.since);
      const soFar = sumOver(standing.won, period.start, period.months);
      const level = levelOf(standing.won, origin, period.months);
      // Before anything was won there is nothing to be wrong by.
      if (level === null) continue;
      for (const method of forecastMethods) {
        const value = values[method];
        if (value === null) continue;
        const key = `${period.kind} ${lead} ${method}`;
        // By what was known to have come by then.
        const before = (said.get(key) ?? [])
          .filter((one) => one.period.start + one.period.months <= origin)
          .map((one) => (one.value - sumOver(standing.won, one.period.start, one.period.months)) / one.level);
        const spread = rootMeanSquare(before, level);
        done.push({
          origin,
          period,
          lead,
          method,
          value,
          actual,
          interval: intervalOf(value, soFar, before.length, spread),
          level,
        });
        said.set(key, [...(said.get(key) ?? []), { period, value, level }]);
      }
    }
  }
  return done;
}

/** Student's t at .9, by degrees of freedom. */
const studentAt90 = [
  0, 3.078, 1.886, 1.638, 1.533, 1.476, 1.44, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.35, 1.345, 1.341,
];

/** Four of five values lie between, if errors go on as they were; null with too few of them. Never below what is won already. */
export function intervalOf(value: number, wonSoFar: number, n: number, spread: number | null): [number, number] | null {
  if (n < enoughForInterval || spread === null) return null;
  const half = (studentAt90[n - 1] ?? (n < 30 ? 1.32 : 1.29)) * spread * Math.sqrt(1 + 1 / n);
  return [Math.min(value, Math.max(wonSoFar, value - half)), value + half];
}

/** Of errors by the level there was, at the level there is. */
function rootMeanSquare(errors: readonly number[], level: number): number | null {
  if (errors.length === 0) return null;
  return level * Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
}

export type Accuracy = {
  kind: string;
  lead: number;
  method: ForecastMethod;
  n: number;
  wape: number | null;
  bias: number | null;
  mase: number | null;
  spread: number | null;
  coverage: number | null;
  coverageN: number;
  isBest: boolean;
};

/**
 * Accuracy by kind of period, lead and method. Best is the least WAPE over the forecasts that all methods with enough of them made; none
 * with fewer than `enoughBackTests`.
 */
export function accuracyOf(
  tests: readonly BackTest[],
  { actual, since, now }: Pick<Past, 'actual' | 'since' | 'now'>,
): Accuracy[] {
  const found: Accuracy[] = [];
  for (const group of Map.groupBy(tests, ({ period, lead }) => `${period.kind} ${lead}`).values()) {
    const { period, lead } = group[0]!;
    const byMethod = Map.groupBy(group, ({ method }) => method);
    const best = bestOf(byMethod);
    const steps = stepsOf(actual, period, since, now);
    const level = levelOf(actual, now, period.months);
    for (const [method, own] of byMethod) {
      const errors = own.map(({ value, actual: came }) => value - came);
      const total = own.reduce((sum, { actual: came }) => sum + came, 0);
      const absolute = errors.reduce((sum, error) => sum + Math.abs(error), 0);
      const relative = own.map(({ value, actual: came, level: then }) => (value - came) / then);
      const bounded = own.filter(({ interval }) => interval !== null);
      const inside = bounded.filter(({ interval, actual: came }) => came >= interval![0] && came <= interval![1]);
      found.push({
        kind: period.kind,
        lead,
        method,
        n: own.length,
        wape: total === 0 ? null : absolute / Math.abs(total),
        bias: total === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / total,
        mase: steps === null || steps === 0 ? null : absolute / own.length / steps,
        spread: level === null ? null : rootMeanSquare(relative, level),
        coverage: bounded.length === 0 ? null : inside.length / bounded.length,
        coverageN: bounded.length,
        isBest: method === best,
      });
    }
  }
  return found;
}

function bestOf(byMethod: ReadonlyMap<ForecastMethod, BackTest[]>): ForecastMethod | null {
  const able = [...byMethod].filter(([, tests]) => tests.length >= enoughBackTests);
  const sets = able.map(([, tests]) => new Set(tests.map(placeOf)));
  const common = new Set([...(sets[0] ?? [])].filter((place) => sets.every((set) => set.has(place))));
  if (common.size < enoughBackTests) return null;
  const errors = able.map(([method, tests]) => {
    const shared = tests.filter((test) => common.has(placeOf(test)));
    return { method, error: shared.reduce((sum, { value, actual }) => sum + Math.abs(value - actual), 0) };
  });
  return errors.reduce((one, other) => (other.error < one.error ? other : one)).method;
}

const placeOf = ({ origin, period }: BackTest) => `${origin} ${period.name}`;

/** How far the value of one period is from that of the one before, on average: what MASE is measured by. */
function stepsOf(
  actual: ReadonlyMap<MonthCount, number>,
  { start, months }: ForecastPeriod,
  since: MonthCount,
  now: MonthCount,
): number | null {
  const offset = ((start % months) + months) % months;
  const values: number[] = [];
  for (let first = since + ((((offset - since) % months) + months) % months); first + months <= now; first += months)
    values.push(sumOver(actual, first, months));
  if (values.length < 2) return null;
  const steps = values.slice(1).map((value, at) => Math.abs(value - values[at]!));
  return steps.reduce((sum, step) => sum + step, 0) / steps.length;
}
