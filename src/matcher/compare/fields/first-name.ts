/** The given names of two people: the same, short for each other, misspelt, an initial, or in the family name's place. */
import { commonGiven } from '../../values/names-of-many.ts';
import { blank, comparison, type FieldComparison, believe } from '../comparison.ts';
import {
  confirmedGiven,
  crossedNames,
  initialled,
  isInitialOf,
  isMisspelling,
  isPartOf,
  knownApart,
  nicknames,
  otherMiddle,
  otherParts,
  rhyming,
  similarGiven,
} from '../names.ts';
import { allElseDiffers, bornApart } from '../namesakes.ts';
import { all, either, jaro, longer, not, same, sameOf } from '../condition.ts';
import { isOtherDate } from '../kinds/date.ts';

const firstName = comparison({
  name: 'first_name',
  isKept: true,
  isName: true,
  columns: ['first'],
  rare: 'first',
  isOwn: true,
  levels: {
    same: believe('same', 0.72, 0.004, { rarity: 'full' }),
    exchanged: believe('exchanged with the family name', 0.01, 0.0001, { rarity: 'half' }),
    nickname: believe('nickname', 0.06, 0.0015),
    near: believe('near', 0.1, 0.003, { rarity: 'half' }),
    part: believe('part of the other', 0.03, 0.002),
    initial: believe('initial', 0.03, 0.01),
    similar: believe('similar', 0.015, 0.03),
    otherMiddle: believe('another middle name', 0.001, 0.002, { bits: -4 }),
    otherPart: believe('another in a part that has to agree', 0.001, 0.01, { bits: -15 }),
    differs: believe('differs', 0.03, 0.96),
  },
  find: (columns, level) => {
    const texts = columns.of('first');
    const crossingOf = columns.once(crossedNames);
    const isNickname = columns.once(nicknames);
    const [initials, isOtherInPart] = [columns.once(initialled), columns.once(otherParts)];
    const isOtherMiddle = otherMiddle(columns);
    const [rhymes, isSimilar] = [rhyming(columns), similarGiven(columns)];
    const [areKnown, areConfirmed] = [columns.once(knownApart), columns.once(confirmedGiven)];
    const isApart = (l: number, r: number) => areKnown(l, r) || areConfirmed(l, r) || texts.areTwiceInFew(l, r);
    const crossed = { same: level.exchanged, nickname: level.nickname, near: level.near, initial: level.initial };
    texts.willAskFor(0.8);
    return (l, r) => {
      const [a, b] = [texts.id(l), texts.id(r)];
      if (a < 0 || b < 0) return blank;
      // A letter that two share is no name they share.
      if (a === b) return texts.length(l) === 1 ? level.initial : level.same;
      const crossing = crossingOf(l, r);
      if (crossing !== 'none') return crossed[crossing];
      if (isOtherInPart(l, r)) return level.otherPart;
      if (isOtherMiddle(l, r)) return level.otherMiddle;
      const isPart = isPartOf(texts, l, r);
      if (!isPart && isNickname(l, r)) return level.nickname;
      const alike = texts.jaro(l, r);
      if (rhymes(l, r)) return level.differs;
      if (isMisspelling(texts, alike, l, r)) return isApart(l, r) ? level.differs : level.near;
      if (isPart) return level.part;
      if (initials(l, r) || isInitialOf(texts, l, r)) return level.initial;
      // A misspelling is rare: where several records have each of the two, they are two names.
      return !texts.areCommon(l, r) && isSimilar(l, r, alike) && !isApart(l, r) ? level.similar : level.differs;
    };
  },
  gates: [
    // Riya and Priya of one mailbox: a slip in the name comes with the same birth date, or with a slip in it.
    {
      from: 'nickname',
      through: 'similar',
      bits: 2,
      shut: all(same('email'), longer('birth_date', 6), isOtherDate('birth_date')),
      isCeiling: true,
      because: 'born another day',
      reads: 'birth_date',
    },
    // Ionică and Veronica of one house, each with a mailbox.
    {
      from: 'similar',
      through: 'similar',
      bits: 0,
      shut: all(not(either('email')), not(jaro('email', 0.9))),
      isCeiling: true,
      because: 'another mailbox',
      reads: 'email',
    },
    {
      through: 'near',
      bits: 3,
      isCeiling: true,
      ofFew: true,
      shut: bornApart,
      because: 'born apart',
      reads: 'first',
    },
    {
      through: 'near',
      bits: 4,
      isCeiling: true,
      ofFew: true,
      shut: allElseDiffers,
      because: 'all else differs',
      reads: 'first',
    },
    {
      through: 'same',
      bits: 6,
      isCeiling: true,
      shut: sameOf('first', (name) => commonGiven.has(name)),
      because: 'a name of many',
      reads: 'first',
    },
  ],
  bounds: [-7, 11],
});

export default { person: { order: 10, comparison: firstName } } satisfies FieldComparison;
