/** All declarations of config/ as one checked set, handed to every stage. */
import { z } from 'zod';
import type { EntityDefinition } from './entity.ts';
import { DomainError } from './errors.ts';
import { incidentKind } from './incident-kinds.ts';
import type { MetricDefinition } from './metric.ts';
import type { ObjectDefinition } from './object.ts';
import type { RuleDefinition } from './rule.ts';

const points = z.number().min(0).max(1);

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like 07:30');
const timeZone = z
  .string()
  .refine(
    (name) => Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC',
    'must be a time zone like Europe/Berlin',
  );
/** `default` is the channel of the settings; a Slack channel or user by id; `mailto:` and an address. */
export const target = z
  .string()
  .regex(
    /^(default|[CGDUW][A-Z0-9]{2,20}|mailto:[^\s@]+@[^\s@]+)$/,
    'must be default, the id of a Slack channel or user, or mailto:…',
  );

export const severity = z.enum(['warn', 'critical']);
export type Severity = z.infer<typeof severity>;

/** Incidents that fit all that is given go to this target; those that fit no route go to `default`. */
const route = z.strictObject({
  to: target,
  objects: z.array(z.string()).min(1).optional(),
  severities: z.array(severity).min(1).optional(),
  kinds: z.array(incidentKind).min(1).optional(),
  /** Salesforce ids of users who own what most of the records in question. */
  owners: z.array(z.string()).min(1).optional(),
});

/** When a drop in a score becomes an incident, who hears of it and when. Scores are 0..1, points are hundredths. */
export const alertSettings = z.strictObject({
  /** Complete runs of the same rules that make the baseline. */
  baselineRunCount: z.int().min(1),
  /** Runs among which the best level is looked for: what drifts is held against it. */
  bestRunCount: z.int().min(1).default(28),
  /** Runs needed before the baseline counts; earlier only the floor does. */
  minimumRunCount: z.int().min(1),
  /** Below mean - sigma * robust deviation ... */
  sigma: z.number().positive(),
  /** ... and at least this far below the mean. */
  minimumDrop: points,
  /** A drop this deep is critical. */
  criticalDrop: points,
  /** Any score under this is an incident whatever the baseline. */
  floor: points,
  /** An incident resolves when the score is back within this of its baseline. */
  recoveryMargin: points,
  /** A rule falls by itself when so much more of the records it is asked of break it (.015: 1.5 of 100); null: rules are not judged alone. */
  minimumRuleDrop: points.nullable().default(0.015),
  /** ... and at least so many more of them. */
  minimumRuleCount: z.int().min(1).default(10),
  /** Objects with fewer records are not alerted on. */
  minimumRecordCount: z.int().min(0),
  /** An object is an incident when inactive users own more than this share of its records; null: never. */
  inactiveOwnerShare: points.nullable().default(null),
  /** Where incidents are announced. */
  routes: z.array(route).default([]),
  /** Incidents that are not critical wait until they are over. */
  quietHours: z.strictObject({ from: clock, to: clock, timeZone }).nullable().default(null),
  /** An open incident that nobody acknowledged is announced once more after so many hours; null: never. */
  reminderHours: z.number().min(1).nullable().default(24),
  /** A digest a week: for admins, and for each owner by e-mail or as a direct message in Slack; null: none. */
  digest: z
    .strictObject({
      /** 1 is Monday. */
      weekday: z.int().min(1).max(7),
      at: clock,
      timeZone,
      admins: target.default('default'),
      owners: z.enum(['mail', 'slack']).nullable().default(null),
    })
    .nullable()
    .default(null),
});
export type AlertSettings = z.infer<typeof alertSettings>;

/** When a matching model is trained anew, and when the new one waits for somebody to accept it. */
export type MatchingSettings = {
  /** Pairs on which reviewers said something new. */
  trainAfterDecisions: number;
  /** 0..1 of the records it was trained on. */
  trainAfterMovedShare: number;
  /** It changes more clusters than this, and more than the share (0..1) of those that nobody touched. */
  holdAboveClusters: number;
  holdAboveShare: number;
};

/** How long reported values are kept by day, and then by week; older ones are kept by month. */
export type HistorySettings = { dailyDays: number; weeklyDays: number };

export type Definitions = {
  objects: ObjectDefinition[];
  entities: EntityDefinition[];
  rules: RuleDefinition[];
  metrics: MetricDefinition[];
  alerts: AlertSettings;
  matching: MatchingSettings;
  history: HistorySettings;
  /** Salesforce ids (15 or 18) of users whose writes do not confirm a value. */
  integrationUserIds: string[];
  /** Folder of the operator's own declarations, which lie over ours; null: there is none. */
  localFolder: string | null;
  /** The file of each declaration, by `rules/<id>`, `objects/<name>`, `entities/<name>`, `metrics/<name>`. */
  files: Readonly<Record<string, string>>;
};

/** @throws DomainError `not-found` naming the objects there are. */
export function objectNamed(definitions: Definitions, name: string): ObjectDefinition {
  const found = definitions.objects.find((object) => object.name === name);
  if (found) return found;
  const known = definitions.objects.map((object) => object.name).join(', ');
  throw new DomainError('not-found', `There is no object "${name}"; the objects are ${known}.`);
}

/** @throws DomainError `not-found` naming the entities there are. */
export function entityNamed(definitions: Definitions, name: string): EntityDefinition {
  const found = definitions.entities.find((entity) => entity.name === name);
  if (found) return found;
  const known = definitions.entities.map((entity) => entity.name).join(', ');
  throw new DomainError('not-found', `There is no entity "${name}"; the entities are ${known}.`);
}

/**
 * What a record of the object stands for itself: the first entity it names. A lead is evidence of a company too, but two leads of
 * one company are two people.
 */
export function ownEntity({ entities }: Definitions, object: ObjectDefinition): EntityDefinition | undefined {
  const [own] = Object.keys(object.entities);
  return entities.find(({ name }) => name === own);
}
