/** A rule as an admin fills it in, object, field, operator and value, becomes the same definition as a file's. No SQL goes in. */
import { z } from 'zod';
import type { Fault } from './errors.ts';
import type { ColumnType, ObjectDefinition } from './object.ts';
import { plainText } from './plain-text.ts';
import { asWritten, dimension, type ParameterValue, type RuleDefinition } from './rule.ts';

export const operator = z.enum([
  'is-blank',
  'is-filled',
  'equals',
  'not-equals',
  'one-of',
  'none-of',
  'contains',
  'starts-with',
  'above',
  'below',
  'before',
  'after',
  'older-than-days',
  'within-days',
]);
type Operator = z.infer<typeof operator>;

const text = plainText(200);

export const formCondition = z.strictObject({
  field: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a column of the object, as in docs/reference/objects.md'),
  operator,
  value: z
    .union([z.number(), z.boolean(), text, z.array(text).min(1).max(100)])
    .optional()
    .describe('What the field is compared with; a date as YYYY-MM-DD; none for is-blank and is-filled'),
});
type FormCondition = z.infer<typeof formCondition>;

export const ruleForm = z.strictObject({
  object: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, 'must be the API name of an object'),
  field: formCondition.shape.field.nullable().default(null).describe('Column it is about; null: the whole record'),
  dimension,
  severity: z.enum(['warn', 'critical']),
  stale: z.boolean().default(false),
  title: text.describe('What it finds'),
  advice: plainText(1000).describe('What to do in Salesforce'),
  applies: z.array(formCondition).max(10).default([]).describe('AskedFrom of records for which all of these hold'),
  violated: z.array(formCondition).min(1).max(10),
  match: z.enum(['all', 'any']).default('all').describe('Whether all conditions of violated must hold, or any'),
});
export type RuleForm = z.infer<typeof ruleForm>;

/** `faults` point into the form; `rule` is null where there are any. */
export function compileForm(
  id: string,
  form: RuleForm,
  objects: readonly ObjectDefinition[],
): { rule: RuleDefinition | null; faults: Fault[] } {
  const object = objects.find(({ name }) => name === form.object);
  if (!object)
    return {
      rule: null,
      faults: [{ pointer: '/object', message: `is none of ${objects.map(({ name }) => name).join(', ')}` }],
    };
  const faults: Fault[] = [];
  const values: Record<string, ParameterValue> = {};
  const typeOf = (column: string) => object.fields[column]?.type ?? systemTypes[column];
  if (form.field !== null && !(form.field in object.fields)) {
    faults.push({ pointer: '/field', message: `is no column of ${object.name}` });
  }
  const compiled = (part: 'applies' | 'violated') =>
    form[part].map((one, at) => {
      const pointer = `/${part}/${at}`;
      const type = typeOf(one.field);
      if (type === undefined) {
        faults.push({ pointer: `${pointer}/field`, message: `is no column of ${object.name}` });
        return 'false';
      }
      const name = `value_${part}_${at}`;
      const worded = words(one, type, name);
      if ('fault' in worded) {
        faults.push({ pointer: `${pointer}/${worded.at}`, message: worded.fault });
        return 'false';
      }
      if (worded.value !== undefined) values[name] = worded.value;
      return `(${worded.text})`;
    });
  const applies = compiled('applies').join(' and ') || 'true';
  const violated = compiled('violated').join(form.match === 'all' ? ' and ' : ' or ');
  if (faults.length > 0) return { rule: null, faults };
  const { object: name, field, dimension: of, severity, stale, title, advice } = form;
  const rule = {
    id,
    object: name,
    field,
    dimension: of,
    severity,
    stale,
    title,
    advice,
    version: 1,
    nightly: false,
    asks: {},
    facts: {},
    parameters: {},
  };
  return { rule: asWritten({ ...rule, applies, violated, examples: { violated: [], kept: [] } }, values), faults };
}

const systemTypes: Readonly<Record<string, ColumnType>> = { created_at: 'timestamp', modified_at: 'timestamp' };

type Worded = { text: string; value?: ParameterValue } | { fault: string; at: 'operator' | 'value' };

const isText = (type: ColumnType) => type === 'text' || type === 'id';
const isTime = (type: ColumnType) => type === 'date' || type === 'timestamp';

