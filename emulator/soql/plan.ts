/** The compiled form of a query: its columns, and the SQL that answers them. */
import type { Field, FieldType, SObject } from '../objects/definition.ts';
import { csvForm, jsonForm } from '../org/sql.ts';
import type { Parent } from './scope.ts';

export interface Column {
  /** Where the value goes in a record: parents, then the field or alias, in Salesforce's own case. */
  path: string[];
  sql: string;
  type: FieldType;
  field: Field | null;
  aggregate: boolean;
  /** Of TYPEOF: the object whose records have it; those of others that the relationship points at leave it out. */
  of?: string;
}

/** A list of children inside each record: `(select Id from Contacts)`. */
export interface ChildList {
  relationshipName: string;
  /** Compiles to the children of the parents given; its first column is the parent's Id. */
  compile(parentIds: string[]): Plan;
}

export interface Plan {
  object: SObject;
  kind: 'rows' | 'count' | 'aggregate';
  columns: Column[];
  /** The queried record's Id, selected or not: every record answers its own URL. */
  idSql: string;
  /** Parents whose fields are selected; each answers its Id behind the columns, so that a missing one is null. */
  parents: Parent[];
  children: ChildList[];
  usesOffset: boolean;
  usesTypeof: boolean;
  /** FIELDS(ALL) and its like. */
  usesFields: boolean;
  /** From FROM to OFFSET. */
  tail: string;
  /** The tail for the rows numbered `from` to before `to` alone; null where an order or a limit spans them all. */
  slice: ((from: number, to: number) => string) | null;
}

/** Columns c0.., the record's own `id`, then parents' ids p0.., values as JSON carries them. */
export function recordSql(plan: Plan): string {
  const columns = plan.columns.map(({ sql, type }, i) => `${jsonForm(sql, type)} as c${i}`);
  return `/* soql.records */ select ${[...columns, ...ownId(plan), ...parentIds(plan)].join(', ')} ${plan.tail}`;
}

function ownId(plan: Plan): string[] {
  return plan.kind === 'rows' ? [`${plan.idSql} as id`] : [];
}

function parentIds(plan: Plan): string[] {
  return plan.parents.map(({ targets }, i) => {
    const ids = targets.map(({ alias }) => `${alias}."Id"`);
    return `${ids.length === 1 ? ids[0] : `coalesce(${ids.join(', ')})`} as p${i}`;
  });
}

/** Columns c0.. as the engine keeps them. */
export function typedSql(plan: Plan): string {
  return `/* soql.typed */ select ${plan.columns.map(({ sql }, i) => `${sql} as c${i}`).join(', ')} ${plan.tail}`;
}

/** One text column: a whole CSV line, without the `\n` at its end. `concat` reads null as the empty text Salesforce writes. */
export function csvSql(plan: Plan, delimiter: string, lineEnding: '\n' | '\r\n'): string {
  const cells = plan.columns.map(({ sql, type }) => csvForm(sql, type)).join(`, '"${delimiter}"', `);
  return `/* soql.csv */ select concat('"', ${cells}, '"'${lineEnding === '\r\n' ? ', chr(13)' : ''}) ${plan.tail}`;
}

/** Rows of the answer. Its first column is what tells a sum without groups, which is one row, from its records. */
export function countSql(plan: Plan): string {
  return `/* soql.count */ select count(*) from (select ${plan.kind === 'aggregate' ? plan.columns[0]!.sql : '1'} as one ${plan.tail})`;
}
