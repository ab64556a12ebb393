/** Who changed what: one row a change, names of fields and never their values. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { auditKind } from '../../control/audit.ts';
import { actorKind } from '../../model/actor.ts';
import { listAudit } from '../../views/audit.ts';
import type { AppContext } from '../app-context.ts';
import { answerList, listQuery, listResponse } from '../export.ts';
import { problems } from '../problem.ts';
import { moment, time } from '../shapes.ts';

const entry = z
  .object({
    id: z.string(),
    at: time,
    actor: z.object({
      kind: actorKind,
      id: z.string(),
      name: z.string().nullable().describe('Null when the actor is no longer there'),
    }),
    kind: auditKind.describe('Of what was changed'),
    subjectId: z.string().describe('Id of what was changed'),
    subjectName: z
      .string()
      .nullable()
      .describe('Of a key, a person or an org that is still there; null of anything else'),
    action: z
      .string()
      .describe(
        'start, cancel, create, change, rotate, revoke, delete, decide, undo, pin, unpin, accept, end, acknowledge, mute, resolve, test or look-up',
      ),
    fields: z.array(z.string()).describe('Names of the fields that changed; values are never kept here'),
    address: z.string().nullable().describe('From where it was asked for; null of a change at the command line'),
    requestId: z.string().nullable().describe('Of the request, as its answer and the access log have it'),
  })
  .meta({ id: 'AuditEntry' });
const entries = { name: 'audit', keyLength: 1, row: entry };

export const auditRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, guard } = context;

  app.get(
    '/v1/audit',
    {
      onRequest: guard('admin'),
      schema: {
        tags: ['audit'],
        summary: 'Who changed what and when, the newest first',
        description:
          'Every change by the API or by `assay key` leaves one row in the same transaction. A refused request leaves none.',
        querystring: z.strictObject({
          ...listQuery,
          actor: z
            .string()
            .regex(new RegExp(`^(${actorKind.options.join('|')}):[\\w.-]{1,100}$`), 'must be kind:id, like key:key_…')
            .optional()
            .describe('Kind and id of an actor, key:key_…'),
          kind: auditKind.optional(),
          id: z
            .string()
            .regex(/^[\w.-]{1,100}$/, 'must be the id of what was changed')
            .optional()
            .describe('Of what was changed'),
          since: moment.optional(),
        }),
        response: { 200: listResponse(entry), ...problems() },
      },
    },
    ({ query }, reply) => {
      const since = query.since === undefined ? undefined : new Date(query.since);
      return answerList(reply, entries, query, (page) => listAudit(db, { ...query, since }, page));
    },
  );
};
