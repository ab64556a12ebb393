/** The birth dates of two people: of two known names in one house they are those of twins. */
import type { FieldComparison } from '../comparison.ts';
import { all, any, same, texts } from '../condition.ts';
import { compareDates } from '../kinds/date.ts';
import { bornApart } from '../namesakes.ts';
import { knownApart, otherGiven } from '../names.ts';

const dates = compareDates('birth_date', 'birth_date');
const through = dates.levels.findIndex(({ key }) => key === 'exchanged');
const twins = all(knownApart, same('last'), any(same('phone'), same('street'), same('email'), same('postal_code')));
/** Who does not know the day is given the first of January. */
const newYear = texts('birth_date', (l, r) => l.endsWith('-01-01') && r.endsWith('-01-01'));
/** Brothers and sisters are born in one month or decade more often than strangers. */
const siblings = all(otherGiven, same('last'));
const from = dates.levels.findIndex(({ key }) => key === 'exchanged');
const differs = dates.levels.findIndex(({ key }) => key === 'differs');
const slips = dates.levels.findIndex(({ key }) => key === 'twoDigitsApart');

export default {
  person: {
    order: 80,
    comparison: {
      ...dates,
      isKept: true,
      gates: [
        { from: 0, through, bits: 0, shut: twins, because: 'as twins have', reads: 'first' },
        {
          from,
          through: slips,
          bits: 0,
          isCeiling: true,
          shut: any(newYear, siblings),
          because: 'as siblings and unknown days have',
          reads: 'birth_date',
        },
        {
          from: differs,
          through: differs,
          bits: -7,
          isCeiling: true,
          ofFew: true,
          shut: bornApart,
          because: 'born apart',
          reads: 'birth_date',
        },
      ],
    },
  },
} satisfies FieldComparison;
