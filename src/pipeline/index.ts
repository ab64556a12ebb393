/** The way of a record, as a table of contents: nine verbs, one direction. */
import { entityNamed, objectNamed } from '../model/definitions.ts';
import type { StageName, StageResult } from '../model/run.ts';
import { alert } from './alert.ts';
import { cluster } from './cluster.ts';
import type { Context } from './context.ts';
import { match } from './match.ts';
import { matchDeals } from './match/deal.ts';
import { publish } from './publish.ts';
import { pull } from './pull.ts';
import { reconcile } from './reconcile.ts';
import { score } from './score.ts';
import { standardise } from './standardise.ts';
import { survive } from './survive.ts';

/** One step of a subject's way. */
export type Stage = {
  name: StageName;
  run: (context: Context, subject: string) => Promise<StageResult>;
  /** Left out of a local run. */
  asksSalesforce?: true;
};

/** Every subject goes through the stages in their order, up to `lanes` of them at once: they share no row. */
export type Turn = { of: 'each object' | 'each entity' | 'the whole'; lanes: number; stages: Stage[] };

/**
 * Turn by turn. A stage reads only what stages before it wrote and writes only its own schema. Scoring comes before
 * publishing: the published view carries staleness and scores, and no reader may see one run's view beside another's scores.
 */
export const turns: Turn[] = [
  // Three: most of a pull is waiting for Salesforce, and a Developer Edition allows five long requests.
  {
    of: 'each object',
    lanes: 3,
    stages: [
      { name: 'pull', run: pull, asksSalesforce: true },
      { name: 'standardise', run: standardise },
    ],
  },
  // Two: matching computes here while PostgreSQL writes the other's.
  {
    of: 'each entity',
    lanes: 2,
    stages: [
      { name: 'match', run: matchAsDefined },
      { name: 'cluster', run: cluster },
      { name: 'survive', run: survive },
    ],
  },
  {
    of: 'each object',
    lanes: 2,
    stages: [{ name: 'score', run: (context, subject) => score(context, objectNamed(context.definitions, subject)) }],
  },
  {
    of: 'the whole',
    lanes: 1,
    stages: [
      { name: 'publish', run: publish },
      { name: 'reconcile', run: reconcile, asksSalesforce: true },
      { name: 'alert', run: alert },
    ],
  },
];

function matchAsDefined(context: Context, subject: string): Promise<StageResult> {
  const entity = entityNamed(context.definitions, subject);
  return entity.matcher === 'deal' ? matchDeals(context, entity) : match(context, subject);
}
