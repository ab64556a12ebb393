/** Progress as it is drawn: bars where a terminal can show them, one line per finished step elsewhere. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openView } from '../../src/client/progress.ts';

function drawn(isTTY: boolean): string {
  const out = Object.assign(new PassThrough(), { isTTY, columns: 100, cursorTo() {}, moveCursor() {}, clearLine() {} });
  const view = openView(out as unknown as NodeJS.WriteStream);
  const step = { stage: 'pull', subject: 'Account', readCount: 40, changedCount: 3 };
  view.step({ ...step, state: 'running', readCount: 0, changedCount: 0 });
  view.progress({ stage: 'pull', subject: 'Account', doneCount: 20, totalCount: 40 });
  view.step({ ...step, state: 'done' });
  view.end();
  return String(out.read() ?? '');
}

test('piped, a finished step is one plain line and nothing else', () => {
  expect(drawn(false)).toBe('  pull         Account              done: 40 read, 3 changed\n');
});

test('on a terminal each stage of an object has one bar, filled when it is done', () => {
  const text = drawn(true);
  expect(text).toMatch(/pull +Account +\|=+\| 40 done/);
  expect(text).not.toContain('changed');
});
