/** Two names or texts, by their words, into a grade: how much of what is said by rare words is said by both. */
import { alias } from '../values/company-name.ts';
import { isArm, isKind, isTrade } from '../values/company-arm.ts';
import { mostRarity } from './frequency.ts';
import { Letters, slipsApart, withinEdits } from './similarity.ts';
import { alikeBy, mayBeAlike, sketchWidth, writeSketch } from './sketch.ts';
import type { Texts } from './texts.ts';

/** Strongest last. */
export const wordGrade = { none: 0, few: 1, half: 2, within: 3, most: 4, same: 5 } as const;
type WordGrade = (typeof wordGrade)[keyof typeof wordGrade];

/**
 * Bits a word is worth: rare words more. Words not in the map are as rare as can be. `coincide`: names in the list are equal by chance
 * (telling-forms.ts), so that only a slip is one.
 */
export type WordBits = { bits: ReadonlyMap<string, number>; most: number; coincide?: true };

/** `intl` of `international`, `mfg` of `manufacturing`: same first letter, the rest in order within it. */
function abbreviates(short: string, long: string): boolean {
  if (short.length < 2 || short.length >= long.length || short[0] !== long[0]) return false;
  if (long.startsWith(short)) return short.length > 2 || long.length > 4;
  if (short.length < 3) return false;
  let at = 0;
  for (const letter of long) if (letter === short[at]) at += 1;
  return at === short.length && short.length * 3.5 >= long.length;
}

const unitsOf = (word: string): Uint16Array => Uint16Array.from(word, (_, at) => word.charCodeAt(at));

const near = alikeBy(0.9);
const letters = new Letters();

/** A word that is so much rarer than one like it may be its slip though several names have it. */
const slipped = 5;

/** One letter more, less or another, or two exchanged, in a word that hardly any other name has. */
function isSlip(a: Word, b: Word): boolean {
  if (a.isKnown && b.isKnown && Math.abs(a.worth - b.worth) < slipped) return false;
  return slipsApart(a.text, b.text);
}

function alike(a: Word, b: Word): boolean {
  if (a.digits !== b.digits && (a.digits === a.text || b.digits === b.text || (a.digits && b.digits))) return false;
  const [x, y] = [a.text.length, b.text.length];
  const mayBe = x > 3 && y > 3 && mayBeAlike(a.sketch, 0, b.sketch, 0, near);
  if (mayBe) {
    letters.take(a.units, 0, x);
    if (letters.jaroWinkler(b.units, 0, y, near.least) > 0) return true;
  }
  // A misspelling is rare: hotel and motel are two words.
  if (x > 3 && y > 3 && !(a.isKnown && b.isKnown) && withinEdits(a.units, 0, x, b.units, 0, y, 1)) return true;
  return x < y ? abbreviates(a.text, b.text) : abbreviates(b.text, a.text);
}

/** `isKnown`: many names have it. */
type Word = {
  text: string;
  worth: number;
  isKnown: boolean;
  units: Uint16Array;
  sketch: Int32Array;
  digits: string;
};
/** A text by its words, each once, in order. */
type Wording = { words: Word[]; count: number; worth: number; initials: string };

/** `ibm` of `international business machines`. */
function isAcronym(short: Wording, long: Wording): boolean {
  return short.words.length === 1 && long.words.length > 2 && (short.words[0] as Word).text === long.initials;
}

/** The words of `short` are those that `long` begins with. */
function begins(short: Wording, long: Wording): boolean {
  return short.words.every((word, at) => word === long.words[at]);
}

/** How far two names that share words name two of one house, by the words that only one of them has. */
export type Kinship = 'none' | 'longer' | 'sisters' | 'numbered';
/** `isOther`: each has a word the other lacks, and many names have those words: they are no misspellings. */
type Found = { grade: WordGrade; kinship: Kinship; isOther: boolean };

/** Grades pairs of texts of one column, each text taken apart once. */
export class WordGrades {
  private readonly texts: Texts;
  private readonly bits: WordBits;
  private readonly words = new Map<string, Word>();
  /** By text: of each of its names. */
  private readonly wordings: Wording[][] = [];
  private left = -1;
  private right = -1;
  private found: Found = { grade: wordGrade.none, kinship: 'none', isOther: false };

  /** @param bits none: no word is known to be commoner than another */
  constructor(texts: Texts, bits: WordBits = { bits: new Map(), most: 1 }) {
    this.texts = texts;
    this.bits = bits;
  }

  /** Of two records of which neither is blank. */
  grade(l: number, r: number): number {
    return this.compare(l, r).grade;
  }

