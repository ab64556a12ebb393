/** Random lives of an org and of its mirror: what admins do, what Salesforce and the network do, when we sync, where we die. */
import fc from 'fast-check';

export const objects = ['Account', 'Contact'] as const;
export type ObjectName = (typeof objects)[number];

/** `pick` chooses among the records there are at that moment. */
export type Edit =
  | { kind: 'insert' | 'edit' | 'delete' | 'undelete' | 'purge' | 'hide'; object: ObjectName; pick: number }
  | { kind: 'merge'; object: ObjectName; pick: number; loser: number }
  /** A transaction that began now and commits its edit, stamped now, at some later step. */
  | { kind: 'begin' | 'commit'; object: ObjectName; pick: number }
  /** More records than a page holds, all of one stamp. */
  | { kind: 'import'; object: ObjectName }
  /** Text that neither CSV nor PostgreSQL takes as it is: a NUL, half a surrogate pair, a very long one. */
  | { kind: 'poison'; object: ObjectName; pick: number }
  /** A custom field comes with a value for one record, goes for good, or becomes one of another type. */
  | { kind: 'add-field' | 'remove-field' | 'retype-field'; object: ObjectName; pick: number }
  /** All fields and objects come into sight again. */
  | { kind: 'show' }
  /** The object is taken from the Salesforce user, or given back. */
  | { kind: 'forbid'; object: ObjectName }
  | { kind: 'permit'; object: ObjectName }
  /** The org's clock goes on. */
  | { kind: 'wait'; minutes: number };

export type FaultName =
  | 'expire-session'
  | 'daily-limit'
  | 'concurrent-limit'
  | 'login-refused'
  | 'status'
  | 'html'
  | 'slow'
  | 'drop'
  | 'truncate'
  | 'wrong-count'
  | 'job-failed'
  | 'job-slow'
  | 'job-expired'
  | 'short-page'
  | 'locator-lost';

export type Sync = {
  kind: 'sync';
  full: boolean;
  /** Bulk jobs and pages of two rows, or REST. */
  bulk: boolean;
  /** Done to the org while the sync is under way. */
  during: Edit[];
  faults: { kind: FaultName; after: number; times: number }[];
  /** The worker dies at its n-th transaction, before or after the commit; the next sync goes on with the same run, or with another. */
  death: { write: number; committed: boolean; sameRun: boolean } | null;
  /**
   * What PostgreSQL answers in the n-th transaction: a cut connection (57P01), a full disk (53100), a server that became a
   * replica (25006), or a deadlock (40P01) or serialisation failure (40001), which must not even be noticed.
   */
  database: { write: number; code: '57P01' | '53100' | '25006' | '40P01' | '40001' } | null;
};

export type Step = Edit | Sync;

const object = fc.constantFrom(...objects);
const pick = fc.nat({ max: 30 });
const minutes = fc.constantFrom(0, 1, 4, 7, 45, 180);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('edit' as const), object, pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('insert' as const), object, pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), object, pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undelete' as const), object, pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), object, pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merge' as const), object, pick, loser: pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), object, pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const), object, pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hide' as const), object, pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('import' as const), object }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('poison' as const), object, pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('add-field' as const), object, pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove-field' as const), object, pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('retype-field' as const), object, pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forbid' as const), object }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('permit' as const), object }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('show' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes }) },
);

const fault = fc.record({
  kind: fc.constantFrom<FaultName>(
    'expire-session',
    'daily-limit',
    'concurrent-limit',
    'login-refused',
    'status',
    'html',
    'slow',
    'drop',
    'truncate',
    'wrong-count',
    'job-failed',
    'job-slow',
    'job-expired',
    'short-page',
    'locator-lost',
  ),
  after: fc.nat({ max: 6 }),
  times: fc.integer({ min: 1, max: 2 }),
});

const sync: fc.Arbitrary<Sync> = fc.record({
  kind: fc.constant('sync' as const),
  full: fc.nat({ max: 4 }).map((n) => n === 0),
  bulk: fc.boolean(),
  during: fc.array(edit, { maxLength: 3 }),
  faults: fc.array(fault, { maxLength: 2 }),
  death: fc.option(
    fc.record({ write: fc.integer({ min: 1, max: 12 }), committed: fc.boolean(), sameRun: fc.boolean() }),
    { freq: 3 },
  ),
  database: fc.option(
    fc.record({
      write: fc.integer({ min: 1, max: 12 }),
      code: fc.constantFrom('57P01' as const, '53100' as const, '25006' as const, '40P01' as const, '40001' as const),
    }),
    { freq: 3 },
  ),
});

/** Shrinks to the shortest life that still goes wrong. */
export const script: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: edit as fc.Arbitrary<Step> }, { weight: 1, arbitrary: sync as fc.Arbitrary<Step> }),
  { minLength: 1, maxLength: 14 },
);
