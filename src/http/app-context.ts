/** What every route is handed. */
import type { KeyRing } from '../control/secret.ts';
import type { Db } from '../db/connect.ts';
import type { Roles } from '../control/person.ts';
import type { IdentityProvider } from '../model/identity.ts';
import type { Definitions } from '../model/definitions.ts';
import type { Orgs } from '../model/org.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { PressPort } from '../model/press.ts';
import type { Guard } from './auth.ts';
import type { Strangers } from './strangers.ts';

export type OnAnswer = (method: string, route: string, status: number, seconds: number) => void;

export type AppContext = {
  db: Db;
  /** For probes alone, so that requests which hold every connection of `db` do not make a probe wait. */
  probeDb: Db;
  definitions: Definitions;
  log: Log;
  clock: Clock;
  connectionId: string;
  guard: Guard;
  strangers: Strangers;
  /** What looks at orgs, and the keys that seal their logins. */
  orgs: Orgs;
  keys: KeyRing;
  presses: PressPort | null;
  /** Where people sign in, and what their groups may do; null: with keys alone. */
  identity: { provider: IdentityProvider; roles: Roles } | null;
  /** Registers who hears of every answer (the metrics). */
  onAnswer(listener: OnAnswer): void;
};
