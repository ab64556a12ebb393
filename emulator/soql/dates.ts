/** Turns date literals (TODAY, LAST_N_DAYS:3, THIS_FISCAL_QUARTER) into half-open ranges of UTC days. */

export interface DayRange {
  /** First day inside, ISO. */
  from: string;
  /** First day after, ISO. */
  to: string;
}

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

/** `now` is when the query runs; the fiscal year is the calendar year. Null for a name that is no literal. */
export function dayRange(literal: string, now: Date): DayRange | null {
  const [rawName = '', count] = literal.toUpperCase().split(':');
  const name = rawName.replace('FISCAL_', '');
  const n = Number(count ?? 0);
  const span = (unit: Unit, first: number, after: number): DayRange => ({
    from: iso(shift(startOf(unit, now), unit, first)),
    to: iso(shift(startOf(unit, now), unit, after)),
  });
  switch (name) {
    case 'TODAY':
      return span('DAY', 0, 1);
    case 'YESTERDAY':
      return span('DAY', -1, 0);
    case 'TOMORROW':
      return span('DAY', 1, 2);
    // As documented: the 90 days before, today included; the next 90 start tomorrow.
    case 'LAST_90_DAYS':
      return span('DAY', -90, 1);
    case 'NEXT_90_DAYS':
      return span('DAY', 1, 91);
    case 'LAST_N_DAYS':
      return span('DAY', -n, 1);
    case 'NEXT_N_DAYS':
      return span('DAY', 1, n + 1);
  }
  const parts = /^(LAST|THIS|NEXT)_(N_)?(WEEK|MONTH|QUARTER|YEAR)S?$/.exec(name);
  if (parts) {
    const unit = parts[3] as Unit;
    const many = parts[2] ? n : 1;
    if (parts[1] === 'THIS') return span(unit, 0, 1);
    return parts[1] === 'LAST' ? span(unit, -many, 0) : span(unit, 1, many + 1);
  }
  const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO$/.exec(name);
  return ago ? span(ago[1] as Unit, -n, 1 - n) : null;
}

function startOf(unit: Unit, now: Date): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  switch (unit) {
    case 'DAY':
      return new Date(Date.UTC(year, month, day));
    // Weeks begin on Sunday, as in an org of the en_US locale.
    case 'WEEK':
      return new Date(Date.UTC(year, month, day - now.getUTCDay()));
    case 'MONTH':
      return new Date(Date.UTC(year, month, 1));
    case 'QUARTER':
      return new Date(Date.UTC(year, month - (month % 3), 1));
    case 'YEAR':
      return new Date(Date.UTC(year, 0, 1));
  }
}

function shift(day: Date, unit: Unit, by: number): Date {
  const moved = new Date(day);
  if (unit === 'DAY') moved.setUTCDate(day.getUTCDate() + by);
  if (unit === 'WEEK') moved.setUTCDate(day.getUTCDate() + 7 * by);
  if (unit === 'MONTH') moved.setUTCMonth(day.getUTCMonth() + by);
  if (unit === 'QUARTER') moved.setUTCMonth(day.getUTCMonth() + 3 * by);
  if (unit === 'YEAR') moved.setUTCFullYear(day.getUTCFullYear() + by);
  return moved;
}

function iso(day: Date): string {
  return day.toISOString().slice(0, 10);
}
