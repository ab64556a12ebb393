/** `npm run bench -- console`: the first screen of the console on the demo, and 100,000 findings that scroll and are filtered. */
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import sql from 'sql-template-tag';
import { follow } from '../../src/client/follow.ts';
import type { Db } from '../../src/db/connect.ts';
import { type House, startHouse } from '../../src/demo/start.ts';
import { favour } from '../favour.ts';
import { benchFolder } from '../peers/folders.ts';
import { announceSkip, writeReport } from '../report.ts';
import { table } from '../table.ts';
import { framesOf, recordTrace } from './frames.ts';

export type ConsoleOptions = { findings: number; starts: number; seconds: number; browser?: string; json?: string };

/** What is asked of it: bytes after gzip, milliseconds. */
const budget = { firstScreenBytes: 150_000, interactiveMs: 1000, frameMs: 50, share: 0.95 };
/** Where Chromium usually is. */
export const browserFiles = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function consoleBench(options: ConsoleOptions): Promise<void> {
  const executablePath = options.browser ?? browserFiles.find((one) => existsSync(one));
  if (executablePath === undefined) return announceSkip('the console', 'there is no Chromium: give one by --browser');
  const folder = join(benchFolder, 'console');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const house = await startHouse(folder, undefined, stack);
  await syncOnce(house);
  const isFirst = favour(folder, stack);
  const browser = stack.adopt(await chromium.launch({ executablePath, args: ['--no-sandbox'] }), (one) => one.close());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(house.consoleUrl);
  await page.locator('.score strong').first().waitFor();
  const state = await context.storageState();

  const starts = [];
  for (let at = 0; at < options.starts; at += 1) starts.push(await firstScreen(browser, state, house.api.url));
  const first = starts[0]!;
  const interactiveMs = median(starts.map((one) => one.interactiveMs));

  const count = await addFindings(house.db, options.findings);
  const list = await scrollFindings(page, house.api.url, options.seconds, join(folder, 'trace.json'));
  const filterMs = await filterFindings(page);

  const results = { load: loadavg()[0], isFirst, ...first, interactiveMs, findings: count, ...list, filterMs };
  const isWithin = (value: number, most: number) => (value <= most ? 'within' : 'OVER');
  const lines: [string, number | string, number | string, string][] = [
    [
      'scripts, styles and page, gzip, kB',
      kilo(first.codeBytes),
      150,
      isWithin(first.codeBytes, budget.firstScreenBytes),
    ],
    ['fonts, kB', kilo(first.fontBytes), '', ''],
    ['answers of the API, gzip, kB', kilo(first.apiBytes), '', ''],
    ['interactive, median, ms', Math.round(interactiveMs), 1000, isWithin(interactiveMs, budget.interactiveMs)],
    ['findings', count, '', ''],
    ['rows scrolled past', list.rows, '', ''],
    ['requests while scrolling', list.requests, '', ''],
    ['rows in the page at once, most', list.mostRows, '', ''],
    ['frames', list.frames, '', ''],
    ['frame, p95, ms', list.p95Ms, 50, isWithin(list.p95Ms, budget.frameMs)],
    ['frames within 50 ms, %', 100 * list.shareWithin, 95, list.shareWithin >= budget.share ? 'within' : 'UNDER'],
    ['own time of a frame, p95, ms', list.ownP95Ms, 50, isWithin(list.ownP95Ms, budget.frameMs)],
    ['others at work, processes a core', loadavg()[0]! / availableParallelism(), '', isFirst ? 'we came first' : ''],
    ['a filter, until its rows are there, ms', Math.round(filterMs), '', ''],
  ];
  console.log(table(['console on the demo', 'measured', 'budget', ''], lines, 1));
  console.log(`The trace is ${join(folder, 'trace.json')}; Chromium opens it under Performance.`);
  await writeReport(options.json, 'console', results);
}

