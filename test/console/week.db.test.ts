/** What the hard days of a week bring: a bad night, ten pairs in a row, hostile values, a new version, a service that is down. */
import sql from 'sql-template-tag';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { settled, visit } from './browser.ts';
import { openStand, type Stand } from './stand.ts';

const executablePath = inject('chromium');
const secondsForPair = 2;
/** What may stand in a field of Salesforce: markup, marks that turn the writing round, a formula. */
const hostile = {
  markup: `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`,
  turned: '\u202Egnp.exe\u202C Ltd',
  formula: '=HYPERLINK("http://evil.example","Renewal")',
};

describe.runIf(executablePath)('a hard week in the console', { timeout: 300_000 }, () => {
  let at: Stand;
  let page: Page;
  const sync = async () => {
    await at.service.rest();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'Watch it' }).first().waitFor();
    await page.locator('.top').getByText('Published').waitFor({ timeout: 120_000 });
  };

  beforeAll(async () => {
    // Fewer than a hundred records of an object are not judged, so that nothing could fall.
    at = await openStand(executablePath!, 110);
    ({ page } = at.admin);
    const [deal, ...accounts] = Object.entries(hostile).toReversed();
    await at.org.change([
      ...accounts.map(([, name]) => ({
        op: 'insert' as const,
        sobject: 'Account',
        fields: { Name: name, Description: 'x'.repeat(2000) },
      })),
      {
        op: 'insert',
        sobject: 'Opportunity',
        fields: { Name: deal![1], StageName: 'Prospecting', CloseDate: '2020-01-01', Amount: 99_000_000 },
      },
    ]);
    await settled(page);
    await sync();
  }, 300_000);
  afterAll(() => at?.close());

  test('ten pairs are decided by keyboard, one every two seconds, each by name', async () => {
    await at.go(page, '/reviews');
    const start = performance.now();
    for (let pair = 0; pair < 10; pair += 1) {
      const shown = await page.locator('.sides').innerText();
      await page.keyboard.press(pair % 2 === 0 ? 'd' : 's');
      // The next one is there at once: nothing is waited for but that it is another.
      await expect.poll(() => page.locator('.sides').innerText(), { interval: 20, timeout: 10_000 }).not.toBe(shown);
    }
    expect((performance.now() - start) / 1000 / 10).toBeLessThan(secondsForPair);
    await expect
      .poll(
        async () => {
          const [row] = await at.service.db.query<{ count: number }>(
            sql`select count(*)::int as count from review.decision where decided_by = 'Ana Adler'`,
          );
          return row!.count;
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThanOrEqual(10);
    expect(at.admin.complaints).toEqual([]);
  });

  test('values with markup, turned writing and formulas are shown as they are, and run nowhere', async () => {
    await at.go(page, '/findings?object=Opportunity');
    await page.getByText(hostile.formula).first().waitFor();
    const file = await page.request.get(`${at.url}/v1/findings/export?object=Opportunity&sort=amount`);
    expect(await file.text()).toContain(`'=HYPERLINK`);
    for (const name of [hostile.markup, hostile.turned]) {
      const [account] = await at.service.db.query<{ id: string }>(
        sql`select id from mirror.account where name = ${name}`,
      );
      await at.go(page, `/findings?recordId=${account!.id}`);
      await page.getByText(name).first().waitFor();
    }
    expect(await page.title()).toBe('Findings · Assay');
    await at.go(page, `/findings?rule=${encodeURIComponent('a\0b')}`);
    expect(await page.getByRole('alert').innerText()).toContain('rule');
    await at.go(page, `/duplicates?search=${'w'.repeat(2000)}`);
    expect(await page.getByRole('alert').innerText()).toContain('search');
    expect(at.admin.complaints).toEqual([]);
  });

  test('scripts and styles are this service’s own, and moving things stand still for whoever asks for it', async () => {
    const answer = await page.request.get(`${at.url}/findings`, { headers: { accept: 'text/html' } });
    const policy = answer.headers()['content-security-policy']!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const calm = await visit(at.browser, `${at.url}/${await at.linkFor('Calm', 'data:read')}`, {
      reducedMotion: 'reduce',
    });
    await settled(calm.page);
    const moving: unknown = await calm.page.evaluate(`(() => {
      const waiting = document.createElement('div');
      waiting.className = 'waiting';
      document.body.append(waiting);
      return getComputedStyle(waiting).animationName;
    })()`);
    expect(moving).toBe('none');
    await calm.close();
  });

  test('why a score fell is found from Today and acknowledged, by keyboard alone', async () => {
    await at.org.night();
    await at.go(page, '/');
    await sync();
    await at.go(page, '/');
    const notice = page.getByRole('region', { name: 'Open incident' }).first();
    await notice.waitFor();
    await tabTo(page, 'Why');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/incidents/inc_*');
    await settled(page);
    const causes = page.getByRole('region', { name: 'Why, adding up to the fall' });
    expect(await causes.getByRole('row').count()).toBeGreaterThan(0);
    await tabTo(page, 'Acknowledge');
    await page.keyboard.press('Enter');
    await page.keyboard.type('I ask the import team');
    await page.keyboard.press('Enter');
    await page.getByText('Acknowledged: no reminder comes.').waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1)!;
    const story = await at.api.get<{ state: string; steps: { action: string; actorName: string; note: string }[] }>(
      `/v1/incidents/${id}`,
    );
    expect(story.state).toBe('acknowledged');
    expect(story.steps.at(-1)).toMatchObject({
      action: 'acknowledge',
      actorName: 'Ana Adler',
      note: 'I ask the import team',
    });
    expect(at.admin.complaints).toEqual([]);
  });

  test('what fails is told in place with a way on, and what was typed stays', async () => {
    await at.go(page, '/rules/contact-title-stale');
    await page.getByLabel(/Days after which/).fill('45');
    await page.getByLabel('Why you change it').fill('Half a quarter is enough');
    await page.route('**/v1/rules/**', (route) => route.abort());
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Assay does not answer.').first().waitFor();
    expect(await page.getByLabel('Why you change it').inputValue()).toBe('Half a quarter is enough');
    await page.unroute('**/v1/rules/**');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved. The next sync obeys.').waitFor();

    await page.route('**/v1/findings?**', (route) => route.abort());
    await page.goto(`${at.url}/findings?severity=warn`);
    await page.getByRole('alert').getByText('Assay does not answer').waitFor({ timeout: 60_000 });
    await page.unroute('**/v1/findings?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.long-body .long-row').first().waitFor();
  });

  test('a new version of the service is noticed, and the page is loaded again when one says so', async () => {
    await page.clock.install();
    await at.go(page, '/runs');
    await page.route('**/livez', (route) => route.fulfill({ json: { status: 'alive', version: '9.9.9' } }));
    await page.clock.fastForward(120_000);
    await page.getByText('Assay 9.9.9 is running now.').waitFor();
    await page.unroute('**/livez');
    await page.getByRole('button', { name: 'Load again' }).click();
    await settled(page);
    expect(await page.getByText('Assay 9.9.9 is running now.').count()).toBe(0);
  });

  test('whoever signs out everywhere is signed out in the other browser too', async () => {
    const link = await at.linkFor('Otto', 'data:read');
    const one = await visit(at.browser, `${at.url}/${link}`);
    await settled(one.page);
    const state = await one.page.context().storageState();
    const other = await visit(at.browser, at.url, { storageState: state });
    await settled(other.page);
    expect(await other.page.getByText('Otto').first().isVisible()).toBe(true);
    await at.go(one.page, '/settings');
    await one.page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await one.page.getByLabel('Key').waitFor();
    await other.page.reload();
    await other.page.getByLabel('Key').waitFor();
    expect((await other.page.request.get(`${at.url}/v1/me`)).status()).toBe(401);
    await one.close();
    await other.close();
  });
});

/** Presses Tab until the focus is on a link or button of this name. @throws Error when it is not reached. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab');
    const focused: unknown = await page.evaluate('document.activeElement.textContent.trim()');
    if (focused === name) return;
  }
  throw new Error(`Tab does not reach ${name}.`);
}
