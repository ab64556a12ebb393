/** What a pull noticed beside the rows becomes plain words: fields gone or come, and an object that has fallen silent. */
import { type ObjectDefinition, usedFields } from '../../model/object.ts';
import type { Context } from '../context.ts';
import { readWatermark } from './checkpoint.ts';
import type { Layout } from './layout.ts';
import type { PullPlan } from './passes.ts';

/** Incremental pulls without a single row before silence is strange, of an object that has moved before. */
const quietRuns = 7;
/** Pulls whose high-water mark stood still, and hours it must have: a transaction left open, or a clock that stopped. */
const frozenRuns = 3;
const frozenHours = 1;

export function schemaWarnings(object: ObjectDefinition, layout: Layout, plan: PullPlan): string[] {
  const visible = new Set(layout.fields.map((one) => one.field));
  const hidden = layout.hidden.map(
    (field) =>
      `${object.name}.${field} is no longer visible. Assay keeps its last values. ` +
      `If it still exists, grant Read on the field ${object.name}.${field} to the Salesforce user.`,
  );
  const added = layout.added.filter((field) => visible.has(field));
  const filled = plan.queries.some(({ pass }) => pass === 'columns') || plan.mode !== 'incremental';
  // Told once, when it happens; a definition's field that was never visible is told on the first pull.
  return [
    ...hidden,
    ...added.map(
      (field) =>
        `${object.name}.${field} is newly visible or has another type${filled ? '; Assay has read it for all records' : ''}.`,
    ),
  ];
}

/** Fields the definition reads and nobody shows us; of several sources of one column any will do. */
export function missingFields(object: ObjectDefinition, visible: string[]): string[] {
  const fields = Object.values(object.fields);
  const optional = new Set(fields.flatMap(({ from, feature }) => (feature === null ? [] : [from].flat())));
  const lacking = usedFields(object).filter(
    (from) => !from.some((field) => visible.includes(field)) && !from.every((field) => optional.has(field)),
  );
  return [...new Set(lacking.map((from) => from[0] ?? ''))];
}

/** Success without rows, run after run, looks the same as a pull that has stopped working (PostHog 87238). */
export async function silenceWarnings(context: Context, { object }: Layout): Promise<string[]> {
  const mark = await readWatermark(context, object);
  if (!mark) return [];
  const warnings: string[] = [];
  if (mark.has_moved && mark.quiet_count >= quietRuns) {
    warnings.push(
      `${object} has had no changed record in ${mark.quiet_count} syncs, although it had before. Check what the user may see.`,
    );
  }
  const stoodHours = (context.clock.now().getTime() - mark.high_water_at.getTime()) / 3_600_000;
  if (mark.frozen_count >= frozenRuns && stoodHours >= frozenHours) {
    warnings.push(
      `Salesforce says for ${mark.frozen_count} syncs that changes of ${object} are complete only up to ${mark.high_water_at.toISOString()}. ` +
        'A transaction in Salesforce may be open.',
    );
  }
  return warnings;
}
