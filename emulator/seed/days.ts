// Turns instants in milliseconds into Salesforce's date and datetime text.
export const dayMs = 86_400_000;

// An org's moments fall on a few thousand days, and each is written many times: kept, they cost a tenth of Date's own text.
const dates = new Map<number, string>();
const months = new Map<number, number>();

export function dateText(at: number): string {
  const day = Math.floor(at / dayMs);
  let text = dates.get(day);
  if (text === undefined) {
    text = new Date(day * dayMs).toISOString().slice(0, 10);
    dates.set(day, text);
  }
  return text;
}

export function datetimeText(at: number): string {
  const second = Math.floor(at / 1000) % 86_400;
  const seconds = second < 0 ? second + 86_400 : second;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${dateText(at)}T${twoDigits(h)}:${twoDigits(m)}:${twoDigits(s)}.000Z`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** First day of the calendar quarter, `shift` quarters away, at midnight UTC. */
export function quarterStart(at: number, shift = 0): number {
  const quarter = Math.floor(monthNumber(at) / 3) + shift;
  return Date.UTC(Math.floor(quarter / 4), (((quarter % 4) + 4) % 4) * 3, 1);
}

/** Months since year 0. */
export function monthNumber(at: number): number {
  const key = Math.floor(at / dayMs);
  let month = months.get(key);
  if (month === undefined) {
    const day = new Date(at);
    month = day.getUTCFullYear() * 12 + day.getUTCMonth();
    months.set(key, month);
  }
  return month;
}

/** The same day so many months later; the last day of the month where it has none. */
export function addMonths(at: number, months: number): number {
  const day = new Date(at);
  const first = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1);
  const length = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 0)).getUTCDate();
  return first + (Math.min(day.getUTCDate(), length) - 1) * dayMs;
}
