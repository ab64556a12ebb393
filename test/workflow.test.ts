/** The workflow runs what a developer runs, with the least rights, on actions that cannot change under it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

type Workflow = {
  permissions: Record<string, string>;
  jobs: Record<
    string,
    { if?: string; 'timeout-minutes'?: number; steps: { uses?: string; run?: string; with?: object }[] }
  >;
};
const text = await readFile('.github/workflows/ci.yml', 'utf8');
const workflow = parse(text) as Workflow;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

test('it may only read, every job ends, and the checkout leaves no credentials behind', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' });
  for (const job of Object.values(workflow.jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  for (const { uses, ...step } of steps) {
    if (uses?.startsWith('actions/checkout')) expect(step.with).toEqual({ 'persist-credentials': false });
  }
});

test('every action is pinned by its commit, with the version beside it', () => {
  const used = steps.filter((step) => step.uses);
  expect(used.length).toBeGreaterThan(0);
  for (const { uses } of used) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  expect(text.match(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)).toHaveLength(used.length);
});

test('it calls the check of the repository', () => {
  expect(steps.map((step) => step.run)).toContain('bash .ci/run');
  expect(existsSync('.ci/run')).toBe(true);
});

test('it calls the longer checks every night, and only then', () => {
  const { nightly } = workflow.jobs;
  expect(nightly?.if).toBe("github.event_name == 'schedule'");
  expect(nightly?.steps.map((step) => step.run)).toContain('MINUTES=30 bash .ci/nightly');
  expect(existsSync('.ci/nightly')).toBe(true);
});
