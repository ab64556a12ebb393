/** The machine a figure was measured on, as it is written beside every figure. */
import { cpus, totalmem } from 'node:os';

export type Machine = { cores: number; memoryGiB: number; node: string; processor: string; date: string };

export function machine(): Machine {
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    date: new Date().toISOString(),
  };
}
