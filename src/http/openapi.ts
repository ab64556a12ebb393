/** The routes' zod schemas become an OpenAPI 3.1 document at /docs/json and a page at /docs. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { version } from '../model/version.ts';
import { scopeOf } from './auth.ts';
import { problemType } from './problem.ts';
import { documentHeaders, headerComponents, type OwnHeader } from './headers.ts';

/** The one inline style of the page (of its pinned version); a browser test finds it when it changes. */
const pageStyle = "'unsafe-hashes' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='";

type Operation = Parameters<typeof documentHeaders>[0] & { operationId: string; requestBody?: { required?: boolean } };
type Document = { paths?: Record<string, Record<string, Operation>>; components?: object };
type Schemas = { components?: { schemas?: Record<string, unknown> } };

export async function documentApi(app: Pick<FastifyInstance, 'register'>): Promise<void> {
  const sends = new Map<string, readonly OwnHeader[]>();
  const bare = new Set<string>();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Assay',
        version,
        description:
          'Start and follow syncs of a Salesforce org. See duplicates, golden records, findings and scores, and decide on them. ' +
          'Create a key with `assay key create` and enter it under Authorize.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'syncs', description: 'Start, follow and cancel syncs' },
        { name: 'connections', description: 'The orgs that Assay reads, and what their logins can see' },
        { name: 'forgetting', description: 'People and orgs that Assay is to forget' },
        { name: 'schedules', description: 'When syncs start by themselves' },
        { name: 'duplicates', description: 'Groups of records of the same person, company or deal' },
        { name: 'golden records', description: 'The records of an id, and values set by hand' },
        {
          name: 'reviews',
          description: 'Pairs that a person should review, decisions, and what models learnt from them',
        },
        { name: 'rules', description: 'The rules in force: settings, history, back-tests and evidence' },
        { name: 'quality', description: 'Findings of the rules, and scores' },
        { name: 'metrics', description: 'Numbers, raw and clean, and what lies between' },
        { name: 'look-up', description: 'Who a record or a list is, before it is imported, and plans of merges' },
        { name: 'assistants', description: 'Questions an assistant may ask' },
        { name: 'incidents', description: 'What fell, failed or waits, and the messages about it' },
        { name: 'keys', description: 'Who may use the API: keys made, rotated and revoked' },
        { name: 'audit', description: 'Who changed what' },
        { name: 'sessions', description: 'Browsers that are signed in' },
        { name: 'people', description: 'People who sign in at an identity provider' },
        { name: 'health', description: 'Probes and metrics' },
      ],
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
        headers: headerComponents,
      },
    },
    transform: (input) => {
      const transformed = jsonSchemaTransform(input);
      const operationId = operationIdOf(String(input.route.method), input.url);
      Object.assign(transformed.schema, { operationId });
      sends.set(operationId, input.route.config?.sends ?? []);
      if (isBodyOptional(input.route.schema?.body)) bare.add(operationId);
      const scope = scopeOf(input.route.onRequest);
      if (scope) {
        const { description } = transformed.schema as { description?: string };
        const needs = scope === 'any' ? 'Needs a valid key.' : `Needs a key with the scope \`${scope}\`.`;
        const text = [description, needs].filter(Boolean).join(' ');
        Object.assign(transformed.schema, {
          security: [{ key: scope === 'any' ? [] : [scope] }],
          description: text,
        });
      } else Object.assign(transformed.schema, { security: [] });
      return transformed;
    },
    transformObject: (input) => {
      const whole = jsonSchemaTransformObject(input);
      for (const operation of Object.values((whole as Document).paths ?? {}).flatMap((methods) =>
        Object.values(methods),
      )) {
        documentHeaders(operation, sends.get(operation.operationId) ?? []);
        if (operation.requestBody && bare.has(operation.operationId)) operation.requestBody.required = false;
      }
      shareProblems(whole as Document);
      pruneUnused(whole as Schemas);
      return whole;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // A page on plain http under a name of one's own would ask for its scripts by https, where nobody listens.
    transformStaticCSP: (header) =>
      header.replace(/style-src [^;]*/, `style-src 'self' ${pageStyle}`).replace(/; *upgrade-insecure-requests/, ''),
    // Without the bar that would open other documents than ours.
    uiConfig: { layout: 'BaseLayout' },
    theme: { title: 'Assay API' },
  });
}

/** A request without a body is read as null. */
const isBodyOptional = (body: unknown): boolean => body instanceof z.ZodType && body.safeParse(null).success;

/** The answers that every route has are written once, and pointed at. */
function shareProblems(whole: Document): void {
  const shared: Record<string, unknown> = {};
  for (const { responses = {} } of Object.values(whole.paths ?? {}).flatMap((methods) => Object.values(methods))) {
    for (const [status, answer] of Object.entries(responses)) {
      if (Object.keys(answer.content ?? {}).join() !== problemType) continue;
      const name = `Problem${status}`;
      const known = (shared[name] ??= answer);
      if (JSON.stringify(known) === JSON.stringify(answer))
        Object.assign(responses, { [status]: { $ref: `#/components/responses/${name}` } });
    }
  }
  whole.components = { ...whole.components, responses: shared };
}

/** Made of method and path: `getSyncsById`, `postSyncsByIdCancel`. A route keeps its own as long as it keeps its path. */
function operationIdOf(method: string, url: string): string {
  const words = url
    .replace(/^\/(?!v1\/)/, '/service/')
    .replace(/^\/v1\//, '/')
    .split(/[/-]/)
    .filter(Boolean)
    .map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)));
  return method.toLowerCase() + words.join('');
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The type provider emits each named schema twice, as input and as output; those nobody points at only confuse. */
function pruneUnused(whole: Schemas): void {
  const schemas = whole.components?.schemas ?? {};
  const isUsed = (name: string) => JSON.stringify(whole).includes(`"#/components/schemas/${name}"`);
  // One that goes may have been the last to point at another.
  for (let unused: string[]; (unused = Object.keys(schemas).filter((name) => !isUsed(name))).length > 0;) {
    for (const name of unused) delete schemas[name];
  }
}
