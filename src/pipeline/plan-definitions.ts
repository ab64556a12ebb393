/** Definitions become faults before anything starts: every SQL text of theirs is planned against the tables they make. */
import sql, { raw, type Sql } from 'sql-template-tag';
import type { Db, Transaction } from '../db/connect.ts';
import { identifier } from '../db/identifier.ts';
import { readMarts, type Mart } from '../marts/read.ts';
import { unknownNeeds } from '../metrics/availability.ts';
import { stepsOf, type MetricStep } from '../metrics/plan.ts';
import { facts } from '../metrics/read-facts.ts';
import type { Definitions } from '../model/definitions.ts';
import type { Fault } from '../model/errors.ts';
import type { MetricDefinition } from '../model/metric.ts';
import type { RuleDefinition } from '../model/rule.ts';
import { condition } from '../quality/condition.ts';
import { verdictsSql } from '../quality/row.ts';
import { emptyBandMart } from './publish/band.ts';
import { createTable, createView } from './publish/materialise.ts';
import {
  availabilityMart,
  emptyStoredMart,
  measuredView,
  metricDefinitionMart,
  metricValueView,
  metricViews,
  storedMart,
} from './publish/metric-mart.ts';
import { receiptView } from './publish/receipt-mart.ts';
import { createTables } from './standardise/tables.ts';
import { ensureGoldenTables } from './survive/table.ts';

/**
 * One fault for each text that PostgreSQL cannot plan, with its file. The tables are made empty, as these definitions want
 * them, in schemas that stand in for the real ones inside a transaction which is rolled back: what an org has synced so
 * far changes no answer, and no table in use is locked.
 */
