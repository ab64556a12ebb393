/** Turns a compiled query into the column metadata of `columns=true`. */
import type { FieldType } from '../objects/definition.ts';
import type { Column, Plan } from '../soql/plan.ts';

const apexTypes: Partial<Record<FieldType, string>> = {
  id: 'Id',
  reference: 'Id',
  boolean: 'Boolean',
  int: 'Integer',
  long: 'Long',
  double: 'Double',
  currency: 'Decimal',
  percent: 'Double',
  date: 'Date',
  datetime: 'Datetime',
  time: 'Time',
  address: 'Address',
  location: 'Location',
};
const numbers = new Set<FieldType>(['int', 'long', 'double', 'currency', 'percent']);

export function describeColumns(plan: Plan): Record<string, unknown> {
  const columns = nest(plan.columns, 0);
  const lists = plan.children.map((child) => {
    const list = child.compile(['000000000000000AAA']);
    return { ...column(child.relationshipName, null), aggregate: true, joinColumns: nest(list.columns.slice(1), 0) };
  });
  return {
    columnMetadata: [...columns, ...lists],
    entityName: plan.object.name,
    groupBy: plan.kind === 'aggregate',
    idSelected: plan.columns.some(({ path }) => path.length === 1 && path[0] === 'Id'),
    keyPrefix: plan.object.keyPrefix,
  };
}

/** Parents hold their columns as joinColumns, each parent once. */
function nest(columns: Column[], depth: number): Record<string, unknown>[] {
  const groups = Map.groupBy(columns, ({ path }) => path[depth] ?? '');
  return [...groups].map(([name, members]) => {
    const [first] = members;
    if (first && first.path.length === depth + 1) return column(name, first);
    return { ...column(name, null), joinColumns: nest(members, depth + 1) };
  });
}

function column(name: string, source: Column | null): Record<string, unknown> {
  const type = source?.type;
  return {
    aggregate: source?.aggregate ?? false,
    apexType: type ? (apexTypes[type] ?? 'String') : null,
    booleanType: type === 'boolean',
    columnName: name,
    custom: source?.field?.custom ?? false,
    displayName: name,
    foreignKeyName: null,
    insertable: source?.field?.createable ?? false,
    joinColumns: [],
    numberType: type !== undefined && numbers.has(type),
    textType: type !== undefined && !numbers.has(type) && apexTypes[type] === undefined,
    updatable: source?.field?.updateable ?? false,
  };
}
