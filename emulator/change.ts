/** Turns the JSON a script or test posts to the control API into typed changes of org records. */
import { z } from 'zod';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const fields = z.record(z.string(), value);
const id = z.string().regex(/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/, 'a 15 or 18 character Id');
const sobject = z.string().min(1);
/** The stamp the change leaves behind; a past one plays a transaction that committed late. Default: now. */
const at = z.iso.datetime({ offset: true }).optional();
/** The user who changes it: LastModifiedById, and who the history names. Default: the connected user. */
const by = id.optional();

export const changeSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('insert'), sobject, fields, at, by }),
  z.strictObject({ op: z.literal('update'), sobject, id, fields, at, by }),
  // What formulas, roll-ups and clocks do: values move, and no stamp, no history tells.
  z.strictObject({ op: z.literal('recalculate'), sobject, id, fields }),
  z.strictObject({ op: z.literal('delete'), sobject, id, at }),
  z.strictObject({ op: z.literal('undelete'), sobject, id, at }),
  z.strictObject({ op: z.literal('purge'), sobject, id, at }),
  z.strictObject({
    op: z.literal('merge'),
    sobject,
    masterId: id,
    mergeIds: z.array(id).min(1).max(2),
    at,
  }),
]);

export const changesSchema = z.array(changeSchema);

export type Change = z.infer<typeof changeSchema>;
export type FieldValue = z.infer<typeof value>;
