/** A word as meant into the word as typed, heard or scanned by somebody else. */
import type { Random } from '@assay/emulator/seed/random.ts';

const neighbours: Readonly<Record<string, string>> = {
  a: 'sqz',
  b: 'vn',
  c: 'xv',
  d: 'sfe',
  e: 'wr',
  f: 'dg',
  g: 'fh',
  h: 'gj',
  i: 'uo',
  j: 'hk',
  k: 'jl',
  l: 'k',
  m: 'n',
  n: 'bm',
  o: 'ip',
  p: 'o',
  r: 'et',
  s: 'ad',
  t: 'ry',
  u: 'yi',
  v: 'cb',
  w: 'qe',
  y: 'tu',
  z: 'x',
};
const heard: readonly (readonly [RegExp, string])[] = [
  [/ph/i, 'f'],
  [/ck/i, 'k'],
  [/ie/i, 'ei'],
  [/ei/i, 'ie'],
  [/y$/i, 'ie'],
  [/c(?=[aou])/i, 'k'],
  [/ss/i, 's'],
  [/th/i, 't'],
  [/mann/i, 'man'],
];
const scanned: readonly (readonly [RegExp, string])[] = [
  [/rn/, 'm'],
  [/l/, '1'],
  [/o/, '0'],
  [/cl/, 'd'],
  [/5/, 'S'],
  [/0/, 'O'],
  [/vv/, 'w'],
];

/** One slip anywhere in the text, the first letter too. */
export function slip(text: string, random: Random): string {
  if (text.length < 2) return text;
  const at = random.int(0, text.length - 1);
  const here = text.charAt(at);
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  const kind = random.weighted({ drop: 20, double: 10, swap: 20, beside: 25, hear: 15, scan: 10 });
  if (kind === 'drop') return before + after;
  if (kind === 'double') return before + here + here + after;
  if (kind === 'swap') return before + after.charAt(0) + here + after.slice(1);
  const rules = kind === 'hear' ? heard : kind === 'scan' ? scanned : [];
  const rule = rules.find(([pattern]) => pattern.test(text));
  if (rule) return text.replace(rule[0], rule[1]);
  const beside = neighbours[here.toLowerCase()];
  if (beside) return before + beside.charAt(random.int(0, beside.length - 1)) + after;
  if (/\d/.test(here)) return before + String(random.int(0, 9)) + after;
  return before + after;
}

/** Each of the text's slips comes with the given odds, one after another. */
export function slips(text: string, odds: number, random: Random): string {
  let result = text;
  while (result !== '' && random.chance(odds)) result = slip(result, random);
  return result;
}

/** Blank with the given odds. */
export function orBlank(text: string, odds: number, random: Random): string {
  return random.chance(odds) ? '' : text;
}

/** Days and months exchanged, one digit wrong, or the first of January of the year. */
export function wrongDate(date: string, random: Random): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const kind = random.weighted({ exchange: 30, digit: 50, firstOfYear: 20 });
  if (kind === 'exchange' && Number(day) <= 12) return `${year}-${day}-${month}`;
  if (kind === 'firstOfYear') return `${year}-01-01`;
  return `${year}-${month}-${String(random.int(1, 28)).padStart(2, '0')}`;
}
