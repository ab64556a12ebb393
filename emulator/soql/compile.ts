/** Turns SOQL into a plan over the org's tables, refusing what Salesforce refuses with its own words. */
import type { Query } from '@jetstreamapp/soql-parser-js';
import type { Org } from '../org/org.ts';
import { compileChildren, type ListCompiler } from './children.ts';
import { compileOrder } from './order.ts';
import { malformed, parseSoql } from './parse.ts';
import type { Column, Plan } from './plan.ts';
import { Scope, type Surroundings } from './scope.ts';
import { compileSelect, type Selection } from './select.ts';
import { checkOffset, compileWhere } from './where.ts';

export interface CompileOptions {
  /** Deleted records too: queryAll. */
  allRows?: boolean;
}

/** Throws SalesforceError with Salesforce's code and text for a query that is wrong. */
export function compileSoql(org: Org, text: string, options: CompileOptions = {}): Plan {
  const parsed = parseSoql(text);
  const allRows = parsed.allRows || (options.allRows ?? false);
  return compileQuery({ org, text, allRows, now: org.now(), nextAlias: { value: 0 } }, parsed.query);
}

function compileQuery(
  around: Surroundings,
  query: Query & { sObject: string },
  extra?: Parameters<ListCompiler>[1],
): Plan {
  const scope = new Scope(around, query.sObject, query.sObjectAlias);
  const fields = query.fields ?? [];
  const selection = compileSelect(scope, fields, query);
  const where = [scope.seenRows];
  const subquery = (inner: Query) => compileSemiJoin(around, inner);
  if (query.where) where.push(`(${compileWhere(scope, query.where, subquery)})`);
  if (extra) where.push(extra.where(scope));
  const having = query.having ? ` having ${compileWhere(scope, query.having, subquery)}` : '';
  const order = compileOrder(scope, query, selection);
  checkOffset(query.offset);
  const children = selection.children.map((child) =>
    compileChildren(around, scope.root.object, child, (inner, list) => compileQuery(around, inner, list)),
  );
  const limit = query.limit === undefined ? '' : ` limit ${query.limit}`;
  const offset = query.offset === undefined ? '' : ` offset ${query.offset}`;
  // Children are limited and ordered for each parent by itself.
  const partition = extra ? `partition by ${extra.perParent(scope)} ` : '';
  const nth = `row_number() over (${partition}${order || `order by ${scope.root.alias}.rowid`})`;
  const bounds = extra
    ? ` qualify ${nth} > ${query.offset ?? 0} and ${nth} <= ${(query.offset ?? 0) + (query.limit ?? 2 ** 31)} ${order}`
    : ` ${order}${limit}${offset}`;
  const tailWhere = (condition: string) => `${scope.from} where ${condition}${selection.groupBy}${having}${bounds}`;
  const rowid = `${scope.root.alias}.rowid`;
  const isWhole = extra || query.orderBy || limit !== '' || offset !== '' || selection.kind !== 'rows';
  if (extra) selection.columns.unshift(parentColumn(extra.perParent(scope)));
  return {
    object: scope.root.object,
    kind: selection.kind,
    columns: selection.columns,
    idSql: `${scope.root.alias}."Id"`,
    parents: selection.parents,
    children,
    usesOffset: query.offset !== undefined,
    usesTypeof: fields.some(({ type }) => type === 'FieldTypeof'),
    usesFields: fields.some(
      (field) => field.type === 'FieldFunctionExpression' && /^fields$/i.test(field.functionName),
    ),
    tail: countTail(selection, tailWhere(where.join(' and '))),
    slice: isWhole
      ? null
      : (from, to) => tailWhere([...where, `${rowid} >= ${from}`, `${rowid} < ${to}`].join(' and ')),
  };
}

function parentColumn(sql: string): Column {
  return { path: ['ParentOfList'], sql, type: 'reference', field: null, aggregate: false };
}

/** COUNT() answers how many rows its LIMIT lets through, so it counts a subquery. */
function countTail(selection: Selection, tail: string): string {
  return selection.kind === 'count' ? `from (select 1 as one ${tail})` : tail;
}

/** The right side of `Id in (select AccountId from Contact where ..)`: one column, deleted rows as the outer query has them. */
function compileSemiJoin(around: Surroundings, query: Query): string {
  const { sObject } = query;
  if (!sObject || query.fields?.length !== 1) throw malformed('The inner select must have exactly one field');
  const plan = compileQuery(around, { ...query, sObject });
  const [column] = plan.columns;
  if (!column || plan.kind !== 'rows') throw malformed('The inner select must have exactly one field');
  return `select ${column.sql} ${plan.tail}`;
}
