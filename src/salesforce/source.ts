/** Turns a Salesforce login into the Source port: describe, high-water mark, exports, the log of deletions, counts of requests. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { Source } from '../model/source.ts';
import { aggregate, countLive } from './aggregate.ts';
import { openBulk, type BulkOptions } from './bulk.ts';
import { describe, type Describes } from './describe.ts';
import { checkExcluded, withoutExcluded } from './exclude.ts';
import { exportDefaults, openExports, type ExportOptions } from './export.ts';
import { RestFault } from './fault.ts';
import type { SalesforceLogin } from './grant.ts';
import { guardedAgent, type Proxy } from './guard.ts';
import { readOrg } from './org.ts';
import { openQuery } from './query.ts';
import { deletedSince, highWater } from './replication.ts';
import { openRest, type RestOptions } from './rest.ts';
import { openSession } from './session.ts';
import { countUsage, openMeter, type Meter } from './usage.ts';

export type SalesforceOptions = SalesforceLogin & {
  /** e.g. 62.0; 58.0 or newer. */
  apiVersion: string;
  /** Share (0..1) of the day's API requests, whoever makes them, at which we stop. */
  totalShare?: number;
  timing?: Partial<RestOptions & BulkOptions>;
  exports?: Partial<ExportOptions>;
  /** Seconds without a byte of an answer after which a connection counts as dead; default 300. */
  silenceSeconds?: number;
  /** Objects and fields that are never asked for, `Lead` and `Contact.Birthdate`. */
  exclude?: readonly string[];
  /** Default: none. */
  proxy?: Proxy | null;
};

/** The first poll of a job soon, the later ones ever rarer: a small job takes tenths of a second, a large one minutes. */
const timing = { retryDelay: 1_000, pollDelay: 60, maxPollDelay: 10_000, deadline: 4 * 3_600_000 };
// The Singer tap's default; the rest belongs to the org's other integrations.
const totalShare = 0.8;

const recordCount = z.object({
  sObjects: z.array(z.object({ name: z.string(), count: z.number().int().nonnegative() })),
});

/** Nothing is sent before the first call. */
export function openSalesforce(options: SalesforceOptions): Source {
  const paces = { ...timing, ...options.timing };
  const agent = guardedAgent(options.loginUrl, options.silenceSeconds, options.proxy);
  const session = openSession(options, agent);
  const usage = countUsage(options.totalShare ?? totalShare);
  const root = `/services/data/v${options.apiVersion}`;
  const describes: Describes = new Map();
  const exclude = options.exclude ?? [];

  function view(meter: Meter): Source {
    const rest = openRest({ session, agent, usage, meter, options: paces });
    const query = openQuery(rest, root);
    const bulk = openBulk(rest, `${root}/jobs/query`, paces);
    const exports = openExports(query, bulk, { ...exportDefaults, ...options.exports });

    async function estimates(objects: readonly string[], signal: AbortSignal): Promise<Map<string, number>> {
      const path = `${root}/limits/recordCount?${new URLSearchParams({ sObjects: objects.join(',') }).toString()}`;
      try {
        const { sObjects } = await rest.json(recordCount, { path, signal });
        return new Map(sObjects.map(({ name, count }) => [name, count]));
      } catch (error) {
        // Not every edition and object counts.
        if (error instanceof RestFault) return new Map();
        throw error;
      }
    }
    const estimate = async (object: string, signal: AbortSignal) =>
      (await estimates([object], signal)).get(object) ?? null;

    /** Any answer tells the time; before the first one a small request is made for it. */
    async function serverNow(signal: AbortSignal): Promise<Date> {
      if (usage.now() === null) await rest.text({ path: `${root}/limits`, signal });
      const now = usage.now();
      if (now === null) throw new DomainError('salesforce-answer-invalid', 'Salesforce sent no Date.');
      return now;
    }

    return {
      async identity() {
        const { orgId, userId, instanceUrl } = await session.token();
        return { orgId, userId, instanceUrl };
      },
      org: async (signal) => readOrg(rest, root, session, signal),
      async describe(object, signal) {
        checkExcluded(object, exclude);
        return withoutExcluded(await describe(rest, root, object, describes, signal), exclude);
      },
      highWater: async (object, signal) => highWater(rest, root, object, await serverNow(signal), signal),
      estimate,
      estimates,
      count: (wanted, signal) => query.count(wanted, signal),
      async startExport(wanted, signal) {
        // A window's size nobody knows beforehand: its first answer tells.
        const isWhole = wanted.window === null && wanted.after === null;
        return exports.start(wanted, isWhole ? await estimate(wanted.object, signal) : null, signal);
      },
      means: (wanted, rowCount) => exports.means(wanted, rowCount),
      resumeExport: (begun, signal) => exports.resume(begun, signal),
      readPage: (begun, locator, maxRows, signal) => exports.readPage(begun, locator, maxRows, signal),
      deletedSince: async (object, from, signal) =>
        deletedSince(rest, root, object, from, await serverNow(signal), signal),
      aggregate: (wanted, signal) => aggregate(rest, root, wanted, signal),
      live: (wanted, signal) => countLive(rest, root, wanted, signal),
      usage: () => usage.last(),
      calls: () => meter.calls(),
      metered: (share) => view(openMeter(usage, share, meter)),
    };
  }
  return view(openMeter(usage, null, null));
}
