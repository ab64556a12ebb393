/** An explained pair into the lines a person reads. */
import type { ExplainedField, Explanation } from './explain.ts';
import type { SharedKey } from './shared-keys.ts';
import type { PathStep } from './groups.ts';

/** Cells of the table are cut to so many characters; the report has them whole. */
const widest = 36;

export function explanationLines(one: Explanation): string[] {
  return [
    `${one.left} and ${one.right}: ${verdictWords(one)}`,
    '',
    ...fieldTable(one),
    '',
    ...keyLines(one),
    ...pathLines(one),
    ...groupLines(one),
  ];
}

const bits = (weight: number): string => `${weight > 0 ? '+' : ''}${weight.toFixed(2)}`;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

function verdictWords({ verdict, weight, probability, reviewThreshold, keys }: Explanation): string {
  const sum = `${bits(weight)} bits, ${(100 * probability).toFixed(1)} % likely`;
  const review = reviewThreshold.toFixed(2);
  switch (verdict) {
    case 'same':
      return `one. What they hold links them (${sum}; linked above 0).`;
    case 'sameThroughOthers':
      return keys.some((key) => key.isCompared)
        ? `one, through other records. What the two hold does not link them (${sum}; linked above 0).`
        : `one, through other records. Assay did not compare the two (they would have ${sum}).`;
    case 'sameUncompared':
      return `one. All that is compared is the same on both (${sum}), so Assay joined them without comparing them.`;
    case 'cut':
      return `two, though what they hold would link them (${sum}): the rest of their groups disagrees.`;
    case 'review':
      return `two until a person looks. They are for review (${sum}; review above ${review}, linked above 0).`;
    case 'apart':
      return `two. Too little says that they are one (${sum}; review above ${review}, linked above 0).`;
    case 'notCompared':
      return `two. Assay never compared them; compared, they would be ${wouldBe(weight, reviewThreshold)} (${sum}).`;
  }
}

const wouldBe = (weight: number, review: number): string =>
  weight > 0 ? 'linked' : weight > review ? 'for review' : 'two as well';

function fieldTable({ left, right, fields, startBits, thresholdShift, weight }: Explanation): string[] {
  const sum = (label: string, of: number): string[] => [label, '', '', '', bits(of)];
  const rows = [
    ['field', left, right, 'agreement', 'bits'],
    ...fields.map(fieldRow),
    sum('before any evidence', startBits),
    sum('taken off by the threshold', -thresholdShift || 0),
    sum('sum', weight),
  ];
  const cut = (text: string) => (text.length > widest ? `${text.slice(0, widest - 1)}…` : text);
  const cells = rows.map((row) => row.map(cut));
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...cells.map((row) => (row[at] as string).length)));
  return cells.map((row) =>
    row
      .map((cell, at) => (at === 4 ? cell.padStart(widths[at] as number) : cell.padEnd(widths[at] as number)))
      .join('  ')
      .trimEnd(),
  );
}

function fieldRow({ field, left, right, level, weight, rarity }: ExplainedField): string[] {
  const agreement = level ?? `blank on ${left === null && right === null ? 'both sides' : 'one side'}`;
  const rare = rarity === undefined || Math.abs(rarity) < 0.05 ? '' : ` (rarity ${bits(rarity)})`;
  return [field, left ?? '', right ?? '', `${agreement}${rare}`, level === null ? '0' : bits(weight)];
}

function keyLines({ keys, verdict }: Explanation): string[] {
  if (keys.length === 0 && verdict === 'sameUncompared')
    return ['Keys: not asked for, as more records are like these than are compared.'];
  if (keys.length === 0) return ['Keys: none in common, so nothing brought the two together.'];
  return keys.map(
    ({ rule, recordCount, cap, isCompared }: SharedKey) =>
      `Key "${rule}": ${counted(recordCount, 'record')} ${recordCount === 1 ? 'has' : 'have'} it; ` +
      (isCompared
        ? recordCount > cap
          ? `more than ${cap}, so it was split, and the two stayed together. Compared.`
          : 'compared.'
        : `more than ${cap}, so it was split, and the two were parted. Not compared by it.`),
  );
}

const stepWords = ({ from, to, weight }: PathStep): string => `${from} to ${to} (${bits(weight)})`;

function pathLines({ verdict, path }: Explanation): string[] {
  return verdict === 'sameThroughOthers' ? [`Links that tie them: ${path.map(stepWords).join(', ')}.`] : [];
}

/** Ids of a group that are written out. */
const mostIds = 10;

function groupLines({ groups }: Explanation): string[] {
  if (groups === null) return [];
  const { left, right, pairCount, comparedCount, meanWeight, against } = groups;
  const list = (ids: readonly string[]) =>
    ids.length > mostIds ? `${ids.slice(0, mostIds).join(', ')} and ${ids.length - mostIds} more` : ids.join(', ');
  return [
    `Groups: ${list(left)} | ${list(right)}`,
    `Between them: ${counted(pairCount, 'pair')}, ${comparedCount} compared, ${bits(meanWeight)} bits on average. ` +
      `Groups join above 0; a pair that was not compared counts -1.` +
      (against === null ? '' : ` Most against: ${stepWords(against)}.`),
  ];
}
