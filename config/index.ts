/** All declarations of this folder as one checked set: every fault is found and told together. */
import { readdir } from 'node:fs/promises';
import { ZodError, type z } from 'zod';
import type { Definitions } from '../src/model/definitions.ts';
import { type EntityDefinition, entityDefinition } from '../src/model/entity.ts';
import { DomainError, type Fault } from '../src/model/errors.ts';
import { type ObjectDefinition, objectDefinition } from '../src/model/object.ts';
import { type RuleDefinition, ruleDefinition } from '../src/model/rule.ts';
import { alerts } from './alerts.ts';
import { type Env, readEnv } from './env.ts';

/** @throws DomainError `config-invalid` with one fault per broken declaration. */
export async function loadDefinitions(env: Env = readEnv({})): Promise<Definitions> {
  const faults: Fault[] = [];
  const objects = await loadFolder<ObjectDefinition>('objects', objectDefinition.loose(), faults);
  const entities = await loadFolder<EntityDefinition>('entities', entityDefinition, faults);
  const rules = await loadFolder<Omit<RuleDefinition, 'id'>>('rules', ruleDefinition, faults);
  const definitions: Definitions = {
    objects: objects.map(({ value }) => value),
    entities: entities.map(({ value }) => value),
    rules: rules.map(({ id, value }) => ({ ...value, id })),
    alerts,
    matching: {
      trainAfterDecisions: env.MATCH_TRAIN_DECISIONS,
      trainAfterMovedShare: env.MATCH_TRAIN_MOVED_SHARE,
      holdAboveClusters: env.MATCH_HOLD_CLUSTERS,
      holdAboveShare: env.MATCH_HOLD_SHARE,
    },
    integrationUserIds: env.INTEGRATION_USER_IDS,
  };
  faults.push(...crossFaults(definitions));
  if (faults.length > 0) {
    const told = faults.map((fault) => `${fault.pointer}: ${fault.message}`).join('\n  ');
    throw new DomainError('config-invalid', `config/ has ${faults.length} fault(s):\n  ${told}`, { faults });
  }
  return definitions;
}

/** `schema` is asked again for those who wrote a plain object instead of calling define…(). */
async function loadFolder<T>(name: string, schema: z.ZodType, faults: Fault[]): Promise<{ id: string; value: T }[]> {
  const folder = new URL(`./${name}/`, import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const loaded = await Promise.all(
    files.map(async (file) => {
      const pointer = `config/${name}/${file}`;
      try {
        const module = (await import(new URL(file, folder).href)) as { default?: T };
        if (module.default !== undefined) {
          schema.parse(module.default);
          return { id: file.replace(/\.ts$/, ''), value: module.default };
        }
        faults.push({ pointer, message: 'has no default export' });
      } catch (error) {
        const issues = error instanceof ZodError ? error.issues : [];
        for (const issue of issues) faults.push({ pointer, message: `${issue.path.join('.')}: ${issue.message}` });
        if (issues.length === 0) faults.push({ pointer, message: String(error) });
      }
      return null;
    }),
  );
  return loaded.filter((one) => one !== null);
}

/** What no single file can know: names that point nowhere. */
function crossFaults({ objects, entities, rules }: Definitions): Fault[] {
  const faults: Fault[] = [];
  const byName = new Map(objects.map((object) => [object.name, object]));
  for (const object of objects) {
    for (const [entityName, mapping] of Object.entries(object.entities)) {
      const entity = entities.find((one) => one.name === entityName);
      const unknown = entity ? Object.keys(mapping).filter((field) => !(field in entity.fields)) : [];
      if (!entity) faults.push({ pointer: object.name, message: `there is no entity "${entityName}"` });
      for (const field of unknown)
        faults.push({ pointer: object.name, message: `${entityName} has no field "${field}"` });
    }
    for (const column of [object.owner, object.amount, object.label]) {
      if (column !== null && !(column in object.fields)) {
        faults.push({ pointer: object.name, message: `there is no column "${column}"` });
      }
    }
  }
  for (const rule of rules) {
    const object = byName.get(rule.object);
    if (!object) faults.push({ pointer: `config/rules/${rule.id}.ts`, message: `there is no object "${rule.object}"` });
    else if (rule.field !== null && !(rule.field in object.fields)) {
      faults.push({ pointer: `config/rules/${rule.id}.ts`, message: `${rule.object} has no column "${rule.field}"` });
    }
  }
  return faults;
}
