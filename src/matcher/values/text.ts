/** Any text into the form in which two spellings of one thing are equal: NFKC, no marks, lower case, single spaces. */
import anyAscii from 'any-ascii';
import { emptyMarks, namesLikeMarks, noneWords, typedWords, unknownWords } from '../../model/blank-words.ts';
import { withoutEntities } from './spelling.ts';

/** Values that say nothing, in lower case. */
export const placeholders: ReadonlySet<string> = new Set([...unknownWords, ...noneWords, ...typedWords, ...emptyMarks]);

const nameLikeMark = new RegExp(`^(?:${namesLikeMarks})$`);
/** Whether a name looks like a placeholder and is none: Jennifer Null, Hae-won Na. */
export const isNameLikeMark = (text: string): boolean => nameLikeMark.test(text);

/** Trimmed, NFKC, single-spaced, HTML entities as their characters; null when blank or a placeholder. Keeps case: this is what a reader sees. */
export function clean(value: string | null | undefined): string | null {
  if (value == null) return null;
  if (value.includes('&')) value = withoutEntities(value);
  // Printable ASCII with single spaces inside is most values, and needs no normal form.
  if (/^[!-~]+(?: [!-~]+)*$/.test(value)) return placeholders.has(value.toLowerCase()) ? null : value;
  const text = value.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  return text === '' || placeholders.has(text.toLowerCase()) ? null : text;
}

/** Latin letters that are one with their mark, or two letters in one. */
const withoutMark: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Most values; folded but for their case. */
const plainWords = /^[a-z0-9]+(?: [a-z0-9]+)*$/i;

/** clean(), then lower case, marks off Latin letters and punctuation to spaces; other scripts keep their marks. */
export function fold(value: string | null | undefined): string | null {
  if (value && plainWords.test(value)) {
    const lower = value.toLowerCase();
    return placeholders.has(lower) ? null : lower;
  }
  const text = clean(value);
  if (!text) return null;
  if (/^[ -~]*$/.test(text)) {
    const plain = text
      .toLowerCase()
      .replace(/['`.]/g, '')
      .replace(/[^a-z0-9]+/g, ' ')
      .trim();
    return plain === '' ? null : plain;
  }
  const folded = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replace(/[ßøłæœđðþı]/g, (letter) => withoutMark[letter] as string)
    .replace(/['’`.]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
  return folded === '' ? null : folded;
}

/**
 * Cyrillic and Greek letters as Latin ones: one person is Сергей in one system and Sergey in the next. Other scripts stay: there one
 * spelling in Latin letters stands for many names, or lacks the vowels.
 */
export function latin(folded: string): string {
  return /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(folded)
    ? folded.replace(/[\p{Script=Cyrillic}\p{Script=Greek}]+/gu, (word) =>
        anyAscii(word).toLowerCase().replaceAll("'", ''),
      )
    : folded;
}

/** Of the first 128 units: what a skeleton makes of them. */
const [dropped, weak, strong] = [0, 1, 2];
const weights = Uint8Array.from({ length: 128 }, (_, unit) => {
  const letter = String.fromCharCode(unit);
  return /[aeiouyhw]/.test(letter) ? weak : /[a-z0-9]/i.test(letter) ? strong : dropped;
});

/** First letter and the consonants after it, doubles collapsed: equal for most misspelt vowels. */
export function skeleton(folded: string): string {
  let found = '';
  let before = '';
  for (let at = 0; at < folded.length; at += 1) {
    let letter = folded[at] as string;
    const pair = folded[at + 1];
    if (letter === 'p' && pair === 'h') [letter, at] = ['f', at + 1];
    else if (letter === 'c' && pair === 'k') [letter, at] = ['k', at + 1];
    const weight = weights[letter.charCodeAt(0)];
    if (weight === undefined) return skeletonOfAny(folded);
    if (weight === dropped || letter === before || (weight === weak && found !== '')) continue;
    found += letter;
    before = letter;
  }
  return found;
}

/** As skeleton, in any script. */
function skeletonOfAny(folded: string): string {
  const letters = folded
    .replace(/ph/g, 'f')
    .replace(/ck/g, 'k')
    .replace(/[^\p{L}\p{N}]/gu, '');
  return (letters.slice(0, 1) + letters.slice(1).replace(/[aeiouyhw]/g, '')).replace(/(.)\1+/gu, '$1');
}
