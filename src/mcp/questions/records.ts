/** Questions about people, companies and deals: who is this, why are these one, what is known of a record, what moved the pipeline. */
import { z } from 'zod';
import { lookupFields, type Sought } from '../../lookup/asked.ts';
import { type Identified, type Likely, lookUp } from '../../lookup/look-up.ts';
import { DomainError } from '../../model/errors.ts';
import { goldenStory } from '../../views/golden-story.ts';
import { instantOf, pipelineWalk } from '../../views/pipeline-walk.ts';
import { recordStory } from '../../views/records.ts';
import { defineQuestion, fromRecord, marked, whole } from '../question.ts';
import { publication } from './metrics.ts';

const cell = z.string().max(1_000).optional();

export const whoIsThis = defineQuestion({
  name: 'who_is_this',
  title: 'Who is this?',
  description:
    'Looks a person or company up by what is known of them, before they are created anew: known, doubtful, new or unknown, with owner, open deals, opt-out and the evidence. Doubtful means that a person has to look.',
  scope: 'pii:read',
  input: z.strictObject({
    entity: z.enum(['person', 'company']).default('person'),
    ...(Object.fromEntries(lookupFields.map((field) => [field, cell])) as Record<
      (typeof lookupFields)[number],
      typeof cell
    >),
  }),
  async ask({ db, definitions }, { entity, ...given }) {
    const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Sought;
    const { findings, basis } = await lookUp(db, definitions, entity, [asked]);
    const [found] = findings as [Identified];
    const { complete, ...rest } = found.receipt;
    const answer = { ...identified(found), company: found.company && identified(found.company) };
    const receipt = {
      ...rest,
      modelId: basis.modelId,
      trainedAt: basis.trainedAt.toISOString(),
      recordCount: basis.recordCount,
    };
    const because =
      complete === 'yes'
        ? null
        : complete === 'no'
          ? `Too many records share ${rest.cutKeys.join(', ')}: not all were compared.`
          : found.because;
    return { answer, receipt, complete, because };
  },
});

function identified({ verdict, because, best, alternatives, optedOut }: Identified): object {
  return { verdict, because, optedOut, best: best && likely(best), alternatives: alternatives.map(likely) };
}

const likely = ({ card, probability }: Likely) => ({
  goldenId: card.goldenId,
  name: fromRecord(card.name),
  salesforceId: card.salesforceId,
  object: card.object,
  owner: { id: card.ownerId, name: fromRecord(card.ownerName) },
  openDeals: card.openDeals,
  hasOptedOut: card.hasOptedOut,
  recordCount: card.recordCount,
  probability,
});

export const whyAreTheseOne = defineQuestion({
  name: 'why_are_these_records_one',
  title: 'Why are these records one?',
  description:
    'Explains one golden record: its Salesforce records, the pairs that tie them and their evidence, and what was kept apart.',
  scope: 'data:read',
  input: z.strictObject({ goldenId: z.string().regex(/^[a-z]{3}_[0-9a-f-]{36}$/) }),
  async ask({ db, definitions, mayNames }, { goldenId }) {
    const story = await goldenStory(db, definitions, goldenId);
    if (!story) throw new DomainError('not-found', `There is no golden record ${goldenId}.`);
    const pair = ({ left, right, probability, decision, sentence }: (typeof story.pairs)[number]) => ({
      left,
      right,
      probability,
      decision,
      sentence,
    });
    const answer = {
      goldenId,
      entity: story.entity,
      retiredInto: story.retiredInto,
      records: story.members.map(({ salesforceId, object, label }) => ({
        salesforceId,
        object,
        name: mayNames ? fromRecord(label) : null,
      })),
      pairs: story.pairs.map(pair),
      keptApart: story.cuts.map((cut) => ({ ...pair(cut), otherGoldenId: cut.otherGoldenId })),
      reviews: story.reviews.map(({ kind, left, right, decidedAt }) => ({
        kind,
        left,
        right,
        decidedAt: decidedAt.toISOString(),
      })),
    };
    const receipt = await publication(db);
    // A story has the strongest 500 of each kind.
    if (Math.max(story.members.length, story.pairs.length, story.cuts.length) < 500) return whole(answer, receipt);
    return {
      answer,
      receipt,
      complete: 'no',
      because: 'A list of it has more than 500 rows; these are the strongest.',
    };
  },
});

export const whatIsKnown = defineQuestion({
  name: 'what_is_known_of_a_record',
  title: 'What is known of a Salesforce record?',
  description:
    'Whom a Salesforce record stands for, its open findings and its quality score. With pii:read its values too.',
  scope: 'data:read',
  input: z.strictObject({
    salesforceId: z
      .string()
      .regex(/^[A-Za-z0-9]{18}$/)
      .describe('18 characters'),
  }),
  async ask({ db, definitions, connectionId, now, mayNames }, { salesforceId }) {
    const found = await recordStory(db, definitions, { connectionId, id: salesforceId, now });
    if (!found) throw new DomainError('not-found', `There is no record ${salesforceId} of a synced object.`);
    const { object, fields, identities, findings, quality } = found;
    const values = Object.entries(fields).map(
      ([name, value]) => [name, typeof value === 'string' ? fromRecord(value) : marked(value)] as const,
    );
    const answer = {
      salesforceId,
      object,
      identities,
      score: quality?.score ?? null,
      findings: findings.map(({ ruleId, title, advice, field, severity }) => ({
        ruleId,
        title,
        advice,
        field,
        severity,
      })),
      fields: mayNames ? Object.fromEntries(values) : null,
    };
    const receipt = await publication(db);
    if (mayNames) return whole(answer, receipt);
    return {
      answer,
      receipt,
      complete: 'no',
      because: 'The key has no pii:read, so the values of the record are left out.',
    };
  },
});

const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-11-01')
  .describe('A day, which is its end in the time zone of the org');

export const whatMovedThePipeline = defineQuestion({
  name: 'what_moved_the_pipeline',
  title: 'What moved the open pipeline between two days?',
  description:
    'Opening, new, reopened, increased, decreased, pulled in, pushed out, won, lost and closing of the open pipeline, by currency. Opening and the terms add up to closing to the cent.',
  scope: 'data:read',
  input: z.strictObject({ from: moment, to: moment, basis: z.enum(['raw', 'clean']).default('clean') }),
  async ask({ db, connectionId }, { from: first, to: last, basis }) {
    const [from, to] = [await instantOf(db, connectionId, first), await instantOf(db, connectionId, last)];
    if (from >= to) throw new DomainError('request-refused', 'to must be later than from.');
    const walk = await pipelineWalk(db, { connectionId, basis, from, to, closeFrom: null, closeTo: null });
    const receipt = {
      ...(await publication(db)),
      knownFrom: walk.knownFrom?.toISOString() ?? null,
      publishedFrom: walk.publishedFrom?.toISOString() ?? null,
    };
    const answer = { from: first, to: last, basis, currencies: walk.currencies };
    if (walk.knownFrom === null) return { answer, receipt, complete: 'unknown', because: 'Nothing was published yet.' };
    if (from < walk.knownFrom)
      return { answer, receipt, complete: 'no', because: `Deals are known from ${walk.knownFrom.toISOString()} on.` };
    if (walk.publishedFrom !== null && from < walk.publishedFrom) {
      const because =
        'Days before the first publication are rebuilt from the histories of Salesforce, which may lack fields.';
      return { answer, receipt, complete: 'unknown', because };
    }
    return whole(answer, receipt);
  },
});
