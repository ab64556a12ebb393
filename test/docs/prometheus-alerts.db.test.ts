/** The rules for Prometheus ask for metrics that the service has. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type TestApi, testApi } from '../http/api.ts';

type Rules = { groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[] };

let api: TestApi;
beforeAll(async () => void (api = await testApi()));
afterAll(() => api.close());

test('every metric and label of the rules is among those of /metrics', async () => {
  const { groups } = parse(await readFile('docs/how-to/prometheus-alerts.yml', 'utf8')) as Rules;
  const { body } = await api.app.inject({ url: '/metrics', headers: api.as('data:read') });
  const known = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!));
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  for (const { alert, expr, annotations } of rules) {
    const names = [...expr.matchAll(/assay_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''));
    expect(names.length, alert).toBeGreaterThan(0);
    for (const name of names) expect(known, `${alert} asks for ${name}`).toContain(name);
    expect(annotations.summary).toMatch(/\.$/);
  }
  expect(body).toMatch(/assay_oldest_waiting_seconds\{kind="run"\}/);
  expect(body).toMatch(/assay_oldest_waiting_seconds\{kind="outbox"\}/);
  expect(body).toMatch(/assay_oldest_waiting_seconds\{kind="lock"\}/);
});
