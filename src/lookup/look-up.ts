/** Somebody about to be created becomes who they are already: known, doubtful or new, how sure and why, and whom else it may be. */
import type { Db, Transaction } from '../db/connect.ts';
import { preparing } from '../db/connect.ts';
import { linkThreshold } from '../matcher/weigh/threshold.ts';
import { type Definitions, entityNamed } from '../model/definitions.ts';
import type { EntityDefinition } from '../model/entity.ts';
import { evidenceOf, sentence, type WaterfallStep, waterfall } from '../model/explanation.ts';
import { DomainError } from '../model/errors.ts';
import { keyOf } from '../model/record-key.ts';
import { asCompany, type Sought, asPerson, employerOf, isTelling } from './asked.ts';
import { type Card, cardsOf, goldenIdsOf } from './card.ts';
import { type LookupBasis, type LikelyRecord, KnownRecords, type Sighting } from './known.ts';

/** `unknown`: nothing was given that somebody is found by. */
export type LookupVerdict = 'known' | 'doubtful' | 'new' | 'unknown';
/** A golden record that may be who was asked for. */
export type Likely = {
  card: Card;
  /** Of the record of it that is most alike. */
  matchedId: string;
  weight: number;
  /** 0..1 */
  probability: number;
  rule: string;
  why: string;
  waterfall: WaterfallStep[];
};
/**
 * `yes`: who was found, or a record with the same address, wants no e-mail. `maybe`: one that is in doubt does not. `unknown`: nobody
 * was found who could say.
 */
export type OptedOut = 'yes' | 'maybe' | 'no' | 'unknown';
export type Identified = {
  verdict: LookupVerdict;
  /** One sentence. */
  because: string;
  best: Likely | null;
  alternatives: Likely[];
  optedOut: OptedOut;
  /** Of a person: where they work, by what was given. */
  company: Identified | null;
  receipt: {
    comparedCount: number;
    /** Given, and not compared: the model knows no such field. */
    ignored: string[];
    /** `no`: a key of it is shared by so many that not all of them were compared; `unknown`: there was nothing to compare. */
    complete: 'yes' | 'no' | 'unknown';
    cutKeys: string[];
  };
};
export type Answer = { findings: Identified[]; basis: LookupBasis };

/** Of two golden records this close in bits nobody knows which it is. */
const tooClose = 2;
const alternativeLimit = 5;

/**
 * One finding for each that is asked for, in their order, on one snapshot.
 * @param entityName of people or companies @throws DomainError `not-matched`
 */
export async function lookUp(
  db: Db,
  definitions: Definitions,
  entityName: string,
  asked: readonly Sought[],
): Promise<Answer> {
  return db.transaction(async (tx) => lookUpIn(preparing(tx), definitions, entityName, asked), 'repeatable read');
}

async function lookUpIn(
  tx: Transaction,
  definitions: Definitions,
  entityName: string,
  asked: readonly Sought[],
): Promise<Answer> {
  const entity = comparedEntity(definitions, entityName);
  const isPerson = entity.matcher === 'person';
  const known = await KnownRecords.open(tx, entity);
  const wanted = asked.map((one) => asAsked(entity, one));
  const sightings = await known.find(wanted);
  const own = await described(tx, definitions, entity, sightings);
  const companies = isPerson ? await employersOf(tx, definitions, asked) : null;
  const findings = sightings.map((sighting, at): Identified => {
    const found = own[at]!;
    const isFindable = isTelling(isPerson ? 'person' : 'company', asked[at]!) && sighting.keyCount > 0;
    return {
      ...judged(found, isFindable),
      optedOut: isPerson ? optedOut(found) : 'unknown',
      company: companies?.[at] ?? null,
      receipt: receiptOf(sighting, Object.keys(wanted[at]!), known.basis, isFindable),
    };
  });
  return { findings, basis: known.basis };
}

/** @throws DomainError `request-refused` for an entity whose records are not looked up */
export function comparedEntity(definitions: Definitions, name: string): EntityDefinition {
  const entity = entityNamed(definitions, name);
  if (entity.matcher !== 'deal') return entity;
  const message = `A ${name} is compared within its company only; look up a person or a company.`;
  throw new DomainError('request-refused', message, { faults: [{ pointer: '/entity', message }] });
}

