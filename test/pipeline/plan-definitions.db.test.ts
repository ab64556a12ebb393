/** Every SQL text of a declaration is planned before anything starts: what cannot run is named with its file, and nothing is changed. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { schemaText } from '../../src/db/schema.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { definitionFaults } from '../../src/pipeline/plan-definitions.ts';
import { testDatabase } from '../database.ts';

const now = new Date('2026-06-01T00:00:00Z');
const definitions = await loadDefinitions();
let db: Db;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());

const faultsOf = (more: Partial<Definitions>) => definitionFaults(db, { ...definitions, ...more }, now);

describe('planning', () => {
  it('finds no fault in what is built in, on a database that never synced, and leaves nothing behind', async () => {
    const before = await schemaText(db);
    expect(await faultsOf({})).toEqual([]);
    expect(await schemaText(db)).toBe(before);
  });

  it('names the file and the part of each text that does not plan, all of them together', async () => {
    const [rule] = definitions.rules;
    const rules = [
      { ...rule!, id: 'one', violated: 'r.no_such_column is null' },
      { ...rule!, id: 'two', applies: 'r.is_deleted +' },
    ];
    const entities = definitions.entities.map((entity) =>
      entity.money ? { ...entity, money: { ...entity.money, when: 'not r.is_shut' } } : entity,
    );
    const objects = definitions.objects.map((object) =>
      object.name === 'Lead' ? { ...object, entityWhen: 'r.converted' } : object,
    );
    const found = await faultsOf({
      rules,
      entities,
      objects,
      files: { ...definitions.files, 'rules/one': 'mine/one.ts' },
    });
    expect(found.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
      expect.stringMatching(/^config\/objects\/lead\.ts entityWhen: .*converted/),
      expect.stringMatching(/^config\/entities\/company\.ts money\.when: .*is_shut/),
      expect.stringMatching(/^config\/entities\/deal\.ts money\.when: .*is_shut/),
      expect.stringMatching(/^config\/entities\/person\.ts money\.when: .*is_shut/),
      expect.stringMatching(/^mine\/one\.ts violated: .*no_such_column/),
      expect.stringMatching(/^rules\/two applies: .*syntax error/),
    ]);
  });

  it('plans the metrics of the operator too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'assay-own-'));
    try {
      await mkdir(join(folder, 'metrics'));
      const file = join(folder, 'metrics/nonsense.sql');
      const header = '-- metric: Nonsense\n-- unit: count\n-- salesops: revenue\n';
      await writeFile(
        file,
        `${header}select basis, period, slice, sum(nothing) as value, count(*) as n from unified.opportunity_by_slice group by 1, 2, 3\n`,
      );
      const found = await faultsOf({ localFolder: folder });
      expect(found).toEqual([{ pointer: file, message: expect.stringMatching(/^select: .*nothing/) }]);
      await writeFile(file, '-- unit: count\nselect 1\n');
      expect((await faultsOf({ localFolder: folder }))[0]!.message).toMatch(/nonsense\.sql needs a metric/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('answers several at once, beside one another', async () => {
    expect(await Promise.all([faultsOf({}), faultsOf({}), faultsOf({})])).toEqual([[], [], []]);
  });
});
