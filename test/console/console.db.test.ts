/** What an admin does in the console, in a real browser, against the real service and a local org; every page with data on it, by axe. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sql from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createKey, type KeyScope } from '../../src/control/key.ts';
import { systemActor } from '../../src/model/actor.ts';
import { settled, violations, visit } from './browser.ts';
import { openStand, type Stand } from './stand.ts';

const executablePath = inject('chromium');

// Left out only where there is no Chromium; test/needs.setup.ts then says so, and CI fails.
describe.runIf(executablePath)('the console', { timeout: 400_000 }, () => {
  let at: Stand;
  let { service, api, url, browser, admin } = {} as Stand;

  beforeAll(async () => {
    at = await openStand(executablePath!);
    ({ service, api, url, browser, admin } = at);
  }, 600_000);
  afterAll(() => at?.close());
  const go = (page: Page, path: string) => at.go(page, path);
  const linkFor = (name: string, ...scopes: KeyScope[]) => at.linkFor(name, ...scopes);

  test('the first sync runs before one’s eyes, and Today has its scores when it is done', async () => {
    const { page } = admin;
    await settled(page);
    expect(page.url()).toBe(`${url}/`);
    expect(await page.locator('h1').innerText()).toContain('Ana Adler');
    expect(await page.getByText('Nothing is synced yet.').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'Watch it' }).first().click();
    await page.getByRole('row', { name: /Pull Account/ }).waitFor({ timeout: 120_000 });
    await page.locator('.top').getByText('Published').waitFor({ timeout: 120_000 });
    await page.getByRole('link', { name: 'Today', exact: true }).click();
    const score = page.getByRole('region', { name: 'Contact' }).locator('.score strong');
    await score.waitFor();
    const { data } = await api.get<{ data: { object: string; dimension: string | null; score: number }[] }>(
      '/v1/scores?object=Contact',
    );
    const expected = data.find((one) => one.object === 'Contact' && one.dimension === null)!.score;
    expect(await score.innerText()).toBe((100 * expected).toFixed(1));
    expect(admin.complaints).toEqual([]);
  });

  test('pairs are decided by keyboard, undone, and bear the name of whoever decided', async () => {
    const { page } = admin;
    await go(page, '/reviews');
    const shown = () => page.locator('.sides thead').innerText();
    const first = await shown();
    await page.keyboard.press('d');
    await page.getByText(/^Different.*counts with the next sync/).waitFor();
    expect(await shown()).not.toBe(first);
    await page.keyboard.press('z');
    await expect.poll(shown).toBe(first);
    await page.keyboard.press('s');
    await page.getByText(/^Same.*counts with the next sync/).waitFor();
    const decisions = await service.db.query<{ kind: string; decided_by: string; undone: boolean }>(
      sql`select distinct kind, decided_by, undone_at is not null as undone from review.decision order by kind`,
    );
    expect(decisions).toEqual([
      { kind: 'different', decided_by: 'Ana Adler', undone: true },
      { kind: 'same', decided_by: 'Ana Adler', undone: false },
    ]);
    expect(admin.complaints).toEqual([]);
  });

  test('findings are filtered in the address, and the numbers are those of the API', async () => {
    const { page } = admin;
    await go(page, '/findings');
    await page.getByLabel('Object').selectOption('Contact');
    await page.getByLabel('Severity').selectOption('critical');
    await settled(page);
    await expect.poll(() => new URL(page.url()).searchParams.get('severity')).toBe('critical');
    const { data } = await api.get<{ data: { recordId: string }[] }>(
      '/v1/findings?object=Contact&severity=critical&limit=100',
    );
    expect(data.length).toBeGreaterThan(0);
    await page.getByText(data[0]!.recordId).first().waitFor();
    await expect.poll(() => page.getByRole('row').filter({ hasText: 'warning' }).count()).toBe(0);
    await go(page, '/findings?object=Contact&severity=nonsense');
    expect(await page.getByRole('alert').innerText()).toContain('severity');
  });

  test('a group of duplicates is opened by name, and shows why it is one and where each value comes from', async () => {
    const { page } = admin;
    await go(page, '/duplicates?entity=person');
    const { data } = await api.get<{ data: { goldenId: string; label: string }[] }>('/v1/duplicates?entity=person');
    await page.getByRole('link', { name: data[0]!.label }).first().click();
    await settled(page);
    await expect.poll(() => page.locator('h1').innerText()).toBe(data[0]!.label);
    await settled(page);
    expect(await page.getByRole('region', { name: 'Why they are one' }).locator('.weights tr').count()).toBeGreaterThan(
      1,
    );
    expect(
      await page
        .getByRole('region', { name: /What is published/ })
        .getByRole('row')
        .count(),
    ).toBeGreaterThan(5);
  });

  test('a number shows raw beside clean, and the steps between them add up', async () => {
    const { page } = admin;
    await service.rest();
    await go(page, '/numbers?metric=people&kind=all');
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'People', exact: true }) });
    const { data } = await api.get<{ data: { basis: string; value: number }[] }>(
      '/v1/metrics/people/values?periodKind=all',
    );
    const valueOf = (basis: string) => data.find((one) => one.basis === basis)!.value;
    const [raw, clean] = [valueOf('raw'), valueOf('clean')];
    expect(raw).toBeGreaterThan(clean);
    const { data: steps } = await api.get<{ data: { delta: number }[] }>(
      '/v1/metrics/people/bridge?periodKind=all&limit=100',
    );
    expect(steps.reduce((sum, { delta }) => sum + delta, 0)).toBeCloseTo(clean - raw, 2);
    expect(await row.locator('td').nth(3).innerText()).toMatch(/^−\d/);
    const chart = page.getByRole('img', { name: /from raw to clean/ });
    expect(await chart.getAttribute('aria-label')).toContain('person copies −');
    // Between which values it lies, too.
    type Band = { value: number; valueIfMerged: number | null; bandBecause: string | null };
    const { value, valueIfMerged, bandBecause } = data.find((one) => one.basis === 'clean') as unknown as Band;
    expect(bandBecause).toBe(null);
    const merged = valueIfMerged!.toLocaleString('en-US');
    await page
      .getByText(
        valueIfMerged === value
          ? 'Clean stays the same if all pairs in review are merged.'
          : `Clean is ${value.toLocaleString('en-US')} as matched, and ${merged} if all pairs in review are merged.`,
      )
      .waitFor();
    // Whether all of it is here stands beside it, as the API says it.
    const [{ complete, because }] = data as unknown as [{ complete: string; because: string | null }];
    await page.getByText(`complete: ${complete}`).waitFor();
    if (because !== null) await page.getByText(because.slice(1)).waitFor();
    // Another kind of period is waited for beside what was there, under its own name.
    let release = () => {};
    const asked = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/v1/metric-values?**', async (way) => {
      await asked;
      await way.continue();
    });
    const by = page.getByRole('combobox', { name: 'By', exact: true });
    await by.selectOption('quarter');
    await page.locator('[aria-busy="true"]').waitFor();
    expect(await row.locator('td').nth(1).innerText()).toBe(raw.toLocaleString('en-GB'));
    expect(await page.getByRole('columnheader', { name: 'All time' }).count()).toBe(1);
    release();
    await settled(page);
    await page.getByRole('columnheader', { name: /^\d{4}-Q\d$/ }).waitFor();
    await page.unroute('**/v1/metric-values?**');
    await expect.poll(() => page.getByLabel('Period').locator('option').count()).toBeGreaterThan(3);
    expect(admin.complaints).toEqual([]);
  });

  test('what came after a rule stands beside it, and a threshold that is offered goes into its settings', async () => {
    const { page } = admin;
    const path = '/v1/rules/contact-title-stale/evidence';
    const { verdict } = await api.get<{ verdict: string }>(path);
    // This org is too young to tell anything, and says so.
    expect(verdict).not.toBe('predicts');
    await go(page, '/rules/contact-title-stale');
    await page
      .getByRole('region', { name: 'Does it earn its place?' })
      .getByText(/Too few|Nobody can tell/)
      .waitFor();
    // As an older org would answer.
    const some = (rate: number) => ({ count: 40, had: 40 * rate, rate, low: rate / 2, high: rate * 1.5 });
    const evidence = { flagged: some(0.1), kept: some(0.4), difference: -0.3 };
    await page.route(`**${path}**`, async (way) => {
      const real = (await (await way.fetch()).json()) as object;
      const offered = {
        parameter: 'days',
        current: 365,
        suggested: 200,
        thresholds: [{ value: 200, fitted: evidence, judged: evidence }],
      };
      await way.fulfill({
        json: { ...real, ...offered, verdict: 'predicts', outcome: 'bounced within 90 days', judged: evidence },
      });
    });
    await page.reload();
    await page.getByText('200 instead of 365 would tell more.').waitFor();
    await page.getByRole('button', { name: 'Put 200 into the settings' }).click();
    expect(await page.getByLabel(/Days after which/).inputValue()).toBe('200');
    // A person still tries it, says why, and saves it.
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'See what it would do' }).waitFor();
    await page.unroute(`**${path}**`);
    expect(admin.complaints).toEqual([]);
  });

  test('a rule is tried before it is saved, and the history says who and why', async () => {
    const { page } = admin;
    await go(page, '/rules/contact-title-stale');
    await page.getByLabel(/Days after which/).fill('30');
    await page.getByRole('button', { name: 'See what it would do' }).click();
    await page.getByText(/findings? would open/).waitFor();
    await page.getByLabel('Why you change it').fill('Titles move fast here');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. The next sync obeys.').waitFor();
    await page.getByText('Titles move fast here').waitFor();
    const rule = await api.get<{ parameters: { value: unknown }[]; changedBy: string }>(
      '/v1/rules/contact-title-stale',
    );
    expect([rule.parameters[0]!.value, rule.changedBy]).toEqual([30, 'Ana Adler']);
    expect(admin.complaints).toEqual([]);
  });

  test('what one owner should mend is exported as shown, and a finding that is right as it is waived', async () => {
    const { page } = admin;
    await go(page, '/findings?object=Contact');
    const owner = page.getByLabel('Owner');
    await owner.selectOption({ index: 1 });
    await settled(page);
    const wanted = Number(
      /\((\d[\d,]*)\)/.exec(await owner.locator('option:checked').innerText())![1]!.replace(',', ''),
    );
    const file = await page.request.get(
      `${url}${await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href')}`,
    );
    expect(file.headers()['content-type']).toContain('text/csv');
    // A head and a row for each; no value of these has a line break.
    expect((await file.text()).trim().split('\n')).toHaveLength(wanted + 1);

    await page
      .getByRole('button', { name: /^Waive:/ })
      .first()
      .click();
    await page.getByRole('dialog').getByLabel('Why').fill('A shared mailbox, on purpose');
    await page.getByRole('dialog').getByRole('button', { name: 'Waive it' }).click();
    await page.getByText('Waived: it counts no more').waitFor();
    const { data } = await api.get<{ data: { reason: string; madeBy: string }[] }>('/v1/waivers');
    expect(data).toMatchObject([{ reason: 'A shared mailbox, on purpose', madeBy: 'Ana Adler' }]);
    expect(admin.complaints).toEqual([]);
  });

  test('a colleague is given a key here, and receives no personal data and no button that would be refused', async () => {
    await go(admin.page, '/settings');
    await admin.page.getByLabel('Add a colleague or a program').fill('Vera');
    await admin.page.getByRole('button', { name: 'Make a key' }).click();
    const key = await admin.page.getByRole('dialog').locator('.key-shown').innerText();
    await admin.page.getByRole('button', { name: 'Done' }).click();
    await admin.page.getByText('Vera').first().waitFor();

    const colleague = await visit(browser, url);
    await colleague.page.getByLabel('Key').fill(key);
    await colleague.page.getByRole('button', { name: 'Sign in' }).click();
    await colleague.page.getByText('Vera').first().waitFor();
    const { page } = colleague;
    const answers: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/v1/'))
        void response.text().then(
          (text) => answers.push(text),
          () => {},
        );
    });
    await settled(page);
    expect(await page.getByRole('button', { name: 'Sync now' }).count()).toBe(0);
    await go(page, '/duplicates');
    await go(page, '/findings');
    await go(page, '/reviews');
    expect(await page.getByRole('alert').innerText()).toContain('Your key may not see this');
    const names = await service.db.query<{ name: string }>(
      sql`select distinct last_name as name from mirror.contact where length(last_name) > 5`,
    );
    expect(names.length).toBeGreaterThan(20);
    expect(answers.length).toBeGreaterThan(5);
    expect(
      names.filter(({ name }) => answers.some((text) => text.includes(`"${name}`) || text.includes(` ${name}"`))),
    ).toEqual([]);
    await colleague.close();

    await go(admin.page, '/settings');
    await admin.page.getByRole('button', { name: 'Revoke the key of Vera' }).click();
    await admin.page.getByRole('button', { name: 'Revoke it' }).click();
    await admin.page.getByText('Vera is signed out everywhere.').waitFor();
    expect((await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  });

  test('a nightly sync is set, and the log of changes says by whom', async () => {
    const { page } = admin;
    await go(page, '/settings');
    await page.getByLabel(/Each night at/).fill('03:30');
    await page.getByRole('button', { name: 'Set the nightly sync' }).click();
    await page.getByText('30 3 * * *').waitFor();
    const { data } = await api.get<{ data: { cron: string; isEnabled: boolean }[] }>('/v1/schedules');
    expect(data).toMatchObject([{ cron: '30 3 * * *', isEnabled: true }]);
    await go(page, '/settings');
    await page.getByRole('region', { name: 'Who changed what' }).getByText('nightly').first().waitFor();
    expect(admin.complaints).toEqual([]);
  });

  test('a session that ends asks for a key over the page as it was', async () => {
    const other = await visit(browser, `${url}/${await linkFor('Tom', 'admin')}`);
    await settled(other.page);
    await go(other.page, '/findings?object=Lead');
    const { key } = await createKey(service.db, { name: 'Tom', scopes: ['admin'] }, systemActor('test'));
    await service.db.query(sql`update control.session set ended_at = now() where id =
      (select s.id from control.session s join control.api_key k on k.id = s.key_id where k.name = 'Tom' limit 1)`);
    await other.page.getByLabel('Severity').selectOption('warn');
    const form = other.page.getByRole('dialog');
    await form.getByLabel('Key').fill('assay_wrong');
    await form.getByRole('button', { name: 'Sign in' }).click();
    await form.getByText('This key is not valid').waitFor();
    await form.getByLabel('Key').fill(key);
    await form.getByRole('button', { name: 'Sign in' }).click();
    await form.waitFor({ state: 'detached' });
    expect(new URL(other.page.url()).search).toBe('?object=Lead&severity=warn');
    await other.close();
  });

  const pages = [
    '/',
    '/numbers',
    '/numbers?metric=people&kind=all&step=person_copies',
    '/numbers?metric=bookings&by=owner',
    '/pipeline',
    '/forecast?kind=month',
    '/fixes',
    '/settings/inputs',
    '/scores?object=Contact&by=team',
    '/incidents',
    '/reviews',
    '/duplicates',
    '/findings',
    '/rules',
    '/rules/new',
    '/rules/contact-title-stale',
    '/runs',
    '/settings',
    '/settings/connect',
    '/settings/audit',
    '/check',
    '/findings?group=owner',
  ];
  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
    ['dark', 390],
  ] as const)('no page has a violation of WCAG by axe: %s, %d px', async (colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 860 } };
    const visitor = await visit(browser, `${url}/${await linkFor('Axe', 'admin')}`, options);
    const { data: groups } = await api.get<{ data: { goldenId: string }[] }>('/v1/duplicates?entity=person');
    const { data: runs } = await api.get<{ data: { id: string }[] }>('/v1/syncs');
    const all = [...pages, `/duplicates/${groups[0]!.goldenId}`, `/runs/${runs[0]!.id}`];
    const found: string[] = [];
    await settled(visitor.page);
    for (const path of all) {
      await go(visitor.page, path);
      // A page checked while empty proves nothing.
      expect((await visitor.page.locator('main').innerText()).length, path).toBeGreaterThan(60);
      found.push(...(await violations(visitor.page)).map((one) => `${path} ${one}`));
      const beyond = await visitor.page.evaluate('document.documentElement.scrollWidth - innerWidth');
      if (Number(beyond) > 0) found.push(`${path} is ${String(beyond)} px wider than the screen`);
      await keep(visitor.page, `${path.slice(1).replaceAll(/[^\w]+/g, '-') || 'today'}-${colorScheme}-${width}`);
    }
    expect(found).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  /** Pictures for whoever wants to look: SCREENSHOTS is their folder. */
  async function keep(page: Page, name: string): Promise<void> {
    const folder = process.env.SCREENSHOTS;
    if (folder === undefined) return;
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), caret: 'initial' });
  }
});
