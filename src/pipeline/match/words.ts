/** Two names or texts, by their words, into a grade 0..5: how much of what is said by rare words is said by both. */

/** Bits a word is worth: rare words more. Words not in the map are as rare as can be. */
export type WordBits = { bits: ReadonlyMap<string, number>; most: number };

/** Jaro-Winkler, 0..1. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, (Math.max(a.length, b.length) >> 1) - 1);
  const taken = new Uint8Array(b.length);
  const matched: string[] = [];
  for (let i = 0; i < a.length; i += 1) {
    for (let j = Math.max(0, i - reach); j <= Math.min(b.length - 1, i + reach); j += 1) {
      if (taken[j] || a[i] !== b[j]) continue;
      taken[j] = 1;
      matched.push(a[i] as string);
      break;
    }
  }
  if (matched.length === 0) return 0;
  let turned = 0;
  for (let j = 0, k = 0; j < b.length; j += 1) if (taken[j] && matched[k++] !== b[j]) turned += 1;
  const m = matched.length;
  const jaro = (m / a.length + m / b.length + (m - turned / 2) / m) / 3;
  let start = 0;
  while (start < 4 && start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1;
  return jaro > 0.7 ? jaro + start * 0.1 * (1 - jaro) : jaro;
}

/** `intl` of `international`, `mfg` of `manufacturing`: same first letter, the rest in order within it. */
function abbreviates(short: string, long: string): boolean {
  if (short.length < 2 || short.length >= long.length || short[0] !== long[0]) return false;
  if (long.startsWith(short)) return short.length > 2 || long.length > 4;
  if (short.length < 3) return false;
  let at = 0;
  for (const letter of long) if (letter === short[at]) at += 1;
  return at === short.length && short.length * 3.5 >= long.length;
}

function alike(a: string, b: string): boolean {
  if (/\d/.test(a) || /\d/.test(b)) return false;
  if (a.length > 3 && b.length > 3 && jaroWinkler(a, b) >= 0.9) return true;
  return a.length < b.length ? abbreviates(a, b) : abbreviates(b, a);
}

/** `ibm` of `international business machines`. */
function isAcronym(short: string[], long: string[]): boolean {
  return short.length === 1 && long.length > 2 && short[0] === long.map((word) => word[0]).join('');
}

/** 5 the same words, 4 most, 3 the words of one within the other, 2 half, 1 few, 0 other words. */
export function wordGrade(left: string, right: string, { bits, most }: WordBits): number {
  const [a, b] = [[...new Set(left.split(' '))], [...new Set(right.split(' '))]];
  if (isAcronym(a, b) || isAcronym(b, a)) return 3;
  const worth = (word: string) => bits.get(word) ?? most;
  const total = (words: string[]) => words.reduce((sum, word) => sum + worth(word), 0);
  const free = new Set(b);
  const open: string[] = [];
  let shared = 0;
  let sharedWords = 0;
  for (const word of a) {
    if (free.delete(word)) {
      shared += worth(word);
      sharedWords += 1;
    } else open.push(word);
  }
  for (const word of open) {
    for (const other of free) {
      if (!alike(word, other)) continue;
      free.delete(other);
      // What both share is at most what the more common of the two spellings says, bar a little for the difference.
      shared += 0.9 * Math.min(worth(word), worth(other));
      sharedWords += 1;
      break;
    }
  }
  const [all, less] = [total(a) + total(b), Math.min(total(a), total(b))];
  const dice = all === 0 ? 0 : (2 * shared) / all;
  if (sharedWords === a.length && sharedWords === b.length) return 5;
  if (dice >= 0.82) return 4;
  // A name that goes on where the other ends: `fenix`, `fenix at the argyle`.
  const starts =
    a.length < b.length
      ? b.slice(0, a.length).join(' ') === a.join(' ')
      : a.slice(0, b.length).join(' ') === b.join(' ');
  if (starts && less >= 0.5 * most) return 3;
  if (shared >= 0.9 * less && shared >= 0.45 * Math.max(total(a), total(b))) return 3;
  if (dice >= 0.6) return 2;
  return dice >= 0.35 ? 1 : 0;
}
