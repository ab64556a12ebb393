/** Incidents: what fell or waits, what people did about it, and the messages that were sent. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { changeByPerson } from '../../incidents/people.ts';
import { sendTest } from '../../incidents/test-message.ts';
import { target } from '../../model/definitions.ts';
import { DomainError } from '../../model/errors.ts';
import { incidentKind } from '../../model/incident-kinds.ts';
import { noticeAction } from '../../model/notice.ts';
import { listDeliveries, listIncidents, oneIncident } from '../../views/incidents.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, connectionId, freeText, json, moment, objectIn, time } from '../shapes.ts';

const incidentId = z.string().regex(/^inc_[0-9a-f-]{36}$/, 'must be the id of an incident, inc_…');
const state = z.enum(['open', 'acknowledged', 'muted', 'resolved']);

const incident = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    kind: z.string().describe('score-fall, held-model or failed-run'),
    subject: z.string().describe('What it is about: objects, an entity, or a run'),
    objects: z.array(z.string()),
    state,
    severity: z.enum(['warn', 'critical']),
    title: z.string(),
    summary: z.string().describe('The message about it in plain text: ids and counts, no names of people'),
    openedAt: time,
    openedRunId: z.string(),
    updatedRunId: z.string(),
    mutedUntil: time.nullable(),
    resolvedAt: time.nullable(),
  })
  .meta({ id: 'Incident' });

const story = incident
  .extend({
    detail: json.describe(
      'Of a score-fall: drops, with the baseline of the day each fell, and causes, which add up to the fall of the first drop of their object; the parts of a cause add up to it',
    ),
    steps: z.array(
      z.object({
        at: time,
        action: z.enum(['open', 'fall', 'change', 'remind', 'acknowledge', 'mute', 'unmute', 'resolve']),
        actor: actorRef.nullable().describe('Null: a sync, or time'),
        actorName: z.string().nullable(),
        runId: z.string().nullable(),
        note: z.string().nullable(),
      }),
    ),
    messages: z.array(
      z.object({
        target: z.string(),
        kind: z.string(),
        state: z.string(),
        channel: z.string().nullable(),
        ts: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'IncidentStory' });

const messageState = z.enum(['pending', 'sending', 'sent', 'retry', 'unconfirmed', 'dead', 'skipped']);
const delivery = z
  .object({
    sequence: z.string(),
    key: z.string(),
    incidentId: z.string().nullable(),
    target: z.string().describe('default, a Slack channel or user by id, or mailto'),
    kind: z.enum(['open', 'update', 'again', 'remind', 'resolve', 'digest', 'test']),
    state: messageState.describe(
      'dead: refused for good, sent again once the settings change; unconfirmed: the answer was lost; skipped: a newer one says it',
    ),
    attempts: z.int(),
    summary: z.string(),
    faultCode: z.string().nullable(),
    fault: z.string().nullable().describe('The last answer that was no success'),
    notBefore: time,
    createdAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Delivery' });

const incidents = { name: 'incidents', keyLength: 2, row: incident };
const deliveries = { name: 'deliveries', keyLength: 1, row: delivery };

const wishes = {
  acknowledge: [
    'Say that somebody looks at it: no reminder comes',
    z.strictObject({ note: freeText.optional() }).nullable(),
  ],
  mute: [
    'Be silent about it until then, whatever falls on top; then it is open again',
    z.strictObject({ until: moment, note: freeText.optional() }),
  ],
  resolve: [
    'End it although the score is down: its level now is the one that the next fall is measured from',
    z.strictObject({ note: freeText }),
  ],
} as const;

export const incidentRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, guard, definitions } = context;

  app.get(
    '/v1/incidents',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['incidents'],
        summary: 'What fell, failed or waits, the newest first',
        querystring: z.strictObject({
          ...listQuery,
          state: z.enum([...state.options, 'unresolved', 'all']).default('unresolved'),
          kind: incidentKind.optional(),
          object: objectIn(definitions).optional(),
          connection: connectionId.optional(),
        }),
        response: { 200: listResponse(incident), ...problems() },
      },
    },
    ({ query }, reply) => {
      const filter = { ...query, state: query.state === 'all' ? undefined : query.state };
      return answerList(reply, incidents, query, (page) => listIncidents(db, filter, page));
    },
  );

  app.get(
    '/v1/incidents/:incidentId',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['incidents'],
        summary: 'One incident: falls, causes that add up to them, steps, messages',
        params: z.strictObject({ incidentId }),
        response: { 200: story, ...problems(404) },
      },
    },
    async ({ params }) => {
      const found = await oneIncident(db, params.incidentId);
      if (!found) throw new DomainError('not-found', `There is no incident ${params.incidentId}.`);
      return present(story, found);
    },
  );

  for (const action of noticeAction.options) {
    const [summary, body] = wishes[action];
    app.post(
      `/v1/incidents/:incidentId/${action}`,
      {
        onRequest: guard('reviews:write'),
        schema: {
          tags: ['incidents'],
          summary,
          params: z.strictObject({ incidentId }),
          body: body.meta({ id: `Incident_${action}` }),
          response: { 200: z.object({ id: z.string(), state }), ...problems(404, 409) },
        },
      },
      async (request) => {
        const { note, until } = (request.body ?? {}) as { note?: string; until?: string };
        const now = clock.now();
        const end = until === undefined ? undefined : new Date(until);
        if (end && end <= now) {
          const message = 'must lie in the future';
          throw new DomainError('request-refused', `until ${message}.`, {
            faults: [{ pointer: '/until', message }],
          });
        }
        const wish = { id: request.params.incidentId, action, note, ...(end ? { until: end } : {}) };
        return changeByPerson(db, { ...wish, by: principalOf(request) }, now, definitions.alerts);
      },
    );
  }

  app.get(
    '/v1/deliveries',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['incidents'],
        summary: 'Messages to Slack and by e-mail, with their state, the newest first',
        querystring: z.strictObject({
          ...listQuery,
          state: messageState.optional(),
          target: z
            .string()
            .regex(/^(default|mailto|[A-Z][A-Z0-9]{2,20})$/, 'must be default, mailto, or the id of a channel or user')
            .optional(),
          incidentId: incidentId.optional(),
        }),
        response: { 200: listResponse(delivery), ...problems() },
      },
    },
    ({ query }, reply) => answerList(reply, deliveries, query, (page) => listDeliveries(db, query, page)),
  );

  app.post(
    '/v1/deliveries/test',
    {
      onRequest: guard('config:write'),
      schema: {
        tags: ['incidents'],
        summary: 'Send a test message to a channel or address; GET /v1/deliveries shows what became of it',
        body: z.strictObject({ target: target.default('default') }).meta({ id: 'TestMessage' }),
        response: { 202: z.object({ id: z.string().describe('The key of its delivery') }), ...problems() },
      },
    },
    async (request, reply) => {
      const id = await sendTest(db, request.body.target, principalOf(request), clock.now());
      return reply.code(202).send({ id });
    },
  );
};
