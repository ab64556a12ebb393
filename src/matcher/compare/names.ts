/** What the names of two records are to each other: exchanged, short for one another, those of two people in one house. */
import { areSpellings, type KnownName, knownName } from '../values/known-name.ts';
import { nameGroups } from '../values/nicknames.ts';
import { areOtherParts, partsOf } from '../values/parted-name.ts';
import { skeleton } from '../values/text.ts';
import type { Columns } from './condition.ts';
import { slipsApart } from './similarity.ts';
import { alikeBy } from './sketch.ts';
import type { Texts } from './texts.ts';

const space = 32;

/** Of several given names the first decides. */
const groupsOf = (given: string): readonly number[] => nameGroups(given.split(' ', 1)[0] as string);

/** How given and family name stand in each other's place: each as it is, or the one so and the other with a slip or short. */
export type Crossing = 'none' | 'same' | 'nickname' | 'near' | 'initial';

/** The crossing of two records; where one name is blank, that of the other alone. */
export function crossedNames(columns: Columns): (l: number, r: number) => Crossing {
  const [first, last] = [columns.of('first'), columns.of('last')];
  const near = alikeBy(0.92);
  const lacks = (a: number, b: number) => first.id(a) < 0 || last.id(b) < 0;
  /** Of the given name of `a` and what may be it in the place of the family name of `b`. */
  const looser = (a: number, b: number): Crossing => {
    const [given, other] = [first.text(a) ?? '', last.text(b) ?? ''];
    if (given.length === 1 || other.length === 1) return given[0] === other[0] ? 'initial' : 'none';
    const groups = groupsOf(given);
    if (groups.length > 0 && groupsOf(other).some((group) => groups.includes(group))) return 'nickname';
    return first.withinEditsAcross(a, last, b, 1) ? 'near' : 'none';
  };
  const isNear = (a: number, b: number): boolean => first.jaroAcross(a, last, b, near) > 0;
  const isInOtherOrder = columns.once(wordsInOtherOrder);
  return (l, r) => {
    const [there, back] = [first.sameAcross(l, last, r), first.sameAcross(r, last, l)];
    if (there) return back || lacks(r, l) || isNear(r, l) ? 'same' : looser(r, l);
    if (back) return lacks(l, r) || isNear(l, r) ? 'same' : looser(l, r);
    return (isNear(l, r) && isNear(r, l)) || isInOtherOrder(l, r) ? 'same' : 'none';
  };
}

/**
 * `Boris de Pfeffel Johnson`, `Johnson Boris Pfeffel`: names of three words and more that end otherwise, and each word of one is among
 * those of the other; of more than three all but one that has a slip.
 */
function wordsInOtherOrder(columns: Columns): (l: number, r: number) => boolean {
  const [first, last] = [columns.of('first'), columns.of('last')];
  const known = new Map<number, readonly string[]>();
  const wordsOf = (record: number): readonly string[] => {
    const key = first.id(record) * 2 ** 22 + last.id(record);
    const found = known.get(key) ?? [
      ...new Set(`${first.text(record)} ${last.text(record)}`.split(/[ -]/).filter((word) => !links.has(word))),
    ];
    known.set(key, found);
    return found;
  };
  return (l, r) => {
    if (!first.mayHold(l, space) && !last.mayHold(l, space)) return false;
    if (!first.mayHold(r, space) && !last.mayHold(r, space)) return false;
    if (first.id(l) < 0 || first.id(r) < 0 || last.id(l) < 0 || last.id(r) < 0 || last.id(l) === last.id(r))
      return false;
    const [a, b] = [wordsOf(l), wordsOf(r)];
    // Only a particle more or less is another name, not another order.
    if (a.at(-1) === b.at(-1)) return false;
    const [short, long] = a.length < b.length ? [a, b] : [b, a];
    if (short.length < 2 || (short.length === 2 && long.length > 2)) return false;
    const others = short.filter((word) => !long.includes(word));
    if (others.length === 0) return true;
    return (
      short.length > 3 &&
      others.length === 1 &&
      long.some((word) => !short.includes(word) && slipsApart(word, others[0] as string))
    );
  };
}

