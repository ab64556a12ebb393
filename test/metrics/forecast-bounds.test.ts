/** Four of five values lie between the bounds of a forecast, also in an org that grows, at each horizon, by what was known then. */
import { expect, it } from 'vitest';
import {
  accuracyOf,
  backTest,
  type ForecastPeriod,
  forecastsOf,
  type Past,
  type Standing,
} from '../../src/metrics/forecast.ts';

/** Draws between 0 and 1 that are the same each time (mulberry32). */
function drawsOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
const start = 24_240;
const now = start + 48;

/** Four years of wins that grow by a share a month, with seasons and noise; each first of a month knows what was won before. */
function past(growth: number, noise: number, seed: number): Past {
  const draw = drawsOf(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const won = (month: number) =>
    1e6 * (1 + growth) ** (month - start) * Math.exp(noise * normal()) * (1 + 0.2 * Math.sin((month / 6) * Math.PI));
  const actual = new Map(Array.from({ length: now - start }, (_, at) => [start + at, won(start + at)]));
  const standings = new Map<number, Standing>();
  for (let origin = start + 12; origin <= now; origin++)
    standings.set(origin, {
      won: new Map([...actual].filter(([month]) => month < origin)),
      weighted: new Map(),
      open: [],
    });
  return { standings, knowledge: () => ({ outcomes: new Map(), arrivals: new Map() }), actual, since: start, now };
}

function periodsAt(origin: number): ForecastPeriod[] {
  const month = (of: number) => ({ kind: 'month', name: `m${of}`, start: of, months: 1 });
  const first = Math.floor(origin / 3) * 3;
  const quarter = (of: number) => ({ kind: 'quarter', name: `q${of}`, start: of, months: 3 });
  return [month(origin), month(origin + 1), month(origin + 2), quarter(first), quarter(first + 3)];
}

it.each([0, 0.01, 0.03])('of orgs that grow by %s a month', (growth) => {
  const sums = new Map<string, { inside: number; all: number }>();
  for (let seed = 1; seed <= 60; seed++) {
    const one = past(growth, seed % 2 === 0 ? 0.2 : 0.5, seed * 7919);
    for (const { kind, lead, method, coverage, coverageN } of accuracyOf(backTest(one, periodsAt), one)) {
      if (coverage === null || method === 'weighted') continue;
      const key = `${kind} ${lead} ${method}`;
      const sum = sums.get(key) ?? { inside: 0, all: 0 };
      sums.set(key, { inside: sum.inside + coverage * coverageN, all: sum.all + coverageN });
    }
  }
  expect(sums.size).toBe(27);
  for (const [key, { inside, all }] of sums) {
    expect(inside / all, key).toBeGreaterThan(0.79);
    expect(inside / all, key).toBeLessThan(0.93);
  }
});

it('bounds of then do not change when the future turns out otherwise', () => {
  const one = past(0.01, 0.3, 11);
  const other = {
    ...one,
    actual: new Map([...one.actual].map(([month, won]) => [month, month < now - 6 ? won : 9 * won])),
  };
  const bounds = (of: Past) => backTest(of, periodsAt).map(({ origin, interval }) => ({ origin, interval }));
  expect(bounds(other)).toEqual(bounds(one));
});

it('no method expects less than is won already', () => {
  const { standings, knowledge, since } = past(0.01, 0.3, 11);
  const { won, ...rest } = standings.get(now)!;
  const running = { kind: 'quarter', name: 'running', start: now - 1, months: 3 };
  const wonNow = new Map(won).set(now - 1, 1e9);
  const said = forecastsOf(running, now + 0.5, { ...rest, won: wonNow }, knowledge(now), since);
  // The outcomes of deals are not known here, so the historic method says nothing.
  expect(said.historic).toBeNull();
  for (const value of [said.weighted, said.naive, said.seasonal_naive, said.moving_average])
    expect(value).toBeGreaterThanOrEqual(1e9);
});
