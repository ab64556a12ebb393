/** Rules held against what came after: which of them tell something of the outcome, and which tell nothing. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import { askEvidence, keptEvidence, type KeptEvidence } from '../../quality/rule-evidence.ts';
import type { AppContext } from '../app-context.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { connectionId, rate, ruleId, time } from '../shapes.ts';

const share = z.object({
  count: z.int(),
  had: z.int().describe('Those that had the outcome'),
  rate: rate.nullable(),
  low: rate.nullable().describe('Of 95 %'),
  high: rate.nullable(),
});
const compared = z.object({
  flagged: share.describe('Records that the rule marked'),
  kept: share.describe('Records it was asked of and did not mark'),
  difference: z.number().nullable(),
});
const evidence = z
  .object({
    ruleId: z.string(),
    object: z.string(),
    verdict: z
      .enum(['predicts', 'predicts-nothing', 'too-few', 'not-knowable'])
      .describe('too-few: under 30 records on a side; not-knowable: see reason'),
    reason: z.string().nullable(),
    outcome: z.string().nullable(),
    basis: z
      .enum(['replayed', 'found'])
      .nullable()
      .describe(
        'replayed: asked of deals as they were on days of the past; found: by the findings that were open then',
      ),
    from: time.nullable(),
    splitAt: time.nullable().describe('What lies before sets the direction, what lies after judges it'),
    until: time.nullable(),
    fitted: compared.describe('Before splitAt'),
    judged: compared.describe('From splitAt on'),
    chance: rate.nullable().describe('Of such a difference if the rule told nothing'),
    adjustedChance: rate
      .nullable()
      .describe('The same, as one of all the rules that were asked; predicts: at most .01'),
    parameter: z.string().nullable(),
    current: z.number().nullable(),
    thresholds: z.array(z.object({ value: z.number(), fitted: compared, judged: compared })),
    suggested: z.number().nullable().describe('A value that tells more apart, before the date and after it'),
    handled: z
      .object({
        findingCount: z.int(),
        fixedCount: z.int(),
        waivedCount: z.int(),
        openCount: z.int(),
      })
      .describe('What became of its findings that are older than 30 days'),
  })
  .meta({ id: 'RuleEvidence' });

export const ruleEvidenceRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId: own, definitions, guard } = context;
  const ofOrg = z.strictObject({ connection: connectionId.default(own).describe('Whose history') });
  const underWay = new Map<string, Promise<KeptEvidence>>();

  /** A worker has asked after the last sync; who comes before it waits, all for the same answer. */
  async function all(connection: string): Promise<KeptEvidence> {
    const kept = await keptEvidence(db, definitions, connection);
    if (kept) return kept;
    const asked =
      underWay.get(connection) ?? askEvidence(db, definitions, { connectionId: connection, now: clock.now() });
    underWay.set(connection, asked);
    return asked.finally(() => underWay.delete(connection));
  }

  app.get(
    '/v1/rules/evidence',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'Which rules tell something of what comes after, and which tell nothing',
        description:
          'A worker asks the history of the org after each sync; right after a change of a rule it takes some seconds.',
        querystring: ofOrg,
        response: { 200: z.object({ askedAt: time, data: z.array(evidence) }), ...problems() },
      },
    },
    async ({ query }) => {
      const { askedAt, rules } = await all(query.connection);
      return { askedAt: askedAt.toISOString(), data: rules.map((one) => present(evidence, one)) };
    },
  );

  app.get(
    '/v1/rules/:ruleId/evidence',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['rules'],
        summary: 'What came after the rule marked records, judged beside all other rules',
        params: z.strictObject({ ruleId }),
        querystring: ofOrg,
        response: { 200: evidence, ...problems(404) },
      },
    },
    async ({ params, query }) => {
      const found = (await all(query.connection)).rules.find((one) => one.ruleId === params.ruleId);
      if (!found) throw new DomainError('not-found', `There is no rule "${params.ruleId}" in force.`);
      return present(evidence, found);
    },
  );
};
