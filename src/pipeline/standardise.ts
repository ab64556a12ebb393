/** One object's mirror rows into `standard.<table>` and into the evidence tables `standard.<entity>`. */
import sql, { empty, join, raw, type Sql } from 'sql-template-tag';
import { preparing } from '../db/connect.ts';
import { identifier, identifiers } from '../db/identifier.ts';
import { runSteps, type Steps } from '../db/steps.ts';
import { objectNamed } from '../model/definitions.ts';
import type { EntityDefinition, FieldKind } from '../model/entity.ts';
import { snakeCase } from '../model/name.ts';
import { evidenceWhen, systemColumns, type ObjectDefinition } from '../model/object.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { putMarks } from './marks.ts';
import { type StandardScope, scopeOf } from './standardise/scope.ts';
import { pgTypes, shapeTables, systemFields } from './standardise/tables.ts';
import { namesLikeMarks } from '../model/blank-words.ts';
import { marker } from '../matcher/values/spelling.ts';
import { placeholders } from '../matcher/values/text.ts';

/**
 * Redoes the rows that moved in the mirror since the last time, by their version; all whose values differ after a change of
 * the definition or of a column's type; all the mirror has newer in a full sync. A field the mirror lacks gives null, a
 * missing mirror table no rows. `readCount` is the rows looked at. @param subject name of the object
 */
export async function standardise(context: Context, subject: string): Promise<StageResult> {
  const object = objectNamed(context.definitions, subject);
  await shapeTables(context);
  const found = await scopeOf(context, object);
  if (found === null || found.scope.isSettled) return { readCount: 0, changedCount: 0 };
  const { scope, present } = found;
  const isFew = scope.ids !== null;
  const steps = stepsOf({ object, present, connectionId: context.run.connectionId, scope, isFew }, context);
  return context.write(async (tx) => {
    const { counts, answers } = await runSteps({ tx: isFew ? preparing(tx) : tx, isFew }, 'standardise', steps);
    const written = Object.entries(counts).filter(([name]) => name !== 'marked');
    const changedCount = written.reduce((sum, [, count]) => sum + count, 0);
    return { readCount: Number(answers.read), changedCount };
  });
}

type Work = {
  object: ObjectDefinition;
  present: Map<string, string>;
  connectionId: string;
  scope: StandardScope;
  isFew: boolean;
};

/** A few rows are made before they are put, as their evidence is read from them in the same statement. */
function stepsOf(work: Work, context: Context): Steps {
  const { object, isFew, connectionId } = work;
  const [source, target] = [identifier('mirror', object.table), identifier('standard', object.table)];
  const columns = objectColumns(work, context);
  const fresh = sql`select m.connection_id, m.id, m._version, ${join(columns.map(([column, expression]) => sql`${expression} as ${identifier(column)}`))}
    from ${source} m where ${reached(work)}`;
  const made = columns.map(([column]) => [column, identifier('m', column)] as const);
  const put = isFew
    ? upsertSql(target, made, sql`from fresh m`)
    : upsertSql(target, columns, moving(work, target, sql`${source} m`, reached(work)));
  const steps: Steps = {
    rows: isFew ? { fresh: { of: fresh } } : {},
    changes: { put: { of: put, analyze: figures(work, target, ['connection_id', 'id', '_version']) } },
    answers: { read: sql`(select count(*)::int from ${isFew ? sql`fresh` : sql`${source} m where ${reached(work)}`})` },
  };
  for (const entity of context.definitions.entities) Object.assign(steps.changes, evidenceSteps(work, entity));
  const newest = sql`(select max(_version) from ${target} where connection_id = ${connectionId})`;
  const version = isFew ? sql`greatest((select max(_version) from put), ${newest})` : newest;
  const mark = { subject: object.name, source: 'standardise', connectionId, version };
  steps.changes.marked = { of: putMarks('standardise', [...work.scope.marks, mark]) };
  return steps;
}

