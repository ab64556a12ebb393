import { expect, test } from 'vitest';
import { measure } from '../../bench/measure.ts';

const isLinux = process.platform === 'linux';

test('the memory of a child process counts', async () => {
  const hold = 'const held = Buffer.alloc(150 << 20, 1); setTimeout(() => console.log(held.length), 600)';
  const parent = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(hold)}], { stdio: 'inherit' })`;
  const ran = await measure(process.execPath, ['-e', parent]);
  expect(ran.output.trim()).toBe(String(150 << 20));
  expect(ran.wallSeconds).toBeGreaterThan(0);
  if (isLinux) {
    expect(ran.peakMemoryMiB).toBeGreaterThan(150);
    expect(ran.cpuSeconds).toBeGreaterThan(0);
  }
});

test('a command that fails says what it wrote', async () => {
  await expect(measure(process.execPath, ['-e', 'throw new Error("out of luck")'])).rejects.toThrow(/out of luck/);
});
