/** Drops become what is known about them: causes that add up to the fall, parts that add up to each cause, and samples. */
import sql from 'sql-template-tag';
import type { Queryable } from '../../db/connect.ts';
import type { Context } from '../context.ts';
import { type Cause, type Check, explain } from './explain.ts';
import type { Drop } from './judge.ts';
import { checksOf, type Nights, only } from './measure.ts';
import { type CausePart, type CommonValue, originOf } from './origin.ts';

/**
 * Adding up to the fall of the first drop of their object that is no rule. A rule that fell by itself has one cause that is all of its
 * fall, in the records that it is asked of: `isAlone`.
 */
export type IncidentCause = Omit<Cause, 'perRecord'> & {
  isAlone?: boolean;
  object: string;
  title: string;
  field: string | null;
  /** The rule's own: what to do in Salesforce. */
  advice: string;
  /** Adding up to the contribution. */
  parts: CausePart[];
  common: CommonValue[];
};

export type Described = {
  causes: IncidentCause[];
  /** Salesforce ids of records newly in violation of the first causes. */
  sampleIds: string[];
  /** Users who own at least half of the records of a cause. */
  owners: string[];
  /** Of the connection, as people call it. */
  orgName: string;
  /** https://org.my.salesforce.com; without it the ids are not linked. */
  instanceUrl: string | null;
};

const sampleLimit = 5;
/** Causes of an object whose records are looked at; the others are one part each. */
const lookedAt = 3;

/**
 * `drops` of one object stand together; the first of them is explained for all but rules, which are explained each. An object that this run did not score
 * keeps the causes it had before.
 */
export async function describe(
  tx: Queryable,
  context: Context,
  drops: readonly Drop[],
  nights: ReadonlyMap<string, Nights>,
  before: readonly IncidentCause[] = [],
): Promise<Described> {
  const causes: IncidentCause[] = [];
  const sampleIds: string[] = [];
  for (const [object, own] of Map.groupBy(drops, (drop) => drop.object)) {
    const measured = nights.get(object);
    if (!measured) {
      causes.push(...before.filter((cause) => cause.object === object));
      continue;
    }
    const headline = own.filter(({ rule }) => !rule).slice(0, 1);
    for (const [at, drop] of [...headline, ...own.filter(({ rule }) => rule)].entries()) {
      causes.push(
        ...(await causesOf(tx, context, drop, measured.now.checks, at === 0 ? sampleIds : [], at < lookedAt)),
      );
    }
  }
  const [connection] = await tx.query<{ name: string; instance_url: string | null }>(sql`/* alert.connection */
    select name, instance_url from control.connection where id = ${context.run.connectionId}`);
  return {
    causes,
    sampleIds: sampleIds.slice(0, sampleLimit),
    owners: ownersOf(context, causes),
    orgName: connection?.name ?? context.run.connectionId,
    instanceUrl: connection?.instance_url ?? null,
  };
}

async function causesOf(
  tx: Queryable,
  context: Context,
  drop: Drop,
  checks: readonly Check[],
  sampleIds: string[],
  isLookedAt: boolean,
): Promise<IncidentCause[]> {
  const { definitions } = context;
  const object = definitions.objects.find(({ name }) => name === drop.object);
  // The baseline of the headline is that of the causes, frozen on the day it fell: so they add up to it every night.
  const then = (await checksOf(tx, drop.object, drop.baselineRunIds)).map((run) => only(run, drop.ruleKeys));
  const causes: IncidentCause[] = [];
  for (const [at, { perRecord, ...cause }] of explain(drop.dimension, only(checks, drop.ruleKeys), then).entries()) {
    const rule = definitions.rules.find(({ id }) => id === cause.ruleId) ?? unknownRule(cause.ruleId);
    const { title, advice, field } = rule;
    const isShown = isLookedAt && at < lookedAt && cause.contribution > 0;
    const found =
      object && isShown ? await originOf(tx, context, object, cause.ruleId, drop.baselineRunIds[0] ?? null) : null;
    if (found && at === 0) sampleIds.push(...found.sampleIds);
    const parts = (found?.parts ?? []).map((part) => ({ ...part, contribution: part.recordCount * perRecord }));
    const rest = cause.contribution - parts.reduce((sum, { contribution }) => sum + contribution, 0);
    const restCount = cause.addedCount - parts.reduce((sum, { recordCount }) => sum + recordCount, 0);
    parts.push({ records: 'old', userId: null, userName: null, recordCount: restCount, contribution: rest });
    const common = found?.common ?? [];
    causes.push({
      object: drop.object,
      ...cause,
      title,
      advice,
      field,
      parts,
      common,
      isAlone: drop.rule !== undefined,
    });
  }
  return causes;
}

/** A rule that is no longer there speaks by its id. */
const unknownRule = (id: string) => ({ title: id, advice: 'The rule is no longer there; sync again.', field: null });

function ownersOf({ definitions }: Context, causes: readonly IncidentCause[]): string[] {
  const owners = causes.flatMap(({ object, common }) => {
    const owner = definitions.objects.find(({ name }) => name === object)?.owner;
    return common.filter(({ column }) => column === owner).map(({ value }) => value);
  });
  return [...new Set(owners)];
}
