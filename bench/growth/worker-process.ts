/** A worker of Assay as a process of its own, by settings as ever; each line of standard input sets its clock on by a day. */
import { createInterface } from 'node:readline';
import { loadConfig } from '../../config/load.ts';
import { openWorker } from '../../src/cli/worker.ts';

let days = 0;
const { env } = await loadConfig();
const { close } = await openWorker(env, { now: () => new Date(Date.now() + days * 86_400_000) });
console.log(JSON.stringify({ days }));
for await (const _line of createInterface({ input: process.stdin })) {
  days += 1;
  console.log(JSON.stringify({ days }));
}
await close();
