/** Every SQL text of a declaration is planned before anything starts: what cannot run is named with its file, and nothing is changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import type { Db } from '../../src/db/connect.ts';
import { schemaText } from '../../src/db/schema.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import type { MetricDefinition } from '../../src/model/metric.ts';
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

  it('plans metrics too, and names what keeps one from being measured', async () => {
    const { metrics } = await loadDefinitions();
    const wrong = (name: string, change: object) => {
      const one = { ...metrics.find((metric) => metric.name === name)!, ...change } as MetricDefinition;
      return faultsOf({ metrics: [...metrics.filter((metric) => metric.name !== name), one] });
    };
    const measure = { aggregate: 'sum', of: 'nothing', where: 'is_won', money: true };
    const file = (name: string) => expect.stringMatching(`${name}(\\.ts)?$`);
    expect(await wrong('bookings', { measure })).toEqual([
      { pointer: file('bookings'), message: expect.stringMatching(/^definition: .*nothing/) },
    ]);
    expect(await wrong('leads', { fact: 'rumour' })).toEqual([
      { pointer: file('leads'), message: expect.stringMatching(/there is no fact "rumour"; the facts are/) },
    ]);
    expect(await wrong('leads', { dimensions: ['planet'] })).toEqual([
      { pointer: file('leads'), message: expect.stringMatching(/lead has no dimension planet/) },
    ]);
    const derived = { kind: 'derived', inputs: { one: 'bookings', two: 'no_such' }, expression: 'one / two', n: 'one' };
    expect(await wrong('win_rate', derived)).toEqual([
      { pointer: 'metrics', message: expect.stringMatching(/\bwin_rate\b.*: made of a metric that is not there/) },
    ]);
  });

  it('answers several at once, beside one another', async () => {
    expect(await Promise.all([faultsOf({}), faultsOf({}), faultsOf({})])).toEqual([[], [], []]);
  });
});