  /** Of two records of which neither is blank. */
  kinship(l: number, r: number): Kinship {
    return this.compare(l, r).kinship;
  }

  /** Of two records of which neither is blank: known words tell the two apart. */
  isOther(l: number, r: number): boolean {
    return this.compare(l, r).isOther;
  }

  private compare(l: number, r: number): Found {
    if (l !== this.left || r !== this.right) {
      [this.left, this.right] = [l, r];
      this.found = this.best(this.wording(l), this.wording(r));
    }
    return this.found;
  }

  /** Of those of their names that are most alike. */
  private best(left: readonly Wording[], right: readonly Wording[]): Found {
    let best = compareWords(left[0] as Wording, right[0] as Wording, this.bits);
    if (left.length === 1 && right.length === 1) return best;
    for (const one of left) {
      for (const other of right) {
        const found = compareWords(one, other, this.bits);
        if (found.grade > best.grade) best = found;
      }
    }
    return best;
  }

  private wording(record: number): readonly Wording[] {
    const id = this.texts.id(record);
    return (this.wordings[id] ??= namesOf(this.texts.textOf(id)).map((name) => this.takeApart(name)));
  }

  private takeApart(text: string): Wording {
    const all = text.split(' ');
    const words = [...new Set(all)].map((word) => {
      const worth = this.bits.bits.get(word) ?? this.bits.most;
      const known = this.words.get(word);
      if (known) return known;
      const units = unitsOf(word);
      const sketch = new Int32Array(sketchWidth);
      writeSketch(sketch, 0, units, 0, units.length);
      const isKnown = this.bits.coincide ? this.bits.bits.has(word) : worth <= this.bits.most - 2;
      const made = { text: word, worth, isKnown, units, sketch, digits: word.replace(/\D+/g, '') };
      this.words.set(word, made);
      return made;
    });
    return {
      words,
      count: all.length,
      worth: words.reduce((sum, { worth }) => sum + worth, 0),
      initials: words.map(({ text: word }) => word[0]).join(''),
    };
  }
}

const namesOf = (text: string): string[] => (text.includes(alias) ? text.split(alias) : [text]);

const isNumber = ({ text }: Word): boolean => /^\d+(?:st|nd|rd|th|[a-z])?$/.test(text);
/** A letter that may be a numeral is one where the other name has a number too. */
const mayBeNumber = (word: Word): boolean => isNumber(word) || /^[ivx]$/.test(word.text);

/**
 * `Fund 2` and `Fund 3` are two, as are a company and its leasing arm, and a cafe and a bar of one name. A number, or what
 * an arm of a company does, is no word to leave out.
 */
function kinshipOf(onlyLeft: Word[], onlyRight: Word[]): Kinship {
  const [leftNumber, rightNumber] = [onlyLeft.some(isNumber), onlyRight.some(isNumber)];
  if (onlyLeft.some(mayBeNumber) && onlyRight.some(mayBeNumber)) return 'numbered';
  if (leftNumber || rightNumber) return 'sisters';
  const one = (words: Word[], test: (word: string) => boolean) => words.some(({ text }) => test(text));
  if (one(onlyLeft, isArm) || one(onlyRight, isArm)) return 'sisters';
  if (one(onlyLeft, isKind) && one(onlyRight, isKind)) return 'sisters';
  const [left, right] = [one(onlyLeft, isTrade), one(onlyRight, isTrade)];
  // The trade may go unsaid.
  return (left && onlyRight.length === 0) || (right && onlyLeft.length === 0) ? 'longer' : 'none';
}

