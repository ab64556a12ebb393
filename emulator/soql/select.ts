/** Turns the SELECT and GROUP BY of a query into typed columns. */
import type {
  FieldSubquery,
  FieldType as Selected,
  FieldTypeOf as FieldTypeof,
  Query,
} from '@jetstreamapp/soql-parser-js';
import { columnType, quoteText } from '../org/sql.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { invalidField, noSuchColumn, noSuchType } from './fault.ts';
import { isGroupable } from './filterable.ts';
import { compileFunction, type FunctionCall } from './functions.ts';
import { malformed } from './parse.ts';
import type { Column } from './plan.ts';
import type { Parent, Scope, Target } from './scope.ts';

export interface Selection {
  kind: 'rows' | 'count' | 'aggregate';
  columns: Column[];
  parents: Parent[];
  children: FieldSubquery['subquery'][];
  /** ` group by ..` or nothing. */
  groupBy: string;
}

const aggregates = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']);

export function compileSelect(scope: Scope, fields: Selected[], query: Query): Selection {
  const groups = compileGroups(scope, query);
  const calls = fields.filter((field) => field.type === 'FieldFunctionExpression');
  const hasAggregate = calls.some((call) => aggregates.has(call.functionName.toUpperCase()));
  if (
    fields.length === 1 &&
    calls[0]?.functionName.toUpperCase() === 'COUNT' &&
    calls[0].parameters.length === 0 &&
    groups === null
  ) {
    const column: Column = { path: ['expr0'], sql: 'count(*)', type: 'int', field: null, aggregate: true };
    return { kind: 'count', columns: [column], parents: [], children: [], groupBy: '' };
  }
  const grouped = groups !== null || hasAggregate;
  const selection: Selection = {
    kind: grouped ? 'aggregate' : 'rows',
    columns: [],
    parents: [],
    children: [],
    groupBy: groups?.clause ?? '',
  };
  let unnamed = 0;
  for (const field of fields) {
    if (field.type === 'FieldSubquery') {
      selection.children.push(field.subquery);
    } else if (field.type === 'FieldTypeof') {
      if (grouped) throw malformed('TYPEOF is not allowed in a query that groups or aggregates');
      selection.columns.push(...typeofColumns(scope, field, selection));
    } else if (field.type !== 'FieldFunctionExpression') {
      selection.columns.push(plainColumn(scope, field, grouped, groups?.keys ?? new Set(), selection));
    } else if (field.functionName.toUpperCase() === 'FIELDS') {
      selection.columns.push(...allFields(scope, String(field.parameters[0] ?? ''), query.limit));
    } else {
      const expression = compileFunction(scope, field as FunctionCall);
      const [parameter] = field.parameters;
      // toLabel(Status) keeps the field's name; an aggregate without alias is expr0, expr1, ..
      const keepsName = !grouped && typeof parameter === 'string' && !field.alias;
      const path = keepsName ? scope.resolve(parameter).path : [field.alias ?? `expr${unnamed++}`];
      selection.columns.push({ path, ...expression, field: null });
    }
  }
  refuseDuplicates(selection.columns);
  return selection;
}

function plainColumn(
  scope: Scope,
  field: Exclude<Selected, { type: 'FieldSubquery' | 'FieldTypeof' | 'FieldFunctionExpression' }>,
  grouped: boolean,
  keys: Set<string>,
  selection: Selection,
): Column {
  const reference = ('rawValue' in field ? field.rawValue : undefined) ?? field.field;
  const resolved = scope.resolve(reference);
  const alias = 'alias' in field ? field.alias : undefined;
  if (!grouped && alias && alias !== resolved.path[0]) throw malformed('only aggregate expressions use field aliasing');
  if (grouped && !keys.has(resolved.sql))
    throw malformed(`Field must be grouped or aggregated: ${resolved.field.name}`);
  const column = { sql: resolved.sql, type: resolved.field.type, field: resolved.field, aggregate: false };
  if (grouped) return { ...column, path: [alias ?? resolved.field.name] };
  for (let depth = 1; depth < resolved.path.length; depth++) {
    const parent = scope.parent(resolved.path.slice(0, depth), reference);
    if (!selection.parents.includes(parent)) selection.parents.push(parent);
  }
  return { ...column, path: resolved.path };
}

