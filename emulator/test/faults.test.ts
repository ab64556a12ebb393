/** Orders faults over the control API and meets them as a client does. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSmallOrg, type TestOrg } from './small-org.ts';

let org: TestOrg;
beforeEach(async () => {
  org = await startSmallOrg();
});
afterEach(() => org.close());

const order = async (fault: Record<string, unknown>) =>
  expect((await org.call('POST', '/control/faults', fault)).status).toBe(201);
const leads = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    op: 'insert' as const,
    sobject: 'Lead',
    fields: { LastName: `L${i}`, Company: 'C' },
  }));
const limits = () => org.call('GET', '/services/data/v62.0/limits');

describe('faults', () => {
  it('answer a status after some requests, as often as ordered', async () => {
    await order({
      kind: 'status',
      status: 403,
      errorCode: 'REQUEST_LIMIT_EXCEEDED',
      message: 'no more',
      path: '/limits',
      after: 1,
      times: 2,
    });
    const answers = [await limits(), await limits(), await limits(), await limits()];
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 200]);
    expect(answers[1]?.json).toEqual([{ message: 'no more', errorCode: 'REQUEST_LIMIT_EXCEEDED' }]);
  });

  it('expire the session for good, so that a client must log in again', async () => {
    await order({ kind: 'expire-session', sobject: 'Account' });
    expect((await limits()).status).toBe(200);
    await expect(org.soql('SELECT Id FROM Account')).rejects.toMatchObject({ errorCode: 'INVALID_SESSION_ID' });
    expect((await limits()).status).toBe(401);
    await org.connection.authorize({ grant_type: 'client_credentials' });
    expect((await limits()).status).toBe(200);
  });

  it('drop the connection in the middle of a body', async () => {
    await order({ kind: 'drop', path: 'describe' });
    const response = await fetch(`${org.url}/services/data/v62.0/sobjects/Account/describe`, {
      headers: { authorization: `Bearer ${org.connection.accessToken}` },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
    expect((await org.call('GET', '/services/data/v62.0/sobjects/Account/describe')).json.name).toBe('Account');
  });

  it('drop and miscount bulk results', async () => {
    const { json: job } = await org.call('POST', '/services/data/v62.0/jobs/query', {
      operation: 'query',
      query: 'SELECT Id, Name FROM Account',
    });
    const path = `/services/data/v62.0/jobs/query/${job.id}`;
    while ((await org.call('GET', path)).json.state !== 'JobComplete');
    await order({ kind: 'wrong-count' });
    expect((await org.call('GET', `${path}/results`)).headers.get('sforce-numberofrecords')).toBe('4');
    await order({ kind: 'drop', path: 'results' });
    await expect(org.call('GET', `${path}/results`, undefined, { 'accept-encoding': 'identity' })).rejects.toThrow(
      'terminated',
    );
    expect((await org.call('GET', `${path}/results`)).headers.get('sforce-numberofrecords')).toBe('3');
  });

  it('answer HTML where JSON is due, and slowly', async () => {
    await order({ kind: 'html', status: 420, method: 'get' });
    const html = await limits();
    expect([html.status, html.headers.get('content-type')]).toEqual([420, 'text/html;charset=UTF-8']);
    await order({ kind: 'slow', delayMs: 120 });
    const startedAt = performance.now();
    await limits();
    expect(performance.now() - startedAt).toBeGreaterThan(110);
  });

  it('are forgotten on request and refused when misspelt', async () => {
    await order({ kind: 'status' });
    expect((await org.call('DELETE', '/control/faults')).status).toBe(204);
    expect((await limits()).status).toBe(200);
    expect((await org.call('POST', '/control/faults', { kind: 'explode' })).status).toBe(400);
    expect((await org.call('POST', '/control/faults', { kind: 'drop', path: '(' })).status).toBe(400);
  });

  it('leave counts of every kind of request', async () => {
    await org.call('DELETE', '/control/requests');
    await org.soql('SELECT Id FROM Account');
    await limits();
    await org.call('POST', '/services/data/v62.0/jobs/query', { operation: 'query', query: 'SELECT Id FROM Account' });
    expect((await org.call('GET', '/control/requests')).json).toEqual({ 'bulk-job-created': 1, limits: 1, query: 1 });
  });
});

describe('faults of bulk jobs and cursors', () => {
  const root = '/services/data/v62.0/jobs/query';
  const create = async (query = 'SELECT Id, Name FROM Account') =>
    (await org.call('POST', root, { operation: 'query', query })).json.id as string;
  const state = async (id: string) => (await org.call('GET', `${root}/${id}`)).json;
  const finish = async (id: string) => {
    for (;;) {
      const job = await state(id);
      if (job.state !== 'UploadComplete' && job.state !== 'InProgress') return job;
    }
  };

  it('fail a job with a timeout, or with words of one’s own', async () => {
    await order({ kind: 'job-failed' });
    expect(await finish(await create())).toMatchObject({
      state: 'Failed',
      errorMessage: 'QUERY_TIMEOUT: Your query request was running for too long.',
    });
    await order({ kind: 'job-failed', message: 'no memory', sobject: 'Contact' });
    expect((await finish(await create())).state).toBe('JobComplete');
    expect((await finish(await create('SELECT Id FROM Contact'))).errorMessage).toBe('no memory');
  });

  it('keep a job running for so many polls, and its results locked', async () => {
    await order({ kind: 'job-slow', polls: 6, delayMs: 0 });
    const id = await create();
    const states: string[] = [];
    for (let i = 0; i < 3; i++) states.push((await state(id)).state);
    expect(new Set(states)).toEqual(new Set(['InProgress']));
    expect((await org.call('GET', `${root}/${id}/results`)).json[0].errorCode).toBe('JOB_NOT_COMPLETE');
    expect((await finish(id)).state).toBe('JobComplete');
  });

  it('let a job abort while it runs', async () => {
    await order({ kind: 'job-slow', delayMs: 600_000 });
    const id = await create();
    const aborted = await org.call('PATCH', `${root}/${id}`, { state: 'Aborted' });
    expect([aborted.status, aborted.json.state]).toEqual([200, 'Aborted']);
    expect((await org.call('DELETE', `${root}/${id}`)).status).toBe(204);
    expect((await org.call('GET', `${root}/${id}`)).status).toBe(404);
  });

  it('expire a job with its result', async () => {
    const id = await create();
    await finish(id);
    await order({ kind: 'job-expired', path: 'results' });
    expect((await org.call('GET', `${root}/${id}/results`)).status).toBe(404);
    expect((await org.call('GET', `${root}/${id}`)).status).toBe(404);
  });

  it('leave out the last row of a page whose header counts it', async () => {
    const id = await create('SELECT Id FROM Account ORDER BY Id');
    await finish(id);
    await order({ kind: 'truncate' });
    const short = await org.call('GET', `${root}/${id}/results`);
    const whole = await org.call('GET', `${root}/${id}/results`);
    expect([short.headers.get('sforce-numberofrecords'), short.text.trimEnd().split('\n').length]).toEqual(['3', 3]);
    expect(whole.text.startsWith(short.text)).toBe(true);
    expect(whole.text.trimEnd().split('\n')).toHaveLength(4);
  });

  it('tell the two limits apart by their messages', async () => {
    await order({ kind: 'daily-limit' });
    await order({ kind: 'concurrent-limit' });
    const [daily, concurrent] = [await limits(), await limits()];
    expect([daily.status, daily.json[0]]).toEqual([
      403,
      { message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' },
    ]);
    expect(concurrent.json[0].message).toBe('ConcurrentPerOrgLongTxn Limit exceeded.');
  });

  it('shorten query pages and lose their cursors', async () => {
    await org.change(...leads(450));
    await order({ kind: 'short-page', rows: 120, times: 2 });
    const first = await org.call('GET', '/services/data/v62.0/query?q=SELECT+Id+FROM+Lead');
    const second = await org.call('GET', first.json.nextRecordsUrl);
    expect([first, second].map(({ json }) => [json.records.length, json.done, json.totalSize])).toEqual([
      [120, false, 450],
      [120, false, 450],
    ]);
    await order({ kind: 'locator-lost' });
    const lost = await org.call('GET', second.json.nextRecordsUrl);
    expect([lost.status, lost.json[0].errorCode]).toEqual([400, 'INVALID_QUERY_LOCATOR']);
    expect((await org.call('GET', second.json.nextRecordsUrl)).json[0].errorCode).toBe('INVALID_QUERY_LOCATOR');
  });

  it('close the eldest of a user’s cursors when an eleventh opens', async () => {
    await org.change(...leads(201));
    const open = async () => {
      const options = { 'Sforce-Query-Options': 'batchSize=200' };
      const { json } = await org.call('GET', '/services/data/v62.0/query?q=SELECT+Id+FROM+Lead', undefined, options);
      return json.nextRecordsUrl as string;
    };
    const urls: string[] = [];
    for (let i = 0; i < 11; i++) urls.push(await open());
    expect((await org.call('GET', urls[0] ?? '')).json[0].errorCode).toBe('INVALID_QUERY_LOCATOR');
    expect((await org.call('GET', urls[1] ?? '')).json.records).toHaveLength(1);
  });
});

describe('poisoned values', () => {
  const csvOf = async (query: string) => {
    const root = '/services/data/v62.0/jobs/query';
    const { json } = await org.call('POST', root, { operation: 'query', query });
    while ((await org.call('GET', `${root}/${json.id}`)).json.state !== 'JobComplete');
    const response = await fetch(`${org.url}${root}/${json.id}/results`, {
      headers: { authorization: `Bearer ${org.connection.accessToken}` },
    });
    return Buffer.from(await response.arrayBuffer());
  };

  it('leave as they are: a NUL, half a surrogate pair, a megabyte of text, a number as Java writes it', async () => {
    const [nul, half] = ['a\u0000b', 'a\ud83db'];
    const long = 'x"\n'.repeat(350_000);
    const at = (i: number) => `001xx000000000${i}AAA`;
    await org.change(
      { op: 'update', sobject: 'Account', id: at(1), fields: { Description: nul, AnnualRevenue: 1e7 } },
      { op: 'update', sobject: 'Account', id: at(2), fields: { Description: half } },
      { op: 'update', sobject: 'Account', id: at(3), fields: { Description: long } },
    );
    const records = await org.soql('SELECT Description FROM Account ORDER BY Id');
    expect(records.map(({ Description }) => Description)).toEqual([nul, half, long]);
    const csv = await csvOf('SELECT Description, AnnualRevenue FROM Account ORDER BY Id');
    expect(csv.includes(Buffer.from('"a\0b","1.0E7"'))).toBe(true);
    expect(csv.includes(Buffer.from([0x61, 0xed, 0xa0, 0xbd, 0x62]))).toBe(true);
    expect(csv.includes(Buffer.from(`"${long.replaceAll('"', '""')}"`))).toBe(true);
  });
});
