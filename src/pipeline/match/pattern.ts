/** The levels of all comparisons of a pair, packed into one integer by mixed radix, and back. */
import { otherGiven, type Comparison, type Level } from './comparison.ts';
import { rarityColumn, type Rarity } from './frequency.ts';

/** One code of a comparison: its level and, where rarity counts, the rarity class. Code 0 is blank and has no slot. */
export type Slot = { level: Level; index: number; rarity: number | null; gated?: true };
export type CodedComparison = Comparison & {
  /** slots[code - 1]; the gated ones follow the others, in the same order. */
  slots: Slot[];
  /** SQL for the code of a pair, not gated. */
  code: string;
  /** Codes 1..gatedCount move up by gateOffset where the gate is shut. */
  gatedCount: number;
  gateOffset: number;
};

/** Classes of the rarer-or-not of a half level: three bits wide, as one side may be misspelt. */
export const halfWidth = 3;

/** @param rarities by column; a level whose column has none is coded without rarity */
export function codeComparisons(
  comparisons: Comparison[],
  rarities: ReadonlyMap<string, Rarity>,
  filled: ReadonlySet<string>,
): CodedComparison[] {
  return comparisons.map((comparison) => {
    const { rare, blank, levels, graded } = comparison;
    const slots: Slot[] = [];
    const whens: string[] = [];
    const grades: [grade: number, start: number][] = [];
    for (const [index, level] of levels.entries()) {
      const start = slots.length + 1;
      const of = level.of ?? rare ?? '';
      const rarity = level.rarity ? rarities.get(of) : undefined;
      const most = !rarity ? 0 : level.rarity === 'full' ? rarity.most : Math.floor(rarity.most / halfWidth);
      for (let at = 0; at <= most; at += 1) slots.push({ level, index, rarity: rarity ? at : null });
      if (typeof level.when === 'number') {
        grades.push([level.when, start]);
        continue;
      }
      const common = `least(l.${rarityColumn(of)}, r.${rarityColumn(of)})`;
      const offset = !rarity ? '' : level.rarity === 'full' ? ` + ${common}` : ` + ${common} // ${halfWidth}`;
      whens.push(`when ${level.when} then ${start}${offset}`);
    }
    const byGrade = grades.sort(([a], [b]) => a - b).map(([, start]) => start);
    const last = graded ? `else [${byGrade.join(', ')}][1 + ${graded}]` : '';
    const gate = filled.has('first') ? comparison.gate : undefined;
    const gateOffset = slots.length;
    const gated = gate ? slots.filter(({ index }) => index < gate.levels) : [];
    slots.push(...gated.map((slot) => ({ ...slot, gated: true as const })));
    const code = `case when ${blank} then 0 ${whens.join(' ')} ${last} end`;
    return { ...comparison, slots, code, gatedCount: gated.length, gateOffset };
  });
}

/** The integer that can hold every pattern; null when none can. */
export function patternType(comparisons: CodedComparison[]): 'bigint' | 'hugeint' | null {
  const all = comparisons.reduce((product, { slots }) => product * BigInt(slots.length + 1), 1n);
  return all < 2n ** 62n ? 'bigint' : all < 2n ** 126n ? 'hugeint' : null;
}

/**
 * SQL selecting `kept` columns and `pattern` from pairs of rows `l` and `r`.
 * @param from SQL after `from`, where `l` and `r` are rows of `record`
 */
export function patternQuery(comparisons: CodedComparison[], type: string, kept: string[], from: string): string {
  let radix = 1n;
  const terms = comparisons.map(({ slots, gatedCount, gateOffset }, at) => {
    const code = gatedCount
      ? `(k${at} + case when shut and k${at} between 1 and ${gatedCount} then ${gateOffset} else 0 end)`
      : `k${at}`;
    const term = `${code}::${type} * ${radix}`;
    radix *= BigInt(slots.length + 1);
    return term;
  });
  const codes = comparisons.map(({ code }, at) => `, (${code})::integer as k${at}`);
  const gate = comparisons.some(({ gatedCount }) => gatedCount > 0) ? `, coalesce(${otherGiven}, false) as shut` : '';
  const names = kept.map((column) => column.split('.').at(-1));
  return `select ${[...names, `${terms.join(' + ') || `0::${type}`} as pattern`].join(', ')}
    from (select ${kept.join(', ') || '1 as one'}${codes.join('')}${gate} from ${from})`;
}

/** SQL columns `c0`, `c1` … from a column `pattern`. */
export function unpackSql(comparisons: CodedComparison[]): string[] {
  let radix = 1n;
  return comparisons.map(({ slots }, at) => {
    const column = `((pattern // ${radix}) % ${slots.length + 1})::utinyint as c${at}`;
    radix *= BigInt(slots.length + 1);
    return column;
  });
}
