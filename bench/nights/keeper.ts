/** Where a year of nights is kept and judged: in PostgreSQL by the whole stage, or in memory by its kind of incident alone, which is quick. */
import sql, { type Sql } from 'sql-template-tag';
import type { Db } from '../../src/db/connect.ts';
import type { Incident } from '../../src/incidents/life.ts';
import type { Definitions } from '../../src/model/definitions.ts';
import { alert } from '../../src/pipeline/alert.ts';
import type { IncidentCause } from '../../src/pipeline/alert/describe.ts';
import type { Drop } from '../../src/pipeline/alert/judge.ts';
import scoreFall from '../../src/pipeline/alert/kinds/score-fall.ts';
import { stageContext } from '../stage-context.ts';
import { closeFindings, forgetAll, type NightOf, storeNight, tableNames } from './store.ts';

/** A message of its own, for each object it is about. */
export type Announced = { object: string; causes: IncidentCause[] };

export type Keeper = {
  forget(): Promise<void>;
  /** Keeps the night and judges it; answers the run and what was announced. */
  live(at: Date, nights: NightOf[], definitions: Definitions): Promise<{ runId: string; announced: Announced[] }>;
  /** What a damage brought is mended. */
  mend(object: string, userId: string, at: Date): Promise<void>;
};

const contextOf = (db: Db, definitions: Definitions, runId: string, at: Date) =>
  stageContext({ db, definitions, run: { id: runId }, clock: { now: () => new Date(at.getTime() + 600_000) } });

export const inPostgres = (db: Db): Keeper => ({
  forget: () => forgetAll(db, Object.values(tableNames)),
  async live(at, nights, definitions) {
    const runId = await storeNight(db, at, nights);
    await alert(contextOf(db, definitions, runId, at));
    const rows = await db.query<{ objects: string[]; causes: IncidentCause[] }>(sql`
      select distinct on (i.id) i.objects, i.detail->'causes' as causes from alert.step s join alert.incident i on i.id = s.incident_id
      where s.run_id = ${runId} and s.action in ('open', 'fall')`);
    return { runId, announced: rows.flatMap(({ objects, causes }) => objects.map((object) => ({ object, causes }))) };
  },
  mend: (object, userId, at) => closeFindings(db, object, userId, at),
});

type Kept = { runId: string; at: Date; nights: NightOf[] };
type Detail = { causes: IncidentCause[]; drops: Drop[] };
type InMemory = Incident<Detail> & { from: Date; until: Date | null };

/** Who broke what is not kept. */
export function inMemory(): Keeper {
  let kept: Kept[] = [];
  let incidents: InMemory[] = [];
  const rowsOf = (text: string, values: readonly unknown[]): object[] => {
    switch (/\/\* (\S+) \*\//.exec(text)?.[1]) {
      case 'alert.nights':
        return kept.slice(0, 29).flatMap(({ runId, at, nights }, place) =>
          nights.map(({ object, recordCount, checks }) => ({
            object,
            runId,
            at,
            recordCount,
            isNow: place === 0,
            checks,
          })),
        );
      case 'alert.checks': {
        const [object, runIds] = values as [string, string[]];
        return kept
          .filter(({ runId }) => runIds.includes(runId))
          .flatMap(({ runId, nights }) =>
            nights
              .filter((one) => one.object === object)
              .flatMap(({ checks }) => checks.map((own) => ({ runId, ...own }))),
          );
      }
      case 'alert.past':
        return incidents
          .filter(({ until }) => until !== null)
          .map((one) => {
            const { drops } = one.detail;
            const rules = drops.every(({ rule }) => rule) ? drops.map(({ rule }) => rule!.id) : null;
            return { objects: one.objects, rules, from: one.from, until: one.until, isAccepted: false };
          });
      case 'alert.origin':
        return [{ parts: [], samples: [] }];
      default:
        return [];
    }
  };
  const tx = { query: (text: Sql) => Promise.resolve(rowsOf(text.sql, text.values)) } as unknown as Db;
  return {
    forget() {
      [kept, incidents] = [[], []];
      return Promise.resolve();
    },
    async live(at, nights, definitions) {
      const runId = `run-${kept.length}-${at.getTime()}`;
      kept = [{ runId, at, nights }, ...kept].slice(0, 80);
      const open = incidents.filter(({ until }) => until === null) as (InMemory & Incident<Detail>)[];
      const context = contextOf(tx, definitions, runId, at);
      const changes = scoreFall.when === 'run' ? await scoreFall.look(tx as never, open as never, context) : [];
      const announced = changes.flatMap(({ what, incident, objects = [], detail, subject, notice, connectionId }) => {
        const now = incident as InMemory | null;
        // As it comes back from the database.
        const said = detail === undefined ? undefined : (JSON.parse(JSON.stringify(detail)) as Detail);
        if (now === null) {
          const made = { id: `inc-${incidents.length}`, connectionId, kind: 'score-fall', subject, objects, notice };
          const rest = {
            state: 'open',
            severity: 'warn',
            revision: 1,
            openedRunId: runId,
            updatedRunId: runId,
          } as const;
          incidents.push({ ...made, ...rest, detail: said!, from: at, until: null });
        } else {
          Object.assign(now, {
            updatedRunId: runId,
            detail: said ?? now.detail,
            until: what === 'resolve' ? at : null,
          });
        }
        const isSaid = what === 'open' || what === 'again';
        return isSaid ? objects.map((object) => ({ object, causes: said!.causes })) : [];
      });
      return { runId, announced };
    },
    mend: () => Promise.resolve(),
  };
}
