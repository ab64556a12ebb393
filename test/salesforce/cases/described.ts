/** Objects of an org folder made up for a test: their describe, and their rows as CSV. */
export const field = (name: string, type: string, more: object = {}) => ({
  name,
  type,
  label: name,
  precision: 0,
  scale: 0,
  createable: true,
  updateable: true,
  nameField: false,
  idLookup: false,
  externalId: false,
  unique: false,
  defaultedOnCreate: false,
  restrictedPicklist: false,
  cascadeDelete: false,
  referenceTo: [],
  relationshipName: null,
  picklistValues: [],
  length: type === 'string' || type === 'textarea' ? 131072 : 0,
  calculated: false,
  compoundFieldName: null,
  custom: name.endsWith('__c'),
  nillable: true,
  ...more,
});
export const system = [
  field('Id', 'id'),
  field('IsDeleted', 'boolean'),
  field('CreatedDate', 'datetime'),
  field('LastModifiedDate', 'datetime'),
  field('SystemModstamp', 'datetime'),
];
export const describeOf = (name: string, fields: object[]) =>
  JSON.stringify({
    name,
    label: name,
    labelPlural: name,
    keyPrefix: `a0${name[0]}`,
    queryable: true,
    replicateable: true,
    custom: true,
    fields,
  });

export const csv = (rows: Record<string, string>[]) => {
  const names = Object.keys(rows[0]!);
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))]
    .map((line) => `${line.map(cell).join(',')}\n`)
    .join('');
};
