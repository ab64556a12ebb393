/**
 * Pages beyond the first week, in a real browser against the real service: what they show is what the API says.
 * Long on purpose: the journeys share one service, as its start takes longer than any of them.
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { startEmulator } from '@assay/emulator/start.ts';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Download, Page } from 'playwright-core';
import sql from 'sql-template-tag';
import { clientSecret, startProvider } from '../http/provider.ts';
import { settled, unreached, violations, visit } from './browser.ts';
import { openStand, type Stand } from './stand.ts';

const executablePath = inject('chromium');

describe.runIf(executablePath)('pages of the console', { timeout: 400_000 }, () => {
  let at: Stand;
  let page: Page;

  beforeAll(async () => {
    at = await openStand(executablePath!);
    ({ page } = at.admin);
  }, 600_000);
  afterAll(() => at?.close());

  test('a newcomer is led by steps, the first of which that is open is marked', async () => {
    await settled(page);
    // What is not known yet is not good news.
    for (const path of ['/findings', '/duplicates', '/reviews', '/fixes', '/incidents', '/scores', '/numbers']) {
      await at.go(page, path);
      expect(await page.getByRole('heading', { name: 'Nothing is known yet' }).count(), path).toBe(1);
    }
    await at.go(page, '/');
    const step = page.locator('.steps li[aria-current="step"]');
    expect(await step.innerText()).toContain('The first sync');
    expect(await page.getByText('Nothing is synced yet.').isVisible()).toBe(true);
    await step.getByRole('button', { name: 'Start the first sync' }).click();
    await page.locator('.top').getByText('Published').waitFor({ timeout: 120_000 });
    await page.getByRole('region', { name: 'Account' }).locator('.score strong').waitFor();
    expect(await page.locator('.steps').count()).toBe(0);
    expect(at.admin.complaints).toEqual([]);
  });

  type Fix = {
    id: string;
    kind: string;
    state: string;
    recordIds: string[];
    recordName: string;
    predictedAmount: number | null;
    realisedAmount: number | null;
  };
  const fixes = async (query: string) => (await at.api.get<{ data: Fix[] }>(`/v1/fixes?${query}`)).data;
  let mended: Fix;

  test('the fix ledger begins with the repair of the most money, and its record is mended in Salesforce', async () => {
    await at.go(page, '/fixes');
    await page.getByText('Nobody has repaired a fault yet').waitFor();
    const open = await fixes('state=open&limit=100');
    const row = page.locator('.long-body .long-row').first();
    expect(await row.innerText()).toContain(open[0]!.recordName);
    expect(numberOf(await row.locator('> div').nth(3).innerText())).toBeCloseTo(open[0]!.predictedAmount! / 1000, -1);
    await page.getByLabel('Kind of repair').selectOption('deal_copies');
    await settled(page);
    expect(new URL(page.url()).searchParams.get('kind')).toBe('deal_copies');
    const copies = await fixes('state=open&kind=deal_copies');
    expect(await page.locator('.long-body .long-row').first().innerText()).toContain(copies[0]!.recordName);
    mended = open.find(({ kind }) => kind === 'stale_deal')!;
    await at.org.change([
      { op: 'update', sobject: 'Opportunity', id: mended.recordIds[0]!, fields: { StageName: 'Closed Lost' } },
    ]);
    expect(at.admin.complaints).toEqual([]);
  });

  test('a rule of one’s own is filled in, tried on all records, made, and taken away again', async () => {
    await at.go(page, '/rules');
    await page.getByRole('link', { name: 'Make a rule' }).click();
    // The list of rules is filtered by an object too.
    await page.getByRole('heading', { name: 'A rule of your own' }).waitFor();
    await page.getByLabel('Object').selectOption('Contact');
    const broken = page.getByRole('group', { name: 'It is broken when' });
    await broken.getByLabel('Field').selectOption('title');
    await broken.getByLabel('Is compared').selectOption('contains');
    await broken.getByLabel('Value').fill('a');
    await page.getByRole('button', { name: 'Add a condition: Asked only where' }).click();
    const asked = page.getByRole('group', { name: 'Asked only where' });
    await asked.getByLabel('Field').selectOption('email');
    await asked.getByLabel('Is compared').selectOption('is-filled');
    await page.getByLabel('Title').fill('Title with an A');
    await page.getByLabel('What to do in Salesforce').fill('Write it without.');
    // What was typed outlives a reload.
    await page.reload();
    expect(await page.getByLabel('Title').inputValue()).toBe('Title with an A');
    await page.getByRole('button', { name: 'See what it would find' }).click();
    const outcome = page.getByRole('status').filter({ hasText: 'would open' });
    await outcome.waitFor({ timeout: 60_000 });
    const [row] = await at.service.db.query<{ count: number }>(sql`select count(*)::int as count from standard.contact
      where email is not null and strpos(lower(title), 'a') > 0`);
    expect((await outcome.innerText()).split(' ')[0]).toBe(String(row!.count));
    await page.getByLabel('Why you make it').fill('The marketing team asked');
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await page.getByRole('heading', { name: 'Title with an A', level: 1 }).waitFor();
    const made = await at.api.get<{ origin: string; isOn: boolean; reason: string }>('/v1/rules/own-title-with-an-a');
    expect(made).toMatchObject({ origin: 'form', isOn: true });
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Remove the rule' }).click();
    await page.waitForURL(/\/rules$/);
    const left = await at.api.get<{ data: { id: string }[] }>('/v1/rules');
    expect(left.data.map(({ id }) => id)).not.toContain('own-title-with-an-a');
    expect(at.admin.complaints).toEqual([]);
  });

  test('what the API refuses of a rule of one’s own is told at its field', async () => {
    await at.go(page, '/rules/new');
    await page.getByLabel('Title').fill('Old');
    await page.getByLabel('What to do in Salesforce').fill('Mend it.');
    const broken = page.getByRole('group', { name: 'It is broken when' });
    await broken.getByLabel('Field').selectOption('created_at');
    await broken.getByLabel('Is compared').selectOption('older-than-days');
    await broken.getByLabel('Days').fill('1.5');
    await page.getByRole('button', { name: 'See what it would find' }).click();
    await broken.getByRole('alert').waitFor();
    expect(await broken.getByRole('alert').innerText()).toContain('whole number of days');
    expect(await violations(page)).toEqual([]);
  });

  test('one stream is open for a sync, however many parts of the page watch it', async () => {
    const streams: string[] = [];
    page.on('request', (request) => request.url().endsWith('/events') && streams.push(request.url()));
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'Watch it' }).click();
    await page.locator('.top').getByText('Published').waitFor({ timeout: 120_000 });
    expect(new Set(streams).size).toBe(1);
    expect(streams).toHaveLength(1);
  });

  test('what the mended record brought is booked beside its promise, by month and owner', async () => {
    await at.go(page, '/fixes?state=done&by=owner');
    const [done] = (await fixes('state=done')).filter(({ id }) => id === mended.id);
    expect(done!.realisedAmount).not.toBeNull();
    const row = page.locator('.long-body .long-row').filter({ hasText: mended.recordName });
    expect(numberOf(await row.locator('> div').nth(4).innerText())).toBeCloseTo(done!.realisedAmount! / 1000, -1);
    type Sums = { months: { groupId: string; groupName: string; doneCount: number; realisedAmount: number }[] };
    const { months } = await at.api.get<Sums>('/v1/fixes/sums?by=owner');
    const sums = page.getByRole('region', { name: 'Promised and found' }).locator('tbody tr');
    expect(await sums.count()).toBe(months.length);
    expect(await sums.first().locator('td').nth(1).innerText()).toBe(months[0]!.groupName);
    await sums.first().getByRole('link').click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('ownerId')).toBe(months[0]!.groupId);
    expect(at.admin.complaints).toEqual([]);
  });

  test('the forecast says what is expected, between which bounds, and how much nearer than naive it has been', async () => {
    type Method = { method: string; amount: number | null; accuracy: { wape: number } | null; reason: string | null };
    type Forecast = {
      reason: string;
      periods: { periodKind: string; period: string; shown: Method | null; methods: Method[] }[];
    };
    const { periods } = await at.api.get<Forecast>('/v1/forecast');
    await at.go(page, '/forecast');
    await page.getByRole('button', { name: 'Months' }).click();
    await settled(page);
    const months = periods.filter(({ periodKind }) => periodKind === 'month');
    expect(months.length).toBeGreaterThan(1);
    const rows = page.getByRole('region', { name: 'Periods at hand' }).locator('tbody tr');
    expect(await rows.count()).toBe(months.length);
    const wanted = months[1]!;
    await rows.nth(1).getByRole('button', { name: wanted.period }).click();
    const methods = page.getByRole('region', { name: 'What each method says' }).locator('tbody tr');
    expect(await methods.count()).toBe(5);
    const weighted = wanted.methods.find(({ method }) => method === 'weighted')!;
    const cell = methods.filter({ hasText: 'Weighted' }).locator('td').nth(1);
    expect(numberOf(await cell.innerText())).toBeCloseTo(weighted.amount! / 1000, -1);
    // The chart is read aloud as a table, the past with what came of it.
    const course = page.locator('table.visually-hidden').filter({ hasText: 'Bookings by period' });
    expect(await course.locator('tbody tr').count()).toBeGreaterThanOrEqual(months.length);
    await page.getByLabel('Team of').selectOption({ index: 1 });
    await settled(page);
    const team = new URL(page.url()).searchParams.get('team')!;
    const own = await at.api.get<Forecast>(`/v1/forecast?teamId=${team}`);
    const theirs = own.periods.find(({ period }) => period === wanted.period)!;
    const amount = theirs.methods.find(({ method }) => method === 'weighted')!.amount!;
    await expect.poll(async () => numberOf(await cell.innerText())).toBeCloseTo(amount / 1000, -1);
    expect(at.admin.complaints).toEqual([]);
  });

  test('an input is given as CSV: faults by line and column, versions, and the numbers that rest on it', async () => {
    await at.go(page, '/settings/inputs?name=spend');
    const give = (text: string) =>
      page
        .getByLabel(/Drop a CSV here/)
        .setInputFiles({ name: 'spend.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await give('month,channel,amount\n2026-01,Web,1200\n2026-02,Web,plenty\n,Web,5\n');
    const faults = page.getByRole('alert').locator('tbody tr');
    await faults.first().waitFor();
    expect(await faults.allInnerTexts()).toMatchObject([
      expect.stringMatching(/^3\s+amount\s+/),
      expect.stringMatching(/^4\s+month\s+/),
    ]);
    const standing = async () =>
      (
        await at.api.get<{ data: { name: string; version: number; lineCount: number; putBy: string }[] }>('/v1/inputs')
      ).data.find(({ name }) => name === 'spend')!;
    expect(await standing()).toMatchObject({ version: 0, lineCount: 0 });
    await give('month,channel,amount\n2026-01,Web,1200\n');
    await page.getByText('Taken as version 1.').waitFor();
    await page.getByRole('region', { name: 'What counts now' }).getByText('1200').waitFor();
    await give('month,channel,amount\n2026-01,Web,1300\n2026-02,Web,900\n');
    await page.getByText('Taken as version 2.').waitFor();
    await page.getByRole('button', { name: 'Give again version 1' }).click();
    await page.getByText('Version 1 counts again.').waitFor();
    expect(await standing()).toMatchObject({ version: 3, lineCount: 1, putBy: 'Ana Adler' });
    await at.service.rest();
    await at.go(page, '/settings/inputs?name=spend');
    const resting = page.getByRole('region', { name: 'Numbers that rest on it' }).getByRole('listitem');
    const { data } = await at.api.get<{
      data: { title: string; isMeasurable: boolean; needs: { object: string }[] }[];
    }>('/v1/metrics?limit=100');
    const own = data.filter(({ needs }) => needs.some(({ object }) => object === 'input:spend'));
    expect(await resting.count()).toBe(own.length);
    const measured = own.find(({ isMeasurable }) => isMeasurable)!;
    expect(await resting.filter({ hasText: measured.title }).innerText()).toContain('measured');
    expect(at.admin.complaints).toEqual([]);
  });

  test('what waits is counted beside the pages, as the API counts it', async () => {
    await at.go(page, '/');
    const queues = await at.api.get<{
      findingCount: number;
      reviews: { count: number }[];
      duplicates: { groupCount: number }[];
    }>('/v1/queues');
    const shown = async (name: string) =>
      Number(
        (await page.getByRole('navigation').getByRole('link', { name }).locator('.count').innerText()).replace(',', ''),
      );
    expect(queues.findingCount).toBeGreaterThan(50);
    expect(await shown('Findings')).toBe(queues.findingCount);
    expect(await shown('Reviews')).toBe(queues.reviews.reduce((sum, { count }) => sum + count, 0));
    expect(await shown('Duplicates')).toBe(queues.duplicates.reduce((sum, { groupCount }) => sum + groupCount, 0));
  });

  test('the walk of the pipeline comes to its end to the cent, and each term leads to its deals', async () => {
    await at.go(page, '/pipeline?from=2026-01-01');
    type Term = { term: string; amount: number; dealCount: number };
    const today = new URL(page.url());
    expect(today.searchParams.get('from')).toBe('2026-01-01');
    const amounts = async (name: string) =>
      Number(
        (await page.locator('table.walk').getByRole('row').filter({ hasText: name }).locator('td').nth(2).innerText())
          .replaceAll(',', '')
          .replace('−', '-'),
      );
    const to = new Date().toISOString().slice(0, 10);
    const walk = await at.api.get<{ currencies: { terms: Term[] }[] }>(`/v1/pipeline/walk?from=2026-01-01&to=${to}`);
    const terms = walk.currencies[0]!.terms.filter(({ dealCount }) => dealCount > 0);
    expect(terms.length).toBeGreaterThan(3);
    for (const { term, amount } of terms.filter((one) => ['opening', 'closing', 'won'].includes(one.term)))
      expect(await amounts(term), term).toBeCloseTo(amount, 2);
    await page.locator('table.walk').getByRole('button', { name: 'won' }).click();
    await page.getByRole('heading', { name: 'Deals that were won' }).waitFor();
    const won = terms.find(({ term }) => term === 'won')!;
    await expect.poll(() => page.getByText(`That is all: ${won.dealCount} deals.`).count()).toBe(1);
    await at.go(page, '/pipeline?from=2026-05-01&to=2026-04-01');
    expect(await page.getByRole('alert').innerText()).toContain('must be later than from');
    expect(at.admin.complaints).toEqual([]);
  });

  test('the score of an object is split by owner, the worst first, and leads to what they should mend', async () => {
    await at.go(page, '/scores?object=Contact');
    type Segment = { value: string | null; name: string | null; score: number | null };
    const { data } = await at.api.get<{ data: Segment[] }>('/v1/scores/segments?object=Contact&by=owner');
    const worst = data.filter(({ score }) => score !== null).toSorted((one, other) => one.score! - other.score!)[0]!;
    const first = page.getByRole('region', { name: 'The worst first' }).locator('tbody tr').first();
    expect(await first.innerText()).toContain((100 * worst.score!).toFixed(1));
    await first.getByRole('link').click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('ownerId')).toBe(worst.value);
  });

  test('findings are shown by owner with their money, given to somebody, waived, and the waiver lifted', async () => {
    await at.go(page, '/findings?object=Opportunity&group=owner');
    type Count = { value: string; count: number; amount: number | null };
    const { data } = await at.api.get<{ data: Count[] }>('/v1/findings/counts?by=owner&object=Opportunity');
    const first = data.toSorted((one, other) => (other.amount ?? 0) - (one.amount ?? 0))[0]!;
    const row = page.locator('table.lines tbody tr').first();
    expect(await row.locator('td').nth(1).innerText()).toBe(String(first.count));
    await row.getByRole('link').first().click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('ownerId')).toBe(first.value);
    const amounts = (await page.locator('.long-body .long-row > div:nth-child(4)').allInnerTexts()).map(
      (text) => Number(text.replace(/[,km–]/g, '')) * (text.endsWith('m') ? 1e6 : text.endsWith('k') ? 1e3 : 1),
    );
    expect(amounts).toEqual(amounts.toSorted((one, other) => other - one));

    await page
      .getByRole('button', { name: /^Assign:/ })
      .first()
      .click();
    await page.getByLabel('How far it is').selectOption('in-progress');
    await page.getByLabel('Note, if you like').fill('Asked the buyer');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('has it now.').waitFor();
    await settled(page);
    await at.go(page, '/findings?workState=in-progress');
    expect(await page.locator('.long-body .long-row').count()).toBe(1);

    await page.getByRole('button', { name: /^Waive:/ }).click();
    await page.getByLabel('Why').fill('It is a framework contract');
    await page.getByLabel('For how long').selectOption('90');
    await page.getByRole('button', { name: 'Waive it' }).click();
    await page.getByText('Waived: it counts no more').waitFor();
    await at.go(page, '/findings?state=waived');
    await page.getByRole('button', { name: 'Lift' }).click();
    await page.getByText('Lifted: it counts again').waitFor();
    expect((await at.api.get<{ data: unknown[] }>('/v1/waivers')).data).toEqual([]);
    expect(at.admin.complaints).toEqual([]);
  });

  test('a list is saved whole as a file, and no spreadsheet runs what is in it', async () => {
    await at.go(page, '/settings/audit?kind=finding');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as CSV' }).click(),
    ]);
    const lines = (await text(download)).trim().split('\r\n');
    const { data } = await at.api.get<{ data: unknown[] }>('/v1/audit?kind=finding&limit=100');
    expect(lines).toHaveLength(data.length + 1);
    expect(lines[0]).toContain('id,at,actor.kind,actor.id,actor.name,kind,');
    expect(lines[1]).toContain('Ana Adler');
    expect(lines.filter((line) => /(^|,)[=+@-]/.test(line))).toEqual([]);
  });

  test('a slash opens the search, which finds by a part of a name and opens what it found', async () => {
    await at.go(page, '/');
    const { data } = await at.api.get<{ data: { goldenId: string; label: string }[] }>(
      '/v1/duplicates?entity=company&sort=largest',
    );
    const wanted = data[0]!;
    await page.keyboard.press('/');
    await page.keyboard.type(wanted.label.slice(0, 9).toLowerCase());
    await page.getByRole('dialog').getByRole('link', { name: wanted.label }).first().waitFor();
    await page.getByLabel('A person, company or deal').fill(wanted.goldenId);
    await expect.poll(() => page.getByRole('dialog').getByRole('listitem').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/duplicates/${wanted.goldenId}`);
    // Somebody who is one record alone is found too, by the digits of a phone.
    const [alone] = await at.service.db.query<{ golden_id: string; phone: string; name: string }>(
      sql`select p.golden_id, p.phone, concat_ws(' ', p.first_name, p.last_name) as name from golden.person p
        where p.record_count = 1 and p.phone is not null and p.last_name is not null and not exists (select from golden.person o
          where o.phone = p.phone and o.golden_id <> p.golden_id) order by 1 limit 1`,
    );
    await page.keyboard.press('/');
    await page.getByLabel('A person, company or deal').fill(alone!.phone);
    await page.getByRole('dialog').getByRole('link', { name: alone!.name }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/duplicates/${alone!.golden_id}`);
    await page.getByRole('heading', { name: alone!.name, level: 1 }).waitFor();
    await at.go(page, '/duplicates?search=no%20such%20name%20anywhere');
    expect(await page.locator('.empty').isVisible()).toBe(true);
  });

  test('whoever may not see names cannot find one out by searching', async () => {
    const viewer = await visit(at.browser, `${at.url}/${await at.linkFor('Vera', 'data:read')}`);
    await settled(viewer.page);
    expect(await viewer.page.getByRole('button', { name: /Search/ }).count()).toBe(0);
    const answer = await viewer.page.request.get(`${at.url}/v1/duplicates?search=a`);
    expect(answer.status()).toBe(403);
    await viewer.close();
  });

  test('a list is dropped in, its columns put right by hand, and each row says who it is', async () => {
    const [known] = await at.service.db.query<{ first_name: string; last_name: string; email: string }>(
      sql`select first_name, last_name, email from golden.person
        where email is not null and first_name is not null and last_name is not null order by golden_id limit 1`,
    );
    const row = [known!.first_name, known!.last_name, known!.email];
    const file = (head: string) => ({
      name: 'fair.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${head}\n${row.join(',')}\nZebulon,Quagmire,z.quagmire@nowhere-at-all.example\n`),
    });
    await at.go(page, '/check');
    await page.getByLabel(/Drop a CSV here/).setInputFiles(file('Called,Last Name,Contact point'));
    await page.getByText('Download with the ids').waitFor({ timeout: 60_000 });
    const firstId = new URL(page.url()).searchParams.get('id');
    // What a column holds is guessed by its values, too; the hand outranks the guess.
    expect(await page.getByLabel('Contact point').inputValue()).toBe('email');
    expect(await page.getByLabel('Called').inputValue()).toBe('');
    await page.getByLabel('Called').selectOption('first_name');
    await page.getByLabel('Choose the file once more').setInputFiles(file('Called,Last Name,Contact point'));
    await page.getByRole('button', { name: 'Check it by these columns' }).click();
    const secondId = (url: URL) => url.searchParams.get('id') !== firstId;
    await page.waitForURL(secondId);
    expect(await page.getByLabel('Called').inputValue()).toBe('first_name');
    await page.getByText('Download with the ids').waitFor({ timeout: 60_000 });
    await page.getByRole('row').filter({ hasText: row[1]! }).getByText('known').waitFor({ timeout: 60_000 });
    await page.getByRole('row').filter({ hasText: 'Quagmire' }).getByText('new', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Delete it now' }).click();
    await page.getByText('Deleted, with all that was found.').waitFor();
    const { data } = await at.api.get<{ data: unknown[] }>('/v1/list-checks');
    expect(data).toHaveLength(1);
    expect(at.admin.complaints).toEqual([]);
  });

  test('a word is added to the list of a rule by writing it on a line of its own', async () => {
    await at.go(page, '/rules/contact-name-placeholder');
    const words = page.getByRole('textbox', { name: 'one a line' }).first();
    const before = await words.inputValue();
    await words.press('Control+End');
    await page.keyboard.type('\nfoobar\n\n');
    expect(await words.inputValue()).toBe(`${before}\nfoobar\n\n`);
    await page.goBack();
  });

  test('of two admins who edit one rule the second is told who was ahead, and nothing he typed is lost', async () => {
    const other = await visit(at.browser, `${at.url}/${await at.linkFor('Ben Berger', 'admin')}`);
    try {
      await settled(other.page);
      const id = 'contact-title-stale';
      for (const one of [page, other.page]) await at.go(one, `/rules/${id}`);
      const write = async (one: Page, days: string, reason: string) => {
        await one.getByLabel(/Days after which/).fill(days);
        await one.getByLabel('Why you change it').fill(reason);
      };
      await write(other.page, '222', 'Half of them have moved');
      await write(page, '111', 'Titles move fast here');
      const rule = () => at.api.get<{ parameters: { value: unknown }[]; changedBy: string }>(`/v1/rules/${id}`);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved. The next sync obeys.').waitFor();
      await other.page.getByRole('button', { name: 'Save' }).click();
      const notice = other.page.getByRole('alert').filter({ hasText: 'changed this meanwhile' });
      await notice.waitFor();
      expect(await notice.innerText()).toContain('Ana Adler changed this meanwhile.');
      expect(await notice.innerText()).toContain('What they set is shown now; yours is kept here.');
      expect(await notice.innerText()).toContain(': 111');
      expect(await other.page.getByLabel(/Days after which/).inputValue()).toBe('222');
      expect(await other.page.getByLabel('Why you change it').inputValue()).toBe('Half of them have moved');
      expect(await violations(other.page)).toEqual([]);
      expect(await rule()).toMatchObject({ parameters: [{ value: 111 }], changedBy: 'Ana Adler' });
      // Knowing of hers, he sends his all the same.
      await other.page.getByRole('button', { name: 'Save' }).click();
      await other.page.getByText('Saved. The next sync obeys.').waitFor();
      await notice.waitFor({ state: 'detached' });
      expect(await rule()).toMatchObject({ parameters: [{ value: 222 }], changedBy: 'Ben Berger' });

      // A schedule that somebody switched off meanwhile is not switched by what one saw before.
      await at.api.call('PUT', '/v1/schedules/weekly', { cron: '0 3 * * 0' });
      await at.go(page, '/settings');
      const row = page.locator('.org').filter({ hasText: 'weekly' });
      await row.getByRole('button', { name: 'Switch off' }).waitFor();
      await settled(page);
      await at.api.call('PATCH', '/v1/schedules/weekly', { cron: '0 4 * * 0' });
      await row.getByRole('button', { name: 'Switch off' }).click();
      await row.getByRole('alert').getByText('Somebody changed this meanwhile.').waitFor();
      await row.getByText('0 4 * * 0').waitFor();
      expect(other.complaints).toEqual([]);
      expect(at.admin.complaints).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('a note on a finding and a value set by hand outlast that somebody else was ahead', async () => {
    const notice = page.getByRole('dialog').getByRole('alert').filter({ hasText: 'test changed this meanwhile.' });
    await at.go(page, '/findings?object=Contact');
    const [finding] = await Promise.all([
      page.waitForResponse(/\/v1\/findings\/fnd_[\w-]+$/),
      page
        .getByRole('button', { name: /^Assign:/ })
        .first()
        .click(),
    ]);
    await page.getByLabel('Note, if you like').fill('I call her');
    await settled(page);
    const blocked = { state: 'blocked', comment: 'Wait for the contract' };
    expect((await at.api.call('PATCH', new URL(finding.url()).pathname, blocked)).status).toBe(200);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await notice.waitFor();
    expect(await notice.innerText()).toContain('blocked');
    expect(await page.getByRole('dialog').innerText()).toContain('Wait for the contract');
    expect(await page.getByLabel('Note, if you like').inputValue()).toBe('I call her');
    expect(await page.getByLabel('How far it is').inputValue()).toBe('blocked');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('has it now.').waitFor();

    const { data } = await at.api.get<{ data: { goldenId: string }[] }>('/v1/duplicates?entity=person');
    await at.go(page, `/duplicates/${data[0]!.goldenId}`);
    const [pin] = await Promise.all([
      page.waitForResponse(/\/fields\/\w+\/pin$/),
      page
        .getByRole('button', { name: /^Set (first name|last name|title) by hand$/i })
        .first()
        .click(),
    ]);
    const { pathname } = new URL(pin.url());
    await page.getByRole('textbox', { name: 'Value' }).fill('Mine');
    await page.getByRole('dialog').getByLabel('Why').fill('She told me');
    await settled(page);
    expect((await at.api.call('PUT', pathname, { value: 'Theirs', reason: 'Of her card' })).status).toBe(200);
    await page.getByRole('button', { name: 'Set it' }).click();
    await notice.waitFor();
    expect(await notice.innerText()).toContain('Now set by hand: Theirs (Of her card).');
    expect(await page.getByRole('textbox', { name: 'Value' }).inputValue()).toBe('Mine');
    expect(await page.getByRole('dialog').getByLabel('Why').inputValue()).toBe('She told me');
    expect(await at.api.get(pathname)).toMatchObject({ value: 'Theirs' });
    await page.getByRole('button', { name: 'Set it' }).click();
    await page.getByText('Set: it outranks all records').waitFor();
    expect(await at.api.get(pathname)).toMatchObject({ value: 'Mine', pinnedBy: 'Ana Adler' });
    expect((await at.api.call('DELETE', pathname)).status).toBe(200);
    expect(at.admin.complaints).toEqual([]);
  });

  test.each([
    '/fixes',
    '/fixes?state=done&by=owner',
    '/forecast?kind=month',
    '/settings/inputs?name=spend',
    '/rules/contact-title-stale',
  ])('%s is read aloud and worked by keyboard', async (path) => {
    await at.go(page, path);
    expect(await violations(page)).toEqual([]);
    expect(await unreached(page)).toEqual([]);
  });

  test('an org is connected by a form, tested, and a wrong secret is told in place', async () => {
    const other = await secondOrg();
    try {
      await at.go(page, '/settings/connect');
      await page.getByLabel('Name', { exact: true }).fill('Second org');
      await page.getByLabel('My Domain').fill(other.loginUrl);
      await page.getByLabel('Consumer key').fill(other.clientId);
      await page.getByLabel('Never read').fill('Case\nContact.Birthdate');
      // What was typed outlives a page that is loaded again; a secret does not.
      await page.getByLabel('Consumer secret').fill('not the secret');
      await page.reload();
      await settled(page);
      expect(await page.getByLabel('Consumer key').inputValue()).toBe(other.clientId);
      expect(await page.getByLabel('Consumer secret').inputValue()).toBe('');
      await page.getByLabel('Consumer secret').fill('not the secret');
      await page.getByRole('button', { name: 'Connect and test' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('button', { name: 'Start the first sync' }).count()).toBe(0);
      const { data } = await at.api.get<{ data: { name: string; exclude: string[] }[] }>('/v1/connections');
      expect(data.find(({ name }) => name === 'Second org')!.exclude).toEqual(['Case', 'Contact.Birthdate']);

      await at.go(page, '/settings');
      await page.getByRole('button', { name: 'Change Second org' }).click();
      await page.getByLabel('New consumer secret').fill(other.clientSecret);
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved. The next sync reads by it.').waitFor();
      await page.getByRole('button', { name: 'Test the login' }).last().click();
      await page.getByRole('status').filter({ hasText: 'objects visible' }).waitFor();
      // It never had a record, so that forgetting it is soon done.
      await page.getByRole('button', { name: 'Remove Second org' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('It has 0 records here').waitFor();
      await dialog.getByLabel('Forget them').check();
      const go = dialog.getByRole('button', { name: 'Remove it and forget its records' });
      expect(await go.isDisabled()).toBe(true);
      await dialog.getByLabel('Type Second org to go on').fill('Second org');
      await go.click();
      await dialog.getByText('Everything of the org is forgotten.').waitFor({ timeout: 60_000 });
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.getByText('removed').first().waitFor();
      const left = await at.api.get<{ data: { name: string; deletedAt: string | null; loginUrl: string | null }[] }>(
        '/v1/connections',
      );
      expect(left.data.filter(({ deletedAt }) => deletedAt !== null)).toMatchObject([{ loginUrl: null }]);
    } finally {
      await other.close();
    }
    expect(at.admin.complaints).toEqual([]);
  });

  test('a person signs in at the identity provider, comes back to the page, and an admin says what they may', async () => {
    const provider = await startProvider({ rita: { name: 'Rita Reader', groups: ['sales'] } });
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    provider.admit(`${base}/v1/sessions/finish`);
    const other = await at.service.serve({
      PORT: String(port),
      ASSAY_PUBLIC_URL: base,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'assay',
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_ROLES: 'sales=data:read',
    });
    const context = await at.browser.newContext();
    try {
      const own = await context.newPage();
      await own.goto(`${base}/findings?severity=critical`);
      await own.getByRole('link', { name: /^Sign in with/ }).click();
      await own.locator('input[name=login]').fill('rita');
      await own.locator('input[name=password]').fill('any');
      await own.getByRole('button', { name: 'Sign-in' }).click();
      await own.getByRole('button', { name: 'Continue' }).click();
      await own.getByText('Rita Reader').first().waitFor();
      expect(new URL(own.url()).search).toBe('?severity=critical');
      await own.locator('.long-body .long-row').first().waitFor();
      expect(await own.getByRole('button', { name: 'Sync now' }).count()).toBe(0);

      // The admin's cookie holds for every port of the host.
      const admin = await visit(at.browser, base, { storageState: await page.context().storageState() });
      await admin.page.goto(`${base}/settings`);
      await admin.page.getByLabel('What Rita Reader may do').selectOption('steward');
      await admin.page.getByText('it holds for Rita Reader at once').waitFor();
      await own.reload();
      await own.getByRole('button', { name: 'Sync now' }).waitFor();
      await settled(admin.page);
      expect(await violations(admin.page)).toEqual([]);
      expect(await unreached(admin.page)).toEqual([]);
      await admin.page.getByRole('button', { name: 'Keep out Rita Reader' }).focus();
      await admin.page.keyboard.press('Enter');
      await admin.page.getByText('kept out').waitFor();
      await own.reload();
      await own.getByRole('link', { name: /^Sign in with/ }).waitFor();
      await admin.close();
    } finally {
      await context.close();
      await other.part.stop();
      provider.stop();
    }
  });
});

/** One that nothing listened on a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The first number of a text in thousands, as `−12.3k` or `1.2m` say it. */
function numberOf(text: string): number {
  const [, sign, digits, unit] = /([−+]?)([\d.,]+)([km]?)/.exec(text)!;
  const size = Number(digits!.replaceAll(',', '')) * (unit === 'm' ? 1000 : unit === 'k' ? 1 : 0.001);
  return sign === '−' ? -size : size;
}

const text = async (download: Download): Promise<string> => readFile(await download.path(), 'utf8');

/** Another org than the one all tests share: its id is its own. */
async function secondOrg() {
  const folder = await mkdtemp(join(tmpdir(), 'assay-second-'));
  await writeSeededOrg(folder, { seed: 2, accounts: 10 });
  await writeFile(join(folder, 'Organization.csv'), 'Id,Name\n00Dxx0000000002,Second\n');
  return startEmulator({ org: folder });
}
