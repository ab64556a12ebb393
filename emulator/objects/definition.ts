/** Turns a compact table of fields, one a line, into the typed definition of an sObject the emulator serves. */

export const fieldTypes = [
  'id',
  'reference',
  'string',
  'textarea',
  'picklist',
  'multipicklist',
  'combobox',
  'phone',
  'email',
  'url',
  'encryptedstring',
  'anyType',
  'boolean',
  'int',
  'long',
  'double',
  'currency',
  'percent',
  'date',
  'datetime',
  'time',
  'address',
  'location',
  'base64',
  'json',
  'complexvalue',
] as const;

export type FieldType = (typeof fieldTypes)[number];

export interface Field {
  name: string;
  label: string;
  type: FieldType;
  /** Characters for text; 0 for everything else. */
  length: number;
  precision: number;
  scale: number;
  nillable: boolean;
  createable: boolean;
  updateable: boolean;
  custom: boolean;
  calculated: boolean;
  nameField: boolean;
  idLookup: boolean;
  externalId: boolean;
  unique: boolean;
  defaultedOnCreate: boolean;
  restrictedPicklist: boolean;
  picklist: string[];
  referenceTo: string[];
  relationshipName: string | null;
  /** Deleting the parent deletes this record. */
  cascadeDelete: boolean;
  compoundFieldName: string | null;
  /** What describe says it is, where that is not true. */
  declaredType: FieldType | null;
  /** The field as an org's own describe file states it; served unchanged. */
  recorded: Record<string, unknown> | null;
}

export interface SObject {
  name: string;
  label: string;
  labelPlural: string;
  keyPrefix: string;
  custom: boolean;
  mergeable: boolean;
  /** Whether Salesforce tracks its deletions, so that updated/ and deleted/ answer. */
  replicateable: boolean;
  fields: Field[];
  recorded: Record<string, unknown> | null;
}

export interface StandardSource {
  name: string;
  label?: string;
  labelPlural: string;
  keyPrefix: string;
  mergeable?: boolean;
  replicateable?: boolean;
  /** System fields this object lacks in Salesforce. */
  without?: string[];
  fields: string;
}

const systemFields = `
  IsDeleted boolean "Deleted" readonly
  CreatedDate datetime required readonly defaulted
  CreatedById reference required readonly defaulted -> User as CreatedBy
  LastModifiedDate datetime required readonly defaulted
  LastModifiedById reference required readonly defaulted -> User as LastModifiedBy
  SystemModstamp datetime required readonly defaulted
`;

/** A fieldless object with the system fields every sObject has. `label` falls back to the name in words. */
export function standardObject(source: StandardSource): SObject {
  const label = source.label ?? inWords(source.name);
  const rows = [
    `Id id "${label} ID" required readonly idlookup defaulted`,
    ...lines(source.fields),
    ...lines(systemFields),
  ];
  const without = new Set(source.without ?? []);
  return {
    name: source.name,
    label,
    labelPlural: source.labelPlural,
    keyPrefix: source.keyPrefix,
    custom: source.name.endsWith('__c'),
    mergeable: source.mergeable ?? false,
    replicateable: source.replicateable ?? true,
    fields: rows.map(parseField).filter((field) => !without.has(field.name)),
    recorded: null,
  };
}

/** The object with further fields, as an org has them that has turned a feature on. */
export function withFields(object: SObject, rows: string): SObject {
  const names = new Set(object.fields.map(({ name }) => name));
  const added = lines(rows).map(parseField);
  return { ...object, fields: [...object.fields, ...added.filter(({ name }) => !names.has(name))] };
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

// name type[(length|precision,scale)] ["label"] flags... [in Compound] [-> Parents as Relationship] [: values]
const rowPattern =
  /^(?<name>\w+) (?<type>\w+)(?:\((?<size>\d+)(?:,(?<scale>\d+))?\))?(?: "(?<label>[^"]*)")?(?<flags>(?: [a-z]+(?![a-zA-Z]*,))*?)(?: in (?<compound>\w+))?(?: -> (?<parents>[\w,]+) as (?<relation>[\w-]+))?(?: : (?<values>.*))?$/;

function parseField(row: string): Field {
  const parts = rowPattern.exec(row)?.groups;
  if (!parts) throw new Error(`The field row does not parse: ${row}`);
  const type = parts.type as FieldType;
  const flags = new Set((parts.flags ?? '').trim().split(' '));
  const size = Number(parts.size ?? 0);
  const numeric = parts.scale !== undefined;
  return makeField({
    name: parts.name ?? '',
    type,
    ...(parts.label === undefined ? {} : { label: parts.label }),
    length: type === 'id' || type === 'reference' ? 18 : numeric ? 0 : size,
    precision: numeric ? size : 0,
    scale: Number(parts.scale ?? 0),
    nillable: !flags.has('required') && type !== 'boolean',
    createable: !flags.has('readonly'),
    updateable: !flags.has('readonly') && !flags.has('createonly'),
    calculated: flags.has('calculated'),
    nameField: flags.has('namefield'),
    idLookup: flags.has('idlookup'),
    defaultedOnCreate: flags.has('defaulted') || type === 'boolean',
    restrictedPicklist: flags.has('restricted'),
    picklist: parts.values?.split('|') ?? [],
    referenceTo: parts.parents?.split(',') ?? [],
    relationshipName: parts.relation === '-' ? null : (parts.relation ?? null),
    cascadeDelete: flags.has('cascade'),
    compoundFieldName: parts.compound ?? null,
  });
}

/** A field with Salesforce's usual settings where none are given. */
export function makeField(given: Partial<Field> & Pick<Field, 'name' | 'type'>): Field {
  return {
    label: inWords(given.name),
    length: 0,
    precision: 0,
    scale: 0,
    nillable: true,
    createable: true,
    updateable: true,
    custom: given.name.endsWith('__c'),
    calculated: false,
    nameField: false,
    idLookup: false,
    externalId: false,
    unique: false,
    defaultedOnCreate: false,
    restrictedPicklist: false,
    picklist: [],
    referenceTo: [],
    relationshipName: null,
    cascadeDelete: false,
    compoundFieldName: null,
    declaredType: null,
    recorded: null,
    ...given,
  };
}

/** `BillingCity` -> `Billing City`, `OwnerId` -> `Owner ID`, `Churn_Risk__c` -> `Churn Risk`. */
export function inWords(name: string): string {
  return name
    .replace(/__c$/, '')
    .replace(/Id$/, ' ID')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
