/** The addresses of two companies: one that has another street in another town is another branch or another company. */
import { comparison, type FieldComparison } from '../comparison.ts';
import { all, any, type Condition, jaro, not, same } from '../condition.ts';
import { ofOneHouse } from '../one-house.ts';
import { wordGrade } from '../words.ts';
import { addressColumns, addressLevel, addressLevels, placeOf } from '../place.ts';

const noWords: Condition = (columns) => {
  const [of, grades] = [columns.of('company'), columns.gradesOf('company')];
  return (l, r) => of.id(l) >= 0 && of.id(r) >= 0 && grades.grade(l, r) === 0;
};

/** Nothing that is rare is in both names. */
const otherName: Condition = (columns) => {
  const [of, grades] = [columns.of('company'), columns.gradesOf('company')];
  return (l, r) => of.id(l) >= 0 && of.id(r) >= 0 && of.id(l) !== of.id(r) && grades.grade(l, r) <= wordGrade.few;
};

const address = comparison({
  name: 'address',
  isKept: true,
  columns: addressColumns,
  rare: 'city',
  isOwn: true,
  levels: addressLevels,
  find: (columns, level) => {
    const place = placeOf(columns);
    return (l, r) => addressLevel(place, level, l, r);
  },
  gates: [
    ...ofOneHouse('sameCity', { sisters: 2, longer: 5 }),
    {
      from: 'sameCityAlone',
      through: 'sameCityAlone',
      bits: 3,
      isCeiling: true,
      shut: all(otherName, not(jaro('company', 0.85)), not(any(same('email'), same('phone'), same('domain')))),
      because: 'another name',
      reads: 'company',
    },
    // A telephone is of a place: of two that share nothing but both, the second says nothing more.
    {
      from: 'samePostalCodeAlone',
      through: 'nearPlace',
      bits: 0,
      shut: all(same('phone'), noWords),
      because: 'as the telephone',
      reads: 'phone',
    },
  ],
  bounds: [-6, 12],
});

export default { company: { order: 60, comparison: address } } satisfies FieldComparison;
