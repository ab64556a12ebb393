/** Turns Salesforce's describe into the fields and compounds an export may ask for; unchanged describes are not sent again. */
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import type { SourceObject } from '../model/source.ts';
import { RestFault } from './fault.ts';
import { parseJson, type Rest } from './rest.ts';

const apiName = /^[A-Za-z][A-Za-z0-9_]*$/;
const field = z.object({
  name: z.string().regex(apiName),
  type: z.string(),
  calculated: z.boolean(),
  compoundFieldName: z.string().nullish(),
});
const answer = z.object({
  name: z.string().regex(apiName),
  queryable: z.boolean(),
  replicateable: z.boolean(),
  fields: z.array(field),
});

// Bulk refuses compound fields (their parts come as fields of their own) and binary ones.
const compounds = new Set(['address', 'location']);
const notExportable = new Set([...compounds, 'base64', 'complexvalue']);

export type Describes = Map<string, { lastModified: string; object: SourceObject; until: number }>;

/** Milliseconds a describe may be trusted to a 304: whether one notices that a permission was taken away is not documented. */
const trusted = 15 * 60_000;

/** `known` keeps the last describe of each object with its Last-Modified. @throws DomainError `salesforce-no-permission`. */
export async function describe(
  rest: Rest,
  root: string,
  object: string,
  known: Describes,
  signal: AbortSignal,
): Promise<SourceObject> {
  const kept = known.get(object);
  const held = kept && kept.until > Date.now() ? kept : undefined;
  const headers: Record<string, string> = held ? { 'if-modified-since': held.lastModified } : {};
  const path = `${root}/sobjects/${encodeURIComponent(object)}/describe`;
  const seen = await rest.text({ path, headers, signal }).catch((error: unknown) => {
    throw error instanceof RestFault && error.status === 404 ? notVisible(object) : error;
  });
  if (seen.status === 304 && held) return held.object;
  const parsed = answer.safeParse(parseJson(seen.text));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new DomainError('salesforce-answer-invalid', `The describe of ${object} is not as documented at "${where}".`);
  }
  const { name, queryable, replicateable, fields } = parsed.data;
  if (!queryable) throw notVisible(object);
  const visible: SourceObject = {
    name,
    isReplicateable: replicateable,
    fields: fields
      .filter((one) => !notExportable.has(one.type))
      .map((one) => ({
        name: one.name,
        type: one.type,
        isCalculated: one.calculated,
        partOf: one.compoundFieldName ?? null,
      })),
    compounds: fields.filter((one) => compounds.has(one.type)).map((one) => ({ name: one.name, type: one.type })),
  };
  const lastModified = seen.headers['last-modified'];
  if (typeof lastModified === 'string')
    known.set(object, { lastModified, object: visible, until: Date.now() + trusted });
  return visible;
}

function notVisible(object: string): DomainError {
  return new DomainError(
    'salesforce-no-permission',
    `The Salesforce user may not read the object ${object}, or there is none: grant Read and View All Records on ${object}.`,
  );
}
