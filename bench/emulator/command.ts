/** `npm run bench -- emulator`: how fast the local Salesforce org loads, exports and changes a large object, and what memory that takes. */
import { contactsFolder } from '../pull/contacts.ts';
import { editOvernight } from '../pull/nightly.ts';
import { startOrg } from '../pull/org.ts';
import { workFolder } from '../peers/folders.ts';
import { Meter } from '../measure.ts';
import { memoryOf } from '../memory.ts';
import { writeReport } from '../report.ts';
import { table } from '../table.ts';
import { exportContacts, readPages, type Pages } from './export.ts';

export type EmulatorOptions = { rows: number; json?: string };

const nightShare = 0.01;
const pagesAtOnce = [1, 2, 4];

/** `cpuSeconds` are those of the org's process: the machine's other work does not count. */
type Step = { name: string; count: number; seconds: number; cpuSeconds: number };

export async function emulatorBench({ rows, json }: EmulatorOptions): Promise<void> {
  const folder = await contactsFolder(await workFolder('pull'), rows);
  const steps: Step[] = [];
  const begun = performance.now();
  const org = await startOrg(folder);
  try {
    const meter = new Meter(org.pid);
    const seen = (name: string, count: number, start: number, cpuBefore: number) => {
      meter.read();
      const seconds = (performance.now() - start) / 1000;
      steps.push({ name, count, seconds, cpuSeconds: meter.cpuSeconds - cpuBefore });
    };
    const timed = async <T>(name: string, work: () => Promise<T>, countOf: (done: T) => number): Promise<T> => {
      meter.read();
      const [start, cpuBefore] = [performance.now(), meter.cpuSeconds];
      const done = await work();
      seen(name, countOf(done), start, cpuBefore);
      return done;
    };
    seen(`start with ${rows.toLocaleString('en-US')} contacts of 30 columns`, rows, begun, 0);
    const loaded = memoryOf(org.pid);
    const countOf = ({ rowCount }: { rowCount: number }) => rowCount;
    const job = await timed('bulk query job, created to complete', () => exportContacts(org), countOf);
    const pages: Pages[] = [];
    for (const parallel of pagesAtOnce) {
      const name = `its result pages, ${parallel} at once`;
      pages.push(await timed(name, () => readPages(org, job, { parallel, gzip: false }), countOf));
    }
    await timed('its result pages, 4 at once, gzip', () => readPages(org, job, { parallel: 4, gzip: true }), countOf);
    await timed('edits through /control/changes', () => editOvernight(org, rows, nightShare), Number);
    const firstRowSeconds = Math.min(...pages.map((read) => read.firstRowSeconds));
    const memory = { loadedMiB: loaded.now, peakMiB: memoryOf(org.pid).peak };
    console.log(
      `${textOf(steps)}\nfirst row of a result after ${firstRowSeconds.toFixed(3)} s; memory of the org's process: ` +
        `${Math.round(memory.loadedMiB)} MiB loaded, ${Math.round(memory.peakMiB)} MiB at its peak`,
    );
    await writeReport(json, 'emulator', { rows, steps, firstRowSeconds, memory });
    if (job.rowCount !== rows) throw new Error(`the job has ${job.rowCount} rows, the org ${rows}`);
  } finally {
    await org.close();
  }
}

function textOf(steps: Step[]): string {
  return table(
    ['step', 'rows', 'seconds', 'rows/s', 'CPU s of the org'],
    steps.map(({ name, count, seconds, cpuSeconds }) => [
      name,
      count,
      seconds.toFixed(2),
      Math.round(count / seconds),
      cpuSeconds.toFixed(2),
    ]),
  );
}
