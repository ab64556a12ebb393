/**
 * A cron line in a time zone becomes moments. cron-parser counts on a clock that knows no summer time; what that clock
 * shows is then looked up in the zone, so that every night has its slot once, whatever the clocks do.
 */
import { CronExpressionParser } from 'cron-parser';

export type Timetable = {
  /** Five fields, e.g. `30 2 * * *`. */
  cron: string;
  /** IANA name, e.g. `Europe/Berlin`. */
  timeZone: string;
};

const hour = 3_600_000;
const day = 24 * hour;
/** No zone puts its clock by more, nor moves further from what it is now. */
const furthest = 3 * hour;

const fields = [
  { name: 'minute', from: 0, to: 59, words: '' },
  { name: 'hour', from: 0, to: 23, words: '' },
  { name: 'day of the month', from: 1, to: 31, words: '' },
  { name: 'month', from: 1, to: 12, words: 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec' },
  { name: 'day of the week', from: 0, to: 7, words: 'sun|mon|tue|wed|thu|fri|sat' },
];

/** Why this is not a line that every cron reads alike; null when it is. Dialects (H, L, W, #, ?, @daily, seconds) are refused. */
export function cronFault(cron: string): string | null {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== fields.length) return `it has ${parts.length} fields`;
  for (const [at, { name, from, to, words }] of fields.entries()) {
    const value = `(?:\\d{1,2}${words && `|${words}`})`;
    const item = new RegExp(`^(?:\\*|${value}(?:-${value})?)(?:/(\\d{1,3}))?$`, 'i');
    for (const one of parts[at]!.split(',')) {
      const found = item.exec(one);
      if (!found) return `"${one}" is no ${name} that every cron knows; use numbers, lists, ranges, * and /`;
      const step = found[1] === undefined ? 1 : Number(found[1]);
      if (step < 1 || step > to - from) return `"${one}": a step of the ${name} is from 1 to ${to - from}`;
      if (found[1] !== undefined && !/[*-]/.test(one)) return `"${one}": a step follows * or a range`;
    }
  }
  try {
    CronExpressionParser.parse(cron, { tz: 'UTC' }).next();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The next `count` slots after a moment. */
export function nextSlots(table: Timetable, after: Date, count: number): Date[] {
  const next: Date[] = [];
  for (const slot of slotsAfter(table, after)) {
    next.push(slot);
    if (next.length === count) break;
  }
  return next;
}

/** Days looked back over, one after the other: a slot of each minute is found among few, one of each leap day among none more. */
const spans = [0.1, 1, 8, 33, 367, 3_000];

/** The last slot in (after, until]; null when there is none. */
export function lastSlot(table: Timetable, after: Date, until: Date): Date | null {
  for (const span of spans) {
    const from = new Date(Math.max(after.getTime(), until.getTime() - span * day));
    let last: Date | null = null;
    for (const slot of slotsAfter(table, from)) {
      if (slot > until) break;
      last = slot;
    }
    if (last || from <= after) return last;
  }
  return null;
}

/** In order, each once. */
function* slotsAfter({ cron, timeZone }: Timetable, after: Date): Generator<Date> {
  // A line for every hour follows time itself: the repeated hour has its slots twice, the skipped one has none.
  const isHourly = /^\*(\/1)?$/.test(cron.trim().split(/\s+/)[1] ?? '');
  const ahead = offsetAt(after.getTime(), timeZone);
  const clock = CronExpressionParser.parse(cron, {
    tz: 'UTC',
    currentDate: new Date(after.getTime() + ahead - furthest),
  });
  const found = new Set<number>();
  for (;;) {
    const shown = clock.next().getTime();
    for (const moment of momentsOf(shown, timeZone, isHourly)) if (moment > after.getTime()) found.add(moment);
    // What the clock shows from here on is later than these.
    const settled = [...found].filter((moment) => moment < shown - ahead - furthest).toSorted((a, b) => a - b);
    for (const moment of settled) {
      found.delete(moment);
      yield new Date(moment);
    }
  }
}

/** When the clock of the zone shows this. In the hour that is skipped in spring it is as if the clock had not been put forward. */
function momentsOf(shown: number, timeZone: string, isHourly: boolean): number[] {
  const before = shown - offsetAt(shown - day, timeZone);
  const behind = shown - offsetAt(shown + day, timeZone);
  const real = [...new Set([before, behind])].filter((moment) => moment + offsetAt(moment, timeZone) === shown);
  if (real.length === 0) return isHourly ? [] : [before];
  return isHourly ? real : [Math.min(...real)];
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Milliseconds by which the clock of the zone is ahead of UTC. Clocks are put at quarters of an hour. */
function offsetAt(moment: number, timeZone: string): number {
  const quarter = Math.floor(moment / (hour / 4));
  const key = `${timeZone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size > 10_000) offsets.clear();
    offset = askOffset(quarter * (hour / 4), timeZone);
    offsets.set(key, offset);
  }
  return offset;
}

function askOffset(moment: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (!clock) {
    const number = 'numeric';
    const parts = { year: number, month: number, day: number, hour: number, minute: number, second: number } as const;
    clock = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...parts });
    clocks.set(timeZone, clock);
  }
  const part = Object.fromEntries(clock.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
  return shown - moment;
}
