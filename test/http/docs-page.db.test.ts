/** The API's own page in a real browser: it renders under its content security policy, and a call can be made from it. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type TestApi, testApi } from './api.ts';

const executablePath = inject('chromium');

// Left out only where there is no Chromium; test/needs.setup.ts then says so, and CI fails.
describe.runIf(executablePath)('the page at /docs', () => {
  let api: TestApi;
  let browser: Browser;
  let page: Page;
  let folder: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-page-'));
    api = await testApi();
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    // Chromium's own sandbox does not start as root, as which CI runs; the page is ours.
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ['--no-sandbox', '--host-resolver-rules=MAP assay.test 127.0.0.1'],
    });
    page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    page.on('console', (message) => {
      // That a header counts under https alone is no fault of the page.
      const isOfHttp = message.text().startsWith('The Cross-Origin-Opener-Policy header has been ignored');
      if (message.type() === 'error' && !isOfHttp) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== 'data:' && host !== `assay.test:${port}`) complaints.push(`asks ${host}`);
    });
    // Under a name that no browser takes for this machine: there `upgrade-insecure-requests` would leave the page empty.
    await page.goto(`http://assay.test:${port}/docs`);
    await page.locator('.opblock').first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('lists every operation, and neither breaks its policy nor asks another host', async () => {
    const document = (await api.app.inject({ url: '/docs/json' })).json<{ paths: Record<string, object> }>();
    const told = Object.values(document.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0);
    expect(await page.locator('.opblock').count()).toBe(told);
    expect(await page.title()).toContain('Assay');
    expect(complaints).toEqual([]);
  });

  test('opens an operation, takes a key, and shows the real answer', async () => {
    await page.getByRole('button', { name: 'Authorize' }).first().click();
    await page.locator('.auth-container input').fill(api.keys['data:read']);
    await page.locator('.auth-btn-wrapper button[type=submit]').click();
    await page.locator('.auth-btn-wrapper .btn-done').click();

    const operation = page.locator('#operations-schedules-getSchedules');
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table');
    await answer.waitFor();
    expect(await answer.locator('.response-col_status').last().innerText()).toContain('200');
    expect(await answer.innerText()).toContain('"data": []');

    expect(complaints).toEqual([]);
    const image = await page.screenshot({
      path: process.env.SCREENSHOT ?? join(folder, 'docs.png'),
      fullPage: true,
      // To hide the caret the driver would add a style of its own, which the policy rightly refuses.
      caret: 'initial',
    });
    expect(image.length).toBeGreaterThan(20_000);
  });
});
