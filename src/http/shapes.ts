/** Shapes that several routes share. */
import { z } from 'zod';
import type { Definitions } from '../model/definitions.ts';
import { plainText } from '../model/plain-text.ts';

export const time = z.iso.datetime().describe('UTC, ISO 8601');
const anyMoment = z.iso.datetime({ offset: true });
/** A moment that a request names. Its pattern is what a document can say; a day that a month has not is refused by what it means. */
export const moment = z
  .string()
  .regex(
    /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/,
    { message: 'must be a time of this century, like 2026-01-31T12:00:00Z', abort: true },
  )
  .refine((text) => anyMoment.safeParse(text).success, 'names a day that there is not');
/** A day that a request names: PostgreSQL has no year 0, which ISO 8601 has. */
export const askedDay = z
  .string()
  .regex(/^(19|20)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, {
    message: 'must be a day from 1900 to 2099, like 2026-01-31',
    abort: true,
  })
  .refine((text) => z.iso.date().safeParse(text).success, 'names a day that there is not');
/** In answers that name an actor in one text. */
export const actorRef = z.string().describe('Kind and id of the actor, key:key_… or schedule:nightly');
export const connectionId = z
  .string()
  .regex(/^(default|con_[0-9a-f-]{36})$/, 'must be the id of a connection, con_… or default');
export const keyId = z.string().regex(/^key_[0-9a-f-]{36}$/, 'must be the id of a key, key_…');
export const runId = z.string().regex(/^run_[0-9a-f-]{36}$/, 'must be a run id, run_…');
/** API names of objects; a closed pattern also keeps NUL bytes and such away from the database. */
export const objectName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, 'must be the API name of an object');
/** An object that is declared; of a misspelt one an empty list would look like an answer. */
export const objectIn = ({ objects }: Definitions) =>
  objectName.refine((name) => objects.some((one) => one.name === name), {
    message: `is none of the objects: ${objects.map(({ name }) => name).join(', ')}`,
  });
export const goldenId = z.string().regex(/^[a-z]{3}_[0-9a-f-]{36}$/, 'must be a golden id, e.g. per_…');
export const modelChangeId = z.string().regex(/^mdl_[0-9a-f-]{36}$/, 'must be the id of a model change, mdl_…');
export const reviewId = z.string().regex(/^rev_[0-9a-f-]{36}$/, 'must be the id of a review, rev_…');
export const ruleId = z.string().regex(/^[a-z][a-z0-9-]{0,99}$/, 'must be the id of a rule');
export const backtestId = z.string().regex(/^bkt_[0-9a-f-]{36}$/, 'must be the id of a back-test, bkt_…');
export const forgettingId = z.string().regex(/^fgt_[0-9a-f-]{36}$/, 'must be the id of a forgetting, fgt_…');
export const findingId = z.string().regex(/^fnd_[0-9a-f-]{36}$/, 'must be the id of a finding, fnd_…');
export const listCheckId = z.string().regex(/^lst_[0-9a-f-]{36}$/, 'must be the id of a list check, lst_…');
export const entityName = z.string().regex(/^[a-z][a-z_]{0,62}$/, 'must be the name of an entity');
export const waiverId = z.string().regex(/^wvr_[0-9a-f-]{36}$/, 'must be the id of a waiver, wvr_…');
/** Why somebody did something. */
export const freeText = plainText(1000);
/** One step of a waterfall. */
export const step = z.object({
  label: z.string(),
  weight: z.number().describe('Bits this step adds'),
  total: z.number().describe('Bits so far'),
});
/** With it a request may be sent again without harm: same key and body, same answer, one effect. Kept a day. */
export const idempotent = z.object({ 'idempotency-key': z.string().min(1).max(255).optional() });
export const rate = z.number().min(0).max(1);
export const json = z.record(z.string(), z.unknown());

/** A choice of objects: only those declared, each once; left out means all. */
export function objectNames(definitions: Definitions) {
  const names = definitions.objects.map((object) => object.name) as [string, ...string[]];
  return z
    .array(z.enum(names))
    .min(1)
    .max(names.length)
    .refine((given) => new Set(given).size === given.length, 'names an object twice')
    .meta({ uniqueItems: true })
    .nullish()
    .describe('API names of the objects; left out or null: every object there is');
}
