import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { parseMart, readMarts, tablesOf, partOf } from '../../src/marts/read.ts';
import { metricViews } from '../../src/pipeline/publish/metric-mart.ts';
import { limited } from '../../src/pipeline/publish/part.ts';

describe('marts', () => {
  it('give every table a key among its columns', async () => {
    for (const { name, key, columns } of (await readMarts()).tables) {
      expect(key, name).not.toEqual([]);
      expect(
        columns.map((column) => column.name),
        name,
      ).toEqual(expect.arrayContaining(key));
    }
  });

  it('keep formulas out of the doors, so both show the same number', async () => {
    for (const { schema, name, select } of (await readMarts()).views) {
      // What stands in the place of a fact is the fact's own.
      const own = select.replaceAll(/\((?:select b\.basis[^]*?)counts_in_clean\)/g, 'unified.fact');
      expect(own, `${schema}.${name}`).not.toMatch(/\b(sum|avg|count|case|group by)\b|\//);
      expect(own, `${schema}.${name}`).toMatch(/from unified\./);
    }
  });

  it('show every metric through a door, and each door the same rows', async () => {
    const { metrics } = await loadDefinitions();
    const views = metricViews(metrics);
    for (const { name } of metrics)
      expect(
        views.some(({ select }) => select.includes(`'${name}'`)),
        name,
      ).toBe(true);
    expect(views.map(({ schema, name }) => `${schema}.${name}`)).toContain('salesops.pipeline');
    for (const view of views.filter(({ name }) => name !== 'scorecard'))
      expect(view.select).toMatch(
        /^select metric, basis, period, slice, value, n, [a-z_, ]+ from unified\.metric_value\s/,
      );
  });

  it('that make some of their rows again read nothing whole', async () => {
    for (const mart of (await readMarts()).tables.filter(({ rows, part }) => rows.length > 0 || part)) {
      const select = limited(mart);
      expect(select, mart.name).not.toMatch(/join key/);
      for (const { of, columns } of mart.rows) {
        expect(tablesOf(mart.select), mart.name).toContain(of);
        expect(columns, mart.name).toHaveLength(partOf(mart).length);
      }
      for (const { by } of mart.touched)
        for (const table of by) expect(tablesOf(mart.select), mart.name).toContain(table);
    }
  });

  it('refuse a file without a grain', () => {
    const file = { folder: 'unified', name: 'dim_x', text: '-- id: Id\nselect 1 as id\n' };
    expect(() => parseMart('unified', file)).toThrow(/dim_x\.sql needs a grain/);
  });
});