function evidenceSteps(work: Work, entity: EntityDefinition): Steps['changes'] {
  const { object, connectionId, scope, isFew } = work;
  const [put, gone] = [`put_${entity.name}`, `gone_${entity.name}`];
  const target = identifier('standard', entity.name);
  const own = sql`t.connection_id = ${connectionId} and t.object = ${object.name}`;
  const drop = (which: Sql) => ({
    of: sql`delete from ${target} t ${which} returning t.id`,
    follow: moveRecords(work, gone),
  });
  const fields = object.entities[entity.name];
  // What the object was evidence of by another definition.
  if (!fields) return scope.kind === 'differing' ? { [gone]: drop(sql`where ${own}`) } : {};
  const isLive = sql`not r.is_deleted and (${raw(evidenceWhen(object, entity.name))})`;
  const both = sql`${identifier('mirror', object.table)} m
    join ${isFew ? sql`fresh` : identifier('standard', object.table)} r using (connection_id, id)`;
  const these = isFew ? sql`true` : reached(work);
  const which =
    scope.kind === 'moved'
      ? sql`using ${both} where ${own} and t.id = m.id and ${these} and not coalesce(${isLive}, false)`
      : sql`where ${own} and not exists (select from ${both} where m.connection_id = ${connectionId} and m.id = t.id and ${isLive})`;
  return {
    [put]: {
      of: upsertSql(
        target,
        evidenceColumns(work, entity, fields),
        moving(work, target, both, sql`${these} and ${isLive}`),
      ),
      follow: moveRecords(work, put),
      analyze: figures(work, target, ['connection_id', 'object', 'id', '_version']),
    },
    // Of the first load nothing can be gone.
    ...(scope.before === '-1' ? {} : { [gone]: drop(which) }),
  };
}

/** What to put into `target`: rows of the mirror `m`, in a full sync those it has newer. */
function moving({ scope }: Work, target: Sql, rows: Sql, which: Sql): Sql {
  return scope.kind === 'newer'
    ? sql`from ${rows} left join ${target} s using (connection_id, id) where ${which} and (s._version is null or s._version < m._version)`
    : sql`from ${rows} where ${which}`;
}

/**
 * Fresh figures after each bulk change: the planner joined tables it had only seen empty row by row, for minutes. Of the
 * key columns alone, which is quick; the autovacuum looks at the rest, and at what a few rows change.
 */
function figures({ scope }: Work, table: Sql, keys: string[]): (changedCount: number) => Sql | null {
  return (changedCount) =>
    changedCount > 0 && changedCount >= scope.recordCount / 10 ? sql`${table} (${identifiers(keys)})` : null;
}

/** As the catalogue spells the types that need no cleaning. */
const typeNames: Record<string, string> = {
  numeric: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamptz: 'timestamp with time zone',
};

/**
 * NFKC, white space as single blanks, HTML entities as their characters, blank as null. Printable ASCII with single blanks is so
 * already: a look is cheaper than the work.
 */
function cleaned(column: Sql): Sql {
  const text = sql`${column}::text`;
  return sql`case when ${text} ~ '&#?[[:alnum:]]+;'
    then nullif(btrim(regexp_replace(normalize(standard.undone(${text}), nfkc), '\\s+', ' ', 'g')), '')
    when ${text} ~ '^[!-~]+( [!-~]+)*$' then ${text}
    else nullif(btrim(regexp_replace(normalize(${text}, nfkc), '\\s+', ' ', 'g')), '') end`;
}

/** The first non-blank of the fields, cleaned; null when the mirror has none of them. @param isName of a person: Null is one */
function value(from: string | string[], type: string, present: Map<string, string>, isName = false): Sql {
  const found = [from]
    .flat()
    .map(snakeCase)
    .filter((column) => present.has(column));
  if (found.length === 0) return sql`null::${raw(type)}`;
  const parts = found.map((column) => {
    const from = sql`m.${identifier(column)}`;
    // Typed by the mirror already: nothing to clean.
    if (typeNames[type] === present.get(column)) return from;
    const text = cleaned(from);
    if (type !== 'text') return sql`(${text})::${raw(type)}`;
    const isBlank = sql`lower(${text}) = any (${[...placeholders]}::text[])`;
    const ofName = isName ? sql` and ${text} !~ ${`^(${namesLikeMarks})$`}` : empty;
    return sql`case when ${isBlank}${ofName} then null else ${text} end`;
  });
  return sql`coalesce(${join(parts)})`;
}

