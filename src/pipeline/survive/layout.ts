/** An entity's definition and its objects become where the values of each golden field are found in a record. */
import type { EntityDefinition } from '../../model/entity.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import { systemFields } from '../standardise/tables.ts';

/**
 * A column of `standard.<table>` and the Salesforce field it comes from, by which the mirror keeps the history of values;
 * `isDay`: of a time only the day, UTC.
 */
export type FieldSource = { column: string; apiName: string; isDay: boolean };

export type ObjectLayout = {
  object: string;
  table: string;
  sources: FieldSource[];
  /** By golden field the places in `sources` that may say it; the first with a value speaks, of a set each one does. */
  saying: Map<string, number[]>;
  /** SQL over `r`, a row of the table, that says when the value of a golden field is not to be trusted. */
  doubts: (readonly [field: string, sql: string])[];
};

/** One layout for each object that is evidence of the entity. */
export function layoutsOf(entity: EntityDefinition, objects: readonly ObjectDefinition[]): ObjectLayout[] {
  return objects.filter((object) => entity.name in object.entities).map((object) => layoutOf(entity, object));
}

function layoutOf(entity: EntityDefinition, object: ObjectDefinition): ObjectLayout {
  const mapping = object.entities[entity.name] ?? {};
  const sources: FieldSource[] = [];
  const placeOf = (apiName: string, isDay: boolean): number[] => {
    const column = columnOf(object, apiName);
    if (column === null) return [];
    const known = sources.findIndex((source) => source.apiName === apiName);
    return [known === -1 ? sources.push({ column, apiName, isDay }) - 1 : known];
  };
  const saying = new Map<string, number[]>();
  const doubts: ObjectLayout['doubts'] = [];
  for (const [name, field] of Object.entries(entity.fields)) {
    const places = [mapping[name] ?? mapping[field.of ?? ''] ?? []]
      .flat()
      .flatMap((apiName) => placeOf(apiName, field.kind === 'date'));
    if (places.length === 0) continue;
    saying.set(name, places);
    const doubt = field.doubt[object.name];
    if (doubt !== undefined) doubts.push([name, doubt]);
  }
  return { object: object.name, table: object.table, sources, saying, doubts };
}

function columnOf(object: ObjectDefinition, apiName: string): string | null {
  const found = Object.entries(object.fields).find(([, field]) => [field.from].flat().includes(apiName));
  if (found) return found[0];
  return Object.entries(systemFields).find(([, field]) => field === apiName)?.[0] ?? null;
}

/** The column of `golden.<entity>` that says in which org the id in a field of kind `id` is one: ids mean nothing without it. */
export const connectionColumn = (field: string): string => `${field.replace(/_id$/, '')}_connection_id`;

/** The fields that hold ids. */
export function referencesOf(entity: EntityDefinition): string[] {
  return Object.keys(entity.fields).filter((field) => entity.fields[field]!.kind === 'id');
}

export const isSet = (entity: EntityDefinition, field: string): boolean =>
  entity.fields[field]!.survivor.includes('union');
