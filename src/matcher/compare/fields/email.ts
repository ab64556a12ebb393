/** Two e-mail addresses: the same, near, the same before the @; what is made of the name repeats what the name says. */
import { isFreeMail } from '../../values/contact-point.ts';
import { blank, comparison, type Declared, type FieldComparison, type FindLevel, believe } from '../comparison.ts';
import type { Columns } from '../condition.ts';
import { otherGiven } from '../names.ts';
import { ofOneHouse } from '../one-house.ts';
import type { Texts } from '../texts.ts';

const space = 32;

/** Of a name of several words addresses have all run together, or one alone: vanmerlet@ and merlet@. */
function holdsWords(local: string, name: string): boolean {
  const letters = local.replace(/[^\p{L}]/gu, '');
  return (
    letters.includes(name.replaceAll(' ', '')) ||
    name.split(' ').some((word) => word.length > 3 && letters.includes(word))
  );
}

/** Of each record: 1 its local part holds the family name, 2 the given name. It is noted, as half of all pairs ask it. */
function heldNames(columns: Columns): (record: number) => number {
  const [local, first, last] = [columns.of('local'), columns.of('first'), columns.of('last')];
  const { cells, width } = columns.rows;
  const isHeld = (record: number, name: Texts): boolean =>
    name.mayHold(record, space)
      ? holdsWords(local.text(record) ?? '', name.text(record) ?? '')
      : local.holds(record, name);
  const look = (record: number): number => (isHeld(record, last) ? 1 : 0) | (isHeld(record, first) ? 2 : 0);
  return (record) => {
    const note = record * width + width - 1;
    if ((cells[note] as number) < 0) cells[note] = look(record);
    return cells[note] as number;
  };
}

/** john.smith@, jsmith@, johns@: an address that anybody of that name at that provider would have. */
function madeOfName(columns: Columns, heldBy: (record: number) => number): (record: number) => boolean {
  const [local, first, last] = [columns.of('local'), columns.of('first'), columns.of('last')];
  const hasInitial = (record: number, name: Texts) =>
    (local.text(record) ?? '').includes((name.text(record) ?? '')[0] ?? '');
  return (record) => {
    if (local.id(record) < 0 || first.id(record) < 0 || last.id(record) < 0) return false;
    const held = heldBy(record);
    if (!((held & 1 && hasInitial(record, first)) || (held & 2 && hasInitial(record, last)))) return false;
    return !/[0-9]/.test(local.text(record) ?? '');
  };
}

/** Whether the address of a record is of a provider at which anybody may have one; each provider is looked up once. */
function freeProviders(provider: Texts): (record: number) => boolean {
  const known: boolean[] = [];
  return (record) => (known[provider.id(record)] ??= isFreeMail(provider.text(record) ?? ''));
}

type Key =
  | 'sameMadeOfName'
  | 'same'
  | 'near'
  | 'otherProvider'
  | 'sameLocal'
  | 'nearMadeOfName'
  | 'similar'
  | 'differs'
  | 'otherNumber'
  | 'otherOfName';

