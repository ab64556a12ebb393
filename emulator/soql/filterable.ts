/** Says what a query may do with a field: filter, sort, group or aggregate, as describe states it. */
import type { Field } from '../objects/definition.ts';

function stated(field: Field, property: string): boolean | null {
  const value = field.recorded?.[property];
  return typeof value === 'boolean' ? value : null;
}

function isLongText(field: Field): boolean {
  return field.type === 'textarea' && field.length > 255;
}

export function isFilterable(field: Field): boolean {
  return stated(field, 'filterable') ?? !(isLongText(field) || field.type === 'base64' || field.type === 'json');
}

export function isSortable(field: Field): boolean {
  const never = ['address', 'location', 'base64', 'json', 'multipicklist'];
  return stated(field, 'sortable') ?? !(isLongText(field) || never.includes(field.type));
}

export function isGroupable(field: Field): boolean {
  const never = [
    'double',
    'currency',
    'percent',
    'datetime',
    'time',
    'address',
    'location',
    'base64',
    'json',
    'multipicklist',
  ];
  return stated(field, 'groupable') ?? !(isLongText(field) || never.includes(field.type));
}

export function isAggregatable(field: Field): boolean {
  const never = ['boolean', 'address', 'location', 'base64', 'json', 'multipicklist'];
  return stated(field, 'aggregatable') ?? !(isLongText(field) || never.includes(field.type));
}
