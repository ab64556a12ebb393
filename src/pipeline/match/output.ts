/** What was found, in DuckDB, into the files of `assay match`: clusters.csv and pairs.csv. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Model } from './engine.ts';
import { decisionSql, prepareEvidence } from './evidence.ts';

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const csv = `(format csv, header true)`;

/** id,cluster_id in the order of the ids; a cluster is named by the smallest of its ids, by the order of their bytes. */
export async function writeClusters(duck: DuckDBConnection, file: string): Promise<void> {
  const shared = await duck.runAndReadAll('select count(*) - count(distinct id) from loaded');
  // Only where two sources use the same id does it take the source to say which record is meant.
  const source = Number(shared.getRows()[0]?.[0] ?? 0) > 0;
  const named = (row: string) => (source ? `${row}.source || ':' || ${row}.id` : `${row}.id`);
  await duck.run(`/* match.clusters */ copy (
    select o.id, ${named('n')} as cluster_id${source ? ', o.source' : ''} from loaded o
    join cluster c on c.rowid = o.rowid join loaded n on n.rowid = c.c0 order by o.rowid) to ${text(file)} ${csv}`);
}

/** The pairs linked, for review or cut, strongest first. */
export async function writePairs(duck: DuckDBConnection, file: string, model: Model): Promise<void> {
  await prepareEvidence(duck, model, model.threshold.review);
  await duck.run(`/* match.pairs */ copy (select a.id as id_l, b.id as id_r, round(s.weight, 2) as match_weight,
      round(1 / (1 + pow(2, -s.weight)), 6) as match_probability, ${decisionSql(model)} as decision,
      '{"rule":' || to_json(u.name) || ',"fields":' || e.fields || '}' as evidence
    from scored s join loaded a on a.rowid = s.l join loaded b on b.rowid = s.r join cluster cl on cl.rowid = s.l
    join cluster cr on cr.rowid = s.r join evidence e using (pid) join rule u on u.rule = s.rule
    where s.weight > ${model.threshold.review} order by s.weight desc, s.l, s.r) to ${text(file)} ${csv}`);
}