const findEmail: FindLevel<Key> = (columns, level) => {
  const [email, local, provider] = [columns.of('email'), columns.of('local'), columns.of('provider')];
  const heldBy = heldNames(columns);
  const isOther = columns.once(otherGiven);
  const isMade = madeOfName(columns, heldBy);
  email.willAskFor(0.88);
  local.willAskFor(0.9);
  const letters = (record: number) => (local.text(record) ?? '').replace(/[0-9]+$/, '');
  const isFree = freeProviders(provider);
  const isOtherNumber = (l: number, r: number) =>
    provider.id(l) === provider.id(r) && !isFree(l) && letters(l) === letters(r);
  /** lena.holt7@, lena.holt52@ at free mail: the name was taken, by somebody of that name; one digit is a slip. */
  const isOtherOfName = (l: number, r: number) =>
    provider.id(l) === provider.id(r) &&
    (heldBy(l) & heldBy(r)) !== 0 &&
    local.id(l) !== local.id(r) &&
    /[0-9]$/.test(local.text(l) ?? '') &&
    /[0-9]$/.test(local.text(r) ?? '') &&
    letters(l) === letters(r) &&
    !local.withinEdits(l, r, 1);
  // jon@ of one company is not joan@: 100,000 people fell to precision .21.
  const isOwnMistyped = (l: number, r: number) =>
    local.length(l) > 4 && local.jaro(l, r) >= 0.9 && letters(l) !== letters(r);
  // Made of the whole name of one of two that are spelt differently, and not only by chance the other's.
  const isOfOne = (l: number, r: number) =>
    heldBy(l) !== heldBy(r) && (heldBy(l) === 3 || heldBy(r) === 3) && !isOther(l, r);
  return (l, r) => {
    const [a, b] = [email.id(l), email.id(r)];
    if (a < 0 || b < 0) return blank;
    if (a === b) return isMade(l) && isMade(r) && !isOfOne(l, r) ? level.sameMadeOfName : level.same;
    const isSameLocal = local.id(l) === local.id(r) && local.length(l) > 4;
    const alike = email.jaro(l, r);
    const isNear = alike >= 0.95 || email.withinEdits(l, r, 1);
    if (alike >= 0.88 && isOtherNumber(l, r)) return level.otherNumber;
    if (alike >= 0.88 && isOtherOfName(l, r)) return level.otherOfName;
    if ((isSameLocal || (isNear && isOwnMistyped(l, r))) && heldBy(l) === 0 && heldBy(r) === 0) return level.near;
    if (
      provider.id(l) !== provider.id(r) &&
      provider.id(l) >= 0 &&
      provider.id(r) >= 0 &&
      heldBy(l) !== 0 &&
      heldBy(l) & heldBy(r)
    )
      return level.otherProvider;
    if (isSameLocal) return level.sameLocal;
    if (isNear) return level.nearMadeOfName;
    return alike >= 0.88 ? level.similar : level.differs;
  };
};

const email: Declared<Key> = {
  name: 'email',
  columns: ['email'],
  rare: 'email',
  identifying: true,
  isOfHouse: true,
  fetches: 'email',
  levels: {
    sameMadeOfName: believe('same, made of the name', 0.5, 0.004, { among: ['first_name', 'last_name'], house: 0.03 }),
    same: believe('same', 0.65, 0.00001, { rarity: 'full', house: 0.15 }),
    near: believe('near', 0.05, 0.00002, { house: 0.02 }),
    // An address made of the name repeats the name's evidence: taken for more it links every John Smith.
    otherProvider: believe('another provider, made of the name', 0.08, 0.05, { house: 0.05 }),
    sameLocal: believe('same before the @', 0.05, 0.00005, { house: 0.01 }),
    nearMadeOfName: believe('near, made of the name', 0.03, 0.00005, { house: 0.01 }),
    similar: believe('similar', 0.03, 0.003, { isUnblocked: true, house: 0.03 }),
    differs: believe('differs', 0.11, 0.95, { house: 0.6 }),
    // Where the name is taken its next bearer is given a number.
    otherNumber: believe('other number at one company', 0.001, 0.001, { bits: -40 }),
    otherOfName: believe('other number behind the name', 0.001, 0.001, { bits: -1 }),
  },
  find: findEmail,
  bounds: [-4, 15],
};

/** Of a company there is no name that another provider's address could be made of. */
const { otherProvider: _, ...companyLevels } = email.levels;
const companyEmail = comparison<Exclude<Key, 'otherProvider'>>({
  ...email,
  levels: companyLevels,
  find: (columns, level) => findEmail(columns, { ...level, otherProvider: level.differs }),
  gates: ofOneHouse('near', { sisters: 3, longer: 5 }),
});

/** A mailbox that two of other given names have is that of their house. */
const personEmail = comparison<Key>({
  ...email,
  gates: [{ from: 'same', through: 'near', bits: 3, shut: otherGiven, because: 'another given name', reads: 'first' }],
});

export default {
  person: { order: 40, comparison: personEmail },
  company: { order: 40, comparison: companyEmail },
} satisfies FieldComparison;