/** Given names of which one may be short for the other, or both for a third. */
export function nicknames(columns: Columns): (l: number, r: number) => boolean {
  const [first, formal] = [columns.of('first'), columns.of('formal')];
  const known: (readonly number[])[] = [];
  const knownOf = (record: number) => (known[first.id(record)] ??= groupsOf(first.text(record) ?? ''));
  return (l, r) => {
    if (first.id(l) < 0 || first.id(r) < 0) return false;
    if (formal.id(l) === formal.id(r)) return true;
    const b = knownOf(r);
    return b.length > 0 && knownOf(l).some((group) => b.includes(group));
  };
}

/** Another father's name, another syllable: two people, however alike the rest of their given names is. */
export function otherParts(columns: Columns): (l: number, r: number) => boolean {
  const first = columns.of('first');
  const known: (readonly string[])[] = [];
  const knownOf = (record: number) => (known[first.id(record)] ??= partsOf(first.text(record) ?? ''));
  return (l, r) => {
    if (first.id(l) < 0 || first.id(r) < 0 || first.id(l) === first.id(r)) return false;
    const one = knownOf(l);
    return one.length > 0 && areOtherParts(one, knownOf(r));
  };
}

/** Mark and Mary, Jean and Joan: both are given names that people have, and neither is a form or a spelling of the other. */
export function knownApart(columns: Columns): (l: number, r: number) => boolean {
  const first = columns.of('first');
  const known: (KnownName | null)[] = [];
  const knownOf = (record: number): KnownName | null => {
    const id = first.id(record);
    if (id < 0) return null;
    const found = known[id];
    return found === undefined ? (known[id] = knownName(first.text(record) ?? '')) : found;
  };
  const isNickname = columns.once(nicknames);
  return (l, r) => {
    const [a, b] = [knownOf(l), knownOf(r)];
    if (a === null || b === null || a.name === b.name || areSpellings(a, b) || isNickname(l, r)) return false;
    // Of several names they may share one: Ana Lucia, Lucia.
    if (!first.mayHold(l, space) && !first.mayHold(r, space)) return true;
    return !first.holdsWords(l, r) && !first.holdsWords(r, l);
  };
}

/** `JC` of `Jean-Claude`. */
const isInitials = (short: readonly string[], long: readonly string[]): boolean =>
  short.length === 1 &&
  long.length > 1 &&
  short[0]?.length === long.length &&
  long.every((word, at) => word[0] === short[0]?.[at]);

/** `E. B.` of `Emilie Brigitte`, `John M.` of `John Michael`: word by word the same or short for it, over the shorter one. */
export function initialled(columns: Columns): (l: number, r: number) => boolean {
  const first = columns.of('first');
  const words: string[][] = [];
  const wordsOf = (record: number) => (words[first.id(record)] ??= (first.text(record) ?? '').split(' '));
  return (l, r) => {
    if (first.first(l) !== first.first(r) || !(first.mayHold(l, space) || first.mayHold(r, space))) return false;
    const [a, b] = [wordsOf(l), wordsOf(r)];
    if (isInitials(a, b) || isInitials(b, a)) return true;
    const isShort = (short: string | undefined, long: string) => short?.length === 1 && long.startsWith(short);
    return (a.length < b.length ? a : b).every((word, at) => {
      const other = (a.length < b.length ? b : a)[at] as string;
      return word === other || isShort(word, other) || isShort(other, word);
    });
  };
}

/** Words of names that say nothing by themselves: son of, servant of. */
const links = new Set('ben bin ibn bint abu al el ul ud y e i de da do dos van von san na'.split(' '));

/** `Hans Otto` and `Hans Joachim`: the first agrees, and behind it each has a name that is none of the other's, nor short for it. */
export function otherMiddle(columns: Columns): (l: number, r: number) => boolean {
  const first = columns.of('first');
  const words: string[][] = [];
  const wordsOf = (record: number) =>
    (words[first.id(record)] ??= (first.text(record) ?? '')
      .split(/[ -]/)
      .filter((word, at) => at === 0 || !links.has(word)));
  const isOne = (a: string, b: string): boolean => {
    if (a === b) return true;
    if (a.length < 3 || b.length < 3) return a.startsWith(b) || b.startsWith(a);
    const [short, long] = a.length < b.length ? [a, b] : [b, a];
    if (short[0] === long[0] && (long.startsWith(short.slice(0, 3)) || skeleton(a) === skeleton(b))) return true;
    const known = groupsOf(a);
    return slipsApart(a, b) || (known.length > 0 && groupsOf(b).some((group) => known.includes(group)));
  };
  return (l, r) => {
    if (first.id(l) === first.id(r) || !first.mayHold(l, space) || !first.mayHold(r, space)) return false;
    const [a, b] = [wordsOf(l), wordsOf(r)];
    if (a.length < 2 || b.length < 2) return false;
    const [one, other] = [a[0] as string, b[0] as string];
    if (one.length < 2 || other.length < 2 || !isOne(one, other)) return false;
    const lacks = (one: string[], other: string[]) =>
      one.some((word, at) => at > 0 && !other.some((meant, place) => place > 0 && isOne(word, meant)));
    return lacks(a, b) && lacks(b, a);
  };
}

