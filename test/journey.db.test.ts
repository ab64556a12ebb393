import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sql from 'sql-template-tag';
import { startSlackReceiver, type SlackReceiver } from '@assay/emulator/slack.ts';
import { type Api, prepareService, type Service } from './journey/service.ts';
import { type Org, startOrg } from './journey/org.ts';
import { backends, until } from './queue/backends.ts';

type Page<T> = { data: T[]; nextCursor: string | null };
type Score = { object: string; dimension: string | null; score: number | null };

describe.each(backends)('the whole way, with the queue on %s', { timeout: 400_000 }, (queue) => {
  let org: Org;
  let slack: SlackReceiver;
  let service: Service;
  let api: Api;
  beforeAll(async () => {
    org = await startOrg({ accounts: 110 });
    slack = await startSlackReceiver();
    service = await prepareService({ queue, emulator: org.emulator, slack });
    api = await service.serve();
    await service.worker().ready;
  });
  afterAll(async () => {
    await service.close();
    await slack.close();
    await org.close();
  });

  it('pulls, matches, scores and publishes an org on one request', async () => {
    const sync = await api.finished(await api.start());
    expect(sync.state, sync.reason ?? service.tail()).toMatch(/^succeeded/);
    expect(new Set(sync.stages.map(({ stage }) => stage))).toEqual(
      new Set(['pull', 'standardise', 'match', 'cluster', 'survive', 'score', 'publish', 'reconcile', 'alert']),
    );
    const [mirrored] = await service.db.query<{ n: number }>(sql`select count(*)::int as n from mirror.contact`);
    const rows = (await (await fetch(`${org.emulator.url}/control/rows?sobject=Contact`)).json()) as unknown[];
    expect(mirrored!.n).toBe(rows.length);

    const duplicates = await api.get<Page<{ goldenId: string }>>('/v1/duplicates');
    expect(duplicates.data.length).toBeGreaterThan(5);
    const findings = await api.get<Page<object>>('/v1/findings');
    expect(findings.data.length).toBeGreaterThan(5);
    const scores = await api.get<{ data: Score[] }>('/v1/scores?object=Contact');
    expect(scores.data.find((one) => one.object === 'Contact')?.score).toBeGreaterThan(0);
    const metrics = await service.db.query<{ metric: string; bases: number }>(sql`
      select metric, count(distinct basis)::int as bases from unified.metric_value
      where period = 'all' and slice = 'all' and value is not null group by metric`);
    expect(metrics.length).toBeGreaterThanOrEqual(5);
    expect(metrics.every(({ bases }) => bases === 2)).toBe(true);
  });

  it('changes nothing on a second sync with nothing new', async () => {
    const sync = await api.finished(await api.start());
    const changed = sync.stages.filter(({ changedCount }) => changedCount !== 0);
    expect(changed.map(({ stage, subject, changedCount }) => [stage, subject, changedCount])).toEqual([]);
    expect(slack.messages).toEqual([]);
  });

  it('pulls a bad night as what changed only, and Slack hears of it once', async () => {
    await org.night();
    const sync = await api.finished(await api.start());
    expect(sync.state, sync.reason ?? '').toMatch(/^succeeded/);
    const pulls = sync.stages.filter(({ stage }) => stage === 'pull');
    const changed = pulls.reduce((sum, { changedCount }) => sum + changedCount, 0);
    expect(changed).toBeGreaterThan(10);
    const [mirrored] = await service.db.query<{ n: number }>(sql`select count(*)::int as n from mirror.contact`);
    expect(pulls.find(({ subject }) => subject === 'Contact')!.readCount).toBeLessThan(mirrored!.n);
    await until(() => slack.messages.length > 0);
    const incidents = await service.db.query(sql`select from alert.incident`);
    await until(async () => {
      const open = await service.db.query(
        sql`select from alert.message where state in ('pending', 'sending', 'retry')`,
      );
      return open.length === 0;
    });
    expect(slack.messages).toHaveLength(incidents.length);
    // Examples lead into the org.
    expect(JSON.stringify(slack.messages[0]!.blocks)).toContain(`<${org.emulator.url}/00`);
  });
});
