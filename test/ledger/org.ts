/** A tiny org behind real HTTP whose clock a script moves on, and every stamp it ever gave, as the ledger to hold us to. */
import { startSmallOrg } from '@assay/emulator/test/small-org.ts';
import type { Edit, ObjectName } from './script.ts';
import { objects } from './script.ts';

export type OrgRow = { Id: string; SystemModstamp: string; IsDeleted: boolean };
/** Text fields that a script hides. */
const hidable = { Account: ['Phone', 'Website'], Contact: ['Phone', 'Title'] } as const;
/** Custom fields that come and go, and what they may be. */
const extraNames = ['Extra_0__c', 'Extra_1__c', 'Extra_2__c'];
const extraTypes = ['string', 'double', 'date', 'datetime', 'boolean', 'textarea'] as const;
type ExtraType = (typeof extraTypes)[number];
const poisons = ['a\0b', 'half \ud83d', 'long '.repeat(20_000)];

/** A value for each type, and one that fits several, so that a change of type keeps some. */
function extraValue(type: ExtraType, serial: number): string | number | boolean {
  switch (type) {
    case 'double':
      return serial % 2 === 0 ? serial * 1e7 : serial / 4;
    case 'date':
      return `2024-0${(serial % 9) + 1}-10`;
    case 'datetime':
      return `2024-0${(serial % 9) + 1}-10T08:30:00.000Z`;
    case 'boolean':
      return serial % 2 === 0;
    default:
      return serial % 2 === 0 ? String(serial) : `2024-0${(serial % 9) + 1}-10`;
  }
}

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
  const extras = new Map<ObjectName, Map<string, ExtraType>>(objects.map((object) => [object, new Map()]));

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
    if (edit.kind === 'forbid' || edit.kind === 'permit') {
      await post('permissions', { sobject: object, readable: edit.kind === 'permit' });
      return;
    }
    if (edit.kind === 'import') {
      const stem = `Imported ${(serial += 1)}`;
      const named = (n: number) => ({ [object === 'Account' ? 'Name' : 'LastName']: `${stem} ${n}` });
      await post(
        'changes',
        Array.from({ length: 7 }, (_, n) => ({ op: 'insert', sobject: object, fields: named(n) })),
      );
      await note();
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
    const known = extras.get(object)!;
    if (edit.kind === 'add-field') await addField(object, edit.pick);
    else if (edit.kind === 'remove-field' || edit.kind === 'retype-field') {
      const field = [...known.keys()][edit.pick % Math.max(known.size, 1)];
      if (field === undefined) return;
      await changeField(
        object,
        field,
        edit.kind === 'remove-field' ? null : extraTypes[edit.pick % extraTypes.length]!,
      );
      return;
    }
    const name = object === 'Account' ? 'Name' : 'LastName';
    const values = [...known].map(([field, type]) => [field, extraValue(type, serial + edit.pick)]);
    const text = edit.kind === 'poison' ? poisons[edit.pick % poisons.length]! : `Edited ${serial}`;
    const fields = {
      [name]: text,
      Phone: edit.pick % 3 === 0 ? null : `${serial}`,
      ...Object.fromEntries(values),
    };
    if (edit.kind === 'insert') {
      await post('changes', [{ op: 'insert', sobject: object, fields }]);
    } else if (id === undefined) {
      return;
    } else if (edit.kind === 'edit' || edit.kind === 'poison' || edit.kind === 'add-field') {
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

  async function addField(object: ObjectName, pick: number): Promise<void> {
    const field = extraNames[pick % extraNames.length]!;
    const type = extraTypes[pick % extraTypes.length]!;
    const isNew = await post('schema', { op: 'add-field', sobject: object, field: { name: field, type } });
    if (isNew) extras.get(object)!.set(field, type);
  }

  async function changeField(object: ObjectName, field: string, type: ExtraType | null): Promise<void> {
    const change = type === null ? { op: 'remove-field' } : { op: 'retype-field', type };
    await post('schema', { ...change, sobject: object, field });
    if (type === null) extras.get(object)!.delete(field);
    else extras.get(object)!.set(field, type);
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
    /** The next life begins without the custom fields of the last. */
    async forgetFields(): Promise<string[]> {
      for (const object of objects)
        for (const field of extras.get(object)!.keys()) await changeField(object, field, null);
      return extraNames;
    },
    /** The org's own export: every record it has, the deleted ones included, with every field but compounds. */
    async export(object: ObjectName): Promise<Record<string, unknown>[]> {
      await org.connection.authorize({ grant_type: 'client_credentials' });
      const described = await org.call('GET', `/services/data/v62.0/sobjects/${object}/describe`);
      const fields = (described.json.fields as { name: string; type: string }[]).filter(
        ({ type }) => type !== 'address' && type !== 'location' && type !== 'base64',
      );
      const soql = `SELECT ${fields.map(({ name }) => name).join(', ')} FROM ${object}`;
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
