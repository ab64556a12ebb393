/** What no single file can know: names that point nowhere, circles, and two declarations of one name. */
import type { Definitions } from '../src/model/definitions.ts';
import type { EntityDefinition } from '../src/model/entity.ts';
import type { Fault } from '../src/model/errors.ts';
import type { ObjectDefinition } from '../src/model/object.ts';
import { momentNames, placeholdersOf, type RuleDefinition } from '../src/model/rule.ts';

export function referenceFaults(definitions: Definitions): Fault[] {
  const { objects, entities, rules, files } = definitions;
  const at = (kind: string, name: string) => files[`${kind}/${name}`] ?? `${kind}/${name}`;
  const found = (kind: string, name: string, messages: (string | false)[]): Fault[] =>
    messages.flatMap((message) => (message === false ? [] : [{ pointer: at(kind, name), message }]));
  return [
    ...objects.flatMap((object) => found('objects', object.name, objectFaults(object, definitions))),
    ...entities.flatMap((entity) => found('entities', entity.name, entityFaults(entity, definitions))),
    ...rules.flatMap((rule) => found('rules', rule.id, ruleFaults(rule, definitions))),
  ];
}

type Messages = (string | false)[];

const repeats = <T>(all: readonly T[], own: T, of: (one: T) => string): boolean =>
  all.some((one) => one !== own && of(one) === of(own));

function objectFaults(object: ObjectDefinition, { objects, entities }: Definitions): Messages {
  const mapped = Object.entries(object.entities).flatMap(([name, mapping]): Messages => {
    const entity = entities.find((one) => one.name === name);
    if (!entity) return [`there is no entity "${name}"`];
    const unknown = Object.keys(mapping).filter((field) => !(field in entity.fields));
    return unknown.map((field) => `${name} has no field "${field}"`);
  });
  const columns = [object.owner, object.amount, object.label, object.country, ...Object.values(object.segments)].map(
    (column) => column !== null && !(column in object.fields) && `there is no column "${column}"`,
  );
  return [
    repeats(objects, object, ({ table }) => table) && `the object ${object.name} is declared twice`,
    entities.some(({ name }) => name === object.table) &&
      `${object.name} and the entity ${object.table} would share the table standard.${object.table}`,
    ...mapped,
    ...columns,
  ];
}

function entityFaults(entity: EntityDefinition, { objects, entities }: Definitions): Messages {
  const objectOf = (name: string) => objects.find((object) => object.name === name);
  const isEntity = (name: string) => entities.some((one) => one.name === name);
  const column = (part: string, object: string, name: string, type?: string): string | false => {
    const known = objectOf(object);
    if (!known) return `${part}: there is no object "${object}"`;
    if (name === 'id') return false;
    const field = known.fields[name];
    if (!field) return `${part}: ${object} has no column "${name}"`;
    return type !== undefined && field.type !== type && `${part}: ${object}.${name} is a ${field.type}, not a ${type}`;
  };
  const { became, apart, money, fields, after, name, evidence } = entity;
  return [
    repeats(entities, entity, (one) => one.name) && `the entity ${name} is declared twice`,
    repeats(entities, entity, (one) => one.idPrefix) && `another entity's ids open with ${entity.idPrefix} too`,
    repeats(entities, entity, (one) => one.plural) && `another entity is called ${entity.plural} too`,
    !objects.some((object) => name in object.entities) && `no object is evidence of ${name}`,
    ...Object.keys(evidence).map((object) => !objectOf(object) && `evidence: there is no object "${object}"`),
    ...after.map((other) => !isEntity(other) && `after: there is no entity "${other}"`),
    circleOf(entity, entities),
    ...became.map((link) => column('became', link.object, link.column, 'id')),
    ...apart.map((link) => column('apart', link.object, link.column, 'id')),
    ...(money
      ? [
          column('money', money.object, money.column, 'id'),
          column('money', money.object, money.amount, 'number'),
          money.by !== undefined && !(money.by in fields) && `money: ${name} has no field "${money.by}"`,
        ]
      : []),
    ...Object.entries(fields).flatMap(([field, { prefer, doubt, entity: other }]): Messages => {
      const evidence = (part: string, object: string): string | false => {
        if (!objectOf(object)) return `${field}.${part}: there is no object "${object}"`;
        return !(name in objectOf(object)!.entities) && `${field}.${part}: ${object} is no evidence of ${name}`;
      };
      return [
        other !== undefined && !isEntity(other) && `${field}: there is no entity "${other}"`,
        ...(prefer.objects ?? []).map((object) => evidence('prefer', object)),
        ...Object.keys(doubt).map((object) => evidence('doubt', object)),
      ];
    }),
  ];
}

function circleOf(entity: EntityDefinition, entities: readonly EntityDefinition[]): string | false {
  const reached = new Set<string>();
  const waiting = [...entity.after];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...(entities.find((one) => one.name === name)?.after ?? []));
  }
  return reached.has(entity.name) && `after: ${entity.name} waits for itself`;
}

function ruleFaults(rule: RuleDefinition, { objects }: Definitions): Messages {
  const object = objects.find(({ name }) => name === rule.object);
  if (!object) return [`there is no object "${rule.object}"`];
  const speaks = (words: RegExp) => words.test(`${rule.applies} ${rule.violated}`);
  return [
    rule.field !== null && !(rule.field in object.fields) && `${rule.object} has no column "${rule.field}"`,
    speaks(/\bowner_is_active\b/) &&
      object.owner === null &&
      `speaks of owner_is_active, and ${object.name} has no owner`,
    speaks(/\bgolden_record_(count|rank)\b/) &&
      Object.keys(object.entities).length === 0 &&
      `speaks of golden records, and ${object.name} is evidence of no entity`,
    speaks(/\bplace_\w+\b/) && object.country === null && `speaks of places, and ${object.name} has no country`,
    speaks(/\b(value_since|value_since_is_bound)\b/) &&
      rule.field === null &&
      'speaks of the age of a value, and names no field',
    ...placeholdersOf(rule)
      .filter((name) => !momentNames.has(name) && !(name in rule.values) && !(name in rule.facts))
      .map((name) => `speaks of :${name}, which is none of its parameters or facts`),
    ...Object.keys(rule.facts)
      .filter((name) => !placeholdersOf(rule).includes(name))
      .map((name) => `has a fact ${name}, of which its SQL does not speak`),
    ...Object.keys(rule.parameters)
      .filter((name) => !placeholdersOf(rule).includes(name))
      .map((name) => `has a parameter ${name}, of which its SQL does not speak`),
  ];
}
