/** All declarations as one checked set, ours and the operator's over them: every fault is found and shown together. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { alertSettings, type Definitions } from '../src/model/definitions.ts';
import { defineEntity, type EntityDefinition, type entityDefinition } from '../src/model/entity.ts';
import { DomainError, type Fault } from '../src/model/errors.ts';
import { defineMetric, type WrittenMetric } from '../src/model/metric.ts';
import { defineObject, type ObjectDefinition, type objectDefinition } from '../src/model/object.ts';
import { asWritten, defineRule, type ruleDefinition } from '../src/model/rule.ts';
import type { z } from 'zod';
import { alerts } from './alerts.ts';
import { type Declaration, folderFaults, readDeclaration, readDeclarations } from './declarations.ts';
import { type Env, readEnv } from './env.ts';
import { referenceFaults } from './references.ts';

/** @throws DomainError `config-invalid` with one fault per broken declaration. */
export async function loadDefinitions(env: Env = readEnv({})): Promise<Definitions> {
  const faults: Fault[] = [];
  const local = env.ASSAY_CONFIG ?? null;
  if (local !== null) faults.push(...(await folderFaults(local)));
  const objects = await readDeclarations('objects', asObject, local, faults);
  const entities = await readDeclarations('entities', asEntity, local, faults);
  const rules = await readDeclarations('rules', asRule, local, faults);
  const metrics = await readDeclarations('metrics', asMetric, local, faults);
  const definitions: Definitions = {
    objects: objects.map(({ value }) =>
      withEvidence(
        value,
        entities.map((entity) => entity.value),
      ),
    ),
    entities: entities.map(({ value }) => value),
    rules: rules.map(({ id, value }) => asWritten({ ...value, id })),
    metrics: metrics.map(({ id, value }) => ({ ...value, name: metricName(id) })),
    alerts: await readAlerts(local, faults),
    matching: {
      trainAfterDecisions: env.MATCH_TRAIN_DECISIONS,
      trainAfterMovedShare: env.MATCH_TRAIN_MOVED_SHARE,
      holdAboveClusters: env.MATCH_HOLD_CLUSTERS,
      holdAboveShare: env.MATCH_HOLD_SHARE,
    },
    history: { dailyDays: env.METRIC_HISTORY_DAILY_DAYS, weeklyDays: env.METRIC_HISTORY_WEEKLY_DAYS },
    integrationUserIds: env.INTEGRATION_USER_IDS,
    localFolder: local,
    files: {
      ...filesOf('objects', objects, ({ value }) => value.name),
      ...filesOf('entities', entities, ({ value }) => value.name),
      ...filesOf('rules', rules, ({ id }) => id),
      ...filesOf('metrics', metrics, ({ id }) => metricName(id)),
    },
  };
  faults.push(...referenceFaults(definitions));
  throwFaults(faults);
  return definitions;
}

/** @throws DomainError `config-invalid` naming each fault with its file, unless there is none. */
export function throwFaults(faults: Fault[]): void {
  if (faults.length === 0) return;
  const lines = faults.map(({ pointer, message }) => `${pointer}: ${message}`);
  throw new DomainError('config-invalid', `The declarations have ${faults.length} fault(s):\n  ${lines.join('\n  ')}`, {
    faults,
  });
}

// A file of ours has been through define…() when it is read, one of the operator's is plain: all are checked alike.
function asObject(exported: unknown) {
  const { table: _derived, ...written } = { ...(exported as z.input<typeof objectDefinition> & { table?: string }) };
  return defineObject(written);
}
const asEntity = (exported: unknown) => defineEntity(exported as z.input<typeof entityDefinition>);
const asMetric = (exported: unknown) => defineMetric(exported as WrittenMetric);
const metricName = (id: string) => id.replaceAll('-', '_');
const asRule = (exported: unknown) => defineRule(exported as z.input<typeof ruleDefinition>);

async function readAlerts(local: string | null, faults: Fault[]) {
  const file = ['alerts.ts', 'alerts.mts'].map((name) => join(local ?? '', name)).find((name) => existsSync(name));
  if (local === null || file === undefined) return alerts;
  const own = await readDeclaration(file, (exported) => alertSettings.partial().parse(exported), faults);
  return { ...alerts, ...own };
}

/** An entity may name its evidence itself: one file of an operator's then adds it, and replaces no object. */
function withEvidence(object: ObjectDefinition, entities: EntityDefinition[]): ObjectDefinition {
  const named = entities.flatMap(({ name, evidence }) =>
    evidence[object.name] ? [[name, evidence[object.name]!]] : [],
  );
  return named.length === 0 ? object : { ...object, entities: { ...object.entities, ...Object.fromEntries(named) } };
}

function filesOf<T>(kind: string, declared: Declaration<T>[], nameOf: (one: Declaration<T>) => string) {
  return Object.fromEntries(declared.map((one) => [`${kind}/${nameOf(one)}`, one.file]));
}
