/** Turns names and values into SQL text, and Salesforce field types into DuckDB columns and their two written forms. */
import type { Field, FieldType } from '../objects/definition.ts';

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  // The engine's parser ends at a NUL, though its strings hold one.
  return text.includes('\0') ? `(${quoted.replaceAll('\0', `' || chr(0) || '`)})` : quoted;
}

/** The table that holds an sObject's rows, live and deleted. */
export function tableOf(sobject: string): string {
  return `org.${quoteName(sobject)}`;
}

/** The column type rows are kept in; null for compound fields, which are put together from their parts. */
export function columnType(type: FieldType): string | null {
  switch (type) {
    case 'address':
    case 'location':
      return null;
    case 'boolean':
      return 'boolean';
    case 'int':
    case 'long':
      return 'bigint';
    case 'double':
    case 'currency':
    case 'percent':
      return 'double';
    case 'date':
      return 'date';
    case 'datetime':
      return 'timestamp';
    case 'time':
      return 'time';
    default:
      return 'varchar';
  }
}

export function storedFields(fields: Field[]): Field[] {
  return fields.filter((field) => columnType(field.type) !== null);
}

export function looksLikeId(expression: string): string {
  return `regexp_full_match(${expression}, '[A-Za-z0-9]{15}([A-Za-z0-9]{3})?')`;
}

/** Text to the stored type; null where the text is not a value of it. Times without a zone are UTC. */
export function castFromText(expression: string, type: FieldType): string {
  switch (columnType(type)) {
    case 'boolean':
      return `case lower(${expression}) when 'true' then true when 'false' then false when '1' then true when '0' then false end`;
    case 'bigint':
      return `case when regexp_full_match(${expression}, '[+-]?[0-9]+(\\.0+)?') then try_cast(${expression} as bigint) end`;
    case 'double':
      return `case when regexp_full_match(${expression}, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?') then try_cast(${expression} as double) end`;
    case 'date':
      return `case when regexp_full_match(${expression}, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then try_cast(${expression} as date) end`;
    case 'timestamp':
      // The plain cast is three times as fast but drops offsets, so it reads only what ends in Z.
      return `case when ${expression} like '____-__-__T__:__:__%Z' then try_cast(${expression} as timestamp)
        when regexp_full_match(${expression}, '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?') then try_cast(${expression} as timestamptz) at time zone 'UTC' end`;
    case 'time':
      return `try_cast(regexp_replace(${expression}, 'Z$', '') as time)`;
    default:
      return type === 'id' || type === 'reference' ? `id18(${expression})` : expression;
  }
}

/** The value as REST's JSON carries it: numbers and booleans stay, moments become `…000+0000`. */
export function jsonForm(expression: string, type: FieldType): string {
  switch (columnType(type)) {
    case 'bigint':
      return `cast(${expression} as double)`;
    case 'date':
      return `cast(${expression} as varchar)`;
    case 'timestamp':
      return `strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%g+0000')`;
    case 'time':
      return `strftime(date '2000-01-01' + ${expression}, '%H:%M:%S.%gZ')`;
    default:
      return expression;
  }
}

/** The value as Bulk API 2.0 writes it in CSV, unquoted. That datetimes end in `Z` is from memory, not recorded. */
export function csvForm(expression: string, type: FieldType): string {
  switch (columnType(type)) {
    case 'boolean':
      return `case when ${expression} then 'true' when not ${expression} then 'false' end`;
    case 'bigint':
    case 'date':
      return `cast(${expression} as varchar)`;
    case 'double':
      return `java_double(${expression})`;
    case 'timestamp':
      return `strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
    case 'time':
      return jsonForm(expression, type);
    default:
      // Most values hold no quote, and looking for one costs a tenth of replacing it.
      if (type === 'id' || type === 'reference') return expression;
      return `case when contains(${expression}, '"') then replace(${expression}, '"', '""') else ${expression} end`;
  }
}