/** As the model of the entity compares it. */
export function asAsked({ matcher }: EntityDefinition, asked: Sought): Sought {
  return matcher === 'person' ? asPerson(asked) : asCompany(asked);
}

/** Of each person the company they work for; null where nothing says which. */
async function employersOf(
  tx: Transaction,
  definitions: Definitions,
  asked: readonly Sought[],
): Promise<(Identified | null)[]> {
  const entity = definitions.entities.find(({ matcher }) => matcher === 'company');
  const wanted = asked.map(employerOf);
  const places = wanted.flatMap((one, at) => (isTelling('company', one) ? [at] : []));
  if (!entity || places.length === 0) return asked.map(() => null);
  const { findings } = await lookUpIn(
    tx,
    definitions,
    entity.name,
    places.map((at) => wanted[at]!),
  );
  const byPlace = new Map(places.map((at, index) => [at, findings[index]!]));
  return asked.map((_, at) => byPlace.get(at) ?? null);
}

/** Candidates of one golden record become it, the likeliest first. */
async function described(
  tx: Transaction,
  definitions: Definitions,
  entity: EntityDefinition,
  sightings: readonly Sighting[],
): Promise<Likely[][]> {
  const records = sightings.flatMap(({ candidates }) => candidates.map(({ record }) => record));
  const goldenIds = await goldenIdsOf(tx, entity.name, records);
  const grouped = sightings.map(({ candidates }) => {
    const first = new Map<string, LikelyRecord>();
    for (const candidate of candidates) {
      const id = goldenIds.get(keyOf(candidate.record));
      if (id !== undefined && !first.has(id)) first.set(id, candidate);
    }
    return [...first].slice(0, 1 + alternativeLimit);
  });
  const cards = await cardsOf(
    tx,
    definitions,
    entity,
    grouped.flatMap((own) => own.map(([id]) => id)),
  );
  return grouped.map((own) =>
    own.flatMap(([id, candidate]) => {
      const card = cards.get(id);
      return card ? [likelyOf(card, candidate)] : [];
    }),
  );
}

function likelyOf(card: Card, { record, weight, evidence, rule }: LikelyRecord): Likely {
  const probability = 1 / (1 + 2 ** -weight);
  const parts = evidenceOf(evidence);
  return {
    card,
    matchedId: record.id,
    weight,
    probability,
    rule,
    why: sentence({ weight, probability, outcome: weight > linkThreshold ? 'one' : 'apart' }, parts),
    waterfall: waterfall(weight, parts),
  };
}

function judged(
  likely: Likely[],
  isFindable: boolean,
): Pick<Identified, 'verdict' | 'because' | 'best' | 'alternatives'> {
  const [best = null, ...alternatives] = likely;
  const as = (verdict: LookupVerdict, because: string) => ({ verdict, because, best, alternatives });
  if (!isFindable) return as('unknown', 'Nothing was given that somebody is found by.');
  if (!best) return as('new', 'No record is alike enough to ask about.');
  const [rival] = alternatives;
  if (best.weight <= linkThreshold) return as('doubtful', `Not alike enough to be sure. ${best.why}`);
  if (rival && rival.weight > linkThreshold && best.weight - rival.weight < tooClose)
    return as(
      'doubtful',
      `Two golden records are about as alike: ${best.card.goldenId} and ${rival.card.goldenId}. ${best.why}`,
    );
  return as('known', best.why);
}

function optedOut(likely: readonly Likely[]): OptedOut {
  const [best] = likely;
  if (!best) return 'unknown';
  const isSure = ({ weight, why }: Likely) => weight > linkThreshold || /\bemail same\b/.test(why);
  if (likely.some((one) => one.card.hasOptedOut === true && isSure(one))) return 'yes';
  if (likely.some((one) => one.card.hasOptedOut === true)) return 'maybe';
  if (best.weight <= linkThreshold) return 'unknown';
  return best.card.hasOptedOut === null ? 'unknown' : 'no';
}

function receiptOf(
  { comparedCount, cutKeys }: Sighting,
  given: readonly string[],
  { fields }: LookupBasis,
  isFindable: boolean,
): Identified['receipt'] {
  const ignored = given.filter((field) => !fields.some((known) => known === field));
  return { comparedCount, ignored, cutKeys, complete: !isFindable ? 'unknown' : cutKeys.length > 0 ? 'no' : 'yes' };
}
