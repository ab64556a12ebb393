/** A run of UTF-16 units into a string. */

/** More parameters than this overflow the stack of a call. */
const mostAtOnce = 1 << 13;

export function textOfUnits(units: Uint16Array, from: number, to: number): string {
  if (to - from <= mostAtOnce) return String.fromCharCode.apply(null, units.subarray(from, to) as unknown as number[]);
  let text = '';
  for (let at = from; at < to; at += mostAtOnce) text += textOfUnits(units, at, Math.min(to, at + mostAtOnce));
  return text;
}
