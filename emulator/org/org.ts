/** The org in memory: its objects, who may see them, its clock, its database. */
import { IdMint } from '../ids.ts';
import type { Field, SObject } from '../objects/definition.ts';
import { trackedAtFirst } from '../objects/field-history.ts';
import type { Database } from './database.ts';

interface Permission {
  readable: boolean;
  hiddenFields: Set<string>;
  /** Ids of records that are shared with others only. */
  hiddenRecords: string[];
}

export interface PermissionChange {
  readable?: boolean | undefined;
  hiddenFields?: string[] | undefined;
  hiddenRecords?: string[] | undefined;
}

/** What every user's view of one org shares. */
interface Shared {
  db: Database;
  now: () => Date;
  mint: IdMint;
  objects: Map<string, SObject>;
  /** By user id, `everyone` for rules that hold for all; then by object name in lower case. */
  permissions: Map<string, Map<string, Permission>>;
  views: Map<string, Org>;
  /** Tracked fields by object, where somebody chose them. */
  tracked: Map<string, string[]>;
  schemaChangedAt: Date;
  holdsLoneSurrogates: boolean;
  orgId: string;
}

const everyone = '';

/** An org as one user sees and changes it. */
export class Org {
  userId = '';
  readonly #shared: Shared;
  readonly #visible = new Map<string, SObject | null>();

  constructor(db: Database, now: () => Date, shared?: Shared) {
    this.#shared = shared ?? {
      db,
      now,
      mint: new IdMint(),
      objects: new Map(),
      permissions: new Map(),
      views: new Map(),
      tracked: new Map(),
      schemaChangedAt: now(),
      holdsLoneSurrogates: false,
      orgId: '',
    };
    if (!shared) this.#shared.views.set(everyone, this);
  }

  /** The same org as another user sees it. */
  as(userId: string): Org {
    if (userId === this.userId) return this;
    let view = this.#shared.views.get(userId);
    if (!view) {
      view = new Org(this.db, this.now, this.#shared);
      view.userId = userId;
      this.#shared.views.set(userId, view);
    }
    return view;
  }

  get db(): Database {
    return this.#shared.db;
  }

  get now(): () => Date {
    return this.#shared.now;
  }

  get mint(): IdMint {
    return this.#shared.mint;
  }

  get orgId(): string {
    return this.#shared.orgId;
  }

  set orgId(id: string) {
    this.#shared.orgId = id;
  }

  /** When an object or a permission last changed: what If-Modified-Since is held against. */
  get schemaChangedAt(): Date {
    return this.#shared.schemaChangedAt;
  }

  /** The schema is as it is since now: an org has been loaded. */
  settleSchema(): void {
    this.#shared.schemaChangedAt = wholeSecond(this.now());
  }

  /** Set once a change has written one: answers are then searched for its stand-in. */
  get holdsLoneSurrogates(): boolean {
    return this.#shared.holdsLoneSurrogates;
  }

  set holdsLoneSurrogates(holds: boolean) {
    this.#shared.holdsLoneSurrogates = holds;
  }

  /** The fields of an object whose changes its history object keeps. */
  tracked(object: string): string[] {
    return this.#shared.tracked.get(object) ?? trackedAtFirst[object] ?? [];
  }

  track(object: string, fields: string[]): void {
    this.#shared.tracked.set(object, fields);
  }

  /** Adds an object, or puts a changed definition in the place of the old one. */
  add(object: SObject): void {
    this.#shared.objects.set(object.name.toLowerCase(), object);
    this.#schemaChanged();
  }

  remove(name: string): void {
    this.#shared.objects.delete(name.toLowerCase());
    this.#schemaChanged();
  }

  #schemaChanged(): void {
    for (const view of this.#shared.views.values()) view.#visible.clear();
    this.#visible.clear();
    // HTTP dates know whole seconds: the second change of one second must not look like the first.
    const next = this.#shared.schemaChangedAt.getTime() + 1000;
    this.#shared.schemaChangedAt = wholeSecond(new Date(Math.max(next, this.now().getTime())));
  }

  /** Every object there is, hidden ones too, in order of name. */
  get everyObject(): SObject[] {
    return [...this.#shared.objects.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The objects this user may read, without the fields hidden from them. */
  get objects(): SObject[] {
    return this.everyObject.flatMap((object) => this.find(object.name) ?? []);
  }

  /** An object whatever the user may see; names are case-insensitive. */
  findHidden(name: string): SObject | undefined {
    return this.#shared.objects.get(name.toLowerCase());
  }

  /** An object as the user sees it; names are case-insensitive. */
  find(name: string): SObject | undefined {
    const key = name.toLowerCase();
    let seen = this.#visible.get(key);
    if (seen === undefined) {
      seen = this.#see(key);
      this.#visible.set(key, seen);
    }
    return seen ?? undefined;
  }

  #see(key: string): SObject | null {
    const object = this.#shared.objects.get(key);
    if (!object) return null;
    const rules = this.#rulesOf(key);
    if (rules.some(({ readable }) => !readable)) return null;
    const hidden = new Set(rules.flatMap(({ hiddenFields }) => [...hiddenFields]));
    if (hidden.size === 0) return object;
    return { ...object, fields: object.fields.filter((field) => !hidden.has(field.name.toLowerCase())) };
  }

  #rulesOf(key: string): Permission[] {
    return [everyone, this.userId].flatMap((user) => this.#shared.permissions.get(user)?.get(key) ?? []);
  }

  /** Ids of records that no query of this user answers. */
  hiddenRecords(sobject: string): string[] {
    return this.#rulesOf(sobject.toLowerCase()).flatMap(({ hiddenRecords }) => hiddenRecords);
  }

  findByPrefix(id: string): SObject | undefined {
    return this.everyObject.find((object) => object.keyPrefix !== '' && object.keyPrefix === id.slice(0, 3));
  }

  /** What is left out of `change` stays. `userId` null: for every user. */
  permit(sobject: string, change: PermissionChange, userId: string | null = null): void {
    const rules = this.#shared.permissions.get(userId ?? everyone) ?? new Map<string, Permission>();
    this.#shared.permissions.set(userId ?? everyone, rules);
    const key = sobject.toLowerCase();
    const before = rules.get(key) ?? { readable: true, hiddenFields: new Set<string>(), hiddenRecords: [] };
    const hiddenFields = change.hiddenFields && new Set(change.hiddenFields.map((name) => name.toLowerCase()));
    rules.set(key, {
      readable: change.readable ?? before.readable,
      hiddenFields: hiddenFields ?? before.hiddenFields,
      hiddenRecords: change.hiddenRecords ?? before.hiddenRecords,
    });
    this.#schemaChanged();
  }
}

function wholeSecond(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}

export function findField(object: SObject, name: string): Field | undefined {
  const wanted = name.toLowerCase();
  return object.fields.find((field) => field.name.toLowerCase() === wanted);
}
