/** The forecast of bookings over HTTP: what is expected of each period, by which method, and how near that has been. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';

import { forecastMethods, forecastOf, listForecastAccuracy, listForecasts } from '../../views/forecast.ts';
import type { AppContext } from '../app-context.ts';
import { maySeeNames } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { askedDay } from '../shapes.ts';
import { present } from '../row.ts';
import { salesforceId } from '../salesforce-id.ts';

const day = z.iso.date();
const method = z.enum(forecastMethods);
const periodKind = z.enum(['month', 'quarter', 'fiscal_quarter']);
const dimension = z.enum(['all', 'team']);
const rate = z.number().nullable();

const measures = {
  n: z.int().describe('Forecasts that were compared with what came'),
  wape: rate.describe('Errors without sign over what came; 0.2 is a fifth off'),
  bias: rate.describe('Errors over what came; above 0 too much was forecast'),
  mase: rate.describe('Below 1: nearer than the period before was'),
  coverage: rate.describe('Share of values between low and high; about 0.8 is right'),
  coverageN: z.int(),
};
const bounds = {
  amount: z.number().nullable(),
  low: z.number().nullable().describe('Four of five values lie between low and high; null with too few comparisons'),
  high: z.number().nullable(),
};
const ofMethod = z
  .object({
    method,
    ...bounds,
    isShown: z.boolean().describe('The method that has been best so far'),
    reason: z.string().nullable().describe('Why there is no amount, or why no method is shown'),
    accuracy: z.object(measures).nullable(),
  })
  .meta({ id: 'MethodForecast' });
const forecast = z
  .object({
    asOf: day.nullable(),
    reason: z.string().nullable().describe('Why there is no forecast'),
    monthsRebuilt: z.int().nullable().describe('Months of the past the methods were tried on'),
    periods: z.array(
      z.object({
        periodKind,
        period: z.string(),
        periodStart: day,
        periodEnd: day,
        leadMonths: z.int().describe('Months from the day to its end; accuracy is kept by them'),
        wonAmount: z.number().describe('Won already, part of every amount'),
        shown: ofMethod.nullable(),
        methods: z.array(ofMethod),
      }),
    ),
  })
  .meta({ id: 'Forecast' });

const slice = {
  connectionId: z.string(),
  dimension,
  teamId: z.string().describe('The manager of the team; all for all deals'),
};
const forecastRow = z
  .object({
    asOf: day,
    ...slice,
    teamName: z.string().nullable().describe('Null for a key without pii:read'),
    periodKind,
    period: z.string(),
    periodStart: day,
    periodEnd: day,
    leadMonths: z.int(),
    method,
    ...bounds,
    wonAmount: z.number(),
    isShown: z.boolean(),
    reason: z.string().nullable(),
    isBackTest: z.boolean().describe('Forecast afterwards from what was known on that day'),
  })
  .meta({ id: 'ForecastRow' });
const accuracyRow = z
  .object({ ...slice, periodKind, leadMonths: z.int(), method, ...measures, isBest: z.boolean(), through: day })
  .meta({ id: 'ForecastAccuracy' });

const rows = { name: 'forecast-rows', keyLength: 7, row: forecastRow };
const accuracies = { name: 'forecast-accuracy', keyLength: 6, row: accuracyRow };

export const forecastRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, guard } = context;

  app.get(
    '/v1/forecast',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'Bookings to expect of the periods at hand, by each method, with how near it has been',
        querystring: z.strictObject({
          asOf: askedDay.optional().describe('As it was forecast on this day; the last one by default'),
          teamId: salesforceId.optional().describe('A manager: of the team alone'),
        }),
        response: { 200: forecast, ...problems() },
      },
    },
    async ({ query: { asOf, teamId } }) => {
      const of = teamId === undefined ? { dimension: 'all' as const } : { dimension: 'team' as const, key: teamId };
      return present(forecast, await forecastOf(db, { asOf, ...of }));
    },
  );

  app.get(
    '/v1/forecast/rows',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'What was forecast of a period on each day',
        querystring: z.strictObject({
          ...listQuery,
          from: askedDay.optional().describe('Forecast on this day or later'),
          to: askedDay.optional().describe('Forecast on this day or earlier'),
          period: z
            .string()
            .regex(/^[A-Za-z0-9-]{3,12}$/, 'must be the name of a period, like 2026-Q1')
            .optional(),
          periodKind: periodKind.optional(),
          leadMonths: z.coerce.number().int().min(1).max(24).optional(),
          method: method.optional(),
          dimension: dimension.optional(),
          teamId: z
            .union([z.literal('all'), salesforceId])
            .optional()
            .describe('A manager, or all: of all deals'),
        }),
        response: { 200: listResponse(forecastRow), ...problems() },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const { teamId } = query;
      const withNames = maySeeNames(request);
      const of = { ...query, withNames, teamId };
      return answerList(reply, rows, query, (page) => listForecasts(db, of, page));
    },
  );

  app.get(
    '/v1/forecast/accuracy',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['metrics'],
        summary: 'How near each method has been, by kind of period and months ahead',
        querystring: z.strictObject({ ...listQuery, dimension: dimension.optional() }),
        response: { 200: listResponse(accuracyRow), ...problems() },
      },
    },
    async ({ query }, reply) =>
      answerList(reply, accuracies, query, (page) => listForecastAccuracy(db, query.dimension, page)),
  );
};
