/** Edge cases 5 to 9: what leaves Salesforce leaves the mirror's view, and what comes back returns. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pull } from '../../../src/pipeline/pull.ts';
import { type CaseOrg, minutesAgo, openCase } from './case-org.ts';

let at: CaseOrg;
beforeAll(async () => void (at = await openCase()));
afterAll(() => at.close());

// Four minutes ago: inside the overlap of a sync that has been.
const insert = async (sobject: string, count: number, fields: Record<string, string>, ago = 4): Promise<string[]> => {
  const before = new Set((await at.org.soql(`select Id from ${sobject}`)).map((row) => row.Id));
  await at.change(
    ...Array.from({ length: count }, () => ({ op: 'insert' as const, sobject, fields, at: minutesAgo(ago) })),
  );
  return (await at.org.soql(`select Id from ${sobject}`)).map((row) => String(row.Id)).filter((id) => !before.has(id));
};
const reasons = async (object: string, ids: string[]) =>
  (await at.rows(object)).filter((row) => ids.includes(String(row.id))).map((row) => row._deleted_reason);

it('case 05 soft delete: a record in the recycle bin is a tombstone', async () => {
  const [id] = await insert('Account', 1, { Name: 'Doomed' });
  await at.sync('Account');
  await at.change({ op: 'delete', sobject: 'Account', id: id! });
  expect(await at.sync('Account')).toMatchObject({ detail: { mode: 'incremental' } });
  expect(await at.one('Account', id!)).toMatchObject({ _deleted_reason: 'deleted', is_deleted: true });
  await at.expectEqual('Account');
});

it('case 06 merge: losers become aliases, a chain of merges is followed to its end, children move', async () => {
  const [a, b, c, d] = await insert('Account', 4, { Name: 'Same' });
  const [child] = await insert('Contact', 1, { LastName: 'Child', AccountId: a! });
  await at.sync('Account');
  await at.sync('Contact');
  await at.change({ op: 'merge', sobject: 'Account', masterId: b!, mergeIds: [a!, d!] });
  await at.change({ op: 'merge', sobject: 'Account', masterId: c!, mergeIds: [b!] });
  await at.sync('Account');
  await at.sync('Contact');
  expect(await reasons('Account', [a!, b!, c!, d!])).toEqual(['merged', 'merged', null, 'merged']);
  const ends = await at.db.query(
    sql`select loser_id, winner_id from mirror.alias_end where loser_id in (${a}, ${b}, ${d}) order by 1`,
  );
  expect(ends).toEqual([a, b, d].toSorted().map((loser_id) => ({ loser_id, winner_id: c })));
  expect((await at.one('Contact', child!)).account_id).toBe(c);
  await at.expectEqual('Account');
});

it('case 07 purged before we looked: the log of deletions tells it, and all ids where the log is too short', async () => {
  const [logged, missed] = await insert('Account', 2, { Name: 'Gone' });
  await at.sync('Account');
  // The log goes by whole minutes: of this minute it tells next time.
  await at.db.query(
    sql`update mirror.watermark set high_water_at = now() - interval '10 minutes' where object = 'Account'`,
  );
  await at.change({ op: 'purge', sobject: 'Account', id: logged!, at: minutesAgo(2) });
  expect(await at.sync('Account')).toMatchObject({ detail: { passes: 'rows', removedCount: 1 } });
  expect(await at.one('Account', logged!)).toMatchObject({ _deleted_reason: 'deleted' });

  await at.change({ op: 'purge', sobject: 'Account', id: missed! });
  // The log holds 15 days; the last sync was 20 days ago.
  await at.db.query(
    sql`update mirror.watermark set high_water_at = now() - interval '20 days' where object = 'Account'`,
  );
  expect(await at.sync('Account')).toMatchObject({
    detail: { mode: 'incremental', passes: 'rows, ids', removedCount: 1 },
  });
  expect(await at.one('Account', missed!)).toMatchObject({ _deleted_reason: 'absent' });
  await at.expectEqual('Account');
});

it('case 08 hard delete without a log: a comparison of ids finds it, for non-replicateable objects and CampaignMember on every sync', async () => {
  const [gone] = await insert(
    'OpportunityHistory',
    3,
    { OpportunityId: '006xx0000000001', StageName: 'Prospecting' },
    60,
  );
  await at.sync('OpportunityHistory');
  await at.change({ op: 'purge', sobject: 'OpportunityHistory', id: gone! });
  expect(await at.sync('OpportunityHistory')).toMatchObject({ detail: { passes: 'rows, ids', removedCount: 1 } });
  expect(await at.one('OpportunityHistory', gone!)).toMatchObject({ _deleted_reason: 'absent' });

  const objects = { reconcile: 'always' as const };
  await at.sync('CampaignMember', { objects });
  expect(await at.sync('CampaignMember', { objects })).toMatchObject({ detail: { passes: 'rows, ids' } });
});

it('case 08 implausible drop: most of an object missing at once is not believed, since a lost permission looks the same', async () => {
  const ids = await insert('Lead', 300, { LastName: 'Many', Company: 'Co' });
  await at.sync('Lead');
  await at.change(...ids.slice(0, 200).map((id) => ({ op: 'purge' as const, sobject: 'Lead', id })));
  await at.db.query(sql`update mirror.watermark set high_water_at = now() - interval '20 days' where object = 'Lead'`);
  await expect(at.sync('Lead')).rejects.toMatchObject({
    code: 'rows-implausible',
    message: expect.stringContaining('200 of 300 live Lead'),
  });
  expect((await at.rows('Lead')).filter((row) => row._deleted_at !== null)).toEqual([]);
  // An admin who knows better asks for a full sync.
  expect(await at.sync('Lead', { mode: 'full' })).toMatchObject({ detail: { removedCount: 200 } });
  await at.expectEqual('Lead');
});

it.each(['auto', 'full'] as const)(
  'case 08 interrupted first pull: what was purged before it went on (%s) does not stay',
  async (mode) => {
    const [object, name] = mode === 'auto' ? (['Case', 'Subject'] as const) : (['Campaign', 'Name'] as const);
    const [purged, kept] = await insert(object, 2, { [name]: 'Early' });
    const dying = at.context(object, {});
    const death = new Error('the worker is no more');
    const write: typeof dying.write = async (work) => {
      const done = await at.db.transaction(work);
      if ((await at.rows(object)).length > 0) throw death;
      return done;
    };
    await expect(pull({ ...dying, write }, object)).rejects.toBe(death);
    expect((await at.rows(object)).map((row) => row.id)).toEqual(expect.arrayContaining([purged, kept]));

    await at.change({ op: 'purge', sobject: object, id: purged! });
    expect(await at.sync(object, { mode })).toMatchObject({ detail: { mode: 'full', removedCount: 1 } });
    expect(await reasons(object, [purged!, kept!])).toEqual(
      [purged, kept].toSorted().map((id) => (id === purged ? 'absent' : null)),
    );
    await at.expectEqual(object);
  },
);

it('case 08 come into sight: records that a permission shows again are read, though their stamp lies before every window', async () => {
  const [id] = await insert('Case', 2, { Subject: 'Hidden' });
  const objects = { reconcile: 'always' as const };
  await at.sync('Case', { objects });
  // As if it had been hidden until now: its stamp is older than the window of the next sync.
  await at.db.query(
    sql`update mirror.watermark set high_water_at = now() + interval '2 minutes' where object = 'Case'`,
  );
  await at.db.query(sql`delete from mirror.case where id = ${id}`);
  expect(await at.sync('Case', { objects })).toMatchObject({
    changedCount: 1,
    warnings: [expect.stringContaining('1 Case record(s) are newly visible')],
  });
  await at.expectEqual('Case');
});

it('case 09 undelete: a record taken out of the recycle bin lives again', async () => {
  const [id] = await insert('Contact', 1, { LastName: 'Lazarus' });
  await at.sync('Contact');
  await at.change({ op: 'delete', sobject: 'Contact', id: id! });
  await at.sync('Contact');
  expect(await at.one('Contact', id!)).toMatchObject({ _deleted_reason: 'deleted' });
  await at.change({ op: 'undelete', sobject: 'Contact', id: id! });
  await at.sync('Contact');
  expect(await at.one('Contact', id!)).toMatchObject({ _deleted_at: null, _deleted_reason: null, is_deleted: false });
  await at.expectEqual('Contact');
});
