/** Metrics over HTTP: what there is and whether it can be measured, values, and the way from raw to clean. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DomainError } from '../../model/errors.ts';
import { doors, metricUnits, type MetricDefinition } from '../../model/metric.ts';
import { plainText } from '../../model/plain-text.ts';
import {
  historyDimensions,
  listBridge,
  listBridgeRecords,
  listMetricValues,
  metricNeeds,
  type MetricNeed,
  reasonOf,
} from '../../views/metrics.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { refuseUnknown } from '../known.ts';
import { problems } from '../problem.ts';
import { salesforceId } from '../salesforce-id.ts';
import { askedDay } from '../shapes.ts';

const metricName = z.string().regex(/^[a-z][a-z0-9_]{0,79}$/, 'must be the name of a metric');
const periodKind = z.enum(['all', 'year', 'quarter', 'month', 'fiscal_year', 'fiscal_quarter', 'undated']);
const day = z.iso.date();

const metric = z
  .object({
    name: z.string(),
    title: z.string(),
    kind: z.string(),
    unit: z.enum(metricUnits),
    description: z.string(),
    dimensions: z.array(z.string()).describe('What its values are cut by'),
    doors: z.partialRecord(z.enum(doors), z.array(z.string())).describe('The views it shows in'),
    isMeasurable: z.boolean(),
    reason: z.string().nullable().describe('Why it cannot be measured'),
    needs: z.array(
      z.object({
        object: z.string(),
        field: z.string(),
        recordCount: z.int(),
        fillRate: z.number().nullable().describe('0..1; null where there is no record'),
      }),
    ),
  })
  .meta({ id: 'Metric' });

const where = {
  metric: z.string(),
  periodKind,
  period: z.string().describe('all, 2026, 2026-Q1, 2026-01, FY2027-Q1'),
  periodStart: day.nullable(),
  connectionId: z.string().describe('Org of the key; * for keys of no org and for all orgs'),
  dimension: z.string(),
  key: z.string(),
};
/** What a value rests on. */
const receipt = {
  definitionVersion: z.string().nullable().describe('Changes when the definition of the metric does'),
  runId: z.string().nullable().describe('Run that published it'),
  rowsHeld: z.int().nullable().describe('Records of the objects it needs that Assay holds'),
  rowsInSalesforce: z.int().nullable().describe('The same as Salesforce counts them; null: it was not asked'),
  pairsInReview: z.int().nullable().describe('Pairs a reviewer is asked about: the clean value may move by them'),
  pairsNotCompared: z.int().nullable().describe('Pairs that share too common a key; null: not known'),
  inputsMissing: z.string().nullable().describe('Fields it needs that are not there or not filled'),
  complete: z
    .enum(['yes', 'no', 'unknown'])
    .describe(
      'yes: Salesforce counts as many; no: an input is missing, a pull stopped halfway, or Salesforce counts otherwise; unknown: it was not asked, or refused',
    ),
  because: z.string().nullable().describe('Why complete is not yes'),
};
const metricValue = z
  .object({
    ...where,
    keyName: z.string().nullable().describe('Null of owners, teams and accounts for a key without pii:read'),
    basis: z.enum(['raw', 'clean']),
    value: z.number().nullable(),
    n: z.int().describe('Records it rests on'),
    asOf: day,
    latest: z.number().nullable().describe('What is reported now; with asOf it may be another value'),
    isRestated: z.boolean().describe('Once the period was over, another value was reported first than now'),
    firstReported: z.number().nullable().describe('That value'),
    firstReportedOn: day.nullable(),
    valueIfMerged: z
      .number()
      .nullable()
      .describe('Of clean: what it would be if all pairs under review were merged; null with bandBecause: not told'),
    bandBecause: z.string().nullable().describe('Why it is not told what it would be if they were merged'),
    ...receipt,
  })
  .meta({ id: 'MetricValue' });
const bridgeRow = z
  .object({
    ...where,
    step: z.string(),
    place: z.int(),
    delta: z.number().nullable().describe('Over all steps clean less raw'),
    alone: z.number().nullable().describe('What this fix alone would add to raw'),
    nDelta: z.int(),
  })
  .meta({ id: 'BridgeStep' });
const bridgeRecord = z
  .object({
    connectionId: z.string(),
    object: z.string().nullable().describe('Null: `recordId` is a golden record, or a row that is derived'),
    recordId: z.string(),
    name: z.string().nullable().describe('Of the record; null also for a key without pii:read'),
    ownerId: z.string().nullable(),
    day: day.nullable(),
    before: z.string().nullable().describe('What the record counts with before the step; null: not at all'),
    after: z.string().nullable(),
  })
  .meta({ id: 'BridgeRecord' });

const metrics = { name: 'metrics', keyLength: 1, row: metric };
const values = { name: 'metric-values', keyLength: 7, row: metricValue };
const bridge = { name: 'metric-bridge', keyLength: 6, row: bridgeRow };
const records = { name: 'metric-records', keyLength: 2, row: bridgeRecord };

const asOf = {
  asOf: askedDay
    .optional()
    .describe('As it was reported on this day, by all, org, owner or team; what it is now by default'),
};