/** Ayu and Bayu, Ella and Bella: another first letter, and several records have each. */
export function rhyming(columns: Columns): (l: number, r: number) => boolean {
  const first = columns.of('first');
  return (l, r) => first.first(l) !== first.first(r) && first.withinEdits(l, r, 1) && first.areCommon(l, r);
}

/** Whole words of a name begin or end the other. */
export const isPartOf = (texts: Texts, l: number, r: number): boolean =>
  texts.contains(l, r, 'start', space) || texts.contains(l, r, 'end', space);

/** A letter that the other name begins with. */
export const isInitialOf = (texts: Texts, l: number, r: number): boolean =>
  texts.first(l) === texts.first(r) && (texts.length(l) === 1 || texts.length(r) === 1);

/** @param alike Jaro-Winkler of the two */
export const isMisspelling = (texts: Texts, alike: number, l: number, r: number): boolean =>
  alike >= 0.92 ||
  (texts.length(l) > 3 && texts.withinEdits(l, r, 1)) ||
  (texts.length(l) > 4 && texts.sameInAnyOrder(l, r) && !texts.areCommon(l, r));

/**
 * Alike as a name is to what is written for it: a few letters differ, or one goes on where the other ends (Lynn, Lynnette), or the
 * consonants are the same in order. Gunnar and Gunborg, Mauricio and Macario are two names.
 */
export function similarGiven(columns: Columns): (l: number, r: number, alike: number) => boolean {
  const first = columns.of('first');
  const isLonger = (short: string, long: string): boolean =>
    (short.length >= 4 && long.startsWith(short.length > 4 ? short.slice(0, -1) : short)) ||
    (short.length === 3 && long.length >= 6 && long.startsWith(short));
  return (l, r, alike) => {
    if (alike < 0.8) return false;
    const least = Math.min(first.length(l), first.length(r));
    if (first.withinEdits(l, r, least < 4 ? 1 : least < 6 ? 2 : 3)) return true;
    const [a, b] = [first.text(l) ?? '', first.text(r) ?? ''];
    if (first.mayHold(l, space) || first.mayHold(r, space)) {
      const [one, other] = [a.split(' ', 1)[0] as string, b.split(' ', 1)[0] as string];
      if (one === other || slipsApart(one, other)) return true;
    }
    return isLonger(a, b) || isLonger(b, a) || (a[0] === b[0] && skeleton(a).length > 2 && skeleton(a) === skeleton(b));
  };
}

/**
 * Marisa has marisa.sosa@ and Marisela marisela.sosa@: each is as its own mailbox has it, so neither is a slip of the other.
 * @param name of the two names the one that is asked about
 */
export function confirmedApart(columns: Columns, name: 'first' | 'last'): (l: number, r: number) => boolean {
  const [own, other] = [columns.of(name), columns.of(name === 'first' ? 'last' : 'first')];
  const local = columns.of('local');
  const known: (boolean | undefined)[] = [];
  const look = (record: number): boolean => {
    const word = (own.text(record) ?? '').split(' ', 1)[0] as string;
    return (
      word.length > 2 &&
      (local.text(record) ?? '').includes(word) &&
      !(other.text(record) ?? '').split(' ').some((part) => part.includes(word))
    );
  };
  const isConfirmed = (record: number) => (known[record] ??= look(record));
  return (l, r) => {
    if (own.id(l) === own.id(r) || local.id(l) < 0 || local.id(r) < 0 || local.id(l) === local.id(r)) return false;
    return isConfirmed(l) && isConfirmed(r);
  };
}

/** Asked by several comparisons. */
export const confirmedGiven = (columns: Columns) => confirmedApart(columns, 'first');

/**
 * The family name of one is among the further given names of the other, as where of two family names one was left out and the
 * whole was cut at the last word: `Ana | Lima`, `Ana Lima | Reis`.
 */
