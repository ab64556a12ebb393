import sql from 'sql-template-tag';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decide, type DecisionKind, obeyLate, undo } from '../../src/review/decision.ts';
import { identityFixture, type IdentityFixture } from './identity-fixture.ts';
import { systemActor } from '../../src/model/actor.ts';

let fixture: IdentityFixture;
const contacts = ['C1', 'C2', 'C3', 'C4'];
beforeAll(async () => {
  fixture = await identityFixture();
  for (const id of contacts) {
    const email = id === 'C4' ? 'd@x.io' : 'a@x.io';
    await fixture.evidence(
      'person',
      'Contact',
      { id, last_name: 'Lee', account_id: 'A1' },
      { email, company_id: 'A1' },
    );
  }
  await fixture.record('Opportunity', { id: 'O1', account_id: 'A1', amount: 999, is_closed: false });
  await fixture.pair('person', 'C1', 'C2', 9);
  await fixture.pair('person', 'C2', 'C3', 8);
  await fixture.pair('person', 'C1', 'C3', 9);
  await fixture.pair('person', 'C3', 'C4', -1);
  await fixture.matched('person');
  await fixture.run('person');
});
beforeEach(async () => {
  await fixture.db.query(sql`delete from control.run`);
});
afterAll(() => fixture.db.close());

const say = (kind: DecisionKind, l: string, r: string) =>
  decide(
    fixture.db,
    {
      entity: 'person',
      kind,
      left: { connectionId: 'default', salesforceId: l },
      right: { connectionId: 'default', salesforceId: r },
      reason: 'I know them',
      by: systemActor('ann'),
    },
    new Date(),
  );
const groups = async () => {
  const who = await fixture.who('person');
  return [...Map.groupBy(contacts, (id) => who[id]).values()].map((group) => group.join('')).sort();
};

