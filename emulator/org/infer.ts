/** Guesses the type of columns no describe knows from all their values, as text wherever a doubt is left. */
import { makeField, type Field } from '../objects/definition.ts';
import type { Database } from './database.ts';
import { castFromText, quoteName } from './sql.ts';

const id = `'[A-Za-z0-9]{15}([A-Za-z0-9]{3})?'`;
// A leading zero, a plus or more than seven whole digits mark a code, a phone or an id: text that must not change.
const plainNumber = `'-?(0|[1-9][0-9]{0,6})(\\.[0-9]+)?|-?[0-9]{1,15}\\.[0-9]{1,4}'`;

/** Fields for `columns` of the staged all-text `table`; a reference's parents are left to `linkReferences`. */
export async function inferFields(db: Database, table: string, columns: string[]): Promise<Field[]> {
  if (columns.length === 0) return [];
  const tests = columns.flatMap((column, i) => {
    const name = quoteName(column);
    const all = (condition: string) => `coalesce(bool_and(${condition}) filter (where ${name} is not null), false)`;
    return [
      `${all(`lower(${name}) in ('true', 'false')`)} as boolean_${i}`,
      `${all(`regexp_full_match(${name}, ${id}) and regexp_matches(${name}, '^[a-zA-Z0-9]{3}[0-9a-zA-Z]*[0-9]')`)} as id_${i}`,
      `${all(`regexp_full_match(${name}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') and ${castFromText(name, 'date')} is not null`)} as date_${i}`,
      `${all(`${name} like '%T%' and ${castFromText(name, 'datetime')} is not null`)} as datetime_${i}`,
      `${all(`regexp_full_match(${name}, ${plainNumber})`)} as number_${i}`,
      `coalesce(max(length(${name})), 0) as length_${i}`,
    ];
  });
  const [found = {}] = await db.rows(`/* infer.types */ select ${tests.join(', ')} from ${table}`);
  return columns.map((name, i) => {
    const length = Number(found[`length_${i}`]);
    if (found[`boolean_${i}`]) return makeField({ name, type: 'boolean', nillable: false, defaultedOnCreate: true });
    if (found[`date_${i}`]) return makeField({ name, type: 'date' });
    if (found[`datetime_${i}`]) return makeField({ name, type: 'datetime' });
    if (found[`id_${i}`]) return makeField({ name, type: 'reference', length: 18 });
    if (found[`number_${i}`]) return makeField({ name, type: 'double', precision: 18, scale: 4 });
    if (length > 255) return makeField({ name, type: 'textarea', length: Math.max(length, 32768) });
    return makeField({ name, type: 'string', length: 255, nameField: name === 'Name' });
  });
}

/** `Region__c` -> `Region__r`, `RegionId` -> `Region`. */
export function relationshipOf(field: string): string | null {
  if (field.endsWith('__c')) return field.replace(/__c$/, '__r');
  return field.endsWith('Id') && field.length > 2 ? field.slice(0, -2) : null;
}
