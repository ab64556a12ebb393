/** Turns ORDER BY into SQL: text without regard to case, nulls first unless said otherwise. */
import type { Query } from '@jetstreamapp/soql-parser-js';
import type { FieldType } from '../objects/definition.ts';
import { columnType } from '../org/sql.ts';
import { invalidField } from './fault.ts';
import { isSortable } from './filterable.ts';
import { compileFunction } from './functions.ts';
import type { Scope } from './scope.ts';
import type { Selection } from './select.ts';

/** `order by ..` or nothing. Ties, and rows of queries with parents, fall back to the order rows were written in. */
export function compileOrder(scope: Scope, query: Query, selection: Selection): string {
  const terms = [query.orderBy ?? []].flat().map((term) => {
    const { sql, type } = 'fn' in term ? compileFunction(scope, term.fn) : orderField(scope, term.field, selection);
    const direction = term.order === 'DESC' ? 'desc' : 'asc';
    return `${comparable(sql, type)} ${direction} nulls ${term.nulls === 'LAST' ? 'last' : 'first'}`;
  });
  const isAmbiguous = terms.length > 0 || scope.joins.length > 0;
  if (selection.kind === 'rows' && isAmbiguous) terms.push(`${scope.root.alias}.rowid`);
  return terms.length === 0 ? '' : `order by ${terms.join(', ')}`;
}

function comparable(sql: string, type: FieldType): string {
  return columnType(type) === 'varchar' && type !== 'id' && type !== 'reference' ? `lower(${sql})` : sql;
}

function orderField(scope: Scope, reference: string, selection: Selection): { sql: string; type: FieldType } {
  const alias =
    selection.kind === 'aggregate'
      ? selection.columns.find(({ path }) => path.length === 1 && path[0] === reference)
      : undefined;
  if (alias) return alias;
  const { sql, field } = scope.resolve(reference);
  if (!isSortable(field)) {
    throw invalidField(scope.around.text, reference, `field '${field.name}' can not be sorted in a query call`);
  }
  return { sql, type: field.type };
}
