/** The way of a record, as a table of contents: eight verbs, one direction. */
import { objectNamed } from '../model/definitions.ts';
import type { StageName, StageResult } from '../model/run.ts';
import { alert } from './alert.ts';
import { cluster } from './cluster.ts';
import type { Context } from './context.ts';
import { match } from './match.ts';
import { matchDeals } from './match/deal.ts';
import { publish } from './publish.ts';
import { pull } from './pull.ts';
import { score } from './score.ts';
import { standardise } from './standardise.ts';
import { survive } from './survive.ts';

type Subjects = 'each object' | 'each entity' | 'the whole';
type Stage = {
  name: StageName;
  of: Subjects;
  /** Subjects worked on at once; one if not given. Only a stage whose subjects share no row may have more. */
  lanes?: number;
  run: (context: Context, subject: string) => Promise<StageResult>;
};

/** Objects pulled at once: most of a pull is waiting for Salesforce, and a Developer Edition allows five long requests. */
const pullLanes = 3;

/**
 * A stage reads only what stages before it wrote and writes only its own schema. Scoring comes before publishing: the
 * published view carries staleness and scores, and no reader may see one run's view beside another's scores.
 * An entity goes through all of its stages, people and companies side by side and deals after them: which company a deal
 * belongs to tells two deals apart.
 */
export const stages: Stage[] = [
  { name: 'pull', of: 'each object', lanes: pullLanes, run: pull },
  { name: 'standardise', of: 'each object', lanes: 2, run: standardise },
  { name: 'match', of: 'each entity', run: matchAsDefined },
  { name: 'cluster', of: 'each entity', run: cluster },
  { name: 'survive', of: 'each entity', run: survive },
  {
    name: 'score',
    of: 'each object',
    run: (context, subject) => score(context, objectNamed(context.definitions, subject)),
  },
  { name: 'publish', of: 'the whole', run: publish },
  { name: 'alert', of: 'the whole', run: alert },
];

function matchAsDefined(context: Context, subject: string): Promise<StageResult> {
  const entity = context.definitions.entities.find(({ name }) => name === subject);
  return entity?.matcher === 'deal' ? matchDeals(context, entity) : match(context, subject);
}