function compareWords(left: Wording, right: Wording, { most, coincide }: WordBits): Found {
  const isAlike = coincide ? isSlip : alike;
  if (isAcronym(left, right) || isAcronym(right, left))
    return { grade: wordGrade.within, kinship: 'none', isOther: false };
  const [a, b] = [left.words, right.words];
  let shared = 0;
  let sharedWords = 0;
  const free = b.filter((word) => !a.includes(word));
  for (const word of a) {
    if (b.includes(word)) {
      shared += word.worth;
      sharedWords += 1;
    }
  }
  const onlyLeft: Word[] = [];
  for (const word of a) {
    if (b.includes(word)) continue;
    const at = free.findIndex((other) => isAlike(word, other));
    if (at < 0) {
      onlyLeft.push(word);
      continue;
    }
    const [other] = free.splice(at, 1) as [Word];
    // What both share is at most what the more common of the two spellings says, bar a little for the difference.
    shared += 0.9 * Math.min(word.worth, other.worth);
    sharedWords += 1;
  }
  shared += 0.9 * (takeInitials(onlyLeft, free) + takeInitials(free, onlyLeft));
  const [sum, less] = [left.worth + right.worth, Math.min(left.worth, right.worth)];
  const dice = sum === 0 ? 0 : (2 * shared) / sum;
  const found = gradeOf(left, right, { shared, sharedWords, dice, less, most });
  // Meier & Meier is another than Meier, and Meier & Vogt another than Vogt & Meier.
  const isInOrder =
    left.count === right.count &&
    a.length === b.length &&
    a.every((word, at) => word === b[at] || isAlike(word, b[at] as Word));
  const grade = coincide && found === wordGrade.same && !isInOrder ? wordGrade.within : found;
  return {
    grade,
    kinship: grade === wordGrade.none || grade === wordGrade.same ? 'none' : kinshipOf(onlyLeft, free),
    isOther: coincide
      ? onlyLeft.length > 0 || free.length > 0 || !isInOrder
      : onlyLeft.some(({ isKnown }) => isKnown) && free.some(({ isKnown }) => isKnown),
  };
}

/**
 * `TU` of `Technical University`: takes words that are the initials of words of `long`, and those, out of both.
 * @returns what they are worth, the mean of both
 */
function takeInitials(short: Word[], long: Word[]): number {
  let worth = 0;
  for (const word of short.filter(({ text }) => text.length > 1 && text.length < 6)) {
    const telling = long.filter(({ text }) => text.length > 3);
    const size = word.text.length;
    const at = telling.findIndex((_, from) => initialsOf(telling.slice(from, from + size)) === word.text);
    if (at < 0) continue;
    const meant = telling.slice(at, at + size);
    worth += meant.reduce((sum, one) => sum + one.worth, word.worth) / 2;
    short.splice(short.indexOf(word), 1);
    for (const one of meant) long.splice(long.indexOf(one), 1);
  }
  return worth;
}

const initialsOf = (words: readonly Word[]): string => words.map(({ text }) => text[0]).join('');

type Shared = { shared: number; sharedWords: number; dice: number; less: number; most: number };

function gradeOf(left: Wording, right: Wording, { shared, sharedWords, dice, less, most }: Shared): WordGrade {
  const [a, b] = [left.words, right.words];
  if (sharedWords === a.length && sharedWords === b.length) return wordGrade.same;
  if (dice >= 0.82) return wordGrade.most;
  // A name that goes on where the other ends: `fenix`, `fenix at the argyle`.
  if ((a.length < b.length ? begins(left, right) : begins(right, left)) && less >= 0.5 * most) return wordGrade.within;
  if (shared >= 0.9 * less && shared >= 0.45 * Math.max(left.worth, right.worth)) return wordGrade.within;
  if (dice >= 0.6) return wordGrade.half;
  return dice >= 0.35 ? wordGrade.few : wordGrade.none;
}

/** Counts the words of a column; words rarer than 1 in 2^14 are left to the default. @param counts records by text */
export function countWords(texts: Texts, counts: Int32Array): WordBits {
  const found = new Map<string, number>();
  let total = 0;
  for (const [id, count] of counts.entries()) {
    total += count;
    for (const word of texts.textOf(id).replaceAll(alias, ' ').split(' '))
      found.set(word, (found.get(word) ?? 0) + count);
  }
  const most = Math.min(mostRarity, Math.log2(Math.max(2, total)));
  const kept = [...found].filter(([, count]) => count > 1 && total / count < 2 ** mostRarity);
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return { bits: new Map(kept.map(([word, count]) => [word, Math.max(0.1, Math.log2(total / count))])), most };
}

/** Keys of each of the names in a text: its two rarest words, every two of its four rarest, and its initials, as others may call it. */
export function rareWords(value: string, { bits, most }: WordBits): string[] {
  const worth = (word: string) => bits.get(word) ?? most;
  const keys = new Set<string>();
  for (const name of namesOf(value)) {
    const all = [...new Set(name.split(' '))];
    const words = all.filter((word) => word.length > 1);
    const rare = words.sort((a, b) => worth(b) - worth(a) || (a < b ? -1 : 1)).slice(0, 4);
    for (const [at, a] of rare.entries()) {
      if (at < 2) keys.add(a);
      for (const b of rare.slice(at + 1)) keys.add(a < b ? `${a} ${b}` : `${b} ${a}`);
    }
    if (all.length > 2 && all.length < 7) keys.add(all.map((word) => word[0]).join(''));
  }
  return [...keys];
}