async function syncOnce({ api }: House): Promise<void> {
  const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${api.url}/v1/syncs`, { method: 'POST', headers, body: '{}' });
  const { id } = (await answer.json()) as { id: string };
  await follow(api, id);
}

type State = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;

/** Today in a browser that has nothing of it: what is transferred, and when one can act on what one sees. */
async function firstScreen(browser: Browser, storageState: State, url: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, storageState });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const types = new Map<string, string>();
  const bytes = { code: 0, font: 0, api: 0 };
  network.on('Network.responseReceived', ({ requestId, response }) =>
    types.set(requestId, new URL(response.url).pathname),
  );
  // Bodies as they are sent; what their headers take is no part of a page's weight.
  network.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const path = types.get(requestId) ?? '';
    const kind = path.startsWith('/v1/') ? 'api' : path.endsWith('.woff2') ? 'font' : 'code';
    bytes[kind] += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'commit' });
  // The score is shown and the main button can be pressed.
  await page.locator('.score strong').first().waitFor();
  await page.getByRole('button', { name: 'Sync now' }).waitFor();
  const interactiveMs = await page.evaluate(() => performance.now());
  await page.waitForLoadState('networkidle');
  await context.close();
  return { codeBytes: bytes.code, fontBytes: bytes.font, apiBytes: bytes.api, interactiveMs };
}

/** Findings are copied under other ids of records until there are so many. Returns how many there are. */
async function addFindings(db: Db, wanted: number): Promise<number> {
  await db.query(sql`/* bench.console.findings */ insert into quality.finding (rule_id, rule_version, rule_revision,
      connection_id, object, record_id, field, dimension, severity, is_stale, owner_id, amount, opened_run_id, opened_at,
      last_seen_run_id, last_seen_at)
    select rule_id, rule_version, rule_revision, connection_id, object,
      left(record_id, 5) || lpad(to_hex(copy), 4, '0') || right(record_id, 9), field, dimension, severity, is_stale,
      owner_id, amount, opened_run_id, opened_at, last_seen_run_id, last_seen_at
    from quality.finding f, generate_series(1, 40) copy where closed_at is null
    limit greatest(0, ${wanted} - (select count(*) from quality.finding where closed_at is null))
    on conflict do nothing`);
  const [row] = await db.query<{ count: number }>(
    sql`/* bench.console.count */ select count(*)::int as count from quality.finding where closed_at is null`,
  );
  return row!.count;
}

async function scrollFindings(page: Page, url: string, seconds: number, file: string) {
  await page.goto(`${url}/findings`);
  await page.locator('.long-body .long-row').first().waitFor();
  await page.waitForLoadState('networkidle');
  let requests = 0;
  page.on('request', (request) => (requests += request.url().includes('/v1/') ? 1 : 0));
  const session: CDPSession = await page.context().newCDPSession(page);
  const trace = await recordTrace(session, () => page.evaluate(scrolling(1000 * seconds)));
  await writeFile(file, JSON.stringify({ traceEvents: trace }));
  const last = await page.locator('.long-body .long-row').last().getAttribute('aria-rowindex');
  const mostRows = Number(await page.locator('body').getAttribute('data-rows'));
  return { rows: Number(last), requests, mostRows, ...framesOf(trace, budget.frameMs) };
}

async function filterFindings(page: Page): Promise<number> {
  await page.evaluate('scrollTo(0, 0)');
  await page.waitForLoadState('networkidle');
  const start = performance.now();
  await page.getByLabel('Severity').selectOption('critical');
  await page.waitForResponse(
    (response) => response.url().includes('severity=critical') && response.url().includes('/v1/findings?'),
  );
  await page.locator('.long-body .long-row').first().waitFor();
  return performance.now() - start;
}

/** Scrolls by the height of a hand in every frame, and keeps how many rows the page holds at most. */
const scrolling = (milliseconds: number): string => `new Promise((resolve) => {
  const end = performance.now() + ${milliseconds};
  const step = () => {
    scrollBy(0, 180);
    const rows = document.querySelectorAll('.long-body .long-row').length;
    document.body.dataset.rows = Math.max(rows, document.body.dataset.rows ?? 0);
    if (performance.now() < end) requestAnimationFrame(step);
    else resolve();
  };
  requestAnimationFrame(step);
})`;

const median = (values: number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1]!;
const kilo = (bytes: number): number => bytes / 1000;
