/** Reads the references of all objects backwards: which lists of children a parent has, and what they are called. */
import type { Field, SObject } from '../objects/definition.ts';
import type { Org } from './org.ts';

export interface ChildRelationship {
  relationshipName: string;
  child: SObject;
  field: Field;
}

/** Who points at `parent`, with the name their list has there. */
export function childRelationships(org: Org, parent: SObject): ChildRelationship[] {
  return org.objects.flatMap((child) =>
    child.fields
      .filter((field) => field.referenceTo.includes(parent.name) && !field.name.startsWith('MasterRecord'))
      .flatMap((field) => {
        const relationshipName = listName(parent, child, field);
        return relationshipName === null ? [] : [{ relationshipName, child, field }];
      }),
  );
}

// The audit fields' lists have no names in Salesforce either; a second lookup to one parent needs a name of its own.
function listName(parent: SObject, child: SObject, field: Field): string | null {
  if (['CreatedById', 'LastModifiedById', 'OwnerId'].includes(field.name)) return null;
  if (child.custom) return child.name.replace(/__c$/, 's__r');
  const plural = child.labelPlural.replace(/\s/g, '');
  if (child.name === parent.name) return `Child${plural}`;
  const lookups = child.fields.filter(({ referenceTo }) => referenceTo.includes(parent.name));
  const main =
    lookups.find(({ name }) => name === `${parent.name}Id`) ??
    lookups.find(({ name }) => /^(Who|What)Id$/.test(name)) ??
    lookups[0];
  return main === field ? plural : null;
}
