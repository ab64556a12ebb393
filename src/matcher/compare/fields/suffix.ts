/** Father and son: nothing else that agrees can outweigh a suffix that differs. */
import { comparison, type FieldComparison, believe } from '../comparison.ts';
import { all, always, type Condition, either, not, same } from '../condition.ts';

/** One of them has a suffix, and each another date of birth, more than a slip of the other: a father and his son. */
const otherBirth: Condition = (columns) => {
  const [suffix, birth] = [columns.of('suffix'), columns.of('birth_date')];
  return (l, r) => {
    if (suffix.id(l) < 0 === suffix.id(r) < 0) return false;
    const [a, b] = [birth.text(l), birth.text(r)];
    return a !== null && b !== null && a.slice(0, 4) !== b.slice(0, 4) && !birth.withinEdits(l, r, 2);
  };
};

const suffix = comparison({
  name: 'suffix',
  isName: true,
  columns: ['suffix'],
  blank: all(either('suffix'), not(otherBirth)),
  levels: {
    same: believe('same', 0.99, 0.5, { when: same('suffix') }),
    otherBirth: believe('one has it, and another birth date', 0.001, 0.001, {
      when: otherBirth,
      bits: -30,
      reads: ['birth_date'],
    }),
    differs: believe('differs', 5e-19, 0.5, { when: always }),
  },
  bounds: [-60, 1],
});

export default { person: { order: 30, comparison: suffix } } satisfies FieldComparison;
