/** When syncs start by themselves: list the schedules, create or replace one. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listSchedules, putSchedule } from '../../control/schedule.ts';
import { runMode } from '../../model/run.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, objectNames, time } from '../shapes.ts';

const schedule = z
  .object({
    id: z.string(),
    cron: z.string(),
    timeZone: z.string(),
    mode: runMode,
    objects: z.array(z.string()).nullable(),
    isEnabled: z.boolean(),
    nextAt: time.nullable().describe('When it is due next; null when disabled'),
    updatedAt: time,
    updatedBy: actorRef,
  })
  .meta({ id: 'Schedule' });

export const scheduleRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId, definitions, guard } = context;
  const body = z
    .strictObject({
      id: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes'),
      cron: z
        .string()
        .max(100)
        .regex(/^[\w*,/#? -]+$/, 'must be five cron fields, like "30 2 * * *"'),
      timeZone: z
        .string()
        .max(64)
        .regex(/^[\w+/-]+$/, 'must be an IANA time zone, like Europe/Berlin')
        .default('UTC'),
      mode: runMode.default('auto'),
      objects: objectNames(definitions),
      isEnabled: z.boolean().default(true),
    })
    .meta({ id: 'ScheduleRequest' });

  app.get(
    '/v1/schedules',
    {
      onRequest: guard('data:read'),
      schema: {
        tags: ['schedules'],
        summary: 'All schedules',
        querystring: z.strictObject({}),
        response: { 200: z.object({ data: z.array(schedule) }), ...problems() },
      },
    },
    async () => ({ data: (await listSchedules(db, clock.now())).map((row) => present(schedule, row)) }),
  );

  app.put(
    '/v1/schedules',
    {
      onRequest: guard('config:write'),
      schema: {
        tags: ['schedules'],
        summary: 'Create or replace the schedule of this id',
        body,
        response: { 200: schedule, ...problems(404) },
      },
    },
    async (request) => {
      const input = { ...request.body, objects: request.body.objects ?? null, connectionId };
      return present(schedule, await putSchedule(db, input, principalOf(request), clock.now()));
    },
  );
};
