/** A handful of records standardised and compared by a frozen model, without a look at any other. */
import { Columns } from './compare/condition.ts';
import { textColumns } from './compare/comparisons.ts';
import { calibrated } from './weigh/odds.ts';
import type { Frozen } from './weigh/frozen.ts';
import { isKeyed } from './block/blocking.ts';
import { codesOf, isRefinement, RecordKeys, ruleOf } from './block/keys.ts';
import { bindComparisons } from './compare/pattern.ts';
import { columnNames, standardiser } from './read/standard.ts';
import { textTable } from './compare/text-table.ts';
import { rareWords } from './compare/words.ts';

/** The values of a record, one a field of the layout. */
export type RawRecord = readonly (string | null)[];
type Row = readonly (string | null)[];

/** Standardises and compares records a few at a time. */
export class FewComparer {
  private readonly model: Frozen;
  private readonly names: string[];
  /** Those of which comparisons read the texts. */
  private readonly compared: string[];
  private readonly keys: RecordKeys;
  /** By rule. */
  private readonly isKeyed: boolean[];
  private readonly standardise: ReturnType<typeof standardiser>;

  constructor(model: Frozen) {
    this.model = model;
    this.names = columnNames(model.layout);
    this.compared = textColumns(model.layout, model.filled);
    this.keys = new RecordKeys(model.layout);
    this.isKeyed = this.keys.rules.map((rule) => isKeyed(rule, model.filled));
    this.standardise = standardiser(model.layout);
  }

  row(raw: RawRecord): Row {
    return [...this.standardise(raw)];
  }

  /** Standardised columns that hold a value, known to the model or not. */
  filled(rows: readonly Row[]): string[] {
    return this.names.filter((_, at) => rows.some((row) => row[at] !== null));
  }

  /** Blocking keys and refinements (keys.ts). */
  codes(row: Row): number[] {
    const codes = codesOf(this.keys, row, (column, value) => {
      const words = this.model.words.get(column);
      return words ? rareWords(value, words) : [];
    });
    return codes.filter((code) => isRefinement(code) || this.isKeyed[ruleOf(code)]);
  }

  /** @returns of two of the rows, by index, their weight in calibrated bits and their codes, which the next call overwrites */
  comparing(rows: readonly Row[]): (l: number, r: number) => { weight: number; codes: Uint8Array } {
    const { comparisons, rarities, words, classes, estimate, threshold } = this.model;
    const columns = this.compared.map((name) => {
      const at = this.names.indexOf(name);
      const [known, most] = [classes.get(name), rarities.get(name)?.most];
      const classOf = known && most !== undefined ? (value: string) => known.get(value) ?? most : null;
      return { name, values: rows.map((row) => row[at] as string | null), classOf };
    });
    const most = new Map([...rarities].map(([column, rarity]) => [column, rarity.most]));
    const code = bindComparisons(
      comparisons,
      new Columns(rows.length, textTable(columns, rows.length), words, most),
      most,
    );
    const codes = new Uint8Array(comparisons.length);
    return (l, r) => {
      code(l, r, codes);
      return { weight: calibrated(estimate, threshold, (at) => codes[at] as number), codes };
    };
  }
}