const isPersonName = (kind: FieldKind): boolean => ['given-name', 'family-name', 'full-name'].includes(kind);

/** Fields of the object that are names of people. */
function personNames(object: ObjectDefinition, entities: readonly EntityDefinition[]): Set<string> {
  return new Set(
    entities.flatMap(({ name, fields }) =>
      Object.entries(object.entities[name] ?? {}).flatMap(([field, from]) =>
        isPersonName((fields[field] as { kind: FieldKind }).kind) ? [from].flat() : [],
      ),
    ),
  );
}

/** Columns of the object's own table, each with what fills it from `m`, a row of the mirror. */
function objectColumns({ object, present }: Work, { definitions }: Context): (readonly [string, Sql])[] {
  const names = personNames(object, definitions.entities);
  const system = Object.entries(systemFields).map(([column, field]) => {
    const found = value(field, systemColumns[column as keyof typeof systemFields], present);
    return [
      column,
      column === 'is_deleted' ? sql`(m._deleted_at is not null or coalesce(${found}, false))` : found,
    ] as const;
  });
  const own = Object.entries(object.fields).map(
    ([column, field]) =>
      [column, value(field.from, pgTypes[field.type], present, names.has(String(field.from)))] as const,
  );
  return [...system, ...own.filter(([column]) => !(column in systemColumns))];
}

/** The rows of the mirror to look at. */
function reached({ connectionId, scope }: Work): Sql {
  const all = sql`m.connection_id = ${connectionId}`;
  if (scope.kind !== 'moved') return all;
  return scope.ids === null
    ? sql`${all} and m._version > ${scope.since}`
    : sql`${all} and m.id = any (${scope.ids}::text[])`;
}

/**
 * A row of the mirror's version is there already only where the definition is another now: a row that changes by that
 * takes a version of its own, so that later stages see it move.
 */
function upsertSql(target: Sql, all: (readonly [string, Sql])[], from: Sql): Sql {
  const columns = all.map(([column]) => column);
  const set = join(columns.map((column) => sql`${identifier(column)} = ${identifier('excluded', column)}`));
  return sql`insert into ${target} as t (connection_id, id, _version, ${identifiers(columns)})
    select m.connection_id, m.id, m._version, ${join(all.map(([, expression]) => expression))} ${from}
    on conflict (connection_id, id) do update set ${set},
      _version = case when t._version < excluded._version then excluded._version else nextval('mirror.version') end
    where t._version < excluded._version or (${identifiers(columns, 't')}) is distinct from (${identifiers(columns, 'excluded')})
    returning t.id, t._version`;
}

/**
 * Later stages learn from the record's own row that its evidence moved: it takes a new version where a definition changed the
 * evidence alone. @param from what returned the records' ids
 */
function moveRecords({ object, connectionId, scope }: Work, from: string): Sql | undefined {
  if (scope.kind !== 'differing' || scope.before === '-1') return undefined;
  return sql`update ${identifier('standard', object.table)} r set _version = nextval('mirror.version') from ${identifier(from)} done
    where r.connection_id = ${connectionId} and r.id = done.id and r._version <= ${scope.before}`;
}

/** Names without what admins write at them; the object's own table keeps that. */
function named(value: Sql, kind: FieldKind): Sql {
  if (!['company-name', 'full-name', 'given-name', 'family-name'].includes(kind)) return value;
  return sql`standard.unmarked(${value}, ${marker})`;
}

/** Columns of an entity's evidence, each with what fills it from `m`, a row of the mirror, and `r`, of the object's own table. */
function evidenceColumns(
  { object, present }: Work,
  entity: EntityDefinition,
  fields: Record<string, string | string[]>,
): (readonly [string, Sql])[] {
  return [
    ['object', sql`${object.name}::text`],
    ['modified_at', sql`r.modified_at`],
    ...Object.entries(entity.fields).map(
      ([field, { kind }]) =>
        [field, named(value(fields[field] ?? [], 'text', present, isPersonName(kind)), kind)] as const,
    ),
  ];
}
