/** The port through which the control API looks at orgs: what a login can see, and what a sync would do. */
import { z } from 'zod';
import { exportApi } from './source.ts';
import type { RunMode } from './run.ts';

/** One object as the Salesforce user sees it. */
export const objectSight = z.object({
  object: z.string(),
  isVisible: z.boolean(),
  /** Live records, roughly; null when Salesforce does not count them. */
  rowCount: z.int().nullable(),
  /** Fields that the definition reads and the user may not. */
  missingFields: z.array(z.string()),
  /** Fields that move without a stamp: as old as their last refresh. */
  formulaFields: z.array(z.string()),
  /** Whether Salesforce's own field history of it can be read; null when it is not asked for. */
  hasHistory: z.boolean().nullable(),
  /** What to grant, in plain words; null when nothing is missing. */
  advice: z.string().nullable(),
});

export const connectionSight = z.object({
  isOk: z.boolean().describe('The login works and every required object can be read'),
  orgId: z.string().nullable(),
  orgName: z.string().nullable(),
  instanceName: z.string().nullable(),
  isSandbox: z.boolean().nullable(),
  userId: z.string().nullable(),
  instanceUrl: z.string().nullable(),
  /** Why the login failed, naming the part that is wrong. */
  fault: z.object({ code: z.string(), detail: z.string(), hint: z.string() }).nullable(),
  objects: z.array(objectSight),
  /** Of the rolling day. */
  usedCount: z.int().nullable(),
  limitCount: z.int().nullable(),
});
export type ConnectionSight = z.infer<typeof connectionSight>;

export const passPlan = z.object({
  pass: z.enum(['rows', 'ids', 'columns', 'formulas', 'history']),
  api: exportApi,
  rowCount: z.int().nullable(),
  callCount: z.int().describe('API requests it will take, about'),
});

export const objectPlan = z.object({
  object: z.string(),
  mode: z.enum(['first', 'full', 'incremental', 'skipped']),
  reason: z.string().nullable().describe('Why all rows are read, or why none'),
  passes: z.array(passPlan),
  callCount: z.int(),
});

export const syncPlan = z.object({
  objects: z.array(objectPlan),
  rowCount: z.int(),
  callCount: z.int(),
  usedCount: z.int().nullable(),
  limitCount: z.int().nullable(),
});
export type SyncPlan = z.infer<typeof syncPlan>;

export type Orgs = {
  /** @throws DomainError `salesforce-url-refused`. */
  checkLoginUrl(url: string): void;
  /** Never throws for what the org refuses: that is the answer. @throws DomainError `not-found`. */
  look(connectionId: string, signal: AbortSignal): Promise<ConnectionSight>;
  /** Reads only. @throws DomainError `salesforce-*`. */
  plan(wish: { connectionId: string; mode: RunMode; objects: string[] | null }, signal: AbortSignal): Promise<SyncPlan>;
};