export function furtherNames(columns: Columns): (l: number, r: number) => boolean {
  const [first, last] = [columns.of('first'), columns.of('last')];
  const words: string[][] = [];
  const wordsOf = (record: number) => (words[first.id(record)] ??= (first.text(record) ?? '').split(' ').slice(1));
  const has = (a: number, b: number) => first.mayHold(a, space) && wordsOf(a).includes(last.text(b) ?? '');
  return (l, r) => has(l, r) || has(r, l);
}

/** Two family names of which neither is the other, a slip of it, a part of it, short for it, nor in the place of a given name. */
export function otherFamily(columns: Columns): (l: number, r: number) => boolean {
  const last = columns.of('last');
  const [crossingOf, isFurther] = [columns.once(crossedNames), columns.once(furtherNames)];
  // `Arthur Gabriel da`: the name is cut off.
  const isCut: boolean[] = [];
  const isCutOff = (record: number): boolean => (isCut[last.id(record)] ??= links.has(last.text(record) ?? ''));
  last.willAskFor(0.8);
  return (l, r) => {
    if (last.id(l) < 0 || last.id(r) < 0 || last.id(l) === last.id(r) || isCutOff(l) || isCutOff(r)) return false;
    if (isInitialOf(last, l, r) || isPartOf(last, l, r) || last.jaro(l, r) >= 0.8) return false;
    return crossingOf(l, r) === 'none' && !isFurther(l, r);
  };
}

/** Two given names that cannot be spellings of one: of two people in one house or company, not of one. */
export function otherGiven(columns: Columns): (l: number, r: number) => boolean {
  const [formal, first, last] = [columns.of('formal'), columns.of('first'), columns.of('last')];
  const [isNickname, initials] = [columns.once(nicknames), columns.once(initialled)];
  const [rhymes, isOtherInPart] = [rhyming(columns), columns.once(otherParts)];
  const [isApart, isConfirmed] = [columns.once(knownApart), columns.once(confirmedGiven)];
  const isSimilar = similarGiven(columns);
  const isInOtherOrder = columns.once(wordsInOtherOrder);
  first.willAskFor(0.8);
  return (l, r) => {
    const [a, b] = [formal.id(l), formal.id(r)];
    if (isOtherInPart(l, r)) return true;
    if (a < 0 || b < 0 || a === b || first.length(l) < 2 || first.length(r) < 2) return false;
    if (isNickname(l, r) || first.sameAcross(l, last, r) || first.sameAcross(r, last, l)) return false;
    if (initials(l, r) || isInOtherOrder(l, r)) return false;
    const alike = first.jaro(l, r);
    if (rhymes(l, r)) return true;
    if (alike >= 0.8 && (isApart(l, r) || isConfirmed(l, r))) return true;
    if (alike >= 0.92 || (!first.areCommon(l, r) && isSimilar(l, r, alike)) || first.withinEdits(l, r, 1)) return false;
    if (first.length(l) > 4 && first.sameInAnyOrder(l, r) && !first.areCommon(l, r)) return false;
    if (!first.mayHold(l, space) && !first.mayHold(r, space)) return true;
    return !first.holdsWords(l, r) && !first.holdsWords(r, l);
  };
}

/**
 * Of one company, and the names don't both agree: what the two share beside it is likely the company's, as its telephone
 * is. Counted for both, every two colleagues of one given name are linked.
 */
export function colleagues(columns: Columns): (l: number, r: number) => boolean {
  const [first, last] = [columns.of('first'), columns.of('last')];
  const [company, domain] = [columns.of('company'), columns.of('domain')];
  const [isOther, crossingOf] = [columns.once(otherGiven), columns.once(crossedNames)];
  const isNickname = columns.once(nicknames);
  const agree = (texts: Texts, l: number, r: number) => {
    if (texts.id(l) === texts.id(r)) return true;
    if (texts.jaro(l, r) >= 0.88 || texts.withinEdits(l, r, 1)) return true;
    return isInitialOf(texts, l, r) || isPartOf(texts, l, r);
  };
  const isSame = (texts: Texts, l: number, r: number) => texts.id(l) >= 0 && texts.id(l) === texts.id(r);
  first.willAskFor(0.8);
  last.willAskFor(0.8);
  return (l, r) => {
    if (isOther(l, r)) return true;
    if (!isSame(company, l, r) && !isSame(domain, l, r)) return false;
    return !(agree(last, l, r) && (agree(first, l, r) || isNickname(l, r))) && crossingOf(l, r) === 'none';
  };
}
