/** What the tests would like: a Redis, a Chromium, Salesforce's CLI, an older Node, PostgreSQL's tools. CI must have all; elsewhere what is left out is said loudly. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a redis-server to start, or null. */
    redisServer: string | null;
    /** Path of a Chromium to drive, or null. */
    chromium: string | null;
    /** Path of Salesforce's own command line, or null. */
    salesforceCli: string | null;
    /** Path of a Node that does not run TypeScript as it is, or null. */
    olderNode: string | null;
    /** Path of a pg_dump that reads the embedded server, or null. */
    pgDump: string | null;
  }
}

const wanted = {
  redisServer: {
    names: ['redis-server'],
    leftOut: 'the queue on Redis',
    add: 'install redis-server (Debian: apt-get install redis-server)',
  },
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    leftOut: 'the pages in a browser',
    add: 'install Chromium (Debian: apt-get install chromium)',
  },
  salesforceCli: {
    names: ['sf'],
    leftOut: "Salesforce's own CLI against the local org",
    add: 'PATH="$(bash .ci/salesforce-cli):$PATH" npm test (300 MB, once)',
  },
  olderNode: {
    names: ['node'],
    leftOut: 'the start on an older Node',
    add: 'have Node 20 on the PATH',
  },
  pgDump: {
    names: ['pg_dump'],
    leftOut: 'dump and restore',
    add: 'PATH="$(bash .ci/postgres-tools):$PATH" npm test (25 MB, once)',
  },
} as const;

/** `npm run` puts the project's own Node first. */
function isOlder(node: string): boolean {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).startsWith('v20.');
}

/** pg_dump refuses a server newer than itself. */
function readsServer(pgDump: string): boolean {
  return Number(/ (\d+)/.exec(execFileSync(pgDump, ['--version'], { encoding: 'utf8' }))?.[1]) >= 18;
}

const suits = { olderNode: isOlder, pgDump: readsServer };

function onPath(names: readonly string[], suits: (place: string) => boolean = () => true): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place) && suits(place)) ?? null;
}

export default function setup(project: TestProject): () => void {
  const missing: string[] = [];
  for (const key of ['redisServer', 'chromium', 'salesforceCli', 'olderNode', 'pgDump'] as const) {
    const found = onPath(wanted[key].names, key in suits ? suits[key as keyof typeof suits] : undefined);
    project.provide(key, found);
    if (!found) missing.push(`${wanted[key].leftOut}: ${wanted[key].add}`);
  }
  if (missing.length > 0 && process.env.CI) throw new Error(`CI leaves nothing out.\n  ${missing.join('\n  ')}`);
  return () => {
    if (missing.length === 0) return;
    console.warn(`\n${'!'.repeat(80)}\nNOT TESTED here:\n  ${missing.join('\n  ')}\n${'!'.repeat(80)}`);
  };
}
