/** What changed and what went away in a window of time: updated/ and deleted/, minute by minute. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { quoteText, tableOf } from '../org/sql.ts';
import { stampOf } from '../changes/remove.ts';
import type { SObject } from '../objects/definition.ts';
import { SalesforceError } from '../salesforce-error.ts';
import type { Context } from './context.ts';
import { objectOf } from './record-find.ts';
import { orgOf } from './session-check.ts';
import { minuteOf, parseTime, salesforceTime } from './time.ts';
import { versionNumber } from './versions.ts';

interface ReplicationRoute {
  Params: { version: string; name: string };
  Querystring: { start?: string; end?: string };
}

const day = 86_400_000;
const idLimit = 600_000;
const windowDays = 30;
const deleteLogDays = 15;

export function replicationRoutes(app: FastifyInstance, context: Context): void {
  const { org, transactions } = context;

  const read = (request: FastifyRequest<ReplicationRoute>) => {
    const { params, query } = request;
    versionNumber(params.version);
    const object = objectOf(orgOf(context, request), params.name);
    if (!object.replicateable) {
      throw new SalesforceError(400, 'INVALID_TYPE_FOR_OPERATION', `object type ${object.name} is not replicable`);
    }
    return { object, ...windowOf(query, org.now()) };
  };

  /** Held at the start of the oldest open transaction: its rows may still come with older stamps. */
  const latestCovered = (end: Date): string => {
    const bounds = [end, minuteOf(org.now()), transactions.oldest()].filter((bound) => bound !== null);
    return salesforceTime(minuteOf(new Date(Math.min(...bounds.map((bound) => bound.getTime())))));
  };

  app.get<ReplicationRoute>('/services/data/:version/sobjects/:name/updated', async (request) => {
    const { object, start, end } = read(request);
    const rows = await org.db.rows(`/* replication.updated */ select "Id" from ${tableOf(object.name)}
      where not "IsDeleted" and "SystemModstamp" >= ${stampOf(start.toISOString())} and "SystemModstamp" < ${stampOf(end.toISOString())}
      order by "Id" limit ${idLimit + 1}`);
    refuseTooMany(rows.length, object);
    return { ids: rows.map(({ Id }) => Id), latestDateCovered: latestCovered(end) };
  });

  app.get<ReplicationRoute>('/services/data/:version/sobjects/:name/deleted', async (request) => {
    const { object, start, end } = read(request);
    const kept = new Date(org.now().getTime() - deleteLogDays * day);
    const earliest = minuteOf(context.deleteLog.earliest ?? kept);
    const from = new Date(Math.max(start.getTime(), earliest.getTime()));
    const inside = (column: string) =>
      `${column} >= ${stampOf(from.toISOString())} and ${column} < ${stampOf(end.toISOString())}`;
    const rows = await org.db
      .rows(`/* replication.deleted */ select id, strftime(deleted_at, '%Y-%m-%dT%H:%M:%S.%g+0000') as "deletedDate" from (
      select "Id" as id, "SystemModstamp" as deleted_at from ${tableOf(object.name)} where "IsDeleted" and ${inside('"SystemModstamp"')}
      union all select id, deleted_at from log.purged where sobject = ${quoteText(object.name)} and ${inside('deleted_at')})
      order by deleted_at, id limit ${idLimit + 1}`);
    refuseTooMany(rows.length, object);
    return {
      deletedRecords: rows,
      earliestDateAvailable: salesforceTime(earliest),
      latestDateCovered: latestCovered(end),
    };
  });
}

function windowOf({ start: from, end: to }: ReplicationRoute['Querystring'], now: Date): { start: Date; end: Date } {
  const [start, end] = [parseTime(from), parseTime(to)].map((moment) => moment && minuteOf(moment));
  const refuse = (message: string) => new SalesforceError(400, 'INVALID_REPLICATION_DATE', message);
  if (!start || !end) throw refuse('start and end must be dateTimes');
  if (end.getTime() - start.getTime() <= 60_000)
    throw refuse('endDate must be at least one minute greater than startDate');
  if (now.getTime() - start.getTime() > windowDays * day) throw refuse('startDate cannot be more than 30 days ago');
  return { start, end };
}

function refuseTooMany(count: number, object: SObject): void {
  if (count <= idLimit) return;
  throw new SalesforceError(
    400,
    'EXCEEDED_ID_LIMIT',
    `${object.name}: the result holds more than ${idLimit} ids; narrow the window`,
  );
}
