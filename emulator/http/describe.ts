/** Turns an object's definition into Salesforce's describe: the short one of lists, and the whole one with every field. */
import type { Field, FieldType, SObject } from '../objects/definition.ts';
import type { Org } from '../org/org.ts';
import { childRelationships } from '../org/relationships.ts';
import { isAggregatable, isFilterable, isGroupable, isSortable } from '../soql/filterable.ts';

type Json = Record<string, unknown>;

/** `version` is the path segment, for the urls. */
export function describeBriefly(object: SObject, version: string): Json {
  const base = `/services/data/${version}/sobjects/${object.name}`;
  const { name, label, labelPlural, keyPrefix, custom, mergeable, replicateable } = object;
  const writable = object.fields.some(({ createable }) => createable);
  const urls = {
    compactLayouts: `${base}/describe/compactLayouts`,
    rowTemplate: `${base}/{ID}`,
    describe: `${base}/describe`,
    layouts: `${base}/describe/layouts`,
    sobject: base,
  };
  const given = object.recorded ?? {};
  const stated = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value === null || typeof value !== 'object'),
  );
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: writable,
    customSetting: false,
    deepCloneable: false,
    deletable: writable,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    layoutable: writable,
    mruEnabled: writable,
    queryable: true,
    retrieveable: true,
    searchable: writable,
    triggerable: writable,
    undeletable: writable,
    updateable: writable,
    ...stated,
    name,
    label,
    labelPlural,
    keyPrefix: keyPrefix === '' ? null : keyPrefix,
    custom,
    mergeable,
    replicateable,
    urls,
  };
}

export function describeFully(org: Org, object: SObject, version: string): Json {
  const children = childRelationships(org, object).map(({ relationshipName, child, field }) => ({
    cascadeDelete: field.cascadeDelete,
    childSObject: child.name,
    deprecatedAndHidden: false,
    field: field.name,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName,
    restrictedDelete: false,
  }));
  return {
    actionOverrides: [],
    ...describeBriefly(object, version),
    childRelationships: children,
    compactLayoutable: true,
    defaultImplementation: null,
    extendedBy: null,
    extendsInterfaces: null,
    fields: object.fields.map(describeField),
    implementedBy: null,
    implementsInterfaces: null,
    listviewable: null,
    lookupLayoutable: null,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: [],
    searchLayoutable: true,
    sobjectDescribeOption: 'FULL',
    supportedScopes: [{ label: `All ${object.labelPlural.toLowerCase()}`, name: 'everything' }],
  };
}

const soapTypes: Partial<Record<FieldType, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  long: 'xsd:long',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  address: 'urn:address',
  location: 'urn:location',
  base64: 'xsd:base64Binary',
  anyType: 'xsd:anyType',
};

function describeField(field: Field): Json {
  if (field.recorded !== null) return field.recorded;
  const { recorded: _, declaredType, picklist, cascadeDelete, ...given } = field;
  const own = { ...given, type: declaredType ?? field.type };
  const isKey = field.type === 'id' || field.type === 'reference';
  return {
    aggregatable: isAggregatable(field),
    aiPredictionField: false,
    autoNumber: false,
    // Salesforce counts three bytes a character, except in ids.
    byteLength: isKey ? 18 : field.length * 3,
    calculatedFormula: null,
    cascadeDelete,
    caseSensitive: false,
    controllerName: null,
    defaultValue: field.type === 'boolean' ? false : null,
    defaultValueFormula: null,
    dependentPicklist: false,
    deprecatedAndHidden: false,
    digits: field.type === 'int' ? 8 : 0,
    displayLocationInDecimal: false,
    encrypted: false,
    extraTypeInfo: field.type === 'textarea' ? 'plaintextarea' : null,
    filterable: isFilterable(field),
    filteredLookupInfo: null,
    formulaTreatNullNumberAsZero: false,
    groupable: isGroupable(field),
    highScaleNumber: false,
    htmlFormatted: false,
    inlineHelpText: null,
    mask: null,
    maskType: null,
    namePointing: field.referenceTo.length > 1,
    permissionable: field.nillable && field.updateable,
    polymorphicForeignKey: field.referenceTo.length > 1,
    queryByDistance: field.type === 'address' || field.type === 'location',
    referenceTargetField: null,
    relationshipOrder: null,
    restrictedDelete: false,
    searchPrefilterable: false,
    soapType: soapTypes[own.type] ?? 'xsd:string',
    sortable: isSortable(field),
    writeRequiresMasterRead: false,
    ...own,
    picklistValues: picklist.map((value) => ({
      active: true,
      defaultValue: false,
      label: value,
      validFor: null,
      value,
    })),
  };
}
