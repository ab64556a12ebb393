/** `npm run bench -- pictures`: pages of a running service become the pictures of the documentation. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { announceSkip } from '../report.ts';
import { browserFiles } from './command.ts';

export type PictureOptions = { link: string; folder: string; browser?: string };

type Picture = { name: string; path: string; colorScheme?: 'dark' };
const pictures: Picture[] = [
  { name: 'today', path: '/' },
  { name: 'today-dark', path: '/', colorScheme: 'dark' },
  { name: 'review', path: '/reviews?entity=person' },
  { name: 'metrics', path: '/numbers?kind=all&metric=open_pipeline' },
  { name: 'pipeline', path: '/pipeline' },
];

/** `link`: signs in, once, as `npm run demo` prints it. */
export async function takePictures({ link, folder, browser: file }: PictureOptions): Promise<void> {
  const executablePath = file ?? browserFiles.find((one) => existsSync(one));
  if (executablePath === undefined) return announceSkip('the pictures', 'there is no Chromium: give one by --browser');
  await mkdir(folder, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const browser = stack.adopt(await chromium.launch({ executablePath, args: ['--no-sandbox'] }), (one) => one.close());
  const storageState = await signIn(browser, link);
  for (const { name, path, colorScheme = 'light' } of pictures) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme, storageState });
    const page = await context.newPage();
    await page.goto(new URL(path, link).href);
    await page.waitForLoadState('networkidle');
    await page.locator('.waiting').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
    console.log(join(folder, `${name}.png`));
  }
}

async function signIn(browser: Browser, link: string) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}