export async function definitionFaults(db: Db, definitions: Definitions, now: Date): Promise<Fault[]> {
  const marts = await readMarts();
  const steps = metricSteps(definitions);
  if ('faults' in steps) return steps.faults;
  const faults: Fault[] = [];
  try {
    await db.transaction(async (tx) => {
      faults.length = 0;
      await standIn(tx);
      await createTables(tx, definitions);
      await ensureGoldenTables(tx, definitions.entities);
      for (const text of textsOf(definitions, now)) await plan(tx, text, faults);
      for (const mart of [...marts.tables, emptyStoredMart, emptyBandMart, ...marts.plain])
        await make(tx, mart, faults);
      if (faults.length === 0) await planMetrics(tx, definitions, steps.alone, faults);
      if (faults.length === 0) {
        const { metrics, objects } = definitions;
        const asked = [metricDefinitionMart(metrics), availabilityMart(metrics, objects), receiptView(objects)];
        for (const mart of [...asked, metricValueView, ...marts.views, ...metricViews(metrics)])
          await make(tx, mart, faults);
      }
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  return faults;
}

class RolledBack extends Error {}

/** Each metric as a step of its own, so that a fault names its file; or what keeps them from being measured at all. */
function metricSteps({ metrics, objects, files }: Definitions): { alone: MetricStep[] } | { faults: Fault[] } {
  const fileOf = ({ name }: MetricDefinition) => files[`metrics/${name}`] ?? `metrics/${name}`;
  const faults: Fault[] = [];
  for (const metric of metrics) {
    const unknown = unknownNeeds(metric, objects);
    if (unknown.length > 0)
      faults.push({ pointer: fileOf(metric), message: `needs: ${unknown.join(', ')} is not read by any object here` });
  }
  const base = metrics.filter(({ kind }) => kind !== 'derived' && kind !== 'cumulative');
  const alone = base.flatMap((metric) => {
    try {
      return stepsOf([metric], facts);
    } catch (error) {
      faults.push({ pointer: fileOf(metric), message: (error as Error).message });
      return [];
    }
  });
  if (faults.length > 0) return { faults };
  try {
    return { alone: [...alone, ...stepsOf(metrics, facts).filter(({ inputs }) => inputs.length > 0)] };
  } catch (error) {
    return { faults: [{ pointer: 'metrics', message: (error as Error).message }] };
  }
}

async function planMetrics(
  tx: Transaction,
  { files }: Definitions,
  steps: MetricStep[],
  faults: Fault[],
): Promise<void> {
  await make(tx, measuredView(steps), faults);
  for (const step of steps) {
    const [name] = step.names as [string];
    const statement = sql([storedMart([step]).select]);
    await plan(tx, { file: files[`metrics/${name}`] ?? `metrics/${name}`, part: 'definition', statement }, faults);
  }
}

/** Schemas whose tables all follow from definitions and marts; what else they hold is copied empty. */
const derived = ['standard', 'unified', 'salesops', 'revops'];
const kept = ['unified.publication'];

async function standIn(tx: Transaction): Promise<void> {
  // The planner may work out what follows from the day of a publication.
  await tx.query(
    sql`/* plan.day */ select set_config('assay.as_of', now()::date::text, true), set_config('assay.now', now()::text, true)`,
  );
  for (const schema of derived) {
    await tx.query(
      sql`/* plan.aside */ alter schema ${identifier(schema)} rename to ${identifier(`${schema}_in_use`)}`,
    );
    await tx.query(sql`/* plan.schema */ create schema ${identifier(schema)}`);
  }
  for (const table of kept) {
    const [schema, name] = table.split('.') as [string, string];
    await tx.query(sql`/* plan.copy */ create table ${identifier(schema, name)}
      (like ${identifier(`${schema}_in_use`, name)} including all)`);
  }
}

type Text = { file: string; part: string; statement: Sql };

/** Each SQL text of a declaration as a statement of its own, so that a fault names it. */
function* textsOf(definitions: Definitions, now: Date): Generator<Text> {
  const { objects, entities, rules, files } = definitions;
  const fileOf = (kind: string, name: string) => files[`${kind}/${name}`] ?? `${kind}/${name}`;
  const over = (table: string, text: string) =>
    sql`select from ${identifier('standard', table)} r where (${condition(text, { now, zone: 'UTC', connectionId: '' })})`;
  for (const object of objects) {
    const { name, table, entityWhen } = object;
    const texts = typeof entityWhen === 'string' ? { '': entityWhen } : entityWhen;
    for (const [entity, text] of Object.entries(texts)) {
      const part = entity === '' ? 'entityWhen' : `entityWhen.${entity}`;
      yield { file: fileOf('objects', name), part, statement: over(table, text) };
    }
  }
  const tableOf = (name: string) => objects.find((object) => object.name === name)!.table;
  for (const { name, money, fields } of entities) {
    const file = fileOf('entities', name);
    if (money) yield { file, part: 'money.when', statement: over(tableOf(money.object), money.when) };
    for (const [field, { doubt }] of Object.entries(fields)) {
      for (const [object, text] of Object.entries(doubt)) {
        yield { file, part: `${field}.doubt.${object}`, statement: over(tableOf(object), text) };
      }
    }
  }
  const users = objects.find(({ name }) => name === 'User');
  for (const rule of rules) {
    const object = objects.find(({ name }) => name === rule.object)!;
    const judged = (one: RuleDefinition) =>
      verdictsSql({ connectionId: '', now, zone: 'UTC', until: now, waivers: null, object, users, rules: [one] }, null);
    const file = fileOf('rules', rule.id);
    yield { file, part: 'applies', statement: judged({ ...rule, violated: 'false' }) };
    yield { file, part: 'violated', statement: judged({ ...rule, applies: 'true' }) };
    for (const [table, column] of Object.entries(rule.asks)) {
      const statement = sql`select _version, ${identifier(column)} from ${identifier('standard', table)}`;
      yield { file, part: `asks.${table}`, statement };
    }
  }
}

async function plan(tx: Transaction, { file, part, statement }: Text, faults: Fault[]): Promise<void> {
  await orElse(
    tx,
    async () => void (await tx.query(sql`/* plan.text */ explain ${statement}`)),
    (message) => faults.push({ pointer: file, message: `${part}: ${message}` }),
  );
}

/** Tables have a key; the others are views. */
async function make(tx: Transaction, mart: Mart, faults: Fault[]): Promise<void> {
  const work = () => (mart.key.length > 0 ? createTable(tx, mart) : createView(tx, mart));
  await orElse(tx, work, (message) => faults.push({ pointer: mart.file, message }));
}

/** After a fault the transaction goes on as if the work had not been tried. */
async function orElse(tx: Transaction, work: () => Promise<void>, say: (message: string) => void): Promise<void> {
  await tx.query(raw('/* plan.try */ savepoint tried'));
  try {
    await work();
    await tx.query(raw('/* plan.done */ release savepoint tried'));
  } catch (error) {
    await tx.query(raw('/* plan.undo */ rollback to savepoint tried'));
    say((error as Error).message);
  }
}
