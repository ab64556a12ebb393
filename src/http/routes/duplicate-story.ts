/** The shape of all that is known of one golden record. */
import { z } from 'zod';
import { evidence } from '../../model/explanation.ts';
import { rate, step, time } from '../shapes.ts';

const member = z.object({
  connectionId: z.string(),
  salesforceId: z.string(),
  object: z.string(),
  label: z.string().nullable(),
  since: time.nullable().describe('When it came to this golden record'),
});
const pair = z.object({
  left: z.string(),
  right: z.string(),
  weight: z.number().describe('Match weight in bits, prior included: 0 is even odds'),
  probability: rate,
  decision: z.string().describe('Band of the pair by itself: link, review or cut'),
  rule: z.string().nullable().describe('Blocking rule that found the pair'),
  evidence: z.array(evidence).describe('Each comparison with its level and weight'),
  sentence: z.string(),
  waterfall: z.array(step),
});
const cut = pair.extend({
  otherGoldenId: z.string().describe('Golden record of the one that is not in this'),
  why: z.string().describe('Why they are apart although the pair speaks for a link'),
});
const review = z.object({
  id: z.string(),
  kind: z.enum(['same', 'different']),
  left: z.string(),
  right: z.string(),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: time,
});
const survivor = z.object({
  field: z.string(),
  place: z.int().describe('0, or the place in a set'),
  value: z.unknown(),
  salesforceId: z.string().nullable().describe('The record the value comes from; null when it is pinned'),
  connectionId: z.string().nullable(),
  valueSince: time.nullable().describe('Age of the value itself'),
  valueSinceIs: z
    .enum(['fact', 'bound'])
    .nullable()
    .describe('fact: the value was seen to change then; bound: it is at least so old'),
  lastConfirmedAt: time
    .nullable()
    .describe('When a person last wrote it; where none was seen to, the bound of its age. Programs confirm nothing'),
  strategy: z.string(),
  decidedBy: z
    .string()
    .nullable()
    .describe('What settled it: only value, a strategy, smallest id, fullest record, follows <field>, pin'),
  pinnedBy: z.string().nullable(),
  pinReason: z.string().nullable(),
});
const identityEvent = z.object({
  runId: z.string(),
  at: time,
  kind: z.string(),
  goldenId: z.string(),
  otherGoldenId: z.string().nullable(),
  salesforceId: z.string().nullable(),
});

export const duplicateDetail = z
  .object({
    goldenId: z.string(),
    entity: z.string(),
    retiredInto: z.string().nullable().describe('The golden record that took this one over'),
    members: z.array(member),
    pairs: z.array(pair).describe('Pairs of members that were compared, the strongest first'),
    cuts: z.array(cut).describe('Pairs that speak for a link to a record of another golden record'),
    reviews: z.array(review).describe('Standing decisions on members'),
    survivors: z.array(survivor),
    events: z.array(identityEvent),
  })
  .meta({ id: 'DuplicateDetail' });
