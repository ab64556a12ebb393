/** The evidence of one entity, `standard.<entity>`, into scored pairs in `match.pair`. */
import { Readable } from 'node:stream';
import sql from 'sql-template-tag';
import { identifier } from '../db/identifier.ts';
import type { StageResult } from '../model/run.ts';
import type { Context } from './context.ts';
import { matchRecords } from './match/engine.ts';
import { canonicalFields, type MatchEntity, type MatchRecord } from './match/record.ts';

type Evidence = Record<string, string | null> & { connection_id: string; id: string };

/** Raised whenever the same rows may give other pairs. */
const engineVersion = 2;

/** Compares anew when the evidence changed, else does nothing. @param subject name of the entity */
export async function match(context: Context, subject: string): Promise<StageResult> {
  const entity: MatchEntity = subject === 'company' ? 'company' : 'person';
  const table = identifier('standard', entity);
  const [state] = await context.db.query<{
    fingerprint: string;
    count: number;
    known: string | null;
  }>(sql`/* match.fingerprint */
    select ${engineVersion} || ':' || count(*) || ':' || coalesce(md5(string_agg(connection_id || id || _version, ',' order by connection_id, id)), '')
      || ${entity === 'person' ? sql`coalesce((select md5(string_agg(id || name, ',' order by connection_id, id)) from standard.company), '')` : sql`''`} as fingerprint,
      count(*)::int as count, (select fingerprint from match.state where entity = ${entity}) as known from ${table}`);
  if (!state || state.fingerprint === state.known) return { readCount: state?.count ?? 0, changedCount: 0 };
  const rows = await context.db.query<Evidence>(
    entity === 'person'
      ? sql`/* match.people */ select p.*, coalesce(p.company, c.name) as company from standard.person p
          left join standard.company c on c.connection_id = p.connection_id and c.id = p.company_id order by p.connection_id, p.id`
      : sql`/* match.companies */ select * from standard.company order by connection_id, id`,
  );
  const records = rows.map((row): MatchRecord => {
    const values: MatchRecord['values'] = {};
    for (const field of canonicalFields) values[field] = row[field] ?? null;
    return { id: row.id, values };
  });
  const { pairs, report } = await matchRecords(entity, records);
  const line = (l: Evidence, r: Evidence, rest: (string | number)[]) =>
    `${[entity, context.run.id, l.connection_id, l.id, r.connection_id, r.id, ...rest].map(escaped).join('\t')}\n`;
  const lines = function* (): Generator<string> {
    for (const pair of pairs) {
      const [l, r] = [rows[pair.left], rows[pair.right]];
      // Pairs far below the review band are kept too: they are what speaks against a merge when clusters are weighed.
      if (l && r) yield line(l, r, [pair.weight, pair.probability, pair.decision, JSON.stringify(pair.evidence)]);
    }
  };
  await context.write(async (tx) => {
    await tx.query(sql`/* match.clear */ delete from match.pair where entity = ${entity}`);
    await tx.copyIn(
      '/* match.pair */ copy match.pair (entity, run_id, l_connection_id, l_id, r_connection_id, r_id, weight, probability, decision, evidence) from stdin',
      Readable.from(lines()),
    );
    await tx.query(sql`/* match.state */ insert into match.state values (${entity}, ${state.fingerprint}, ${context.run.id})
      on conflict (entity) do update set fingerprint = excluded.fingerprint, run_id = excluded.run_id`);
  });
  const notCompared = report.cappedBlocks.reduce((sum, block) => sum + block.notComparedPairCount, 0);
  return {
    readCount: rows.length,
    changedCount: pairs.length,
    detail: { candidatePairCount: pairs.length, notComparedPairCount: notCompared },
  };
}

/** As COPY's text format wants it. */
function escaped(value: string | number): string {
  return String(value).replace(/[\\\n\r\t]/g, (one) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r' })[one] ?? '\\t');
}
