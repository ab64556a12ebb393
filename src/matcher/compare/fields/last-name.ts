/** The family names of two people: the same, misspelt, a part or an initial, or in the given name's place. */
import { commonFamily } from '../../values/names-of-many.ts';
import { blank, comparison, type FieldComparison, believe } from '../comparison.ts';
import { all, longer, same, sameOf } from '../condition.ts';
import { confirmedApart, crossedNames, furtherNames, isInitialOf, isMisspelling, isPartOf } from '../names.ts';
import { allElseDiffers, bornApart } from '../namesakes.ts';

const lastName = comparison({
  name: 'last_name',
  isName: true,
  columns: ['last'],
  rare: 'last',
  isOfHouse: true,
  levels: {
    same: believe('same', 0.8, 0.0015, { rarity: 'full' }),
    exchanged: believe('exchanged with the given name', 0.01, 0.0001, { rarity: 'half' }),
    exchangedLoosely: believe('exchanged with the given name, misspelt or short', 0.003, 0.00005),
    near: believe('near', 0.1, 0.002, { rarity: 'half' }),
    part: believe('part of the other', 0.02, 0.0005),
    initial: believe('initial', 0.005, 0.003),
    similar: believe('similar', 0.01, 0.008),
    differs: believe('differs', 0.04, 0.975),
  },
  find: (columns, level) => {
    const texts = columns.of('last');
    const crossingOf = columns.once(crossedNames);
    const isFurther = columns.once(furtherNames);
    const isConfirmed = confirmedApart(columns, 'last');
    texts.willAskFor(0.8);
    return (l, r) => {
      const [a, b] = [texts.id(l), texts.id(r)];
      if (a < 0 || b < 0) return blank;
      if (a === b) return level.same;
      const crossing = crossingOf(l, r);
      if (crossing !== 'none') return crossing === 'same' ? level.exchanged : level.exchangedLoosely;
      const isPart = isPartOf(texts, l, r);
      const alike = texts.jaro(l, r);
      if (alike >= 0.8 && isConfirmed(l, r)) return level.differs;
      if (isMisspelling(texts, alike, l, r)) return level.near;
      if (isPart || isFurther(l, r)) return level.part;
      if (isInitialOf(texts, l, r)) return level.initial;
      // A misspelling is rare: where several records have each of the two, they are two names.
      // Nor do more than a few letters differ in one: Castillo, Castro.
      const most = Math.min(texts.length(l), texts.length(r)) < 6 ? 2 : 3;
      return alike >= 0.8 && !texts.areCommon(l, r) && texts.withinEdits(l, r, most) ? level.similar : level.differs;
    };
  },
  gates: [
    {
      through: 'same',
      bits: 20,
      only: ({ atPlaces }) => atPlaces?.copies === true,
      shut: all(same('first'), longer('first', 1), same('city')),
      because: 'hardly two of one place are called so',
      reads: 'last',
    },
    {
      through: 'same',
      bits: 20,
      only: ({ lacksNamesakes }) => lacksNamesakes === true,
      shut: all(same('first'), longer('first', 1)),
      because: 'names are kept apart',
      reads: 'last',
    },
    {
      through: 'near',
      bits: 4,
      isCeiling: true,
      ofFew: true,
      shut: bornApart,
      because: 'born apart',
      reads: 'last',
    },
    {
      through: 'near',
      bits: 5,
      isCeiling: true,
      ofFew: true,
      shut: allElseDiffers,
      because: 'all else differs',
      reads: 'last',
    },
    {
      through: 'same',
      bits: 7,
      isCeiling: true,
      shut: sameOf('last', (name) => commonFamily.has(name)),
      because: 'a name of many',
      reads: 'last',
    },
  ],
  bounds: [-6, 13],
});

export default { person: { order: 20, comparison: lastName } } satisfies FieldComparison;
