import { describe, expect, it } from 'vitest';
import { parseMart, readMarts } from '../../src/marts/read.ts';

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
      expect(select, `${schema}.${name}`).not.toMatch(/\b(sum|avg|count|case|group by)\b|\//);
      expect(select, `${schema}.${name}`).toMatch(/from unified\./);
    }
  });

  it('ask only for metrics there are', async () => {
    const { metrics, views } = await readMarts();
    const known = metrics.map(({ name }) => name);
    for (const { name, select } of views) {
      const asked = [...(/metric in \((.+)\)/.exec(select)?.[1] ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1]);
      expect(known, name).toEqual(expect.arrayContaining(asked));
    }
  });

  it('refuse a file without a grain', () => {
    const file = { folder: 'unified', name: 'dim_x', text: '-- id: Id\nselect 1 as id\n' };
    expect(() => parseMart('unified', file)).toThrow(/dim_x\.sql needs a grain/);
  });
});
