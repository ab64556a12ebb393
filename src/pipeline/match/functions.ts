/** The value functions of `standardise/` as SQL functions: one text in, the standardised parts out, joined by `separator`. */
import { DuckDBScalarFunction, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { companyName } from '../standardise/company-name.ts';
import { email, phone, website } from '../standardise/contact-point.ts';
import { formalName, personName } from '../standardise/name.ts';
import { fold, skeleton } from '../standardise/text.ts';
import { standardValue } from '../standardise/values.ts';

/** Between the parts of one answer; the unit separator, which no cleaned value holds. */
const separator = '\u001F';
/** Between the given and the family name of a full name. */
const half = '\u001E';

type Value = string | null;
const parts = (...values: (Value | undefined)[]): string => values.map((value) => value ?? '').join(separator);

/** words, suffix, nickname's full name, skeleton of that, skeleton of all words */
function namePack(words: Value, suffix: Value): string {
  if (words === null) return parts('', suffix);
  const formal = formalName(words);
  return parts(words, suffix, formal, skeleton(formal), skeleton(words));
}

function name(value: Value): Value {
  const { given, suffix } = personName(value, null);
  return given === null ? null : namePack(given, suffix);
}

function fullName(value: Value): Value {
  const { given, family, suffix } = personName(null, null, value);
  if (given === null && family === null) return null;
  return `${namePack(given, suffix)}${half}${family === null ? '' : namePack(family, suffix)}`;
}

function firm(value: Value): Value {
  const { core, form } = companyName(value);
  return core === null ? null : parts(core, form, skeleton(core));
}

/** A shared mailbox says nothing of one person: its address is left out, its domain stays. */
function address(value: Value): Value {
  const found = email(value);
  if (!found) return null;
  return found.isRole
    ? parts('', '', found.companyDomain)
    : parts(found.address, found.local, found.companyDomain, found.address.slice(found.local.length + 1));
}

function call(value: Value, country: Value): Value {
  const found = phone(value, country);
  return found ? parts(found.number, found.extension) : null;
}

const functions: Record<string, [arity: 1 | 2, of: (value: Value, second: Value) => Value]> = {
  std_name: [1, name],
  std_full_name: [1, fullName],
  std_company: [1, firm],
  std_email: [1, address],
  std_phone: [2, call],
  std_website: [1, website],
  std_street: [1, (value) => standardValue('street', value)],
  std_postal_code: [1, (value) => standardValue('postal-code', value)],
  std_city: [1, (value) => standardValue('city', value)],
  std_date: [1, (value) => standardValue('date', value)],
  std_number: [1, (value) => standardValue('number', value)],
  std_id: [1, (value) => standardValue('id', value)],
  std_text: [1, fold],
};

/** Makes the functions known on this connection. They run on the main thread, chunk by chunk. */
export function registerFunctions(duck: DuckDBConnection): void {
  for (const [sqlName, [arity, of]] of Object.entries(functions)) {
    duck.registerScalarFunction(
      DuckDBScalarFunction.create({
        name: sqlName,
        returnType: VARCHAR,
        parameterTypes: Array.from({ length: arity }, () => VARCHAR),
        // Without it DuckDB would not call us for null, and a country that is null would blank every phone.
        specialHandling: true,
        mainFunction: (_info, chunk, out) => {
          const values = chunk.getColumnValues(0) as Value[];
          const seconds = arity === 2 ? (chunk.getColumnValues(1) as Value[]) : null;
          for (const [at, value] of values.entries()) {
            out.setItem(at, value === null ? null : of(value, seconds?.[at] ?? null));
          }
          out.flush();
        },
      }),
    );
  }
}

/** SQL for one part of what a function answered, null when empty. */
export function part(pack: string, index: number): string {
  return `nullif(split_part(${pack}, chr(31), ${index}), '')`;
}

/** SQL for the given (1) or family (2) half of what std_full_name answered. */
export function halfOf(pack: string, index: 1 | 2): string {
  return `nullif(split_part(${pack}, chr(30), ${index}), '')`;
}