/** `TYPEOF What WHEN Account THEN Phone ELSE Name END`: a record that the relationship points at answers the fields of its object. */
function typeofColumns(scope: Scope, { field, conditions }: FieldTypeof, selection: Selection): Column[] {
  const parent = scope.parent(field.split('.'), field);
  if (parent.targets.length < 2) throw malformed(`TYPEOF needs a relationship to several objects: ${field}`);
  if (!selection.parents.includes(parent)) selection.parents.push(parent);
  const { text, org } = scope.around;
  const isNamed = ({ object }: Target) =>
    conditions.some(({ objectType }) => objectType?.toLowerCase() === object.name.toLowerCase());
  return conditions.flatMap(({ objectType, fieldList }) => {
    const targets = parent.targets.filter((target) =>
      objectType === undefined ? !isNamed(target) : target.object.name.toLowerCase() === objectType.toLowerCase(),
    );
    if (objectType !== undefined && targets.length === 0)
      throw org.find(objectType) ? malformed(`${field} does not point at ${objectType}`) : noSuchType(text, objectType);
    return targets.flatMap((target) =>
      fieldList.map((name): Column => {
        const own = scope.fieldOf(target, name);
        const of = target.object.name;
        if (own) {
          return {
            path: [...parent.path, own.field.name],
            sql: own.sql,
            type: own.field.type,
            field: own.field,
            aggregate: false,
            of,
          };
        }
        // ELSE asks for what names of all objects have; an object without one leaves it blank.
        if (objectType !== undefined) throw noSuchColumn(text, name, name, of);
        const sql = name.toLowerCase() === 'type' ? quoteText(of) : 'cast(null as varchar)';
        return { path: [...parent.path, name], sql, type: 'string', field: null, aggregate: false, of };
      }),
    );
  });
}

function allFields(scope: Scope, group: string, limit: number | undefined): Column[] {
  const wanted = group.toUpperCase();
  if (!['ALL', 'STANDARD', 'CUSTOM'].includes(wanted)) throw malformed(`unexpected token: '${group}'`);
  if (wanted !== 'STANDARD' && (limit === undefined || limit > 200)) {
    throw malformed('The SOQL FIELDS function must have a LIMIT of at most 200');
  }
  const chosen = scope.root.object.fields.filter(({ custom }) => wanted === 'ALL' || custom === (wanted === 'CUSTOM'));
  return chosen.map((field) => ({
    path: [field.name],
    sql: scope.resolve(field.name).sql,
    type: field.type,
    field,
    aggregate: false,
  }));
}

interface Groups {
  clause: string;
  /** The grouped expressions' SQL. */
  keys: Set<string>;
}

function compileGroups(scope: Scope, query: Query): Groups | null {
  if (!query.groupBy) return null;
  const keys = new Set<string>();
  const terms = [query.groupBy].flat().map((group) => {
    if ('field' in group) return groupField(scope, group.field, keys);
    const name = group.fn.functionName?.toUpperCase();
    if (name !== 'ROLLUP' && name !== 'CUBE') {
      const { sql } = compileFunction(scope, group.fn);
      keys.add(sql);
      return sql;
    }
    const inner = (group.fn.parameters ?? []).map((term) =>
      typeof term === 'string' ? groupField(scope, term, keys) : compileFunction(scope, term).sql,
    );
    return `${name.toLowerCase()} (${inner.join(', ')})`;
  });
  return { clause: ` group by ${terms.join(', ')}`, keys };
}

function groupField(scope: Scope, reference: string, keys: Set<string>): string {
  const { sql, field } = scope.resolve(reference);
  if (!isGroupable(field) || columnType(field.type) === null) {
    throw invalidField(scope.around.text, reference, `field '${field.name}' can not be grouped in a query call`);
  }
  keys.add(sql);
  return sql;
}

function refuseDuplicates(columns: Column[]): void {
  const seen = new Set<string>();
  for (const { path, of } of columns) {
    const name = path.join('.');
    const key = `${name} ${of ?? ''}`;
    if (seen.has(key)) throw new SalesforceError(400, 'MALFORMED_QUERY', `duplicate field selected: ${name}`);
    seen.add(key);
  }
}
