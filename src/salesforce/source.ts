/** Turns a Salesforce login into the Source port: describe, high-water mark, Bulk 2.0 exports, the log of deletions. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { Source, SourceObject } from '../model/source.ts';
import { openBulk, type BulkOptions } from './bulk.ts';
import { openRest, RestFault, type RestOptions } from './rest.ts';
import { openSession, type SalesforceLogin } from './session.ts';
import { exportSoql } from './soql.ts';

export type SalesforceOptions = SalesforceLogin & {
  /** e.g. 62.0; 58.0 or newer. */
  apiVersion: string;
  timing?: Partial<RestOptions & BulkOptions>;
};

const timing = { retryDelay: 1_000, pollDelay: 500, maxPollDelay: 10_000, deadline: 4 * 3_600_000 };

const apiName = /^[A-Za-z][A-Za-z0-9_]*$/;
const describeAnswer = z.object({
  name: z.string().regex(apiName),
  queryable: z.boolean(),
  replicateable: z.boolean(),
  fields: z.array(z.object({ name: z.string().regex(apiName), type: z.string(), calculated: z.boolean() })),
});
const instant = z.string().transform((text, context) => {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  context.addIssue('not a time');
  return z.NEVER;
});
const updatedAnswer = z.object({ latestDateCovered: instant });
const deletedAnswer = z.object({
  deletedRecords: z.array(z.object({ id: z.string(), deletedDate: instant })),
  earliestDateAvailable: instant,
});

// Bulk refuses compound fields (their parts come as fields of their own) and binary ones.
const notExportable = new Set(['address', 'location', 'base64', 'complexvalue']);
// Airbyte and Estuary measured visibility delays of seconds and stay minutes behind; five is Fivetran's and Estuary's choice.
const lagMilliseconds = 5 * 60_000;
// getUpdated wants more than a minute; a short window keeps its id list small.
const updatedWindowMilliseconds = 10 * 60_000;

/** Nothing is sent before the first call. */
export function openSalesforce(options: SalesforceOptions): Source {
  const paces = { ...timing, ...options.timing };
  const session = openSession(options);
  const rest = openRest(session, paces);
  const root = `/services/data/v${options.apiVersion}`;
  const bulk = openBulk(rest, `${root}/jobs/query`, paces);
  const objectPath = (object: string) => `${root}/sobjects/${encodeURIComponent(object)}`;

  /** Salesforce's clock, not ours: ours may be minutes off. */
  async function serverNow(signal: AbortSignal): Promise<Date> {
    const answer = await rest.send({ path: `${root}/limits`, signal });
    await answer.body.dump();
    const now = new Date(String(answer.headers.date));
    if (Number.isNaN(now.getTime())) throw new DomainError('salesforce-answer-invalid', 'Salesforce sent no Date.');
    return now;
  }

  return {
    async identity() {
      const { orgId, userId, instanceUrl } = await session.token();
      return { orgId, userId, instanceUrl };
    },
    async describe(object, signal): Promise<SourceObject> {
      const seen = await rest
        .json(describeAnswer, { path: `${objectPath(object)}/describe`, signal })
        .catch((error) => {
          throw error instanceof RestFault && error.status === 404 ? notVisible(object) : error;
        });
      if (!seen.queryable) throw notVisible(object);
      const fields = seen.fields.filter((field) => !notExportable.has(field.type));
      return {
        name: seen.name,
        isReplicateable: seen.replicateable,
        fields: fields.map(({ name, type, calculated }) => ({ name, type, isCalculated: calculated })),
      };
    },
    async highWater(object, signal) {
      const now = await serverNow(signal);
      const fallback = new Date(now.getTime() - lagMilliseconds);
      if (!object.isReplicateable) return fallback;
      const path = `${objectPath(object.name)}/updated/?${interval(new Date(now.getTime() - updatedWindowMilliseconds), now)}`;
      try {
        const { latestDateCovered } = await rest.json(updatedAnswer, { path, signal });
        // Documented to be held at the start of any long-running transaction: rows of it would commit behind our back.
        return latestDateCovered < now ? latestDateCovered : now;
      } catch (error) {
        if (unsupported(error)) return fallback;
        throw error;
      }
    },
    startExport: (query, signal) => bulk.start(exportSoql(query), signal),
    resumeExport: (jobId, signal) => bulk.resume(jobId, signal),
    readPage: (jobId, locator, maxRows, signal) => bulk.readPage(jobId, locator, maxRows, signal),
    async deletedSince(object, from, signal) {
      if (!object.isReplicateable) return null;
      const now = await serverNow(signal);
      // Refused for a window of a minute or less.
      const start = new Date(Math.min(from.getTime(), now.getTime() - 2 * 60_000));
      try {
        const path = `${objectPath(object.name)}/deleted/?${interval(start, now)}`;
        const { deletedRecords, earliestDateAvailable } = await rest.json(deletedAnswer, { path, signal });
        if (earliestDateAvailable > from) return null;
        return deletedRecords.map(({ id, deletedDate }) => ({ id, deletedAt: deletedDate }));
      } catch (error) {
        if (unsupported(error)) return null;
        throw error;
      }
    },
  };
}

/** Too old a window, too many ids, or an object Salesforce keeps no log of: all leave only the other way. */
function unsupported(error: unknown): boolean {
  return error instanceof RestFault;
}

function interval(start: Date, end: Date): string {
  return String(new URLSearchParams({ start: start.toISOString(), end: end.toISOString() }));
}

function notVisible(object: string): DomainError {
  return new DomainError('salesforce-no-permission', `The object ${object} does not exist for the Salesforce user.`);
}
