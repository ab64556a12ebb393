/** What the workers are made of; the entry that starts them has put it together. */
import type { Db } from '../src/db/connect.ts';
import type { Definitions } from '../src/model/definitions.ts';
import type { Clock, Log } from '../src/model/ports.ts';
import type { Source } from '../src/model/source.ts';
import type { Context } from '../src/pipeline/context.ts';
import type { Queues } from '../src/queue/queues.ts';
import type { RetentionDays } from '../src/privacy/retention.ts';
import type { Stages } from '../src/control/stage.ts';

export type Parts = {
  db: Db;
  /** Connections of their own for leases, schedules and the outbox: what a stage does on the others cannot hold these up. */
  control: Db;
  queues: Queues;
  definitions: Definitions;
  /** The org behind a connection. @throws DomainError `config-invalid` when nothing says how to log in. */
  sourceOf(connectionId: string): Promise<Source>;
  /** How long a run waits for a Salesforce that does not answer, before it fails. */
  outageHours: number;
  /** Where people reach the API; null: messages do not link to it. */
  publicUrl: string | null;
  /** Days that what grows is kept, and after which people deleted in Salesforce are forgotten; 0: for ever, never. */
  retention: RetentionDays & { deletedPeople: number };
  clock: Clock;
  log: Log;
  /** Takes in what changed in the folder of inputs, if there is one. */
  takeInputs(): Promise<void>;
  /** The whole way of one run. Resolves with its warnings. */
  runPipeline(context: Context, stages: Stages): Promise<string[]>;
  /** Sends what waits in the alert outbox. */
  deliver(signal: AbortSignal): Promise<void>;
};
