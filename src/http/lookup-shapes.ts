/** What is found of somebody who is looked up, as the API shows it. */
import { z } from 'zod';
import type { Identified, Likely } from '../lookup/look-up.ts';
import { rate, step, time } from './shapes.ts';

export const verdict = z.enum(['known', 'doubtful', 'new', 'unknown']);
export const complete = z
  .enum(['yes', 'no', 'unknown'])
  .describe('no: a key is shared by so many records that not all of them were compared; unknown: nothing was compared');
export const optedOut = z
  .enum(['yes', 'maybe', 'no', 'unknown'])
  .describe('maybe: a record in doubt wants no e-mail; unknown: nobody was found who could say');
const likely = z.object({
  goldenId: z.string(),
  name: z.string().nullable(),
  connectionId: z.string(),
  salesforceId: z.string().describe('The record to work with: a contact before a lead, the oldest of each'),
  object: z.string(),
  matchedId: z.string().describe('Record that is most alike'),
  recordCount: z.int(),
  owner: z.object({ id: z.string().nullable(), name: z.string().nullable() }),
  openDeals: z
    .object({ count: z.int(), amount: z.number().nullable(), currency: z.string().nullable() })
    .nullable()
    .describe('Of the company, as last published; null before anything was'),
  hasOptedOut: z.boolean().nullable(),
  weight: z.number().describe('Bits above even odds'),
  probability: rate,
  rule: z.string().describe('Blocking rule that brought the two together'),
  why: z.string(),
  waterfall: z.array(step),
});
export const identified = z.object({
  verdict,
  because: z.string(),
  best: likely.nullable(),
  alternatives: z.array(likely).describe('At most five, the likeliest first'),
  optedOut,
  receipt: z.object({
    comparedCount: z.int().describe('Records compared'),
    ignored: z.array(z.string()).describe('Fields that were given and that the model does not compare'),
    cutKeys: z.array(z.string()).describe('Keys shared by so many records that not all of them were compared'),
    complete,
  }),
});
export const basis = z.object({
  modelId: z.string(),
  engineVersion: z.int(),
  trainedAt: time,
  recordCount: z.int().describe('Records there are to compare with, about'),
  fields: z.array(z.string()),
});

function shownLikely({ card, ...likely }: Likely): object {
  const { ownerId, ownerName, ...own } = card;
  return { ...likely, ...own, owner: { id: ownerId, name: ownerName } };
}

/** Without the company of a person. */
export function shownIdentified({ best, alternatives, ...found }: Identified): object {
  return { ...found, best: best && shownLikely(best), alternatives: alternatives.map(shownLikely) };
}
