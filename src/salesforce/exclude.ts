/** What a connection never pulls is taken out of what Salesforce describes, so that no query can ask for it. */
import { DomainError } from '../model/errors.ts';
import type { SourceObject } from '../model/source.ts';

/** Case-insensitive, as names in Salesforce are. */
const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** @throws DomainError `salesforce-no-permission` for an object that is never pulled. */
export function checkExcluded(object: string, exclude: readonly string[]): void {
  if (exclude.some((one) => same(one, object))) {
    throw new DomainError('salesforce-no-permission', `${object} is on the list of what this connection never pulls.`);
  }
}

/** `exclude`: `Object.Field`. The history of a field holds its values too: of such an object it comes without them. */
export function withoutExcluded(object: SourceObject, exclude: readonly string[]): SourceObject {
  const pairs = exclude.filter((one) => one.includes('.')).map((one) => one.split('.') as [string, string]);
  if (pairs.length === 0) return object;
  const own = pairs.filter(([name]) => same(name, object.name)).map(([, field]) => field);
  const isHistory = pairs.some(([name]) => historiesOf(name).some((one) => same(one, object.name)));
  const isOut = (name: string) =>
    own.some((field) => same(field, name)) || (isHistory && /^(Old|New)Value$/i.test(name));
  return {
    ...object,
    fields: object.fields.filter(({ name, partOf }) => !isOut(name) && !(partOf !== null && isOut(partOf))),
    compounds: object.compounds.filter(({ name }) => !isOut(name)),
  };
}

const historiesOf = (object: string) => [
  `${object}History`,
  `${object}FieldHistory`,
  object.replace(/__c$/i, '__History'),
];
