/** Two telephone numbers: the same, or but for one digit; of people who are colleagues it is the company's. */
import { blank, comparison, type Declared, type FieldComparison, believe } from '../comparison.ts';
import { colleagues } from '../names.ts';
import { ofOneHouse } from '../one-house.ts';

const phone: Declared<'same' | 'oneDigitApart' | 'differs'> = {
  name: 'phone',
  columns: ['phone'],
  rare: 'phone',
  identifying: true,
  isWitness: true,
  levels: {
    same: believe('same', 0.65, 0.00003, { rarity: 'full' }),
    oneDigitApart: believe('one digit apart', 0.05, 0.00005),
    differs: believe('differs', 0.3, 0.999),
  },
  /** The last eight digits are enough. */
  find: (columns, level) => {
    const texts = columns.of('phone');
    texts.willAskFor(0.985);
    return (l, r) => {
      const [a, b] = [texts.id(l), texts.id(r)];
      if (a < 0 || b < 0) return blank;
      if (a === b || texts.sameEnd(l, r, 8)) return level.same;
      return texts.withinEdits(l, r, 1) || texts.jaro(l, r) >= 0.985 ? level.oneDigitApart : level.differs;
    };
  },
  bounds: [-3, 13],
};

/** A phone that people of other names share is that of a house or a company. */
const personPhone = comparison({
  ...phone,
  isOfHouse: true,
  gates: [
    { through: 'same', bits: 3, shut: colleagues, because: 'others of one house or company', reads: 'first' },
    // The numbers of one company lie side by side.
    {
      from: 'oneDigitApart',
      through: 'oneDigitApart',
      bits: 0,
      shut: colleagues,
      because: 'others of one house or company',
      reads: 'first',
    },
  ],
});
const companyPhone = comparison({
  ...phone,
  isOwn: true,
  gates: ofOneHouse('oneDigitApart', { sisters: 3, longer: 8 }),
});

export default {
  person: { order: 50, comparison: personPhone },
  company: { order: 50, comparison: companyPhone },
} satisfies FieldComparison;
