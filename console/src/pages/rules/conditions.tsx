/** Conditions of a rule: a column, how it is compared, and with what. */
import type { Shape } from '../../api/client.ts';
import { Field } from '../../components/field.tsx';

export type Column = Shape<'RuleFormObject'>['columns'][number];
type Operator = Column['operators'][number];
/** As it is typed. */
export type Condition = { field: string; operator: Operator; value: string };

const operatorWords: Record<Operator, string> = {
  'is-blank': 'is empty',
  'is-filled': 'is filled',
  equals: 'is',
  'not-equals': 'is not',
  'one-of': 'is one of',
  'none-of': 'is none of',
  contains: 'contains',
  'starts-with': 'starts with',
  above: 'is above',
  below: 'is below',
  before: 'is before',
  after: 'is after',
  'older-than-days': 'is older than, in days',
  'within-days': 'is within the last days',
};
const withoutValue = new Set<Operator>(['is-blank', 'is-filled']);
const ofDays = new Set<Operator>(['older-than-days', 'within-days']);

type Props = {
  what: string;
  part: 'violated' | 'applies';
  columns: Column[];
  conditions: Condition[];
  least: 0 | 1;
  faultOf: (pointer: string) => string | undefined;
  onEdit: (conditions: Condition[]) => void;
};

export function Conditions({ what, part, columns, conditions, least, faultOf, onEdit }: Props) {
  const put = (at: number, more: Partial<Condition>) =>
    onEdit(conditions.map((one, place) => (place === at ? { ...one, ...more } : one)));
  const add = () => onEdit([...conditions, { field: '', operator: 'is-blank', value: '' }]);
  return (
    <fieldset>
      <legend>{what}</legend>
      {conditions.map((one, at) => {
        const column = columns.find(({ name }) => name === one.field);
        return (
          <div key={at} className="condition">
            <Field label="Field" fault={faultOf(`/${part}/${at}/field`)}>
              <select
                className="select"
                required
                value={one.field}
                onChange={(event) => put(at, { field: event.target.value, operator: 'is-blank', value: '' })}
              >
                <option value="" disabled>
                  Choose one
                </option>
                {columns.map(({ name, description }) => (
                  <option key={name} value={name}>
                    {description}
                  </option>
                ))}
              </select>
            </Field>
            <Field label="Is compared" fault={faultOf(`/${part}/${at}/operator`)}>
              <select
                className="select"
                value={one.operator}
                onChange={(event) => put(at, { operator: event.target.value as Operator, value: '' })}
              >
                {(column?.operators ?? ['is-blank', 'is-filled']).map((name) => (
                  <option key={name} value={name}>
                    {operatorWords[name]}
                  </option>
                ))}
              </select>
            </Field>
            {column !== undefined && !withoutValue.has(one.operator) && (
              <Value
                column={column}
                condition={one}
                fault={faultOf(`/${part}/${at}/value`)}
                onEdit={(value) => put(at, { value })}
              />
            )}
            {conditions.length > least && (
              <button
                type="button"
                className="button link"
                aria-label={`Take away condition ${at + 1} of: ${what}`}
                onClick={() => onEdit(conditions.filter((_, place) => place !== at))}
              >
                Take away
              </button>
            )}
          </div>
        );
      })}
      <button type="button" className="button" aria-label={`Add a condition: ${what}`} onClick={add}>
        Add a condition
      </button>
    </fieldset>
  );
}

type ValueProps = { column: Column; condition: Condition; fault: string | undefined; onEdit: (value: string) => void };

function Value({ column: { type }, condition: { operator, value }, fault, onEdit }: ValueProps) {
  if (operator === 'one-of' || operator === 'none-of')
    return (
      <Field label="Words, one a line" fault={fault}>
        <textarea className="input" required rows={3} value={value} onChange={(event) => onEdit(event.target.value)} />
      </Field>
    );
  if (type === 'boolean')
    return (
      <Field label="Value" fault={fault}>
        <select className="select" required value={value} onChange={(event) => onEdit(event.target.value)}>
          <option value="" disabled>
            Choose one
          </option>
          <option value="true">Yes</option>
          <option value="false">No</option>
        </select>
      </Field>
    );
  const kind =
    ofDays.has(operator) || type === 'number' ? 'number' : type === 'date' || type === 'timestamp' ? 'date' : 'text';
  return (
    <Field label={ofDays.has(operator) ? 'Days' : 'Value'} fault={fault}>
      <input
        className="input"
        required
        type={kind}
        step="any"
        maxLength={200}
        value={value}
        onChange={(event) => onEdit(event.target.value)}
      />
    </Field>
  );
}

/** As the API takes it: a number as a number, words as a list. */
export function sentOf({ field, operator, value }: Condition, columns: Column[]) {
  const type = columns.find(({ name }) => name === field)?.type;
  if (withoutValue.has(operator)) return { field, operator };
  if (operator === 'one-of' || operator === 'none-of')
    return { field, operator, value: value.split('\n').flatMap((word) => (word.trim() === '' ? [] : [word.trim()])) };
  if (type === 'boolean') return { field, operator, value: value === 'true' };
  if (type === 'number' || ofDays.has(operator)) return { field, operator, value: Number(value) };
  return { field, operator, value };
}
