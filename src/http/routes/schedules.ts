/** When syncs start by themselves: each org has its schedules, with their next times shown. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { changeSchedule, deleteSchedule, getSchedule, listSchedules, putSchedule } from '../../control/schedule.ts';
import { runMode } from '../../model/run.ts';
import type { AppContext } from '../app-context.ts';
import { principalOf } from '../auth.ts';
import { etagOf, givenRevision, ifMatch } from '../etag.ts';
import { problems } from '../problem.ts';
import { present } from '../row.ts';
import { actorRef, connectionId as connectionShape, objectNames, time } from '../shapes.ts';

const schedule = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    cron: z.string(),
    timeZone: z.string(),
    mode: runMode,
    objects: z.array(z.string()).nullable(),
    isEnabled: z.boolean(),
    nextAt: time.nullable().describe('When it is due next; null when disabled'),
    nextTimes: z.array(time).describe('The next five times; none when disabled'),
    updatedAt: time,
    updatedBy: actorRef,
  })
  .meta({ id: 'Schedule' });

const scheduleId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes');
const params = z.strictObject({ scheduleId });

export const scheduleRoutes: FastifyPluginAsyncZod<{ context: AppContext }> = async (app, { context }) => {
  const { db, clock, connectionId, definitions, guard } = context;
  const fields = {
    connection: connectionShape.optional().describe('Which org; left out: the default one'),
    cron: z
      .string()
      .max(100)
      .regex(/^[ -~\u00a0-\uffff]*$/, 'must be five cron fields, like "30 2 * * *"')
      .describe('Minute, hour, day of the month, month, day of the week'),
    timeZone: z
      .string()
      .max(64)
      .regex(/^[\w+/-]+$/, 'must be an IANA time zone, like Europe/Berlin')
      .describe('A night whose clock skips or repeats the hour has its slot once. Default: UTC'),
    mode: runMode,
    objects: objectNames(definitions),
    isEnabled: z.boolean(),
  };
  const defaults = {
    ...fields,
    timeZone: fields.timeZone.default('UTC'),
    mode: fields.mode.default('auto'),
    isEnabled: fields.isEnabled.default(true),
  };
  const body = z.strictObject(defaults).meta({ id: 'ScheduleRequest' });
  const namedBody = z.strictObject({ id: scheduleId, ...defaults }).meta({ id: 'NamedScheduleRequest' });
  const change = z.strictObject(fields).partial().meta({ id: 'ScheduleChange' });
  const tags = ['schedules'];

  app.get(
    '/v1/schedules',
    {
      onRequest: guard('data:read'),
      schema: {
        tags,
        summary: 'All schedules, or those of one org',
        querystring: z.strictObject({ connection: connectionShape.optional().describe('Of this org only') }),
        response: { 200: z.object({ data: z.array(schedule) }), ...problems() },
      },
    },
    async ({ query }) => ({
      data: (await listSchedules(db, clock.now()))
        .filter((row) => query.connection === undefined || row.connectionId === query.connection)
        .map((row) => present(schedule, row)),
    }),
  );

  app.put(
    '/v1/schedules',
    {
      config: { sends: ['etag'] },
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Create or replace the schedule of the id in the body',
        headers: ifMatch,
        body: namedBody,
        response: { 200: schedule, ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const { connection = connectionId, objects = null, ...given } = request.body;
      const input = { ...given, objects, connectionId: connection };
      const expected = givenRevision(request.headers);
      const row = await putSchedule(db, input, principalOf(request), clock.now(), expected);
      return reply.header('etag', etagOf(row.revision)).send(present(schedule, row));
    },
  );

  app.get(
    '/v1/schedules/:scheduleId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('data:read'),
      schema: {
        tags,
        summary: 'One schedule, with its next five times',
        params,
        response: { 200: schedule, ...problems(404) },
      },
    },
    async (request, reply) => {
      const row = await getSchedule(db, request.params.scheduleId, clock.now());
      return reply.header('etag', etagOf(row.revision)).send(present(schedule, row));
    },
  );

  app.put(
    '/v1/schedules/:scheduleId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Create or replace a schedule',
        params,
        headers: ifMatch,
        body,
        response: { 200: schedule, ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const { connection = connectionId, objects = null, ...given } = request.body;
      const input = { id: request.params.scheduleId, ...given, objects, connectionId: connection };
      const expected = givenRevision(request.headers);
      const row = await putSchedule(db, input, principalOf(request), clock.now(), expected);
      return reply.header('etag', etagOf(row.revision)).send(present(schedule, row));
    },
  );

  app.patch(
    '/v1/schedules/:scheduleId',
    {
      config: { sends: ['etag'] },
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Change a schedule: pause it, move it, give it another org',
        description: 'What is left out stays as it is.',
        params,
        headers: ifMatch,
        body: change,
        response: { 200: schedule, ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const { connection, ...given } = request.body;
      const wanted = { ...given, ...(connection === undefined ? {} : { connectionId: connection }) };
      const expected = givenRevision(request.headers);
      const row = await changeSchedule(
        db,
        request.params.scheduleId,
        wanted,
        principalOf(request),
        clock.now(),
        expected,
      );
      return reply.header('etag', etagOf(row.revision)).send(present(schedule, row));
    },
  );

  app.delete(
    '/v1/schedules/:scheduleId',
    {
      onRequest: guard('config:write'),
      schema: {
        tags,
        summary: 'Delete a schedule; its syncs stay',
        params,
        headers: ifMatch,
        response: { 204: z.null(), ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      await deleteSchedule(db, request.params.scheduleId, principalOf(request), givenRevision(request.headers));
      return reply.code(204).send(null);
    },
  );
};
