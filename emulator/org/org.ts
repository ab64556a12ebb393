/** The org in memory: its objects and who may see them, its clock, its database. */
import { IdMint } from '../ids.ts';
import type { Field, SObject } from '../objects/definition.ts';
import type { Database } from './database.ts';

interface Permission {
  readable: boolean;
  hiddenFields: Set<string>;
}

export class Org {
  readonly db: Database;
  readonly mint = new IdMint();
  /** When an object or a permission last changed: what If-Modified-Since is held against. */
  schemaChangedAt: Date;
  orgId = '';
  userId = '';
  readonly now: () => Date;
  readonly #objects = new Map<string, SObject>();
  readonly #visible = new Map<string, SObject | null>();
  readonly #permissions = new Map<string, Permission>();

  constructor(db: Database, now: () => Date) {
    this.db = db;
    this.now = now;
    this.schemaChangedAt = now();
  }

  add(object: SObject): void {
    this.#objects.set(object.name.toLowerCase(), object);
    this.#visible.clear();
  }

  /** Every object there is, hidden ones too, in order of name. */
  get everyObject(): SObject[] {
    return [...this.#objects.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The objects the connected user may read, without the fields hidden from them. */
  get objects(): SObject[] {
    return this.everyObject.flatMap((object) => this.find(object.name) ?? []);
  }

  /** An object whatever the user may see; names are case-insensitive. */
  findHidden(name: string): SObject | undefined {
    return this.#objects.get(name.toLowerCase());
  }

  /** An object as the user sees it; names are case-insensitive. */
  find(name: string): SObject | undefined {
    const key = name.toLowerCase();
    let seen = this.#visible.get(key);
    if (seen === undefined) {
      const object = this.#objects.get(key);
      const permission = this.#permissions.get(key);
      seen = !object || permission?.readable === false ? null : without(object, permission?.hiddenFields);
      this.#visible.set(key, seen);
    }
    return seen ?? undefined;
  }

  findByPrefix(id: string): SObject | undefined {
    return this.everyObject.find((object) => object.keyPrefix === id.slice(0, 3));
  }

  permit(sobject: string, change: { readable?: boolean | undefined; hiddenFields?: string[] | undefined }): void {
    const key = sobject.toLowerCase();
    const before = this.#permissions.get(key) ?? { readable: true, hiddenFields: new Set<string>() };
    this.#permissions.set(key, {
      readable: change.readable ?? before.readable,
      hiddenFields: change.hiddenFields
        ? new Set(change.hiddenFields.map((name) => name.toLowerCase()))
        : before.hiddenFields,
    });
    this.#visible.clear();
    this.schemaChangedAt = this.now();
  }
}

function without(object: SObject, hidden: Set<string> | undefined): SObject {
  if (!hidden || hidden.size === 0) return object;
  return { ...object, fields: object.fields.filter((field) => !hidden.has(field.name.toLowerCase())) };
}

export function findField(object: SObject, name: string): Field | undefined {
  const wanted = name.toLowerCase();
  return object.fields.find((field) => field.name.toLowerCase() === wanted);
}
