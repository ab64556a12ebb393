/** The console's sources become a folder of built files, unless that is there already; without its workspace, what was built before. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Log } from '../model/ports.ts';

/** Where an image carries the console built, without the packages that build it. */
const carried = fileURLToPath(new URL('../../console/dist', import.meta.url));

/** The folder to serve; undefined, with a warning, where there is no console: the API works without it. */
export async function openConsole(log: Log): Promise<string | undefined> {
  try {
    const { buildConsole } = await import('@assay/console/build.ts');
    return await buildConsole();
  } catch (error) {
    if (existsSync(carried)) return carried;
    log.warn({ err: error }, 'the console is not built: run npm ci with the workspaces, then start again');
    return undefined;
  }
}
