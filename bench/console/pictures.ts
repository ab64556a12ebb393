/** `npm run bench -- pictures`: pages of a running service become the pictures of the documentation. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Route } from 'playwright-core';
import { announceSkip } from '../report.ts';
import { browserFiles } from './command.ts';

export type PictureOptions = { link: string; folder: string; browser?: string };

/** `held`: what the API is asked under it is never answered, or answered with a fault. */
type Picture = { name: string; path: string; colorScheme?: 'dark'; held?: { asks: string; by: 'waiting' | 'fault' } };
const pictures: Picture[] = [
  { name: 'today', path: '/' },
  { name: 'today-dark', path: '/', colorScheme: 'dark' },
  { name: 'review', path: '/reviews?entity=person' },
  { name: 'metrics', path: '/numbers?kind=all&metric=open_pipeline' },
  { name: 'pipeline', path: '/pipeline' },
  { name: 'forecast', path: '/forecast' },
  { name: 'fixes', path: '/fixes' },
  { name: 'state-waiting', path: '/fixes', held: { asks: '**/v1/fixes**', by: 'waiting' } },
  { name: 'state-failed', path: '/fixes', held: { asks: '**/v1/fixes?**', by: 'fault' } },
  { name: 'state-empty', path: '/findings?workState=blocked' },
];

/** `link`: signs in, once, as `npm run demo` prints it. */
export async function takePictures({ link, folder, browser: file }: PictureOptions): Promise<void> {
  const executablePath = file ?? browserFiles.find((one) => existsSync(one));
  if (executablePath === undefined) return announceSkip('the pictures', 'there is no Chromium: give one by --browser');
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const browser = stack.adopt(await chromium.launch({ executablePath, args: ['--no-sandbox'] }), (one) => one.close());
  const storageState = await signIn(browser, link);
  for (const { name, path, colorScheme = 'light', held } of pictures) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme, storageState });
    const page = await context.newPage();
    if (held) await page.route(held.asks, held.by === 'fault' ? failed : () => {});
    await page.goto(new URL(path, link).href);
    if (held?.by === 'waiting') await page.locator('h1').waitFor();
    else {
      await page.waitForLoadState('networkidle');
      await page.locator('.waiting').first().waitFor({ state: 'detached' });
    }
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
    console.log(join(folder, `${name}.png`));
  }
}

/** As the service answers when something fails inside it. */
const failed = (route: Route): Promise<void> =>
  route.fulfill({
    status: 500,
    contentType: 'application/problem+json',
    body: JSON.stringify({
      type: '/errors/internal',
      title: 'Something failed inside Assay',
      status: 500,
      code: 'internal',
      detail: 'The request could not be answered.',
      hint: 'Search the log of the service for the id of the request.',
      requestId: 'req_4f1c',
      errors: [],
    }),
  });

async function signIn(browser: Browser, link: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}
