/** Patterns into the evidence a reader sees: per field the level and its weight, and what the rarity of the value added. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { linkThreshold, type Model } from './engine.ts';

export type FieldEvidence = { field: string; level: string; weight: number; rarity?: number };

/** The part of a model that says what a code weighs. */
type Weighing = { comparisons: Model['comparisons']; estimate: Pick<Model['estimate'], 'weights' | 'levels'> };

/** Evidence of one code of one comparison, null where a side is blank. `rarity` is the part of the weight the value's rarity adds. */
export function fieldEvidence(model: Weighing, comparison: number, code: number): FieldEvidence | null {
  const { name, slots, levels } = model.comparisons[comparison] ?? { name: '', slots: [], levels: [] };
  const slot = slots[code - 1];
  const weight = model.estimate.weights[comparison]?.[code];
  if (!slot || weight === undefined) return null;
  const chances = model.estimate.levels[comparison]?.[slot.index];
  const round = (bits: number) => Math.round(bits * 100) / 100;
  const found: FieldEvidence = {
    field: name,
    level: `${levels[slot.index]?.label ?? ''}${slot.gate ? `, ${slot.gate.because}` : ''}`,
    weight: round(weight),
  };
  if (slot.rarity !== null && !slot.gate && chances) found.rarity = round(weight - Math.log2(chances.m / chances.u));
  return found;
}

/** Fills tables `evidence` (pid, fields as JSON text) for the patterns of pairs above `least`, and `rule` (rule, name). */
export async function prepareEvidence(duck: DuckDBConnection, model: Model, least: number): Promise<void> {
  await duck.run('create or replace temp table fragment (comparison integer, code integer, json varchar)');
  const appender = await duck.createAppender('fragment');
  for (const [at, { slots }] of model.comparisons.entries()) {
    for (let code = 1; code <= slots.length; code += 1) {
      appender.appendInteger(at);
      appender.appendInteger(code);
      appender.appendVarchar(JSON.stringify(fieldEvidence(model, at, code)));
      appender.endRow();
    }
  }
  appender.closeSync();
  const joins = model.comparisons.map(
    (_, at) => `left join fragment f${at} on f${at}.comparison = ${at} and f${at}.code = p.c${at}`,
  );
  const fields = ["''", ...model.comparisons.map((_, at) => `f${at}.json`)];
  await duck.run(`/* match.evidence */ create or replace temp table evidence as
    select p.pid, '[' || concat_ws(',', ${fields.slice(1).join(', ') || 'null'}) || ']' as fields
    from pattern p semi join (select distinct pid from scored where weight > ${least}) s on s.pid = p.pid ${joins.join(' ')}`);
  await duck.run('create or replace temp table rule (rule utinyint, name varchar)');
  const rules = await duck.createAppender('rule');
  for (const [at, name] of model.rules.entries()) {
    rules.appendUTinyInt(at);
    rules.appendVarchar(name);
    rules.endRow();
  }
  rules.closeSync();
}

/** SQL over scored pair `s` and the clusters of its records, `cl` and `cr`. */
export function decisionSql(model: Model): string {
  return `case when s.weight <= ${model.threshold.review} then 'apart' when s.weight <= ${linkThreshold} then 'review'
    when cl.c0 = cr.c0 then 'link' else 'cut' end`;
}
