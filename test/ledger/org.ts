/** A tiny org behind real HTTP whose clock a script moves on, and every stamp it ever gave, as the ledger to hold us to. */
import { startSmallOrg } from '../emulator/small-org.ts';
import type { Edit, ObjectName } from './script.ts';
import { objects } from './script.ts';

export type OrgRow = { Id: string; SystemModstamp: string; IsDeleted: boolean };
/** Compared value by value; the rest by id, stamp and deletion. */
export const compared = { Account: ['Name', 'Phone', 'Website'], Contact: ['LastName', 'Phone', 'AccountId'] } as const;
/** Text fields that a script hides. */
const hidable = { Account: ['Phone', 'Website'], Contact: ['Phone', 'Title'] } as const;

const created = '2010-01-01T00:00:00.000Z';
const accounts = Array.from({ length: 5 }, (_, n) => `001xx000000000${n},Acme ${n},030 ${n},${created},${created}`);
const contacts = Array.from(
  { length: 8 },
  (_, n) => `003xx000000000${n},Person ${n},040 ${n},001xx000000000${n % 5},${created},${created}`,
);
const files = {
  'User.csv': `Id,Name,Email,IsActive\n005xx0000000001,Ana Adler,ana@example.com,true\n`,
  'Account.csv': ['Id,Name,Phone,CreatedDate,SystemModstamp', ...accounts, ''].join('\n'),
  'Contact.csv': ['Id,LastName,Phone,AccountId,CreatedDate,SystemModstamp', ...contacts, ''].join('\n'),
};

const day = 24 * 60 * 60_000;

export async function startLedgerOrg() {
  // Behind ours, so that it can be moved on without overtaking the clock of the HTTP server.
  let behind = 4_000 * day;
  const now = () => new Date(Date.now() - behind);
  const org = await startSmallOrg({ now }, files);
  /** Stamps of committed changes, by object and id; purged records are struck out. */
  const ledger = new Map<ObjectName, Map<string, number[]>>(objects.map((object) => [object, new Map()]));
  let serial = 0;
  let begun: { object: ObjectName; id: string; at: Date }[] = [];

  const post = async (path: string, body: unknown): Promise<boolean> =>
    (await org.call('POST', `/control/${path}`, body)).status < 300;
  const rows = async (object: ObjectName): Promise<OrgRow[]> =>
    (await org.call('GET', `/control/rows?sobject=${object}`)).json as OrgRow[];

  async function note(): Promise<void> {
    for (const object of objects) {
      const known = ledger.get(object)!;
      const present = await rows(object);
      for (const { Id, SystemModstamp } of present) {
        const stamps = known.get(Id) ?? [];
        const stamp = Date.parse(SystemModstamp);
        if (!stamps.includes(stamp)) known.set(Id, [...stamps, stamp]);
      }
      const ids = new Set(present.map(({ Id }) => Id));
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    }
  }

  async function act(edit: Edit): Promise<void> {
    if (edit.kind === 'wait') {
      behind -= edit.minutes * 60_000;
      return;
    }
    if (edit.kind === 'show') {
      for (const sobject of objects) await post('permissions', { sobject, readable: true, hiddenFields: [] });
      return;
    }
    const { object } = edit;
    if (edit.kind === 'forbid') {
      await post('permissions', { sobject: object, readable: false });
      return;
    }
    if (edit.kind === 'hide') {
      await post('permissions', { sobject: object, hiddenFields: [hidable[object][edit.pick % 2]] });
      return;
    }
    const all = await rows(object);
    const choose = (from: OrgRow[], at: number) => (from.length === 0 ? undefined : from[at % from.length]!.Id);
    const live = all.filter(({ IsDeleted }) => !IsDeleted);
    const id = choose(
      edit.kind === 'undelete' || edit.kind === 'purge' ? all.filter((row) => row.IsDeleted) : live,
      edit.pick,
    );
    serial += 1;
    const name = object === 'Account' ? 'Name' : 'LastName';
    const fields = { [name]: `Edited ${serial}`, Phone: edit.pick % 3 === 0 ? null : `${serial}` };
    if (edit.kind === 'insert') {
      await post('changes', [{ op: 'insert', sobject: object, fields }]);
    } else if (id === undefined) {
      return;
    } else if (edit.kind === 'edit') {
      await post('changes', [{ op: 'update', sobject: object, id, fields }]);
    } else if (edit.kind === 'merge') {
      const loser = choose(
        live.filter(({ Id }) => Id !== id),
        edit.loser,
      );
      if (loser) await post('changes', [{ op: 'merge', sobject: object, masterId: id, mergeIds: [loser] }]);
    } else if (edit.kind === 'begin') {
      const at = now();
      await post('transactions', { open: `late ${serial}`, at: at.toISOString() });
      begun.push({ object, id, at });
    } else if (edit.kind === 'commit') {
      const [late] = begun;
      if (!late) return;
      // Whoever changed the record since held its lock: then this transaction has rolled back.
      const row = (await rows(late.object)).find(({ Id }) => Id === late.id);
      if (row && !row.IsDeleted && Date.parse(row.SystemModstamp) <= late.at.getTime()) {
        await post('changes', [{ op: 'update', sobject: late.object, id: late.id, fields, at: late.at.toISOString() }]);
      }
      await endOldest();
    } else {
      await post('changes', [{ op: edit.kind, sobject: object, id }]);
    }
    await note();
  }

  async function endOldest(): Promise<void> {
    begun.shift();
    const [oldest] = (await org.call('GET', '/control/transactions')).json as string[];
    if (oldest) await post('transactions', { close: oldest });
  }

  return {
    emulator: org,
    now,
    ledger,
    act,
    post,
    note,
    /** Moves the org's clock on. */
    wait: (milliseconds: number) => void (behind -= milliseconds),
    /** Nothing is broken, hidden or under way any more. */
    async calm(): Promise<void> {
      await org.call('DELETE', '/control/faults');
      await act({ kind: 'show' });
      while (begun.length > 0) await endOldest();
      begun = [];
    },
    /** The org's own export: every record it has, the deleted ones included. */
    async export(object: ObjectName): Promise<Record<string, unknown>[]> {
      const soql = `SELECT Id, SystemModstamp, IsDeleted, ${compared[object].join(', ')} FROM ${object}`;
      await org.connection.authorize({ grant_type: 'client_credentials' });
      const answer = await org.call('GET', `/services/data/v62.0/queryAll?q=${encodeURIComponent(soql)}`);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json.records as Record<string, unknown>[];
    },
    async requestCount(): Promise<number> {
      const counts = (await org.call('GET', '/control/requests')).json as Record<string, number>;
      // What is counted as `other` is the control API, which this test asks itself.
      const { other: _, ...asked } = counts;
      return Object.values(asked).reduce((sum, one) => sum + one, 0);
    },
    close: () => org.close(),
  };
}

export type LedgerOrg = Awaited<ReturnType<typeof startLedgerOrg>>;
