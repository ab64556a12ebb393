/** The sources of the console become the files a browser loads: once, and again only when a source has changed. */
import { createHash } from 'node:crypto';
import { glob, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const home = dirname(fileURLToPath(import.meta.url));

/** Where the built console lies. */
export const consoleFolder = join(home, 'dist');
const stampName = '.sources';

/**
 * Builds the console unless it is there already. Returns its folder. Several may ask at once: each builds aside, the first is kept.
 * @throws Error by Vite, with the source at fault.
 */
export async function buildConsole(): Promise<string> {
  const stamp = await stampOfSources();
  if (await isBuilt(stamp)) return consoleFolder;
  const aside = join(home, `.building-${process.pid}`);
  const { build } = await import('vite');
  try {
    await build({
      root: home,
      configFile: false,
      logLevel: 'error',
      oxc: { jsx: { runtime: 'automatic' } },
      // A font within a style would need `data:` in the content security policy.
      build: {
        outDir: aside,
        target: 'es2023',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // Fifteen small files that the first page needs are one: a browser asks for six at a time.
        rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: isOfEveryPage }] } } },
      },
    });
    await compress(aside);
    await writeFile(join(aside, stampName), stamp);
    if (!(await isBuilt(stamp))) {
      await rm(consoleFolder, { recursive: true, force: true });
      await rename(aside, consoleFolder);
    }
  } catch (error) {
    // Another process was faster by a moment.
    if (!(await isBuilt(stamp))) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return consoleFolder;
}

/** What lists alone need is left with the pages of lists. */
function isOfEveryPage(path: string): boolean {
  if (/react-virtual|virtual-core|long-list/.test(path)) return false;
  return /\/node_modules\/|\/console\/src\/(api|charts|components|session)\//.test(path.replaceAll('\\', '/'));
}

const isBuilt = async (stamp: string) =>
  (await readFile(join(consoleFolder, stampName), 'utf8').catch(() => null)) === stamp;

/** Beside each text its gzip, so that no request has to wait for it. */
async function compress(folder: string): Promise<void> {
  for await (const file of glob('**/*.{js,css,html,svg}', { cwd: folder })) {
    const text = await readFile(join(folder, file));
    await writeFile(join(folder, `${file}.gz`), gzipSync(text, { level: 9 }));
  }
}

async function stampOfSources(): Promise<string> {
  const files: string[] = [];
  for await (const file of glob(['src/**/*', 'public/*', 'index.html', 'package.json', 'build.ts'], { cwd: home }))
    if (/\.\w+$/.test(file)) files.push(file);
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file).update(await readFile(join(home, file)));
  return hash.digest('hex');
}
