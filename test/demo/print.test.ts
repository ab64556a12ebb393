/** The demo's figures as a reader sees them: words, thousands apart, nothing quoted, no column without a name. */
import { expect, test } from 'vitest';
import { changeLines, count, decimals, percent, stageView, tableText } from '../../src/demo/print.ts';

test('a table has no index column, and what was not measured says so', () => {
  const rows = { Account: { validity: 100, all: 91.14 }, Lead: { validity: null, all: 7 } };
  expect(`\n${tableText(rows, () => decimals(1))}\n`).toBe(`
               validity   all
  Account         100.0  91.1
  Lead     not measured   7.0
`);
});

test('numbers are written as they are read', () => {
  expect([count(1_234_567.4), percent(0.5392), decimals(3)(0.9946)]).toEqual(['1,234,567', '53.9 %', '0.995']);
});

test('the steps of a sync are one line a stage, in the order they ended', () => {
  const view = stageView();
  const step = (stage: string, state: string, readCount: number, changedCount = 0) =>
    view.step({ stage, subject: 'x', state, readCount, changedCount });
  step('pull', 'running', 0);
  step('pull', 'done', 1500);
  step('alert', 'done', 21, 1);
  step('pull', 'done', 30);
  step('polish', 'done', 2, 1);
  expect(view.lines({ pull: 1.26, alert: 0 })).toEqual([
    '  pull         1,530 records read from Salesforce (1.3 s)',
    '  alert        1 alert opened or changed (0.0 s)',
    '  polish       2 read, 1 changed (0.0 s)',
  ]);
});

test('what a night changed is written in words, an unknown operation by its name', () => {
  expect(changeLines({ Account: { update: 20, merge: 1, insert: 1270 }, Lead: { purge: 2 } })).toEqual([
    '  Account: 20 edited, 1 merged away, 1,270 created',
    '  Lead: 2 purge',
  ]);
});
