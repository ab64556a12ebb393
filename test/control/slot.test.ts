/** Slots of a cron line: one a night in every zone that puts its clock, both ways; and which lines every cron reads alike. */
import { describe, expect, it } from 'vitest';
import { cronFault, lastSlot, nextSlots } from '../../src/control/slot.ts';

const hour = 3_600_000;
const at = (iso: string) => new Date(iso);
const shown = (cron: string, timeZone: string, from: string, count: number) =>
  nextSlots({ cron, timeZone }, at(from), count).map((slot) => slot.toISOString().slice(0, 16));

/** Moments of 2026 and 2027 at which the clock of a zone is put. */
function changesOf(timeZone: string): number[] {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const offset = (moment: number) => clock.formatToParts(moment).find(({ type }) => type === 'timeZoneName')!.value;
  const changes: number[] = [];
  for (let moment = Date.UTC(2026, 0, 1); moment < Date.UTC(2028, 0, 1); moment += 6 * hour) {
    if (offset(moment) !== offset(moment + 6 * hour)) changes.push(moment);
  }
  return changes;
}
/** Two zones may put their clocks in other hours: every half hour of the night is tried. */
const nights = ['0 0', '30 0', '0 1', '30 1', '0 2', '15 2', '30 2', '0 3', '30 3', '59 23'];
const zones = Intl.supportedValuesOf('timeZone').map((zone) => ({ zone, changes: changesOf(zone) }));

describe('a nightly line', () => {
  it('has its slot once on each day, in every zone that puts its clock, both ways', () => {
    const moving = zones.filter(({ changes }) => changes.length > 0);
    expect(moving.length).toBeGreaterThan(100);
    const wrong: string[] = [];
    for (const { zone, changes } of moving) {
      for (const change of changes) {
        for (const night of nights) {
          const slots = nextSlots({ cron: `${night} * * *`, timeZone: zone }, new Date(change - 36 * hour), 4);
          const gaps = slots.slice(1).map((slot, before) => slot.getTime() - slots[before]!.getTime());
          // No clock is put by more than two hours.
          if (gaps.some((gap) => Math.abs(gap - 24 * hour) > 2 * hour))
            wrong.push(`${zone} ${night} ${gaps.join(' ')}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T00:00:00Z',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    ['30 2 * * *', 'America/New_York', '2026-03-08T05:00:00Z', ['2026-03-08T07:30', '2026-03-09T06:30']],
    ['30 1 * * *', 'America/New_York', '2026-11-01T04:00:00Z', ['2026-11-01T05:30', '2026-11-02T06:30']],
    // Its clock is put by half an hour, at two in the night.
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', ['2026-04-04T14:45', '2026-04-05T15:15']],
    // A line of several hours has each of them once, too.
    [
      '0 1,2,3 * * *',
      'Europe/Berlin',
      '2026-10-24T22:00:00Z',
      ['2026-10-24T23:00', '2026-10-25T00:00', '2026-10-25T02:00'],
    ],
  ])('%s in %s from %s', (cron, zone, from, slots) => {
    expect(shown(cron, zone, from, slots.length)).toEqual(slots);
  });
});

it('a line for every hour follows time itself: the repeated hour is two, the skipped one none', () => {
  const gaps = (from: string) => {
    const slots = nextSlots({ cron: '0 * * * *', timeZone: 'Europe/Berlin' }, at(from), 30);
    return new Set(slots.slice(1).map((slot, before) => slot.getTime() - slots[before]!.getTime()));
  };
  for (const from of ['2026-10-24T12:00:00Z', '2026-03-28T12:00:00Z']) expect(gaps(from)).toEqual(new Set([hour]));
});

it('the last slot is found however long ago it was, and none before what is settled', () => {
  const last = (cron: string, after: string, until: string) =>
    lastSlot({ cron, timeZone: 'Europe/Berlin' }, at(after), at(until))?.toISOString() ?? null;
  expect(last('* * * * *', '2020-01-01T00:00:00Z', '2026-10-25T01:30:30Z')).toBe('2026-10-25T01:30:00.000Z');
  expect(last('0 2 29 2 *', '2020-01-01T00:00:00Z', '2026-10-25T01:30:30Z')).toBe('2024-02-29T01:00:00.000Z');
  expect(last('30 2 * * *', '2026-10-25T00:30:00Z', '2026-10-25T12:00:00Z')).toBeNull();
  expect(last('30 2 * * *', '2026-10-25T00:29:59Z', '2026-10-25T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
});

describe('a line', () => {
  it.each(['30 2 * * *', '*/15 * * * *', '0 2 * * MON-FRI', '0 2 1,15 jan-jun 0', '0-30/10 2 * * 7', '  0   2 * * * '])(
    '%s is one that every cron knows',
    (cron) => expect(cronFault(cron)).toBeNull(),
  );

  it.each([
    ['H 2 * * *', '"H" is no minute'],
    ['*/90 * * * *', 'a step of the minute is from 1 to 59'],
    ['0 */24 * * *', 'a step of the hour is from 1 to 23'],
    ['*/0 * * * *', 'a step of the minute is from 1 to 59'],
    ['0 2 * * 1#2', '"1#2" is no day of the week'],
    ['0 2 * * monday', '"monday" is no day of the week'],
    ['0 30 2 * * *', 'it has 6 fields'],
    ['@daily', 'it has 1 fields'],
    ['61 2 * * *', '61'],
    ['0 2 31 2 *', 'day of month'],
  ])('%s is refused: %s', (cron, words) => expect(cronFault(cron)).toContain(words));
});
