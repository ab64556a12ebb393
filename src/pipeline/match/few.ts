/** A handful of records standardised and compared by a frozen model, without a look at any other. */
import { DuckDBInstance, VARCHAR, INTEGER, type DuckDBConnection } from '@duckdb/node-api';
import { columnNames, standardiseStatements } from './columns.ts';
import { Columns } from './condition.ts';
import { bitsOf, calibrated, columnsRead } from './engine.ts';
import { fieldEvidence, type FieldEvidence } from './evidence.ts';
import type { Frozen } from './frozen.ts';
import { registerFunctions } from './functions.ts';
import { codesSql } from './keys.ts';
import { bindComparisons, type Coder } from './pattern.ts';
import { textTable } from './texts.ts';
import { addWordKeys, registerTwoOf } from './word-functions.ts';

/** The values of a record, one a field of the layout. */
export type RawRecord = readonly (string | null)[];

export type Few = {
  /** By record: blocking keys and refinements (keys.ts). */
  codes: number[][];
  /** Standardised columns that hold a value, known to the model or not. */
  filled: Set<string>;
  compare(l: number, r: number): { weight: number; codes: Uint8Array };
};

/** Desks nobody works at. Opening one takes as long as its work. */
const idle: Desk[] = [];

/** Standardises records, a few at a time. */
export class Desk {
  private readonly duck: DuckDBConnection;

  private constructor(duck: DuckDBConnection) {
    this.duck = duck;
  }

  static async use<T>(work: (desk: Desk) => Promise<T>): Promise<T> {
    const desk = idle.pop() ?? (await Desk.open());
    try {
      const done = await work(desk);
      idle.push(desk);
      return done;
    } catch (error) {
      desk.duck.closeSync();
      throw error;
    }
  }

  private static async open(): Promise<Desk> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const duck = await instance.connect();
    // Of a few rows planning is most of the work.
    await duck.run('pragma disable_optimizer');
    registerFunctions(duck);
    registerTwoOf(duck);
    return new Desk(duck);
  }

  async standardise(model: Frozen, records: readonly RawRecord[]): Promise<Few> {
    const { duck } = this;
    const { layout } = model;
    await this.fill(layout.fields, records);
    for (const statement of standardiseStatements(layout, true)) await duck.run(statement);
    for (const [column, words] of model.words) await addWordKeys(duck, column, words);
    const names = columnNames(layout);
    const withWords = new Set([...model.filled, ...[...model.words.keys()].map((column) => `${column}_words`)]);
    const read = await duck.runAndReadAll(`/* match.few */ select array_to_string(${codesSql(layout, withWords)}, ','),
      ${names.join(', ')} from plain order by place`);
    const rows = read.getRows() as (string | null)[][];
    const valuesOf = new Map(names.map((name, at) => [name, rows.map((row) => row[at + 1] ?? null)]));
    return {
      codes: rows.map(([codes]) => (codes ? codes.split(',').map(Number) : [])),
      filled: new Set(names.filter((name) => valuesOf.get(name)?.some((value) => value !== null))),
      compare: comparing(model, valuesOf, rows.length),
    };
  }

  private async fill(fields: readonly string[], records: readonly RawRecord[]): Promise<void> {
    const { duck } = this;
    await duck.run(
      `create or replace table raw (place integer, ${fields.map((name) => `${name} varchar`).join(', ')})`,
    );
    const appender = await duck.createAppender('raw');
    for (const [place, values] of records.entries()) {
      appender.appendValue(place, INTEGER);
      for (const value of values) appender.appendValue(value, VARCHAR);
      appender.endRow();
    }
    appender.closeSync();
  }
}

function comparing(model: Frozen, valuesOf: ReadonlyMap<string, (string | null)[]>, count: number): Few['compare'] {
  const { comparisons, filled, rarities, words, classes, estimate, threshold } = model;
  const most = new Map([...rarities].map(([column, rarity]) => [column, rarity.most]));
  const codes = new Uint8Array(comparisons.length);
  let code: Coder | null = null;
  return (l, r) => {
    if (!code) {
      const columns = columnsRead(comparisons, filled).map((name) => ({
        name,
        values: valuesOf.get(name) ?? [],
        classOf: classesOf(classes.get(name), rarities.get(name)?.most),
      }));
      code = bindComparisons(comparisons, new Columns(count, textTable(columns, count), words, most), most);
    }
    code(l, r, codes);
    return {
      weight: calibrated(
        bitsOf(estimate, (at) => codes[at] as number),
        threshold,
      ),
      codes,
    };
  };
}

function classesOf(classes: ReadonlyMap<string, number> | undefined, most: number | undefined) {
  return classes && most !== undefined ? (value: string) => classes.get(value) ?? most : null;
}

/** What match.pair keeps of a pair: one entry a comparison that is not blank. */
export function evidenceOf({ comparisons, estimate }: Frozen, codes: Uint8Array): FieldEvidence[] {
  return comparisons.flatMap((_, at) => fieldEvidence({ comparisons, estimate }, at, codes[at] as number) ?? []);
}
