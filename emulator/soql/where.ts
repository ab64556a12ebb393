/** Turns the parser's right-leaning chain of conditions and loose parentheses into one SQL condition. */
import type { Condition, HavingClause, ValueQueryCondition, WhereClause } from '@jetstreamapp/soql-parser-js';
import { columnType } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { compileComparison } from './condition.ts';
import { isFilterable } from './filterable.ts';
import { invalidField } from './fault.ts';
import { compileFunction } from './functions.ts';
import { malformed } from './parse.ts';
import type { Scope } from './scope.ts';

type Leaf = Exclude<Condition | ValueQueryCondition, { openParen: number }> | ValueQueryCondition;
type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | { leaf: Leaf };

/** Compiles a subquery of an IN; given by the caller, who knows how whole queries compile. */
export type SubqueryCompiler = (query: ValueQueryCondition['valueQuery']) => string;

export function compileWhere(scope: Scope, clause: WhereClause | HavingClause, subquery: SubqueryCompiler): string {
  const tokens = flatten(clause as WhereClause);
  let at = 0;

  const operand = (): string => {
    const token = tokens[at++];
    if (token === 'NOT') return `not ${operand()}`;
    if (token === '(') {
      const inner = chain();
      if (tokens[at++] !== ')') throw malformed("unexpected token: '<EOF>'");
      return `(${inner})`;
    }
    if (token === undefined || typeof token === 'string') throw malformed(`unexpected token: '${token ?? '<EOF>'}'`);
    return compileLeaf(scope, token.leaf, subquery);
  };

  const chain = (): string => {
    let sql = operand();
    let joined: Token | null = null;
    for (let token = tokens[at]; token === 'AND' || token === 'OR'; token = tokens[at]) {
      // Salesforce wants parentheses around mixed AND and OR rather than guess a precedence.
      if (joined !== null && joined !== token) throw malformed(`unexpected token: '${token}'`);
      joined = token;
      at++;
      sql = `${sql} ${token.toLowerCase()} ${operand()}`;
    }
    return sql;
  };

  const sql = chain();
  if (at < tokens.length) throw malformed("unexpected token: ')'");
  return sql;
}

function flatten(clause: WhereClause): Token[] {
  const tokens: Token[] = [];
  let node: WhereClause | null = clause;
  while (node !== null) {
    const left = node.left as (Partial<Leaf> & { openParen?: number; closeParen?: number }) | null;
    for (let i = 0; i < (left?.openParen ?? 0); i++) tokens.push('(');
    if (left && 'operator' in left) tokens.push({ leaf: left as Leaf });
    for (let i = 0; i < (left?.closeParen ?? 0); i++) tokens.push(')');
    if ('operator' in node) tokens.push(node.operator);
    node = 'right' in node ? node.right : null;
  }
  return tokens;
}

function compileLeaf(scope: Scope, leaf: Leaf, subquery: SubqueryCompiler): string {
  const left =
    'fn' in leaf ? { ...compileFunction(scope, leaf.fn), name: leaf.fn.rawValue ?? '' } : fieldSide(scope, leaf.field);
  if ('valueQuery' in leaf) {
    const test = `coalesce(${left.sql} in (${subquery(leaf.valueQuery)}), false)`;
    return leaf.operator.toUpperCase() === 'NOT IN' ? `not ${test}` : test;
  }
  const texts = [leaf.value].flat();
  const literals = [leaf.literalType ?? 'STRING'].flat();
  const values = texts.map((text, i) => ({ text, literal: literals[i] ?? literals[0] ?? 'STRING' }));
  return compileComparison({ ...left, operator: leaf.operator, values }, scope.around);
}

function fieldSide(scope: Scope, reference: string) {
  const { sql, field } = scope.resolve(reference);
  if (columnType(field.type) === null || !isFilterable(field)) {
    const reason = `field '${field.name}' can not be filtered in a query call`;
    throw invalidField(scope.around.text, reference, reason);
  }
  return { sql, type: field.type, name: reference };
}

/** Refuses what Salesforce refuses of the numbers after LIMIT and OFFSET. */
export function checkOffset(offset: number | undefined): void {
  if (offset !== undefined && offset > 2000) {
    throw new SalesforceError(400, 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  }
}
