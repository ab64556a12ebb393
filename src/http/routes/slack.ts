/** Where Slack says that a button was pressed. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { takePress } from '../../incidents/press.ts';
import { DomainError } from '../../model/errors.ts';
import type { AppContext } from '../app-context.ts';
import { problems } from '../problem.ts';

export const slackRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, presses, definitions, log } = context;

  // The signature is of the body as it came.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );

  app.post(
    '/v1/slack/interactions',
    {
      schema: {
        tags: ['incidents'],
        summary: 'The request URL for interactivity of the Slack app; signed by Slack',
        response: { 200: z.object({}), ...problems(401, 404) },
      },
    },
    async (request) => {
      if (presses === null) throw new DomainError('not-found', 'SLACK_SIGNING_SECRET is not set.');
      const body = typeof request.body === 'string' ? request.body : '';
      for (const press of presses.read(body, request.headers, clock.now())) {
        await takePress(db, press, presses, clock.now(), definitions.alerts).catch((error: unknown) => {
          // Slack would show its user a fault; the message says by itself that the incident is over.
          if (!(error instanceof DomainError)) throw error;
          log.warn({ incidentId: press.incidentId, code: error.code }, 'a button of Slack was not obeyed');
        });
      }
      return {};
    },
  );
};
