/** Person names as typed into given name, family name and generation suffix, and nicknames into the name they stand for. */
import { fullNameOf } from './nicknames.ts';
import { fold, latin } from './text.ts';

// None that is a common name as well, such as Don, Sri or Tan.
const honorifics = new Set(
  `mr mrs ms mx miss mister dr prof professor sir madam madame rev reverend hon capt captain lt sgt herr frau fraulein ing dipl mme mlle monsieur
  maitre sr sra srta senor senora dott dottssa avv dhr mevr mw drs ir bapak ibu pak bu hj drg sdr sdri encik puan tuan datuk dato datin haji hajah
  ustadz sheikh shri smt`.split(/\s+/),
);
/** Before the family name, of many languages: written apart, in one word or not at all. */
const particles = new Set(
  'y van von der den de del della delle di da do dos das du la le ten ter te zu zum zur af av al el bin binti ibn'.split(
    ' ',
  ),
);
const suffixes = new Map([
  ['jr', 'jr'],
  ['junior', 'jr'],
  ['sr', 'sr'],
  ['senior', 'sr'],
  ['ii', 'ii'],
  ['iii', 'iii'],
  ['iv', 'iv'],
]);
const degrees = new Set('phd md mba esq cpa dds'.split(' '));

/** A whole name in Han, Hangul or kana: written with a space between family and given name, or without. */
const unspaced = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー\s]{2,9}$/u;

/** `bob` -> `robert`; of several given names the first decides. Any other name is itself. */
export function formalName(given: string): string {
  return fullNameOf(given.split(' ', 1)[0] ?? given);
}

export type PersonName = { given: string | null; family: string | null; suffix: string | null };

/**
 * Folded parts. A full name, turned round at a comma, is cut at its last word; one word alone is a given name
 * without a family name, as is common in Indonesia and in scripts without spaces, never a missing surname. Particles of the family name (van der, de la) are off.
 */
export function personName(first: string | null, last: string | null, full: string | null = null): PersonName {
  let suffix: string | null = null;
  const words = (value: string | null): string[] => {
    const all = (fold(value) ?? '').split(' ').filter(Boolean);
    while (all.length > 1 && honorifics.has(all[0] ?? '')) all.shift();
    while (all.length > 1) {
      const end = all.at(-1) ?? '';
      if (!suffixes.has(end) && !degrees.has(end)) break;
      suffix ??= suffixes.get(end) ?? null;
      all.pop();
    }
    return all;
  };
  let given = words(first);
  let family = words(last);
  if (!given.length && !family.length && full) {
    const [before = '', after] = (unspaced.test(full) ? full.replace(/\s/g, '') : full).split(',', 2);
    const tail = after === undefined ? [] : words(after);
    const isSuffix = tail.length === 1 && suffixes.has(tail[0] ?? '');
    if (isSuffix) suffix = suffixes.get(tail[0] ?? '') ?? null;
    // `Garcia Lopez, Ana` is `Ana Garcia Lopez`: which of its words are given names nobody can tell.
    const all = isSuffix ? words(before) : [...tail, ...words(before)];
    given = all.filter((word, at) => at === 0 || at === all.length - 1 || !particles.has(word));
    family = given.length > 1 ? given.splice(-1) : [];
  } else if (!given.length && family.length === 1) {
    [given, family] = [family, []];
  }
  // `Jan van der` `Berg` and `Jan` `van der Berg`.
  while (family.length > 0 && given.length > 1 && particles.has(given.at(-1) ?? '')) given.pop();
  while (family.length > 1 && particles.has(family[0] ?? '')) family.shift();
  return { given: latin(given.join(' ')) || null, family: latin(family.join(' ')) || null, suffix };
}
