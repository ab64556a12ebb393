/** What an object's own rules are asked when its records change. */
import type { FieldValue } from '../change.ts';
import type { SqlRow } from '../org/database.ts';
import type { Batch } from './batch.ts';

export interface ObjectRules {
  /** Fields that follow from those given. */
  derive(fields: Record<string, FieldValue>): Record<string, FieldValue>;
  inserted(batch: Batch, ids: string[]): Promise<void>;
  /** What `updated` needs to know of the rows as they were. */
  remember(batch: Batch, ids: string[]): Promise<SqlRow[]>;
  updated(batch: Batch, before: SqlRow[]): Promise<void>;
}
