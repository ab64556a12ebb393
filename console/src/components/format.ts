/** Values become text as a reader says it: numbers, money, shares, dates, ages. */

const locale = 'en-GB';
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, {
  notation: 'compact',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const dayOnly = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });

export const dash = '–';

/** A real minus, as wide as a plus. */
const minus = (text: string) => text.replace('-', '−');

export const count = (value: number | null | undefined): string => (value == null ? dash : minus(whole.format(value)));
/** 37.4m, 9.1k: for places where the size counts and not the cent. */
export const money = (value: number | null | undefined): string => {
  if (value == null) return dash;
  return minus(Math.abs(value) < 10_000 ? whole.format(value) : short.format(value).toLowerCase());
};
/** 0..1 as a percentage. */
export const percent = (value: number | null | undefined, digits = 1): string =>
  value == null ? dash : minus(`${(100 * value).toFixed(digits)} %`);
/** 0..1 as a score of 100. */
export const score = (value: number | null | undefined): string => (value == null ? dash : (100 * value).toFixed(1));
/** With its sign, a real minus included. */
export const signed = (value: number, digits = 1, format = (size: number) => size.toFixed(digits)): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${format(Math.abs(value))}`;

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

const isToday = (at: Date, now: Date) => at.toDateString() === now.toDateString();

/** `02:41 today`, else the day and the time. */
export function when(iso: string | null | undefined, now = new Date()): string {
  if (!iso) return dash;
  const at = new Date(iso);
  return isToday(at, now) ? `${clock.format(at)} today` : dayAndTime.format(at);
}

/** `02:41`, of this browser's zone. */
export const time = (iso: string | null | undefined): string => (iso ? clock.format(new Date(iso)) : dash);
export const day = (iso: string | null | undefined): string => (iso ? dayOnly.format(new Date(iso)) : dash);

const steps: [number, string][] = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [30.4, 'day'],
  [12, 'month'],
  [Infinity, 'year'],
];

/** A length of time in its largest unit: `3 hours`. */
export function span(milliseconds: number): string {
  let rest = Math.max(0, milliseconds) / 1000;
  for (const [size, unit] of steps) {
    if (rest < size) return plural(Math.floor(rest), unit);
    rest /= size;
  }
  return dash;
}

export const ago = (iso: string | null | undefined, now = new Date()): string =>
  iso ? `${span(now.getTime() - Date.parse(iso))} ago` : dash;

/** `company_name` and `BillingCountry` as words. */
export function words(name: string): string {
  const spaced = name
    .replace(/__c$/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}

/** Anything a record may hold, as one line. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return dash;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value as number | boolean);
}
