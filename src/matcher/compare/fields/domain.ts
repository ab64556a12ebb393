/** The hosts of two companies' websites or addresses. */
import { comparison, type FieldComparison, believe } from '../comparison.ts';
import { all, always, any, edits, either, jaro, not, same, sameButDigits, texts } from '../condition.ts';
import { ofOneHouse } from '../one-house.ts';

/** Places at one platform are as like as its name is long (values/platform.ts). */
const atPlatform = texts('domain', (l, r) => l.includes('/') || r.includes('/'));

const domain = comparison({
  name: 'domain',
  columns: ['domain'],
  rare: 'domain',
  identifying: true,
  isOfHouse: true,
  blank: either('domain'),
  levels: {
    same: believe('same', 0.8, 0.0001, { when: same('domain'), rarity: 'full' }),
    near: believe('near', 0.08, 0.0005, {
      when: all(any(jaro('domain', 0.93), edits('domain', 1)), not(sameButDigits('domain')), not(atPlatform)),
    }),
    differs: believe('differs', 0.12, 0.999, { when: always }),
  },
  gates: ofOneHouse('near', { sisters: 2, longer: 5 }),
  bounds: [-4, 12],
});

export default { company: { order: 30, comparison: domain } } satisfies FieldComparison;
