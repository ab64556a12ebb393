/** When nobody is to be disturbed, in the time zone of those who read. */
import type { AlertSettings } from '../model/definitions.ts';

const day = 24 * 60;
const minute = 60_000;

/** Minutes since midnight there, and 1 (Monday) to 7. */
export function localTime(at: Date, timeZone: string): { minutes: number; weekday: number; date: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)!.value;
  return {
    minutes: Number(of('hour')) * 60 + Number(of('minute')),
    weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(of('weekday')) + 1,
    date: `${of('year')}-${of('month')}-${of('day')}`,
  };
}

export function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The end of the quiet hours that `at` lies in; null: it lies in none. */
export function quietUntil(at: Date, quiet: AlertSettings['quietHours']): Date | null {
  if (quiet === null) return null;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const isQuiet = (minutes: number) => (from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to);
  const { minutes } = localTime(at, quiet.timeZone);
  if (!isQuiet(minutes)) return null;
  const left = (to - minutes + day) % day;
  const end = Math.floor(at.getTime() / minute) * minute + left * minute;
  // The clocks may have been put forward or back in between.
  const off = localTime(new Date(end), quiet.timeZone).minutes - to;
  const shift = off > day / 2 ? off - day : off < -day / 2 ? off + day : off;
  return new Date(end - shift * minute);
}
