/** By which text a golden record is found: an index holds it, and who searches asks by the same expression. */
import sql, { join, raw, type Sql } from 'sql-template-tag';
import type { EntityDefinition } from '../model/entity.ts';
import { isShaped } from './existing.ts';
import { identifier } from './identifier.ts';
import type { Queryable } from './connect.ts';

/**
 * SQL over a row of `golden.<entity>`, text in small letters: its name, e-mails, websites and phones, a line each.
 * @param hasPhones as the index has it
 */
export function searchText({ fields }: EntityDefinition, hasPhones = true): Sql {
  const ofKind = (...kinds: string[]) => Object.keys(fields).filter((name) => kinds.includes(fields[name]!.kind));
  const nameParts =
    'name' in fields ? ['name'] : [...ofKind('given-name').slice(0, 1), ...ofKind('family-name').slice(0, 1)];
  const list = (names: string[], first?: Sql) => {
    const lists = names.map((name) => {
      const column = identifier(name);
      return fields[name]!.survivor.includes('union') ? sql`coalesce(${column}, '{}')` : sql`array[${column}]`;
    });
    return join([sql`array[]::text[]`, ...(first ? [sql`array[${first}]`] : []), ...lists], ' || ');
  };
  const name =
    nameParts.length === 0
      ? undefined
      : join(
          nameParts.map((part) => sql`coalesce(${identifier(part)}, '')`),
          ` || ' ' || `,
        );
  return sql`golden.search_text(${list(ofKind('email', 'website'), name)}, ${list(hasPhones ? ofKind('phone') : [])})`;
}

const indexOf = ({ name }: EntityDefinition) => `${name}_search`;

/** Its index is made once, over a table that is filled: filling one with it takes several times as long. */
export async function ensureSearchIndex(tx: Queryable, entity: EntityDefinition): Promise<void> {
  if (await isShaped(tx, 'golden', [], [indexOf(entity)])) return;
  const [found] = await tx.query<{
    schema: string;
  }>(sql`/* golden.search */ select extnamespace::regnamespace::text as schema
    from pg_extension where extname = 'pg_trgm'`);
  if (!found) return;
  await tx.query(sql`/* golden.search */ create index if not exists ${identifier(indexOf(entity))}
    on ${identifier('golden', entity.name)} using gin (${searchText(entity)} ${raw(found.schema)}.gin_trgm_ops)`);
}
