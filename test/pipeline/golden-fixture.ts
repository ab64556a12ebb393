/** Small hand-built standard, golden and quality data in a fresh database, and a context to run stages on it. */
import sql, { join, raw, type RawValue } from 'sql-template-tag';
import { stageContext } from '../../bench/stage-context.ts';
import { loadDefinitions } from '../../config/index.ts';
import { identifier, identifiers } from '../../src/db/identifier.ts';
import type { Db } from '../../src/db/connect.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { systemColumns } from '../../src/model/object.ts';
import type { RunMode } from '../../src/model/run.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { testDatabase } from '../database.ts';

const pgType = {
  text: 'text',
  id: 'text',
  number: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
};

export type Fixture = {
  db: Db;
  definitions: Definitions;
  context(mode?: RunMode): Context;
  insert(schema: string, table: string, row: Record<string, RawValue>): Promise<void>;
  /** A standard record; `golden` maps entity to golden id. */
  record(object: string, row: Record<string, RawValue>, golden?: Record<string, string>): Promise<void>;
};

export async function goldenFixture(): Promise<Fixture> {
  const db = await testDatabase();
  const definitions = await loadDefinitions();
  await db.query(sql`create schema if not exists standard`);
  for (const object of definitions.objects) {
    const fields = Object.entries(object.fields).map(([name, { type }]) => `"${name}" ${pgType[type]}`);
    const system = Object.entries(systemColumns).map(([name, type]) => `${name} ${type}`);
    await db.query(
      raw(`create table standard."${object.table}" (${[...system, ...fields].join(', ')}, _version bigint)`),
    );
    await db.query(raw(versioned(object.name, object.table)));
  }

  const insert: Fixture['insert'] = async (schema, table, row) => {
    await db.query(sql`insert into ${identifier(schema, table)} (${identifiers(Object.keys(row))})
      values (${join(Object.values(row))})`);
  };
  return {
    db,
    definitions,
    insert,
    async record(name, row, golden = {}) {
      const object = definitions.objects.find((one) => one.name === name)!;
      const system = {
        connection_id: 'default',
        created_at: '2026-01-01T00:00:00Z',
        modified_at: '2026-01-01T00:00:00Z',
      };
      await insert('standard', object.table, { ...system, is_deleted: false, ...row });
      for (const [entity, goldenId] of Object.entries(golden)) {
        await db.query(sql`insert into golden.identity (golden_id, entity, minted_run_id, minted_at)
          values (${goldenId}, ${entity}, 'run_1', now()) on conflict do nothing`);
        const run = { golden_id: goldenId, since_run_id: 'run_1' };
        await insert('golden', 'crosswalk', { entity, connection_id: 'default', id: row.id!, object: name, ...run });
      }
    },
    context: (mode = 'auto') =>
      stageContext({ db, definitions, run: { mode }, clock: { now: () => new Date('2026-06-01T00:00:00Z') } }),
  };
}

/** Whatever a test writes moves, as what standardise writes does. */
function versioned(object: string, table: string): string {
  return `create function standard."${table}_moves"() returns trigger language plpgsql as $$
    begin new._version := nextval('mirror.version'); return new; end $$;
    create trigger moves before insert or update on standard."${table}" for each row execute function standard."${table}_moves"();
    create function standard."${table}_moved"() returns trigger language plpgsql as $$
    begin
      insert into pipeline.mark select 'standardise', '${object}', connection_id, 'standardise', max(_version) from standard."${table}" group by 3
        on conflict (stage, subject, connection_id, source) do update set version = excluded.version;
      return null;
    end $$;
    create trigger moved after insert or update on standard."${table}" for each statement execute function standard."${table}_moved"();`;
}
