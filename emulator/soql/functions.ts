/** Turns SOQL functions, aggregate and scalar, into SQL with the type of what they answer. */
import type { FieldType } from '../objects/definition.ts';
import { findField } from '../org/org.ts';
import { tableOf } from '../org/sql.ts';
import { malformed } from './parse.ts';
import type { Scope } from './scope.ts';

export interface Expression {
  sql: string;
  type: FieldType;
  aggregate: boolean;
}

export interface FunctionCall {
  functionName?: string | undefined;
  parameters?: readonly (string | FunctionCall)[] | undefined;
  rawValue?: string | undefined;
}

const dateParts: Partial<Record<string, (value: string) => string>> = {
  CALENDAR_MONTH: (value) => `month(${value})`,
  CALENDAR_QUARTER: (value) => `quarter(${value})`,
  CALENDAR_YEAR: (value) => `year(${value})`,
  FISCAL_MONTH: (value) => `month(${value})`,
  FISCAL_QUARTER: (value) => `quarter(${value})`,
  FISCAL_YEAR: (value) => `year(${value})`,
  DAY_IN_MONTH: (value) => `day(${value})`,
  DAY_IN_WEEK: (value) => `(dayofweek(${value}) + 1)`,
  DAY_IN_YEAR: (value) => `dayofyear(${value})`,
  HOUR_IN_DAY: (value) => `hour(${value})`,
  WEEK_IN_MONTH: (value) => `cast(ceil(day(${value}) / 7.0) as bigint)`,
  WEEK_IN_YEAR: (value) => `cast(ceil(dayofyear(${value}) / 7.0) as bigint)`,
};

const measures = new Set<FieldType>(['int', 'long', 'double', 'currency', 'percent']);

export function compileFunction(scope: Scope, call: FunctionCall): Expression {
  const name = (call.functionName ?? '').toUpperCase();
  const [parameter] = call.parameters ?? [];
  if (name === 'COUNT' && parameter === undefined) return { sql: 'count(*)', type: 'int', aggregate: true };
  if (parameter === undefined) throw malformed(`unexpected token: '${call.rawValue ?? name}'`);
  const inner: Expression =
    typeof parameter === 'string' ? fieldExpression(scope, parameter) : compileFunction(scope, parameter);
  const part = dateParts[name];
  if (part) return { sql: part(inner.sql), type: 'int', aggregate: false };
  switch (name) {
    case 'COUNT':
      return { sql: `count(${inner.sql})`, type: 'int', aggregate: true };
    case 'COUNT_DISTINCT':
      return { sql: `count(distinct ${inner.sql})`, type: 'int', aggregate: true };
    case 'GROUPING':
      return { sql: `grouping(${inner.sql})`, type: 'int', aggregate: true };
    case 'MIN':
    case 'MAX':
      return { sql: `${name.toLowerCase()}(${inner.sql})`, type: inner.type, aggregate: true };
    case 'SUM':
    case 'AVG':
      if (!measures.has(inner.type))
        throw malformed(`field ${String(parameter)} does not support aggregate operator ${name}`);
      return {
        sql: `${name.toLowerCase()}(${inner.type === 'currency' ? inDefaultCurrency(scope, inner.sql) : `cast(${inner.sql} as double)`})`,
        type: name === 'AVG' ? 'double' : inner.type === 'int' ? 'double' : inner.type,
        aggregate: true,
      };
    case 'DAY_ONLY':
      return { sql: `cast(${inner.sql} as date)`, type: 'date', aggregate: false };
    case 'FORMAT':
      return { sql: `cast(${inner.sql} as varchar)`, type: 'string', aggregate: inner.aggregate };
    // One language, one currency, one time zone: these change nothing here.
    case 'TOLABEL':
    case 'CONVERTCURRENCY':
    case 'CONVERTTIMEZONE':
      return inner;
    default:
      throw malformed(`Invalid function: ${call.functionName ?? ''}`);
  }
}

/** Aggregates answer amounts in the org's default currency, by the rates of CurrencyType; an org without it has one currency. */
function inDefaultCurrency(scope: Scope, sql: string): string {
  const { org } = scope.around;
  const rates = org.find('CurrencyType');
  const { alias, object } = scope.root;
  const amount = `cast(${sql} as double)`;
  if (!rates || !findField(object, 'CurrencyIsoCode') || !sql.startsWith(`${alias}.`)) return amount;
  return `${amount} / coalesce((select max(cast(t."ConversionRate" as double)) from ${tableOf(rates.name)} t
    where t."IsoCode" = ${alias}."CurrencyIsoCode" and not t."IsDeleted"), 1)`;
}

function fieldExpression(scope: Scope, reference: string): Expression {
  const { sql, field } = scope.resolve(reference);
  return { sql, type: field.type, aggregate: false };
}