/** One condition as SQL over `r`, its value under a name: nothing that was typed becomes text of the SQL. */
function words({ field, operator: by, value }: FormCondition, type: ColumnType, name: string): Worded {
  const column = `r.${field}`;
  const day = type === 'timestamp' ? `(${column} at time zone :zone)::date` : column;
  if (by === 'is-blank' || by === 'is-filled') {
    if (value !== undefined) return { fault: `is not asked for by ${by}`, at: 'value' };
    return { text: `${column} is ${by === 'is-blank' ? 'null' : 'not null'}` };
  }
  if (value === undefined) return { fault: `is needed by ${by}`, at: 'value' };
  if (!allowed[by](type)) return { fault: `${by} does not compare a ${type}`, at: 'operator' };
  const one = `:${name}`;
  switch (by) {
    case 'equals':
    case 'not-equals': {
      const not = by === 'equals' ? '' : ' is not true and ' + `${column} is not null`;
      if (type === 'boolean') {
        if (typeof value !== 'boolean') return { fault: 'must be true or false', at: 'value' };
        return { text: `(${column} is ${value})${not}` };
      }
      if (type === 'number') return number(value, `(${column} = ${one})${not}`);
      if (isTime(type)) return date(value, `(${day} = (${one})[1]::date)${not}`);
      return text1(value, `(lower(${column}) = (${one})[1])${not}`);
    }
    case 'one-of':
    case 'none-of': {
      if (!Array.isArray(value)) return { fault: 'must be a list of words', at: 'value' };
      const found = `lower(${column}) = any (${one})`;
      return {
        text: by === 'one-of' ? found : `${column} is not null and not (${found})`,
        value: value.map((word) => word.toLowerCase()),
      };
    }
    case 'contains':
      return text1(value, `strpos(lower(${column}), (${one})[1]) > 0`);
    case 'starts-with':
      return text1(value, `starts_with(lower(${column}), (${one})[1])`);
    case 'above':
      return number(value, `${column} > ${one}`);
    case 'below':
      return number(value, `${column} < ${one}`);
    case 'before':
      return date(value, `${day} < (${one})[1]::date`);
    case 'after':
      return date(value, `${day} > (${one})[1]::date`);
    case 'older-than-days':
      return days(value, `${day} < :today - ${one}::int`);
    case 'within-days':
      return days(value, `${day} between :today - ${one}::int and :today`);
  }
}

const allowed: Record<Exclude<Operator, 'is-blank' | 'is-filled'>, (type: ColumnType) => boolean> = {
  equals: () => true,
  'not-equals': () => true,
  'one-of': isText,
  'none-of': isText,
  contains: isText,
  'starts-with': isText,
  above: (type) => type === 'number',
  below: (type) => type === 'number',
  before: isTime,
  after: isTime,
  'older-than-days': isTime,
  'within-days': isTime,
};

/** What a form may ask of an object: each column with the operators that compare one of its type. */
export function formColumns({ fields }: ObjectDefinition) {
  const own = Object.entries(fields).map(([name, { type, description }]) => ({ name, type, description }));
  const ofSystem = [
    { name: 'created_at', type: 'timestamp' as const, description: 'When it was created' },
    { name: 'modified_at', type: 'timestamp' as const, description: 'When it was last changed' },
  ].filter(({ name }) => !(name in fields));
  return [...own, ...ofSystem].map((column) => ({
    ...column,
    operators: operator.options.filter((one) => one === 'is-blank' || one === 'is-filled' || allowed[one](column.type)),
  }));
}

function number(value: unknown, sql: string): Worded {
  return typeof value === 'number' ? { text: sql, value } : { fault: 'must be a number', at: 'value' };
}

function days(value: unknown, sql: string): Worded {
  const isDays = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 36_500;
  return isDays ? { text: sql, value } : { fault: 'must be a whole number of days, 0 to 36500', at: 'value' };
}

function date(value: unknown, sql: string): Worded {
  // PostgreSQL has no year 0, which ISO 8601 has.
  const isDate = typeof value === 'string' && !value.startsWith('0000') && z.iso.date().safeParse(value).success;
  return isDate ? { text: sql, value: [value] } : { fault: 'must be a date, YYYY-MM-DD', at: 'value' };
}

function text1(value: unknown, sql: string): Worded {
  return typeof value === 'string'
    ? { text: sql, value: [value.toLowerCase()] }
    : { fault: 'must be text', at: 'value' };
}
