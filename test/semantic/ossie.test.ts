/** The semantic model: shapes of Apache Ossie, expressions of the clean basis, and the metrics it says it cannot say. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { loadDefinitions } from '../../config/index.ts';
import { semanticModel } from '../../src/semantic/model.ts';
import { dbtProject } from '../../src/semantic/dbt.ts';
import { ossieDocument, ossieFlat } from '../../src/semantic/ossie.ts';

const { metrics } = await loadDefinitions();
const model = await semanticModel(metrics);

const extensions = z.array(z.strictObject({ vendor_name: z.enum(['COMMON', 'DBT', 'SALESFORCE']), data: z.string() }));
const said = z.strictObject({
  dialects: z.array(z.strictObject({ dialect: z.literal('ANSI_SQL'), expression: z.string().min(1) })).min(1),
});
const field = z.strictObject({
  name: z.string(),
  expression: said,
  dimension: z.strictObject({ is_time: z.boolean() }),
  description: z.string(),
});
const dataset = z.strictObject({
  name: z.string(),
  source: z.string(),
  primary_key: z.array(z.string()).min(1),
  description: z.string(),
  fields: z.array(field),
});
const relationship = z.strictObject({
  name: z.string(),
  from: z.string(),
  to: z.string(),
  from_columns: z.array(z.string()).min(1),
  to_columns: z.array(z.string()).min(1),
});
const metric = z.strictObject({
  name: z.string(),
  expression: said,
  description: z.string(),
  custom_extensions: extensions,
});
const content = {
  name: z.string(),
  description: z.string(),
  ai_context: z.strictObject({ instructions: z.string() }),
  datasets: z.array(dataset).min(1),
  relationships: z.array(relationship),
  metrics: z.array(metric),
  custom_extensions: extensions,
};

it('is nested in 0.1.1, flat in the draft of 0.2, with the same content', () => {
  const nested = z
    .strictObject({ version: z.literal('0.1.1'), semantic_model: z.array(z.strictObject(content)).length(1) })
    .parse(ossieDocument(model));
  const { version, ...flat } = z.strictObject({ version: z.literal('0.2.0.dev0'), ...content }).parse(ossieFlat(model));
  expect(version).toBe('0.2.0.dev0');
  expect(flat).toEqual(nested.semantic_model[0]);
});

it('names every metric once, said or left out with a reason', () => {
  const names = [...model.metrics.map(({ name }) => name), ...model.left.map((one) => one.metric)];
  expect(names.sort()).toEqual(metrics.map(({ name }) => name).sort());
  expect(model.left.every(({ reason }) => reason.length > 10)).toBe(true);
  // The honest no: SQL of its own and the team of a manager have no words here, nor what is made of them.
  const left = new Map(model.left.map((one) => [one.metric, one.reason]));
  expect(['quota', 'won_per_rep', 'coverage'].map((name) => left.get(name))).toEqual([
    'it has SQL of its own',
    'it is made of active_reps, which is not here',
    'of a manager it takes the value of the team',
  ]);
});

it('says metrics whose fact joins what they do not speak of, and calls no day in dbt like a granularity', () => {
  const said = new Set(model.metrics.map(({ name }) => name));
  expect(['leads', 'lead_conversion_rate'].filter((name) => !said.has(name))).toEqual([]);
  // The honest no: this one speaks of the months whose spend is known.
  expect(said).not.toContain('leads_of_known_spend');
  const project = dbtProject(model)['models/semantic.yml'] as {
    semantic_models: { dimensions: { name: string; expr?: string }[] }[];
  };
  const dimensions = project.semantic_models.flatMap((one) => one.dimensions);
  expect(dimensions.filter(({ name }) => ['day', 'week', 'month', 'quarter', 'year'].includes(name))).toEqual([]);
  expect(dimensions).toContainEqual(expect.objectContaining({ name: 'month_start', expr: 'month' }));
});

it('speaks of columns there are, on the clean basis alone', () => {
  const columns = new Set(
    model.datasets.flatMap(({ name, columns: own }) => own.map((column) => `${name}.${column.name}`)),
  );
  const document = JSON.stringify(ossieDocument(model));
  for (const [, table, column] of document.matchAll(/\b((?:fct|dim)_\w+)\.(\w+)/g)) {
    if (document.includes(`unified.${table}`)) expect(columns).toContain(`${table}.${column}`);
  }
  expect(document).not.toMatch(/\bb\.(deals|people|accounts|links|stale)\b|current_setting/);
  for (const { from, to, columns: pairs } of model.relationships)
    for (const [own, other] of pairs)
      expect([columns.has(`${from}.${own}`), columns.has(`${to}.${other}`)]).toEqual([true, true]);
});
