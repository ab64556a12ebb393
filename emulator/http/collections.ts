/** sObject collections: up to 200 records created, changed, upserted, read or deleted in one request. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Change } from '../change.ts';
import { applyChanges } from '../changes/apply.ts';
import { isId, toId18 } from '../ids.ts';
import type { Org } from '../org/org.ts';
import { quoteText } from '../org/sql.ts';
import { jsonFault, SalesforceError } from '../salesforce-error.ts';
import { compileSoql } from '../soql/compile.ts';
import { recordSql } from '../soql/plan.ts';
import type { Context } from './context.ts';
import { objectOf } from './record-find.ts';
import { deleteChange, insertChange, updateChange, upsertChange } from './records-write.ts';
import { toRecords, type JsonRecord } from './records.ts';
import { orgOf } from './session-check.ts';
import { versionNumber } from './versions.ts';

const most = 200;
const record = z.looseObject({ attributes: z.looseObject({ type: z.string() }) });
const writeBody = z.object({ allOrNone: z.boolean().default(false), records: z.array(record).min(1).max(most) });
const readBody = z.object({ ids: z.array(z.string()).min(1).max(2000), fields: z.array(z.string()).min(1) });

/** What became of one record. */
export interface Outcome {
  id?: string;
  success: boolean;
  errors: { statusCode: string; message: string; fields: string[] }[];
  created?: boolean;
}

interface Wish {
  change: Change;
  /** The record's id, or null for one that is yet to be made. */
  id: string | null;
  created?: boolean;
}

/** Makes the wishes one by one and grants them together; with `allOrNone`, one that cannot be granted spoils all. */
export async function grant(org: Org, wishes: (() => Promise<Wish>)[], allOrNone: boolean): Promise<Outcome[]> {
  const made: (Wish | SalesforceError)[] = [];
  for (const wish of wishes) made.push(await wish().catch(refused));
  if (allOrNone && made.some((wish) => wish instanceof SalesforceError)) return made.map(rolledBack);
  const good = made.filter((wish): wish is Wish => !(wish instanceof SalesforceError));
  try {
    const { ids } = await applyChanges(
      org,
      good.map(({ change }) => change),
    );
    return made.map((wish) => (wish instanceof SalesforceError ? failure(wish) : success(wish, ids)));
  } catch (error) {
    const fault = refused(error);
    if (allOrNone) return made.map((wish) => rolledBack(wish instanceof SalesforceError ? wish : fault));
  }
  const outcomes: Outcome[] = [];
  for (const wish of made) {
    if (wish instanceof SalesforceError) outcomes.push(failure(wish));
    else
      outcomes.push(
        await applyChanges(org, [wish.change]).then(
          ({ ids }) => success(wish, ids),
          (error: unknown) => failure(refused(error)),
        ),
      );
  }
  return outcomes;
}

function refused(error: unknown): SalesforceError {
  if (error instanceof SalesforceError) return error;
  throw error;
}

/** Takes the id of an insert off the front of `ids`. */
function success({ id, created }: Wish, ids: string[]): Outcome {
  const own = id ?? ids.shift();
  return {
    ...(own === undefined ? {} : { id: own }),
    success: true,
    errors: [],
    ...(created === undefined ? {} : { created }),
  };
}

function failure({ errorCode, message, fields }: SalesforceError): Outcome {
  return { success: false, errors: [{ statusCode: errorCode, message, fields: fields ?? [] }] };
}

function rolledBack(wish: Wish | SalesforceError): Outcome {
  if (wish instanceof SalesforceError) return failure(wish);
  const message = 'Record rolled back because not all records were valid and the request was using AllOrNone header';
  return failure(new SalesforceError(400, 'ALL_OR_NONE_OPERATION_ROLLED_BACK', message));
}

