/** What the levels of comparisons are made of: conditions on the columns of a pair of records, bound to the columns once. */
import { blankRows, type TextColumn, type TextRows, type TextTable } from './text-table.ts';
import { blankTexts, Texts } from './texts.ts';
import { WordGrades, type Kinship, type WordBits } from './words.ts';

/** Two records by place; the order of the two is that of their places. */
export type Test = (l: number, r: number) => boolean;
export type Condition = Asked<boolean>;
/** What is asked of pairs, before it is bound to the columns. */
export type Asked<Answer> = (columns: Columns) => (l: number, r: number) => Answer;

/** The columns of a run, each bound once so that what is known of its values is shared by all who ask. */
export class Columns {
  readonly recordCount: number;
  readonly rows: TextRows;
  private readonly texts = new Map<string, Texts>();
  private readonly grades = new Map<string, WordGrades>();
  private readonly bound = new Map<Condition, Test>();
  private readonly askedOnce = new Map<Asked<unknown>, (l: number, r: number) => unknown>();
  private readonly words: ReadonlyMap<string, WordBits>;

  constructor(
    recordCount: number,
    { names, columns, rows }: TextTable,
    words: ReadonlyMap<string, WordBits> = new Map(),
    mostRarities: ReadonlyMap<string, number> = new Map(),
  ) {
    this.recordCount = recordCount;
    this.rows = rows;
    this.words = words;
    for (const [at, name] of names.entries())
      this.texts.set(name, new Texts(columns[at] as TextColumn, rows, at, mostRarities.get(name)));
  }

  /** Of no records: whoever is bound to them shows which columns he reads. */
  static empty(): Columns {
    return new Columns(0, { names: [], columns: [], rows: blankRows(0, [], (length) => new Int32Array(length)) });
  }

  /** Columns that were asked for, or are filled. */
  get asked(): string[] {
    return [...this.texts.keys()];
  }

  /** A column nobody filled is blank everywhere. */
  of(name: string): Texts {
    const known = this.texts.get(name) ?? blankTexts(this.recordCount);
    this.texts.set(name, known);
    return known;
  }

  gradesOf(name: string): WordGrades {
    const known = this.grades.get(name) ?? new WordGrades(this.of(name), this.words.get(name));
    this.grades.set(name, known);
    return known;
  }

  bind(condition: Condition): Test {
    const known = this.bound.get(condition) ?? condition(this);
    this.bound.set(condition, known);
    return known;
  }

  /** For what several comparisons ask of one pair in turn: it is answered once. */
  once<Answer>(asked: Asked<Answer>): (l: number, r: number) => Answer {
    const known = this.askedOnce.get(asked) as ReturnType<Asked<Answer>> | undefined;
    if (known) return known;
    const answer = asked(this);
    let [left, right, found] = [-1, -1, undefined as Answer];
    const once = (l: number, r: number): Answer => {
      if (l === left && r === right) return found;
      [left, right, found] = [l, r, answer(l, r)];
      return found;
    };
    this.askedOnce.set(asked, once);
    return once;
  }
}

export const always: Condition = () => () => true;

export const same =
  (column: string): Condition =>
  (columns) => {
    const of = columns.of(column);
    return (l, r) => of.id(l) >= 0 && of.id(l) === of.id(r);
  };

/** One side is blank. */
export const either =
  (column: string): Condition =>
  (columns) => {
    const of = columns.of(column);
    return (l, r) => of.id(l) < 0 || of.id(r) < 0;
  };

/** Both sides are blank. */
export const neither =
  (column: string): Condition =>
  (columns) => {
    const of = columns.of(column);
    return (l, r) => of.id(l) < 0 && of.id(r) < 0;
  };

/** One side is blank, and the other is not. */
export const onlyOne =
  (column: string): Condition =>
  (columns) => {
    const of = columns.of(column);
    return (l, r) => of.id(l) < 0 !== of.id(r) < 0;
  };

