/** A login becomes what it can see and what it cannot: objects, fields, history, and the permissions to grant. */
import type { Definitions } from '../../model/definitions.ts';
import { DomainError } from '../../model/errors.ts';
import type { ObjectDefinition } from '../../model/object.ts';
import type { ConnectionSight } from '../../model/org.ts';
import type { Source } from '../../model/source.ts';
import { missingFields } from './warnings.ts';

type ObjectSight = ConnectionSight['objects'][number];

export async function lookAt(definitions: Definitions, source: Source, signal: AbortSignal): Promise<ConnectionSight> {
  const nothing = { objects: [], usedCount: null, limitCount: null };
  let org;
  try {
    org = await source.org(signal);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fault = { code: error.code, detail: error.message, hint: error.kind.hint };
    const nobody = { orgId: null, orgName: null, instanceName: null, isSandbox: null, userId: null, instanceUrl: null };
    return { isOk: false, ...nobody, fault, ...nothing };
  }
  const { name: orgName, ...identity } = org;
  const objects: ObjectSight[] = [];
  for (const object of definitions.objects) objects.push(await sightOf(object, source, signal));
  const usage = source.usage();
  const lost = definitions.objects.filter(
    ({ name, required }) => required && objects.some((one) => one.object === name && !one.isVisible),
  );
  return {
    isOk: lost.length === 0,
    ...identity,
    orgName,
    fault: null,
    objects,
    usedCount: usage?.usedCount ?? null,
    limitCount: usage?.limitCount ?? null,
  };
}

async function sightOf(object: ObjectDefinition, source: Source, signal: AbortSignal): Promise<ObjectSight> {
  const seen = await visible(object.name, source, signal);
  if (!seen) {
    const grant = `Grant Read and View All Records on ${object.name} to the Salesforce user.`;
    const advice = object.feature === null ? grant : `Only where the org has ${object.feature}: ${grant}`;
    return {
      object: object.name,
      isVisible: false,
      rowCount: null,
      missingFields: [],
      formulaFields: [],
      hasHistory: null,
      advice,
    };
  }
  const missing = missingFields(
    object,
    seen.fields.map(({ name }) => name),
  );
  const hasHistory = object.history === null ? null : (await visible(object.history.object, source, signal)) !== null;
  const advice = [
    ...(missing.length > 0
      ? [`Grant Read on the fields ${missing.map((field) => `${object.name}.${field}`).join(', ')}.`]
      : []),
    ...(hasHistory === false
      ? [
          `Turn field history on for ${object.name}, or grant Read on ${object.history?.object ?? ''}: ages of values are only bounds without it.`,
        ]
      : []),
  ];
  return {
    object: object.name,
    isVisible: true,
    rowCount: await source.estimate(object.name, signal),
    missingFields: missing,
    formulaFields: seen.fields.filter((one) => one.isCalculated).map(({ name }) => name),
    hasHistory,
    advice: advice.length === 0 ? null : advice.join(' '),
  };
}

async function visible(object: string, source: Source, signal: AbortSignal) {
  try {
    return await source.describe(object, signal);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'salesforce-no-permission') return null;
    throw error;
  }
}
