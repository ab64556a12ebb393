/** Turns an org's own describe file into the object the emulator serves. */
import { z } from 'zod';
import { makeField, type FieldType, type SObject } from '../objects/definition.ts';
import { OrgFolderError } from './folder-error.ts';

const describeFile = z.looseObject({
  name: z.string(),
  label: z.string(),
  labelPlural: z.string(),
  keyPrefix: z.string().nullable(),
  custom: z.boolean(),
  mergeable: z.boolean().default(false),
  replicateable: z.boolean().default(true),
  childRelationships: z
    .array(z.looseObject({ childSObject: z.string(), field: z.string(), cascadeDelete: z.boolean() }))
    .default([]),
  fields: z.array(
    z.looseObject({
      name: z.string(),
      label: z.string(),
      type: z.string(),
      length: z.number(),
      precision: z.number(),
      scale: z.number(),
      nillable: z.boolean(),
      createable: z.boolean(),
      updateable: z.boolean(),
      custom: z.boolean(),
      calculated: z.boolean(),
      nameField: z.boolean(),
      idLookup: z.boolean(),
      externalId: z.boolean(),
      unique: z.boolean(),
      defaultedOnCreate: z.boolean(),
      restrictedPicklist: z.boolean(),
      cascadeDelete: z.boolean(),
      referenceTo: z.array(z.string()),
      relationshipName: z.string().nullable(),
      compoundFieldName: z.string().nullable().default(null),
      picklistValues: z.array(z.looseObject({ value: z.string() })),
    }),
  ),
});

/** `text` is the content of `describe/<Object>.json`; throws OrgFolderError naming the first thing wrong with it. */
export function parseDescribe(text: string, file: string): SObject {
  const advice = 'Save the answer of /sobjects/<Object>/describe unchanged, or remove the file.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new OrgFolderError({ file }, `Not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`, advice);
  }
  const parsed = describeFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new OrgFolderError(
      { file },
      `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a describe'}.`,
      advice,
    );
  }
  const { fields, childRelationships: _, ...rest } = parsed.data;
  return {
    name: rest.name,
    label: rest.label,
    labelPlural: rest.labelPlural,
    keyPrefix: rest.keyPrefix ?? '',
    custom: rest.custom,
    mergeable: rest.mergeable,
    replicateable: rest.replicateable,
    recorded: parsed.data,
    fields: fields.map((field) =>
      makeField({
        ...field,
        type: field.type as FieldType,
        picklist: field.picklistValues.map(({ value }) => value),
        recorded: field,
      }),
    ),
  };
}
