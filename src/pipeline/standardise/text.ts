/** Any text into the form in which two spellings of one thing are equal: NFKC, no marks, lower case, single spaces. */
import anyAscii from 'any-ascii';

/** Values people type to get past a required field; they say nothing. */
export const placeholders = new Set(
  'n/a|na|n.a.|none|null|nil|nan|unknown|undefined|not available|not provided|no name|test|tbd|tba|xxx|xx|-|--|?|.|asdf|0|[not provided]|dummy|anonymous|1900-01-01|0000-00-00'.split(
    '|',
  ),
);

/** Trimmed, NFKC, single-spaced; null when blank or a placeholder. Keeps case: this is what a reader sees. */
export function clean(value: string | null | undefined): string | null {
  if (value == null) return null;
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

/** clean(), then lower case, marks off Latin letters and punctuation to spaces; other scripts keep their marks. */
export function fold(value: string | null | undefined): string | null {
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

/** First letter and the consonants after it, doubles collapsed: equal for most misspelt vowels. */
export function skeleton(folded: string): string {
  const letters = folded
    .replace(/ph/g, 'f')
    .replace(/ck/g, 'k')
    .replace(/[^\p{L}\p{N}]/gu, '');
  return (letters.slice(0, 1) + letters.slice(1).replace(/[aeiouyhw]/g, '')).replace(/(.)\1+/gu, '$1');
}
