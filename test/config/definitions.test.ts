import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { MetricDefinition } from '../../src/model/metric.ts';
import { columnName, snakeCase } from '../../src/model/name.ts';

describe('config/', () => {
  it('is one consistent set, with every object the marts read', async () => {
    const { objects, entities } = await loadDefinitions();
    expect(objects.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Account', 'Contact', 'Lead', 'Opportunity', 'ForecastingQuota']),
    );
    expect(entities.map(({ name }) => name)).toEqual(['company', 'deal', 'person']);
  });

  it('knows what is evidence of a person, a company and a deal', async () => {
    const { objects } = await loadDefinitions();
    const evidence = objects.filter(({ entities }) => Object.keys(entities).length > 0);
    expect(Object.fromEntries(evidence.map(({ name, entities }) => [name, Object.keys(entities)]))).toEqual({
      Account: ['company', 'person'],
      Contact: ['person'],
      Lead: ['person', 'company'],
      Opportunity: ['deal'],
    });
  });
});

describe('metrics', () => {
  const words = new Set(['name', 'title', 'description', 'doors', 'needs', 'examples', 'dimensions']);
  /** What a metric is made of, without its words; SQL without the spaces between. */
  const formulaOf = (metric: MetricDefinition) =>
    JSON.stringify(Object.entries(metric).filter(([key]) => !words.has(key))).replaceAll(/(\\n|\s)+/g, ' ');

  it('are each written once: no two have the same formula', async () => {
    const { metrics } = await loadDefinitions();
    const twins = [...Map.groupBy(metrics, formulaOf).values()].filter((group) => group.length > 1);
    expect(twins.map((group) => group.map(({ name }) => name))).toEqual([]);
    const [first] = metrics;
    // The test above would find one.
    expect(formulaOf({ ...first!, name: 'other', title: 'Other' })).toBe(formulaOf(first!));
  });

  it('share what they have in common, and repeat no line of SQL', async () => {
    const folder = 'config/metrics';
    const files = await readdir(folder);
    const lines = await Promise.all(
      files.map(async (file) => {
        const [sql = ''] = /(?<=select: `)[^`]*/.exec(await readFile(`${folder}/${file}`, 'utf8')) ?? [];
        return [...new Set(sql.split('\n').map((line) => line.trim().replaceAll(/\b[a-z]\./g, 'x.')))]
          .filter((line) => line.length >= 60)
          .map((line) => ({ line, file }));
      }),
    );
    const repeated = [...Map.groupBy(lines.flat(), ({ line }) => line)].filter(([, where]) => where.length > 1);
    // What a metric has to give, and how it is told apart, is the same for all that are none of the other kinds.
    const isShape = (line: string) =>
      /^(select|group by) [a-z_., ]*(basis|period_kind|connection_id)[a-z_., ]*,?$/.test(line);
    expect(
      repeated.filter(([line]) => !isShape(line)).map(([line, where]) => [line, where.map(({ file }) => file)]),
    ).toEqual([]);
  });

  it('are worked out nowhere else: views, API and console ask for values, and add up no fact', async () => {
    const rooms = ['src/views', 'src/http', 'src/mcp', 'console/src'];
    const found: string[] = [];
    const addsUp = /\b(sum|avg)\([^)]*\)[^`]*\bfrom unified\.fct_/;
    expect('select sum(o.amount) as value from unified.fct_opportunity o').toMatch(addsUp);
    for (const room of rooms)
      for (const file of await readdir(room, { recursive: true })) {
        if (!/\.tsx?$/.test(file)) continue;
        const text = await readFile(`${room}/${file}`, 'utf8');
        if (addsUp.test(text)) found.push(`${room}/${file}`);
      }
    expect(found).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    ['BillingPostalCode', 'billing_postal_code'],
    ['Segment__c', 'segment__c'],
    ['ForecastingQuota', 'forecasting_quota'],
    ['IsWon', 'is_won'],
  ])('%s -> %s', (api, name) => expect(snakeCase(api)).toBe(name));

  it('keeps two fields apart that read alike, and long ones apart that PostgreSQL would cut alike', () => {
    expect(columnName('My_Field__c', new Set(['my_field__c']))).toMatch(/^my_field__c_[0-9a-f]{8}$/);
    const long = 'A'.repeat(1) + 'bcdefghij'.repeat(8);
    const [one, two] = [columnName(`${long}1__c`, new Set()), columnName(`${long}2__c`, new Set())];
    expect(one).not.toBe(two);
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(63);
  });
});
