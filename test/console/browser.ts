/** A real Chromium on the console of a real service: what it complains of, and what axe finds on a page. */
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

type Violation = { id: string; help: string; nodes: { target: string[] }[] };

export type Visitor = { page: Page; complaints: string[]; close(): Promise<void> };

export async function openBrowser(executablePath: string): Promise<Browser> {
  // Chromium's own sandbox does not start as root, as which CI runs; the pages are ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A browser of its own, signed in by the link where one is given. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refused request is the API's word, and shown on the page; the rest is a fault of the console.
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(url).host) complaints.push(`asks ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Waits until a page has what it asked for. Two frames first: what was just clicked shows only then that it waits. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  await page.waitForLoadState('networkidle');
  await page.locator('.waiting').first().waitFor({ state: 'detached' });
}

/** Violations of WCAG 2.2 AA, one line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: unknown[] }> };
    };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    return (await inPage.run({ runOnly: tags })).violations;
  });
  return (found as Violation[]).map(({ id, help, nodes }) => `${id}: ${help} (${nodes[0]?.target.join(' ')})`);
}

const pressable = 'main :is(a[href], button, select, input, textarea):not(:disabled)';

/** What can be pressed or filled on the page and Tab does not come to, or comes to without showing it. Begins at the top. */
export async function unreached(page: Page): Promise<string[]> {
  await page.evaluate(`(() => {
    window.shown = new Set();
    window.wanted = [...document.querySelectorAll(${JSON.stringify(pressable)})].filter((one) => one.checkVisibility());
    const isMarked = (one) => {
      const { outlineStyle, boxShadow } = getComputedStyle(one);
      return outlineStyle !== 'none' || boxShadow !== 'none';
    };
    document.addEventListener('focusin', ({ target }) => {
      if (isMarked(target) || (target.parentElement?.matches('label') && isMarked(target.parentElement))) window.shown.add(target);
    });
    document.activeElement?.blur();
  })()`);
  const left = `window.wanted.filter((one) => one.isConnected && !window.shown.has(one))
    .map((one) => one.getAttribute('aria-label') ?? (one.textContent.trim() || one.outerHTML.slice(0, 80)))`;
  for (let press = 0; press < 400; press += 1) {
    await page.keyboard.press('Tab');
    if (press % 20 === 19 && ((await page.evaluate(left)) as string[]).length === 0) return [];
  }
  return (await page.evaluate(left)) as string[];
}
