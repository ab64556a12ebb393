/** Keeps the rest of a long query for queryMore: a table of its own, bound to the session that asked. */
import type { SqlRow } from '../org/database.ts';
import type { Org } from '../org/org.ts';
import { SalesforceError } from '../salesforce-error.ts';
import { countSql, recordSql, type Plan } from '../soql/plan.ts';

export interface Page {
  plan: Plan;
  rows: SqlRow[];
  totalSize: number;
  /** `01g..-2000`, or null on the last page. */
  nextLocator: string | null;
}

export interface Cursors {
  open(plan: Plan, session: string, userId: string, batchSize: number): Promise<Page>;
  /** `locator` as handed out; throws INVALID_QUERY_LOCATOR for a foreign, old or unknown one. */
  more(locator: string, session: string, batchSize: number): Promise<Page>;
  /** The cursor of a locator ends, as an order of ten newer ones would end it. */
  close(locator: string): Promise<void>;
}

interface Cursor {
  plan: Plan;
  session: string;
  userId: string;
  total: number;
}

// A user keeps this many cursors open; the next closes the oldest.
const cursorCount = 10;

export function createCursors(org: Org): Cursors {
  const cursors = new Map<string, Cursor>();

  const page = async (id: string, cursor: Cursor, offset: number, batchSize: number): Promise<Page> => {
    const end = Math.min(offset + batchSize, cursor.total);
    const rows = await org.db.rows(
      `/* cursor.page */ select * from result."${id}" where rowid >= ${offset} and rowid < ${end} order by rowid`,
    );
    return {
      plan: cursor.plan,
      rows,
      totalSize: cursor.total,
      nextLocator: end < cursor.total ? `${id}-${end}` : null,
    };
  };

  const close = async (id: string): Promise<void> => {
    if (cursors.delete(id)) await org.db.run(`/* cursor.close */ drop table result."${id}"`);
  };

  return {
    close: async (locator) => close(locator.replace(/-\d+$/, '')),
    open: async (plan, session, userId, batchSize) => {
      const total = Number(await org.db.value(countSql(plan)));
      if (total <= batchSize) {
        const rows = await org.db.rows(recordSql(plan));
        return { plan, rows, totalSize: rows.length, nextLocator: null };
      }
      const id = org.mint.mint('01g');
      await org.db.run(`/* cursor.open */ create table result."${id}" as ${recordSql(plan)}`);
      const kept = Number(await org.db.value(`/* cursor.count */ select count(*) from result."${id}"`));
      const cursor = { plan, session, userId, total: kept };
      cursors.set(id, cursor);
      const own = [...cursors].filter(([, other]) => other.userId === userId).map(([key]) => key);
      for (const old of own.slice(0, -cursorCount)) await close(old);
      return page(id, cursor, 0, batchSize);
    },
    more: async (locator, session, batchSize) => {
      const [, id = '', offset = ''] = /^(\w{15,18})-(\d+)$/.exec(locator) ?? [];
      const cursor = cursors.get(id);
      if (!cursor || cursor.session !== session || Number(offset) > cursor.total) {
        throw new SalesforceError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
      }
      return page(id, cursor, Number(offset), batchSize);
    },
  };
}
