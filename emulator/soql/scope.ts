/** Resolves field paths of one query to SQL, joining each parent they cross once. */
import { makeField, type Field, type SObject } from '../objects/definition.ts';
import { findField, type Org } from '../org/org.ts';
import { columnType, quoteName, quoteText, tableOf } from '../org/sql.ts';
import { noSuchColumn, noSuchRelationship, noSuchType } from './fault.ts';

export interface Resolved {
  sql: string;
  field: Field;
  /** Names in Salesforce's own case, parents first. */
  path: string[];
}

export interface Target {
  alias: string;
  object: SObject;
}

/** A parent crossed by some path: several targets where the reference may point at several objects. */
export interface Parent {
  path: string[];
  targets: Target[];
}

export interface Surroundings {
  org: Org;
  text: string;
  allRows: boolean;
  now: Date;
  /** Aliases are counted over the whole statement, so that subqueries cannot shadow. */
  nextAlias: { value: number };
}

export class Scope {
  readonly around: Surroundings;
  readonly root: Target;
  readonly joins: string[] = [];
  readonly #prefixes: Set<string>;
  readonly #parents = new Map<string, Parent>();

  constructor(around: Surroundings, objectName: string, alias: string | undefined) {
    const object = around.org.find(objectName);
    if (!object) throw noSuchType(around.text, objectName);
    this.around = around;
    this.root = { alias: this.#newAlias(), object };
    this.#prefixes = new Set([object.name, alias ?? object.name].map((name) => name.toLowerCase()));
  }

  /** `where` of rows the user sees; deleted ones show only to queryAll and ALL ROWS. */
  get seenRows(): string {
    const { alias, object } = this.root;
    const live = this.around.allRows ? 'true' : `not ${alias}."IsDeleted"`;
    const hidden = this.around.org.hiddenRecords(object.name);
    return hidden.length === 0 ? live : `${live} and ${alias}."Id" not in (${hidden.map(quoteText).join(', ')})`;
  }

  get from(): string {
    return [`from ${tableOf(this.root.object.name)} ${this.root.alias}`, ...this.joins].join(' ');
  }

  /** `reference` as written, such as `c.Account.Owner.Name`. */
  resolve(reference: string): Resolved {
    const parts = reference.split('.');
    if (
      parts.length > 1 &&
      this.#prefixes.has((parts[0] ?? '').toLowerCase()) &&
      !this.#isRelationship(parts[0] ?? '')
    ) {
      parts.shift();
    }
    const name = parts.pop() ?? '';
    const parent = this.parent(parts, reference);
    const field = parent.targets.map(({ object }) => findField(object, name)).find((found) => found !== undefined);
    const isKind = parent.targets.length > 1 && name.toLowerCase() === 'type';
    if (!field && !isKind) {
      const entity = parent.targets.length > 1 ? 'Name' : (parent.targets[0]?.object.name ?? '');
      throw noSuchColumn(this.around.text, reference, name, entity);
    }
    if (isKind) {
      const kinds = parent.targets.map(
        ({ alias, object }) => `when ${alias}."Id" is not null then ${quoteText(object.name)}`,
      );
      return { sql: `case ${kinds.join(' ')} end`, field: kindField, path: [...parent.path, 'Type'] };
    }
    // One of the two holds: `field` is there, or the kind was answered above.
    const found = field as Field;
    const values = parent.targets.flatMap(({ alias, object }) => {
      const own = findField(object, name);
      return own ? [columnSql(alias, own, object)] : [];
    });
    return {
      sql: values.length === 1 ? (values[0] ?? '') : `coalesce(${values.join(', ')})`,
      field: found,
      path: [...parent.path, found.name],
    };
  }

  /** A field of one of the objects that a relationship may point at. */
  fieldOf({ alias, object }: Target, name: string): { sql: string; field: Field } | null {
    const field = findField(object, name);
    return field ? { sql: columnSql(alias, field, object), field } : null;
  }

  /** The parent at the end of a relationship path; an empty path is the queried object itself. */
  parent(relationships: string[], reference: string): Parent {
    let current: Parent = { path: [], targets: [this.root] };
    for (const relationship of relationships) current = this.#step(current, relationship, reference);
    return current;
  }

  #isRelationship(name: string): boolean {
    return findReference(this.root.object, name) !== undefined;
  }

  #step(from: Parent, relationship: string, reference: string): Parent {
    const links = from.targets.flatMap(({ alias, object }) => {
      const field = findReference(object, relationship);
      return field ? [{ sql: `${alias}.${quoteName(field.name)}`, field }] : [];
    });
    const name = links[0]?.field.relationshipName;
    const key = links.length === 0 ? '' : [...from.path, name].join('.');
    const known = this.#parents.get(key);
    if (known) return known;
    const objects = [...new Set(links.flatMap(({ field }) => field.referenceTo))].flatMap(
      (to) => this.around.org.find(to) ?? [],
    );
    if (!name || objects.length === 0) throw noSuchRelationship(this.around.text, reference, relationship);
    const link = links.length === 1 ? links[0]?.sql : `coalesce(${links.map(({ sql }) => sql).join(', ')})`;
    const targets = objects.map((object) => {
      const alias = this.#newAlias();
      this.joins.push(`left join ${tableOf(object.name)} ${alias} on ${alias}."Id" = ${link}`);
      return { alias, object };
    });
    const parent: Parent = { path: [...from.path, name], targets };
    this.#parents.set(key, parent);
    return parent;
  }

  #newAlias(): string {
    return `t${this.around.nextAlias.value++}`;
  }
}

function findReference(object: SObject, relationship: string): Field | undefined {
  const wanted = relationship.toLowerCase();
  return object.fields.find((field) => field.relationshipName?.toLowerCase() === wanted);
}

/** Compound addresses are put together as JSON text, null when every part is. */
function columnSql(alias: string, field: Field, object: SObject): string {
  if (columnType(field.type) !== null) return `${alias}.${quoteName(field.name)}`;
  const prefix = field.name.replace(/Address$/, '');
  const parts = ['City', 'Country', 'GeocodeAccuracy', 'Latitude', 'Longitude', 'PostalCode', 'State', 'Street'].map(
    (part) => {
      const own = findField(object, `${prefix}${part}`);
      const key = part.charAt(0).toLowerCase() + part.slice(1);
      return { key, sql: own ? `${alias}.${quoteName(own.name)}` : 'null' };
    },
  );
  const pairs = parts.map(({ key, sql }) => `${quoteText(key)}, ${sql}`).join(', ');
  return `case when coalesce(${parts.map(({ sql }) => `cast(${sql} as varchar)`).join(', ')}) is not null then cast(json_object(${pairs}) as varchar) end`;
}

const kindField = makeField({ name: 'Type', type: 'picklist', length: 40, createable: false, updateable: false });