describe('decisions', () => {
  let first: Record<string, string>;
  it('cluster anew at once what they touch, survive a full re-run, and are undone', async () => {
    first = await fixture.who('person');
    expect(await groups()).toEqual(['C1C2C3', 'C4']);
    const decision = await say('different', 'C3', 'C2');
    expect(decision).toMatchObject({ kind: 'different', weight: 8, runId: expect.stringMatching(/^run_/) });
    expect((await fixture.run('person')).clustered).toMatchObject({ readCount: 3 });
    expect(await groups()).toEqual(['C1C2', 'C3', 'C4']);
    await fixture.matched('person');
    await fixture.run('person');
    expect(await groups()).toEqual(['C1C2', 'C3', 'C4']);
    expect((await fixture.who('person')).C1).toBe(first.C1);
    await undo(fixture.db, decision.id, 'wrong', systemActor('bo'), new Date());
    await fixture.run('person');
    expect(await groups()).toEqual(['C1C2C3', 'C4']);
    expect(await fixture.who('person')).toEqual(first);
    await expect(undo(fixture.db, decision.id, 'again', systemActor('bo'), new Date())).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('keep the id of what was split off resolving for ever', async () => {
    const [gone] = await fixture.db.query<{ golden_id: string; retired_into: string }>(
      sql`select golden_id, retired_into from golden.identity where retired_at is not null`,
    );
    expect(gone?.retired_into).toBe(first.C1);
    const kinds = await fixture.db.query(sql`select kind from golden.event order by sequence`);
    expect(kinds.map(({ kind }) => kind)).toEqual(['minted', 'minted', 'split', 'moved', 'moved', 'merged']);
    const history = await fixture.db.query(sql`select golden_id, until_at is null as is_open from golden.membership
      where id = 'C3' order by since_at`);
    expect(history).toEqual([
      { golden_id: first.C1, is_open: false },
      { golden_id: gone?.golden_id, is_open: false },
      { golden_id: first.C1, is_open: true },
    ]);
  });

  it('join records the evidence speaks against, and the opposite word replaces the first', async () => {
    await say('same', 'C4', 'C1');
    expect(await say('same', 'C1', 'C4')).toMatchObject({ kind: 'same' });
    await fixture.run('person');
    expect(await groups()).toEqual(['C1C2C3C4']);
    await expect(say('different', 'C4', 'C1')).resolves.toMatchObject({ kind: 'different' });
    await fixture.run('person');
    expect(await groups()).toEqual(['C1C2C3', 'C4']);
    const standing = await fixture.db.query(sql`select kind, undone_at is null as stands from review.decision
      where l_id = 'C1' and r_id = 'C4' order by version`);
    expect(standing).toEqual(
      expect.arrayContaining([
        { kind: 'same', stands: false },
        { kind: 'different', stands: true },
      ]),
    );
  });

  it('are refused when others say the opposite by way of other records, or when there is no such record', async () => {
    await say('same', 'C1', 'C2');
    await expect(say('same', 'C2', 'C4')).rejects.toMatchObject({ code: 'conflict' });
    await expect(say('same', 'C2', 'C2')).rejects.toMatchObject({ code: 'request-refused' });
    await expect(say('same', 'C2', 'C9')).rejects.toMatchObject({ code: 'not-found' });
    await fixture.run('person');
  });

  it('that come too late for the run under way get one of their own', async () => {
    await say('different', 'C3', 'C4');
    await fixture.db.query(sql`update control.run set state = 'succeeded'`);
    expect(await obeyLate(fixture.db)).toHaveLength(1);
    expect(await obeyLate(fixture.db)).toEqual([]);
    await fixture.db.query(sql`update control.run set state = 'failed', finished_at = now()`);
    expect(await obeyLate(fixture.db)).toEqual([]);
    await fixture.run('person');
    await fixture.db.query(sql`delete from control.run`);
    expect(await obeyLate(fixture.db)).toEqual([]);
  });
});

describe('the review queue', () => {
  it('holds what is unsure, with what hangs on it, and lets go what is decided', async () => {
    const queue = () =>
      fixture.db.query(sql`select l_id, r_id, reason, record_count::int, open_amount from golden.review_item`);
    expect(await queue()).toEqual([]);
    const [decision] = await fixture.db.query<{ id: string }>(sql`select id from review.decision
      where l_id = 'C3' and r_id = 'C4' and undone_at is null`);
    await undo(fixture.db, decision!.id, 'not sure', systemActor('bo'), new Date());
    await fixture.run('person');
    expect(await queue()).toEqual([{ l_id: 'C3', r_id: 'C4', reason: 'unsure', record_count: 4, open_amount: 999 }]);
  });

  it('asks again about a decision whose records have other values now', async () => {
    await fixture.db.query(sql`update standard.person set email = 'new@x.io' where id = 'C4'`);
    await fixture.matched('person');
    await fixture.run('person');
    const [changed] = await fixture.db.query(
      sql`select l_id, r_id, uncertainty from golden.review_item where reason = 'changed'`,
    );
    expect(changed).toEqual({ l_id: 'C1', r_id: 'C4', uncertainty: 1 });
  });
});

describe('ids and definitions', () => {
  it('keep parent and child accounts apart, and a converted lead with its account', async () => {
    await fixture.evidence('company', 'Account', { id: 'P1', name: 'Acme' });
    await fixture.evidence('company', 'Account', { id: 'P2', name: 'Acme', parent_id: 'P1' });
    await fixture.evidence('company', 'Account', { id: 'P3', name: 'Acme', parent_id: 'P2' });
    await fixture.evidence('company', 'Lead', { id: 'L1', company: 'Zed', converted_account_id: 'P2' });
    for (const [l, r] of [
      ['P1', 'P2'],
      ['P2', 'P3'],
      ['P1', 'P3'],
    ] as const)
      await fixture.pair('company', l, r, 20);
    await fixture.matched('company');
    await fixture.run('company');
    const who = await fixture.who('company');
    expect(new Set([who.P1, who.P2, who.P3]).size).toBe(3);
    expect(who.L1).toBe(who.P2);
  });

  it('follow a merge in Salesforce: the loser’s id lives on in the winner’s', async () => {
    const before = await fixture.who('company');
    await fixture.db.query(sql`delete from standard.company where id = 'P3'`);
    await fixture.db.query(sql`insert into mirror.alias values ('default', 'P3', 'P9'), ('default', 'P9', 'P1')`);
    await fixture.matched('company');
    await fixture.run('company');
    const [old] = await fixture.db.query(
      sql`select retired_into from golden.identity where golden_id in (${before.P3}, ${before.P1}) and retired_at is not null`,
    );
    const now = (await fixture.who('company')).P1;
    expect(old?.retired_into).toBe(now);
    const [key] = await fixture.db.query(sql`select golden_id from golden.record_key where id = 'P3'`);
    expect(key?.golden_id).toBe(now);
  });

  it('write nothing when nothing moved', async () => {
    for (const entity of ['person', 'company']) {
      expect((await fixture.run(entity)).clustered).toEqual({ readCount: 0, changedCount: 0 });
      await fixture.matched(entity);
      expect((await fixture.run(entity)).clustered).toMatchObject({ changedCount: 0, detail: { unchangedIdRate: 1 } });
    }
  });
});