const range = {
  periodKind: periodKind.optional(),
  from: askedDay.optional().describe('Periods that start on this day or later'),
  to: askedDay.optional().describe('Periods that start on this day or earlier'),
  dimension: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,79}$/)
    .default('all'),
  key: plainText(200).optional(),
};

export const metricRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, definitions, guard } = context;
  const params = z.object({ name: metricName });
  const named = (name: string): MetricDefinition => {
    const found = definitions.metrics.find((one) => one.name === name);
    if (!found) throw new DomainError('not-found', `There is no metric ${name}.`);
    return found;
  };

  app.get(
    '/v1/metrics',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The metrics there are, and whether they can be measured',
        querystring: z.strictObject(listQuery),
        response: { 200: listResponse(metric), ...problems() },
      },
    },
    async ({ query }, reply) => {
      const needs = await metricNeeds(db);
      const all = definitions.metrics.map((one) => described(one, needs.get(one.name), needs.size > 0));
      return answerList(reply, metrics, query, async ({ limit, after }) => {
        const rest = all
          .filter(({ name }) => after === null || name > after[0]!)
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        return { data: rest.slice(0, limit), next: rest.length > limit ? [rest[limit - 1]!.name] : null };
      });
    },
  );

  app.get(
    '/v1/metrics/:name/values',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'Values of a metric, raw and clean',
        params,
        querystring: z.strictObject({ ...listQuery, ...range, ...asOf, basis: z.enum(['raw', 'clean']).optional() }),
        response: { 200: listResponse(metricValue), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { query } = request;
      checkDimension([named(name)], query.dimension);
      checkHistory(query);
      const filter = { ...query, metric: name, withNames: maySeeNames(request) };
      return answerList(reply, values, query, (page) => listMetricValues(db, filter, page));
    },
  );

  app.get(
    '/v1/metric-values',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'Values of all metrics in one period, raw and clean',
        querystring: z.strictObject({
          ...listQuery,
          ...asOf,
          period: z
            .string()
            .regex(/^[A-Za-z0-9-]{3,12}$/, 'must be the name of a period, like 2026-Q1')
            .default('all'),
          dimension: range.dimension,
          key: range.key,
        }),
        response: { 200: listResponse(metricValue), ...problems() },
      },
    },
    async (request, reply) => {
      const { query } = request;
      checkDimension(definitions.metrics, query.dimension);
      checkHistory(query);
      const filter = { ...query, withNames: maySeeNames(request) };
      return answerList(reply, values, query, (page) => listMetricValues(db, filter, page));
    },
  );

  app.get(
    '/v1/metrics/:name/bridge',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The steps from raw to clean; steps that change nothing are left out',
        params,
        querystring: z.strictObject({ ...listQuery, ...range }),
        response: { 200: listResponse(bridgeRow), ...problems(404) },
      },
    },
    async ({ params: { name }, query }, reply) => {
      checkDimension([named(name)], query.dimension);
      return answerList(reply, bridge, query, (page) => listBridge(db, { ...query, metric: name }, page));
    },
  );

  app.get(
    '/v1/metrics/:name/bridge/:step/records',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'The records that count otherwise after a step',
        params: z.object({
          name: metricName,
          step: z.enum(['account_copies', 'person_copies', 'deal_copies', 'staleness', 'missing_links']),
        }),
        querystring: z.strictObject({
          ...listQuery,
          from: range.from,
          to: range.to,
          ownerId: salesforceId.optional(),
        }),
        response: { 200: listResponse(bridgeRecord), ...problems(404) },
      },
    },
    async (request, reply) => {
      const {
        params: { name, step },
        query,
      } = request;
      const one = named(name);
      const filter = { ...query, step, withNames: maySeeNames(request) };
      return answerList(reply, records, query, async (page) => {
        const found = await listBridgeRecords(db, definitions, one, filter, page);
        if (found) return found;
        const detail = `${name} is made of other metrics and counts no records itself.`;
        throw new DomainError('not-found', detail);
      });
    },
  );
};

const cutsOf = ({ dimensions }: Pick<MetricDefinition, 'dimensions'>): string[] => ['all', 'org', ...dimensions];

/** @throws DomainError `request-refused` for a dimension that none of the metrics has. */
function checkDimension(of: readonly MetricDefinition[], dimension: string): void {
  const names = [...new Set(of.flatMap(cutsOf))];
  if (!names.includes(dimension)) refuseUnknown('dimension', names, 'GET /v1/metrics');
}

/** @throws DomainError `request-refused` for a dimension of which no history is kept. */
function checkHistory({ asOf: given, dimension }: { asOf?: string | undefined; dimension: string }): void {
  if (given === undefined || historyDimensions.includes(dimension)) return;
  const message = `has to be ${historyDimensions.join(', ')} with asOf: other values are kept as they are now only`;
  throw new DomainError('request-refused', `dimension ${message}.`, {
    faults: [{ pointer: '/query/dimension', message }],
  });
}

function described(metric: MetricDefinition, needs: MetricNeed[] = [], isPublished: boolean) {
  const { name, title, kind, unit, description, doors: shownIn } = metric;
  const reason = reasonOf(isPublished ? needs : undefined);
  return {
    name,
    title,
    kind,
    unit,
    description,
    dimensions: cutsOf(metric),
    doors: shownIn,
    isMeasurable: reason === null,
    reason,
    needs,
  };
}
