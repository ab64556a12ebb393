/** What the hard days of a week bring: a bad night, ten pairs in a row, hostile values, a new version, a service that is down. */
import sql, { type Sql } from 'sql-template-tag';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createKey } from '../../src/control/key.ts';
import { systemActor } from '../../src/model/actor.ts';
import { settled, visit } from './browser.ts';
import { type Answer, askAll, type Document, requestsOf } from './every-answer.ts';
import { openStand, type Stand } from './stand.ts';

const executablePath = inject('chromium');
const secondsForPair = 2;
/** What may stand in a field of Salesforce: markup, marks that turn the writing round, a formula. */
const hostile = {
  markup: `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`,
  turned: '\u202Egnp.exe\u202C Ltd',
  formula: '=HYPERLINK("http://evil.example","Renewal")',
};

describe.runIf(executablePath)('a hard week in the console', { timeout: 600_000 }, () => {
  let at: Stand;
  let page: Page;
  const sync = async () => {
    await at.service.rest();
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('link', { name: 'Watch it' }).first().waitFor();
    await page.locator('.top').getByText('Published').waitFor({ timeout: 120_000 });
  };

  const texts = async (query: Sql): Promise<string[]> =>
    (await at.service.db.query<{ text: string | null }>(query)).flatMap(({ text }) => text ?? []);

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
  }, 600_000);
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
    await causes.getByRole('row').first().waitFor();
    // What moved the score by less than can be shown is folded.
    for (const cell of await causes.locator(':scope > table td.n').allInnerTexts())
      expect(cell).not.toMatch(/^[+−]?0\.0$/);
    expect(await causes.innerText()).not.toMatch(/\b0 records more|[−-]\d+ records more/);
    const records = page.getByRole('region', { name: 'Some of the records' }).getByRole('link');
    expect(await records.first().getAttribute('href')).toMatch(/^http.*\/[A-Za-z0-9]{18}$/);
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
    await page.getByRole('alert').getByText('Assay does not answer').waitFor();
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

  test('no answer to a viewer has a name, an address or a number of anybody, whatever is asked', async () => {
    await at.service.rest();
    const give = await fetch(`${at.url}/v1/inputs/targets`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${at.service.key}`, 'content-type': 'text/csv' },
      body: `start,owner,amount\n2026-01,${(await texts(sql`select email as text from mirror."user" where email is not null`))[0]},5\n`,
    });
    expect(give.status).toBe(200);
    await at.service.rest();
    const { key } = await createKey(at.service.db, { name: 'Vera', scopes: ['data:read'] }, systemActor('test'));
    const as = (bearer: string) => async (path: string, body?: object) => {
      const answer = await fetch(at.url + path, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${bearer}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { request: path, status: answer.status, text: await answer.text() };
    };
    const people = new Set(
      await texts(sql`select first_name || ' ' || last_name as text from mirror.contact
        union select first_name || ' ' || last_name from mirror.lead union select name from mirror."user"
        union select email from mirror.contact union select email from mirror.lead union select email from mirror."user"
        union select phone from mirror.contact union select phone from mirror.lead union select name from mirror.opportunity
        union select name from mirror.account`),
    );
    const known = [...people].filter((one) => one.length > 6);
    expect(known.length).toBeGreaterThan(1000);
    const idOf = async (query: Sql) => (await texts(query)).slice(0, 3);
    const ids = {
      id: await idOf(sql`select id as text from control.run order by created_at`),
      runId: await idOf(sql`select id as text from control.run order by created_at`),
      incidentId: await texts(sql`select id as text from alert.incident`),
      findingId: await idOf(sql`select id as text from quality.finding order by id`),
      goldenId: await idOf(
        sql`select golden_id as text from golden.crosswalk group by 1 having count(*) > 1 order by 1`,
      ),
      reviewId: ['none'],
      salesforceId: await idOf(sql`select id as text from mirror.contact order by 1`),
      ruleId: ['contact-title-stale', 'opportunity-close-date-past'],
      name: ['open_pipeline', 'won_per_rep', 'deals_created'],
      input: ['targets', 'spend'],
      step: ['deal_copies', 'account_copies'],
      object: ['Contact', 'Account', 'Opportunity'],
      connectionId: ['default'],
      keyId: await idOf(sql`select id as text from control.api_key`),
      scheduleId: ['nightly'],
      modelChangeId: ['none'],
      waiverId: ['none'],
      listCheckId: ['none'],
      backtestId: ['none'],
      forgettingId: ['none'],
      personId: ['none'],
      question: ['none'],
      field: ['none'],
    };
    const document = JSON.parse((await as(key)('/docs/json')).text) as Document;
    const requests = requestsOf(document, ids);
    const answers = await askAll(as(key), requests);
    for (const [question, body] of questions) answers.push(await as(key)(`/v1/questions/${question}`, body));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const shown = answers.filter(({ status }) => status === 200);
    expect(shown.length).toBeGreaterThan(100);
    expect(namesIn(shown, known)).toEqual([]);
    // The same lists to a key that may see them: else this would find nothing in nothing.
    const admin = await askAll(as(at.service.key), [
      '/v1/metric-values?dimension=owner',
      '/v1/forecast/rows?dimension=team',
      '/v1/inputs/targets',
      '/v1/pipeline/walk/deals?from=2020-01-01&to=2099-01-01',
      '/v1/fixes',
      '/v1/findings',
      '/v1/duplicates',
      '/v1/scores/segments?object=Contact&by=owner',
    ]);
    for (const answer of admin) expect(namesIn([answer], known), answer.request).not.toEqual([]);
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

/** Questions that a key without personal data may ask. */
const questions: [string, object][] = [
  ['which_metrics_are_there', {}],
  ['what_is_the_value_of_a_metric', { metric: 'won_per_rep', dimension: 'owner' }],
  ['what_is_the_value_of_a_metric', { metric: 'open_pipeline', dimension: 'account' }],
  ['why_do_raw_and_clean_differ', { metric: 'open_pipeline' }],
  ['how_good_is_the_data', {}],
  ['what_went_wrong_and_why', {}],
  ['what_should_be_fixed', { by: 'owner' }],
  ['what_should_be_fixed', { by: 'nothing' }],
  ['how_fresh_is_it', {}],
  ['what_moved_the_pipeline', { from: '2026-01-01', to: '2099-01-01' }],
];

/** Which words stand in which answers, at most five. */
function namesIn(answers: Answer[], words: string[]): string[] {
  const all = answers.map(({ text }) => text).join('\n');
  return words
    .filter((word) => all.includes(JSON.stringify(word).slice(1, -1)))
    .slice(0, 5)
    .map((word) => `${word}: ${answers.find(({ text }) => text.includes(JSON.stringify(word).slice(1, -1)))?.request}`);
}

/** Presses Tab until the focus is on a link or button of this name. @throws Error when it is not reached. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 120; press += 1) {
    await page.keyboard.press('Tab');
    const focused: unknown = await page.evaluate('document.activeElement.textContent.trim()');
    if (focused === name) return;
  }
  throw new Error(`Tab does not reach ${name}.`);
}
