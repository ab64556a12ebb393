/** composite/tree: records with lists of children below them, made together or not at all. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { SObject } from '../objects/definition.ts';
import type { Org } from '../org/org.ts';
import { childRelationships } from '../org/relationships.ts';
import { jsonFault, SalesforceError } from '../salesforce-error.ts';
import type { Context } from './context.ts';
import { objectOf } from './record-find.ts';
import { apply, insertChange } from './records-write.ts';
import { orgOf } from './session-check.ts';
import { versionNumber } from './versions.ts';

const most = 200;
const deepest = 5;
const node = z.looseObject({ attributes: z.looseObject({ type: z.string(), referenceId: z.string().min(1) }) });
const list = z.object({ records: z.array(node).min(1) });
type Node = z.infer<typeof node>;
type Made = { referenceId: string; id: string };

interface TreeRoute {
  Params: { version: string; name: string };
}

/** One record that cannot be made; the whole tree goes with it. */
class NodeRefused extends Error {
  readonly referenceId: string;
  override readonly cause: SalesforceError;

  constructor(referenceId: string, cause: SalesforceError) {
    super(cause.message);
    this.referenceId = referenceId;
    this.cause = cause;
  }
}

export function treeRoutes(app: FastifyInstance, context: Context): void {
  app.post<TreeRoute>('/services/data/:version/composite/tree/:name', async (request, reply) => {
    const { version, name } = request.params;
    versionNumber(version);
    const parsed = list.safeParse(request.body);
    if (!parsed.success) throw jsonFault('A tree holds records, each with attributes.type and attributes.referenceId.');
    const org = orgOf(context, request);
    const root = objectOf(org, name);
    const made: Made[] = [];
    const references = new Set<string>();
    const make = async (one: Node, object: SObject, link: Record<string, string>, depth: number): Promise<void> => {
      const { attributes, ...given } = one;
      const { referenceId } = attributes;
      const refuse = (code: string, message: string) =>
        new NodeRefused(referenceId, new SalesforceError(400, code, message, []));
      if (objectOf(org, attributes.type) !== object)
        throw refuse('INVALID_INPUT', `Include the type ${object.name} in attributes.type.`);
      if (references.has(referenceId)) throw refuse('INVALID_INPUT', `Duplicate ReferenceId provided in the request.`);
      references.add(referenceId);
      if (references.size > most) throw refuse('INVALID_INPUT', `The record count has exceeded the limit of ${most}.`);
      if (depth > deepest) throw refuse('INVALID_INPUT', `The maximum depth of ${deepest} levels was exceeded.`);
      const { fields, children } = split(org, object, given);
      const id = await insertChange(org, object, { ...fields, ...link })
        .then((change) => apply(org, change))
        .catch((error: unknown) => {
          if (error instanceof SalesforceError) throw new NodeRefused(referenceId, error);
          throw error;
        });
      made.push({ referenceId, id: id! });
      for (const { child, field, nodes } of children)
        for (const below of nodes) await make(below, child, { [field]: id! }, depth + 1);
    };
    try {
      await org.db.together(async () => {
        for (const one of parsed.data.records) await make(one, root, {}, 1);
      });
    } catch (error) {
      if (!(error instanceof NodeRefused)) throw error;
      const { errorCode, message, fields } = error.cause;
      const errors = [{ statusCode: errorCode, message, fields }];
      return reply.code(400).send({ hasErrors: true, results: [{ referenceId: error.referenceId, errors }] });
    }
    return reply.code(201).send({ hasErrors: false, results: made });
  });
}

/** Fields of the record itself, and the lists below it by their relationship. */
function split(org: Org, object: SObject, given: Record<string, unknown>) {
  const relations = childRelationships(org, object);
  const fields: Record<string, unknown> = {};
  const children: { child: SObject; field: string; nodes: Node[] }[] = [];
  for (const [name, value] of Object.entries(given)) {
    const below = list.safeParse(value);
    const relation = relations.find(({ relationshipName }) => relationshipName.toLowerCase() === name.toLowerCase());
    if (relation && below.success)
      children.push({ child: relation.child, field: relation.field.name, nodes: below.data.records });
    else fields[name] = value;
  }
  return { fields, children };
}
