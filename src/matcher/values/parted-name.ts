/** Given names of which a part is another's or goes with the rest: a father's name, the two syllables of a Korean one. */

/** Stands in `first` between what belongs together; no folded text has one. */
const tie = '-';
export const tied = (one: string, other: string): string => `${one}${tie}${other}`;

/** A word that says whose child somebody is, in languages that make one word of it. */
const patronymic = /^(.{2,}?)(?:[oe]vich|[oe]vych|[oe]vna|[iy]vna|[iy]ch|inichna|ichna|oglu|ogly|qizi|kyzy|uly)$/;

/** The parts that have to agree, in order; none where the name has no such part. */
export function partsOf(given: string): readonly string[] {
  const [first = '', ...others] = given.split(' ');
  if (first.includes(tie)) return first.split(tie);
  for (const word of others) {
    if (word.includes(tie)) return word.split(tie).slice(1);
    const stem = patronymic.exec(word)?.[1];
    if (stem !== undefined) return [stem];
  }
  return [];
}

/** Both have such parts, and in one place what is more than a slip. */
export function areOtherParts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.some((part, at) => isOther(part, other[at] as string));
}

/** Of three letters each one counts; of more one may be wrong, and one or two too many or too few at the end. */
function isOther(one: string, other: string): boolean {
  if (one === other) return false;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length <= 3) return true;
  if (long.length - short.length <= 2 && long.startsWith(short)) return false;
  let from = 0;
  while (from < short.length && short[from] === long[from]) from += 1;
  const rest = (text: string, skip: number): string => text.slice(from + skip);
  if (short.length === long.length)
    return (
      rest(short, 1) !== rest(long, 1) &&
      !(short[from] === long[from + 1] && short[from + 1] === long[from] && rest(short, 2) === rest(long, 2))
    );
  return rest(short, 0) !== rest(long, 1);
}