export function collectionRoutes(app: FastifyInstance, context: Context): void {
  const root = '/services/data/:version/composite/sobjects';

  const read = (request: FastifyRequest) => {
    versionNumber((request.params as { version: string }).version);
    const parsed = writeBody.safeParse(request.body);
    if (!parsed.success) throw jsonFault(`A collection holds 1 to ${most} records, each with attributes.type.`);
    return { org: orgOf(context, request), ...parsed.data };
  };

  app.post(root, async (request) => {
    const { org, records, allOrNone } = read(request);
    const wishes = records.map(({ attributes, ...body }) => async () => ({
      change: await insertChange(org, objectOf(org, attributes.type), body),
      id: null,
    }));
    return grant(org, wishes, allOrNone);
  });

  app.patch(root, async (request) => {
    const { org, records, allOrNone } = read(request);
    const wishes = records.map(({ attributes, id, Id, ...body }) => async () => {
      const given = String(id ?? Id ?? '');
      const change = await updateChange(org, objectOf(org, attributes.type), given, body);
      return { change, id: toId18(given) };
    });
    return grant(org, wishes, allOrNone);
  });

  app.patch<{ Params: { version: string; name: string; key: string } }>(`${root}/:name/:key`, async (request) => {
    const { org, records, allOrNone } = read(request);
    const { name, key } = request.params;
    const object = objectOf(org, name);
    const wishes = records.map((given: Record<string, unknown>) => async () => {
      const own = Object.keys(given).find((field) => field.toLowerCase() === key.toLowerCase()) ?? key;
      const { [own]: value, ...body } = given;
      const { change, id } = await upsertChange(org, object, key, String(value ?? ''), body);
      return { change, id, created: id === null };
    });
    return grant(org, wishes, allOrNone);
  });

  app.delete<{ Querystring: { ids?: string; allOrNone?: string } }>(root, async (request) => {
    const org = orgOf(context, request);
    const ids = (request.query.ids ?? '').split(',').filter((id) => id !== '');
    if (ids.length === 0 || ids.length > most) throw jsonFault(`Name 1 to ${most} ids.`);
    const wishes = ids.map((id) => async () => {
      const object = isId(id) ? org.findByPrefix(id) : undefined;
      if (!object) throw new SalesforceError(400, 'MALFORMED_ID', `malformed id ${id}`);
      return { change: await deleteChange(org, object, id), id: toId18(id) };
    });
    return grant(org, wishes, request.query.allOrNone === 'true');
  });

  interface ReadRoute {
    Params: { version: string; name: string };
    Querystring: { ids?: string; fields?: string };
  }
  const list = (text: string | undefined) => text?.split(',').map((part) => part.trim());
  const retrieve = async (request: FastifyRequest<ReadRoute>) => {
    const { version, name } = request.params;
    versionNumber(version);
    const { ids, fields } = request.query;
    const parsed = readBody.safeParse(request.body ?? { ids: list(ids), fields: list(fields) });
    if (!parsed.success) throw jsonFault('Name ids and fields.');
    return readMany(orgOf(context, request), name, parsed.data.ids, parsed.data.fields, version);
  };
  app.get<ReadRoute>(`${root}/:name`, retrieve);
  app.post<ReadRoute>(`${root}/:name`, retrieve);
}

/** Records in the order of their ids; null where there is none. */
async function readMany(org: Org, name: string, ids: string[], fields: string[], version: string) {
  const object = objectOf(org, name);
  const known = [...new Set(ids.filter(isId).map(toId18))];
  const wanted = [...new Set(['Id', ...fields])].join(', ');
  if (known.length === 0) return ids.map(() => null);
  const list = known.map(quoteText).join(', ');
  const plan = compileSoql(org, `select ${wanted} from ${object.name} where Id in (${list})`);
  const records = await toRecords(org, plan, await org.db.rows(recordSql(plan)), version);
  const byId = new Map(records.map((found): [unknown, JsonRecord] => [found.Id, found]));
  return ids.map((id) => byId.get(isId(id) ? toId18(id) : id) ?? null);
}