export const all =
  (...conditions: Condition[]): Condition =>
  (columns) => {
    const tests = conditions.map((one) => columns.bind(one));
    const [a, b, c] = tests as [Test, Test, Test];
    if (tests.length === 2) return (l, r) => a(l, r) && b(l, r);
    if (tests.length === 3) return (l, r) => a(l, r) && b(l, r) && c(l, r);
    return (l, r) => tests.every((test) => test(l, r));
  };

export const any =
  (...conditions: Condition[]): Condition =>
  (columns) => {
    const tests = conditions.map((one) => columns.bind(one));
    const [a, b, c] = tests as [Test, Test, Test];
    if (tests.length === 2) return (l, r) => a(l, r) || b(l, r);
    if (tests.length === 3) return (l, r) => a(l, r) || b(l, r) || c(l, r);
    return (l, r) => tests.some((test) => test(l, r));
  };

export const not =
  (condition: Condition): Condition =>
  (columns) => {
    const test = columns.bind(condition);
    return (l, r) => !test(l, r);
  };

/** Jaro-Winkler at least this. */
export const jaro =
  (column: string, least: number): Condition =>
  (columns) => {
    const texts = columns.of(column);
    texts.willAskFor(least);
    return (l, r) => texts.jaro(l, r) >= least;
  };

export const edits =
  (column: string, most: number): Condition =>
  (columns) => {
    const texts = columns.of(column);
    return (l, r) => texts.withinEdits(l, r, most);
  };

/** One or two neighbouring characters exchanged also counts as one slip. */
export const slip = (column: string): Condition => any(edits(column, 1), jaro(column, 0.96));

/** The left one has more characters than this. */
export const longer =
  (column: string, than: number): Condition =>
  (columns) => {
    const texts = columns.of(column);
    return (l) => texts.length(l) > than;
  };

const none = -1;

/** One begins with the other. */
export const begins =
  (column: string): Condition =>
  (columns) => {
    const texts = columns.of(column);
    return (l, r) => texts.contains(l, r, 'start', none);
  };

/** Two names of one house that are not one company's (words.ts). */
export const related =
  (column: string, ...kinships: Kinship[]): Condition =>
  (columns) => {
    const [of, grades] = [columns.of(column), columns.gradesOf(column)];
    return (l, r) => of.id(l) >= 0 && of.id(r) >= 0 && of.id(l) !== of.id(r) && kinships.includes(grades.kinship(l, r));
  };

/** Each has a word that many names have and the other lacks. */
export const otherWords =
  (column: string): Condition =>
  (columns) => {
    const [of, grades] = [columns.of(column), columns.gradesOf(column)];
    return (l, r) => of.id(l) >= 0 && of.id(r) >= 0 && of.id(l) !== of.id(r) && grades.isOther(l, r);
  };

/** Hosts of which the first parts are the same but for digits, which are there on one side at least. */
export const sameButDigits =
  (column: string): Condition =>
  (columns) => {
    const of = columns.of(column);
    const bare = (text: string) => text.replace(/\d+/g, '');
    return (l, r) => {
      if (of.id(l) < 0 || of.id(r) < 0 || of.id(l) === of.id(r)) return false;
      const [a, b] = [l, r].map((record) => (of.text(record) ?? '').split('.', 1)[0] ?? '') as [string, string];
      return a !== b && bare(a) === bare(b);
    };
  };

export const sameButSpaces =
  (column: string): Condition =>
  (columns) => {
    const of = columns.of(column);
    return (l, r) => of.sameButSpaces(l, r);
  };

/** Both have one text, of which something holds; a text is asked about once. */
export const sameOf =
  (column: string, test: (text: string) => boolean): Condition =>
  (columns) => {
    const of = columns.of(column);
    const known: boolean[] = [];
    return (l, r) => {
      const id = of.id(l);
      return id >= 0 && id === of.id(r) && (known[id] ??= test(of.textOf(id)));
    };
  };

/** Any condition on the two texts, where both are there. */
export const texts =
  (column: string, test: (l: string, r: string) => boolean): Condition =>
  (columns) => {
    const of = columns.of(column);
    return (l, r) => {
      const [a, b] = [of.text(l), of.text(r)];
      return a !== null && b !== null && test(a, b);
    };
  };
