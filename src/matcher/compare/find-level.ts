/**
 * Two records into the level of a comparison where most pairs that meet differ and every step counts: names, addresses and
 * phones of people, and where they are. The same levels as conditions would take several times as long.
 */
import type { Columns } from './condition.ts';
import { isFreeMail } from '../values/contact-point.ts';
import { nameGroups } from '../values/nicknames.ts';
import { alikeBy } from './sketch.ts';
import type { Texts } from './texts.ts';

/** Index of the level of two records, -1 where it cannot be said: one side is blank. */
export type Find = (columns: Columns) => (l: number, r: number) => number;

const space = 32;
const any = -1;

/** Of several given names the first decides. */
const groupsOf = (given: string): readonly number[] => nameGroups(given.split(' ', 1)[0] as string);

/** How given and family name stand in each other's place: each as it is, or the one so and the other with a slip or short. */
const crossing = { none: 0, same: 1, nickname: 2, near: 3, initial: 4 };

/** The `crossing` of two records; where one name is blank, that of the other alone. */
export function crossedNames(columns: Columns): (l: number, r: number) => number {
  const [first, last] = [columns.of('first'), columns.of('last')];
  const near = alikeBy(0.92);
  const lacks = (a: number, b: number) => first.id(a) < 0 || last.id(b) < 0;
  /** Of the given name of `a` and what may be it in the place of the family name of `b`. */
  const looser = (a: number, b: number): number => {
    const [given, other] = [first.text(a) ?? '', last.text(b) ?? ''];
    if (given.length === 1 || other.length === 1) return given[0] === other[0] ? crossing.initial : crossing.none;
    const groups = groupsOf(given);
    if (groups.length > 0 && groupsOf(other).some((group) => groups.includes(group))) return crossing.nickname;
    return first.withinEditsAcross(a, last, b, 1) ? crossing.near : crossing.none;
  };
  const isNear = (a: number, b: number): boolean => first.jaroAcross(a, last, b, near) > 0;
  return (l, r) => {
    const [there, back] = [first.sameAcross(l, last, r), first.sameAcross(r, last, l)];
    if (there) return back || lacks(r, l) || isNear(r, l) ? crossing.same : looser(r, l);
    if (back) return lacks(l, r) || isNear(l, r) ? crossing.same : looser(l, r);
    return isNear(l, r) && isNear(r, l) ? crossing.same : crossing.none;
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

/** `E. B.` of `Emilie Brigitte`, `John M.` of `John Michael`: word by word the same or short for it, over the shorter one. */
export function initialled(columns: Columns): (l: number, r: number) => boolean {
  const first = columns.of('first');
  const words: string[][] = [];
  const wordsOf = (record: number) => (words[first.id(record)] ??= (first.text(record) ?? '').split(' '));
  return (l, r) => {
    if (first.first(l) !== first.first(r) || !(first.mayHold(l, space) || first.mayHold(r, space))) return false;
    const [a, b] = [wordsOf(l), wordsOf(r)];
    const isShort = (short: string | undefined, long: string) => short?.length === 1 && long.startsWith(short);
    return (a.length < b.length ? a : b).every((word, at) => {
      const other = (a.length < b.length ? b : a)[at] as string;
      return word === other || isShort(word, other) || isShort(other, word);
    });
  };
}

/**
 * The family name of one is among the further given names of the other, as where of two family names one was left out and the
 * whole was cut at the last word: `Ana | Lima`, `Ana Lima | Reis`.
 */
function furtherNames(columns: Columns): (l: number, r: number) => boolean {
  const [first, last] = [columns.of('first'), columns.of('last')];
  const words: string[][] = [];
  const wordsOf = (record: number) => (words[first.id(record)] ??= (first.text(record) ?? '').split(' ').slice(1));
  const has = (a: number, b: number) => first.mayHold(a, space) && wordsOf(a).includes(last.text(b) ?? '');
  return (l, r) => has(l, r) || has(r, l);
}

/** Ayu and Bayu, Ella and Bella: another first letter, and several records have each. */
function rhyming(columns: Columns): (l: number, r: number) => boolean {
  const first = columns.of('first');
  return (l, r) => first.first(l) !== first.first(r) && first.withinEdits(l, r, 1) && first.areCommon(l, r);
}

/** In the order of both names in comparison.ts; the third is the nickname of given names, of family names the exchange with a slip. */
const names = { same: 0, exchanged: 1, nickname: 2, near: 3, part: 4, initial: 5, similar: 6, differs: 7 };

/** The level of a name by the `crossing` of the two. */
const crossed = {
  first: [-1, names.exchanged, names.nickname, names.near, names.initial],
  last: [-1, names.exchanged, names.nickname, names.nickname, names.nickname],
};

/** The level of the given or the family name. */
export const findName =
  (column: 'first' | 'last'): Find =>
  (columns) => {
    const texts = columns.of(column);
    const crossingOf = columns.once(crossedNames);
    const isNickname = columns.once(nicknames);
    const initials = columns.once(initialled);
    const isGiven = column === 'first';
    const rhymes = rhyming(columns);
    const isFurther = furtherNames(columns);
    texts.willAskFor(0.8);
    return (l, r) => {
      const [a, b] = [texts.id(l), texts.id(r)];
      if (a < 0 || b < 0) return -1;
      // A letter that two share is no name they share.
      if (a === b) return isGiven && texts.length(l) === 1 ? names.initial : names.same;
      const found = crossed[column][crossingOf(l, r)] as number;
      if (found >= 0) return found;
      const isPart = texts.contains(l, r, 'start', space) || texts.contains(l, r, 'end', space);
      if (isGiven && !isPart && isNickname(l, r)) return names.nickname;
      const alike = texts.jaro(l, r);
      if (isGiven && rhymes(l, r)) return names.differs;
      if (alike >= 0.92 || (texts.length(l) > 3 && texts.withinEdits(l, r, 1))) return names.near;
      if (texts.length(l) > 4 && texts.sameInAnyOrder(l, r) && !texts.areCommon(l, r)) return names.near;
      if (isPart) return names.part;
      if (!isGiven && isFurther(l, r)) return names.part;
      if (isGiven && initials(l, r)) return names.initial;
      if (texts.first(l) === texts.first(r) && (texts.length(l) === 1 || texts.length(r) === 1)) return names.initial;
      // A misspelling is rare: where several records have each of the two, they are two names.
      return alike >= 0.8 && !texts.areCommon(l, r) ? names.similar : names.differs;
    };
  };

/** Two given names that cannot be spellings of one: of two people in one house or company, not of one. */
export function otherGiven(columns: Columns): (l: number, r: number) => boolean {
  const [formal, first, last] = [columns.of('formal'), columns.of('first'), columns.of('last')];
  const [isNickname, initials] = [columns.once(nicknames), columns.once(initialled)];
  const rhymes = rhyming(columns);
  first.willAskFor(0.8);
  return (l, r) => {
    const [a, b] = [formal.id(l), formal.id(r)];
    if (a < 0 || b < 0 || a === b || first.length(l) < 2 || first.length(r) < 2) return false;
    if (isNickname(l, r) || first.sameAcross(l, last, r) || first.sameAcross(r, last, l)) return false;
    if (initials(l, r)) return false;
    const alike = first.jaro(l, r);
    if (rhymes(l, r)) return true;
    if (alike >= 0.92 || (alike >= 0.8 && !first.areCommon(l, r)) || first.withinEdits(l, r, 1)) return false;
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
    if (texts.first(l) === texts.first(r) && (texts.length(l) === 1 || texts.length(r) === 1)) return true;
    return texts.contains(l, r, 'start', space) || texts.contains(l, r, 'end', space);
  };
  first.willAskFor(0.8);
  last.willAskFor(0.8);
  return (l, r) => {
    if (isOther(l, r)) return true;
    if (!same(company, l, r) && !same(domain, l, r)) return false;
    return !(agree(last, l, r) && (agree(first, l, r) || isNickname(l, r))) && crossingOf(l, r) === crossing.none;
  };
}

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

/** In the order of `email` in comparison.ts. */
export const findEmail: Find = (columns) => {
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
  // jon@ of one company is not joan@: 100,000 people fell to precision .21.
  const isOwnMistyped = (l: number, r: number) =>
    local.length(l) > 4 && local.jaro(l, r) >= 0.9 && letters(l) !== letters(r);
  // Made of the whole name of one of two that are spelt differently, and not only by chance the other's.
  const isOfOne = (l: number, r: number) =>
    heldBy(l) !== heldBy(r) && (heldBy(l) === 3 || heldBy(r) === 3) && !isOther(l, r);
  return (l, r) => {
    const [a, b] = [email.id(l), email.id(r)];
    if (a < 0 || b < 0) return -1;
    if (a === b) return isMade(l) && isMade(r) && !isOfOne(l, r) ? 0 : 1;
    const isSameLocal = local.id(l) === local.id(r) && local.length(l) > 4;
    const alike = email.jaro(l, r);
    const isNear = alike >= 0.95 || email.withinEdits(l, r, 1);
    if (alike >= 0.88 && isOtherNumber(l, r)) return 8;
    if ((isSameLocal || (isNear && isOwnMistyped(l, r))) && heldBy(l) === 0 && heldBy(r) === 0) return 2;
    if (
      provider.id(l) !== provider.id(r) &&
      provider.id(l) >= 0 &&
      provider.id(r) >= 0 &&
      heldBy(l) !== 0 &&
      heldBy(l) & heldBy(r)
    )
      return 3;
    if (isSameLocal) return 4;
    if (isNear) return 5;
    return alike >= 0.88 ? 6 : 7;
  };
};

/** Levels: same (or the last eight digits), one digit apart, differs. */
export const findPhone: Find = (columns) => {
  const phone = columns.of('phone');
  phone.willAskFor(0.985);
  return (l, r) => {
    const [a, b] = [phone.id(l), phone.id(r)];
    if (a < 0 || b < 0) return -1;
    if (a === b || phone.sameEnd(l, r, 8)) return 0;
    return phone.withinEdits(l, r, 1) || phone.jaro(l, r) >= 0.985 ? 1 : 2;
  };
};

type Place = {
  street: Texts;
  city: Texts;
  postal: Texts;
  house: Texts;
};

const same = (texts: Texts, l: number, r: number): boolean => texts.id(l) >= 0 && texts.id(l) === texts.id(r);
const isBlank = (texts: Texts, l: number, r: number): boolean => texts.id(l) < 0 || texts.id(r) < 0;
const isSamePlace = ({ city, postal }: Place, l: number, r: number): boolean =>
  same(postal, l, r) || city.contains(l, r, 'start', any);

function placeOf(columns: Columns): Place {
  const [street, city] = [columns.of('street'), columns.of('city')];
  street.willAskFor(0.75);
  city.willAskFor(0.9);
  return { street, city, postal: columns.of('postal_code'), house: columns.of('house') };
}

/** The levels of an address, in the order of `address` in comparison.ts. */
function addressLevel(place: Place, l: number, r: number): number {
  const { street, city, postal, house } = place;
  const [noStreet, noCity, noPostal] = [isBlank(street, l, r), isBlank(city, l, r), isBlank(postal, l, r)];
  if (noStreet && noCity && noPostal) return -1;
  const samePlace = isSamePlace(place, l, r);
  if (noStreet) {
    if (same(postal, l, r)) return 5;
    if (same(city, l, r)) return noPostal ? 6 : 8;
  } else {
    const sameStreet = same(street, l, r);
    if (sameStreet && (samePlace || (noCity && noPostal))) return 0;
    const alike = street.jaro(l, r);
    const sameHouse = same(house, l, r);
    const nearStreet =
      (sameHouse && alike >= 0.75) ||
      ((sameHouse || isBlank(house, l, r)) && (alike >= 0.88 || street.contains(l, r, 'start', any))) ||
      // `Dock Ave` and `324 Dock Ave`, `3rd St` and `8638 W 3rd St`.
      (isBlank(house, l, r) && street.contains(l, r, 'end', space));
    if (nearStreet && samePlace) return 1;
    if (sameStreet) return 2;
    if (nearStreet) return 3;
    if (samePlace && alike >= 0.92) return 4;
    if (same(postal, l, r)) return 7;
    if (same(city, l, r)) return 8;
  }
  if (city.jaro(l, r) >= 0.9 || postal.withinEdits(l, r, 1)) return 9;
  return noStreet ? 10 : 11;
}

export const findAddress: Find = (columns) => {
  const place = placeOf(columns);
  return (l, r) => addressLevel(place, l, r);
};

/** Same company and street, same company and place, same company, near company, then the levels of the address. */
export const findWorkplace: Find = (columns) => {
  const [place, company, domain] = [placeOf(columns), columns.of('company'), columns.of('domain')];
  company.willAskFor(0.9);
  return (l, r) => {
    if (same(company, l, r) || same(domain, l, r)) {
      if (same(place.street, l, r)) return 0;
      return isSamePlace(place, l, r) || place.street.jaro(l, r) >= 0.88 ? 1 : 2;
    }
    if (company.jaro(l, r) >= 0.9 || company.contains(l, r, 'start', space)) return 3;
    const found = addressLevel(place, l, r);
    if (found >= 0) return 4 + found;
    return isBlank(company, l, r) && isBlank(domain, l, r) ? -1 : 15;
  };
};
