/** Puts the routes of one org together with what holds for all of them: sessions, faults, encodings, error bodies. */
import { createGunzip, createGzip, createInflate, gzipSync } from 'node:zlib';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SalesforceError } from '../salesforce-error.ts';
import { bulkRoutes } from './bulk.ts';
import { classicRoutes } from './classic.ts';
import { collectionRoutes } from './collections.ts';
import { compositeRoutes } from './composite.ts';
import type { Context } from './context.ts';
import { controlRoutes } from './control.ts';
import { addAnswerFaults, sufferFaults } from './fault-injection.ts';
import { OAuthError } from './oauth-error.ts';
import { ingestRoutes } from './ingest.ts';
import { oauthRoutes } from './oauth.ts';
import { queryRoutes } from './query.ts';
import { recordRoutes } from './record.ts';
import { replicationRoutes } from './replication.ts';
import { serviceRoutes } from './services.ts';
import { checkSession } from './session-check.ts';
import { soapRoutes } from './soap.ts';
import { treeRoutes } from './tree.ts';
import { spellHeaders } from './spelling.ts';
import { sobjectRoutes } from './sobjects.ts';

// Change scripts of a million rows are about this large.
const bodyLimit = 512 * 1024 * 1024;

/** The application, not yet listening. */
export function buildApp(context: Context): FastifyInstance {
  const app = Fastify({
    bodyLimit,
    forceCloseConnections: true,
    // The Salesforce CLI asks for //services/data, simple-salesforce for query/?q=.
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: 2000 },
  });
  readBodies(app);

  app.addHook('onRequest', async (_, reply) => spellHeaders(reply.raw));
  app.addHook('preHandler', async (request, reply) => {
    const path = pathOf(request);
    if (path.startsWith('/control')) return;
    context.requests.count(request.method, path);
    await sufferFaults(context, request, reply);
    if (reply.sent) return;
    if (/^\/services\/data\/./.test(path)) checkSession(context, request);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    // The org's clock, not the machine's: clients ask for windows that end at the Date of an answer.
    reply.header('date', context.org.now().toUTCString());
    if (pathOf(request).startsWith('/services/data')) {
      reply.header('sforce-limit-info', `api-usage=${context.usage.used}/${context.usage.limit}`);
    }
    return encode(request, reply, prettify(request, reply, payload));
  });
  addAnswerFaults(app);
  answerErrors(app, keepRoutes(app));

  serviceRoutes(app, context);
  sobjectRoutes(app, context);
  replicationRoutes(app, context);
  recordRoutes(app, context);
  queryRoutes(app, context);
  bulkRoutes(app, context);
  ingestRoutes(app, context);
  classicRoutes(app, context);
  compositeRoutes(app, context);
  collectionRoutes(app, context);
  treeRoutes(app, context);
  oauthRoutes(app, context);
  soapRoutes(app, context);
  controlRoutes(app, context);
  return app;
}

function pathOf(request: FastifyRequest): string {
  return (request.url.split('?')[0] ?? '').replace(/\/{2,}/g, '/');
}

function readBodies(app: FastifyInstance): void {
  app.addHook('preParsing', async (request, _, payload) => {
    const encoding = request.headers['content-encoding'];
    if (encoding !== 'gzip' && encoding !== 'deflate') return payload;
    delete request.headers['content-length'];
    return payload.pipe(encoding === 'gzip' ? createGunzip() : createInflate());
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(/^application\/json/, { parseAs: 'string' }, (_, body, done) => {
    const text = String(body);
    if (text.trim() === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch {
      done(new SalesforceError(400, 'JSON_PARSER_ERROR', 'The body is not well-formed JSON.'), undefined);
    }
  });
  app.addContentTypeParser(/^application\/x-www-form-urlencoded/, { parseAs: 'string' }, (_, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, String(body)));
}

/** Remembers the routes registered from now on: what a path does allow is part of the answer to what it does not. */
function keepRoutes(app: FastifyInstance): Route[] {
  const routes: Route[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`, 'i');
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push({ method: one, pattern });
  });
  return routes;
}

interface Route {
  method: string;
  pattern: RegExp;
}

function answerErrors(app: FastifyInstance, routes: Route[]): void {
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request).replace(/\/$/, '');
    const allowed = [...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
    if (allowed.length > 0) {
      const message = `HTTP Method '${request.method}' not allowed. Allowed are ${allowed.join(',')}`;
      void reply
        .code(405)
        .header('allow', allowed.join(','))
        .send([{ message, errorCode: 'METHOD_NOT_ALLOWED' }]);
      return;
    }
    void reply.code(404).send([{ message: 'The requested resource does not exist', errorCode: 'NOT_FOUND' }]);
  });
  app.setErrorHandler((error, _, reply) => {
    if (error instanceof SalesforceError) return reply.code(error.status).send(error.body());
    if (error instanceof OAuthError) {
      return reply.code(400).send({ error: error.error, error_description: error.message });
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(status).send([{ message, errorCode: status < 500 ? 'INVALID_REQUEST' : 'UNKNOWN_EXCEPTION' }]);
  });
}

function isJson(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith('application/json');
}

function prettify(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (!isJson(reply) || typeof payload !== 'string') return payload;
  reply.header('content-type', 'application/json;charset=UTF-8');
  if (!/^(1|true)$/i.test(String(request.headers['x-prettyprint'] ?? ''))) return payload;
  const pretty = JSON.stringify(JSON.parse(payload), null, 2);
  reply.header('content-length', Buffer.byteLength(pretty));
  return pretty;
}

// Below this many characters gzip costs more than it saves.
const smallest = 1024;

function encode(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const accepts = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const isLarge = payload instanceof Readable || (typeof payload === 'string' && payload.length >= smallest);
  if (!accepts || !isLarge) return payload;
  reply.header('content-encoding', 'gzip').removeHeader('content-length');
  if (!(payload instanceof Readable)) {
    const bytes = gzipSync(String(payload), { level: 1 });
    reply.header('content-length', bytes.length);
    return bytes;
  }
  const gzip = createGzip({ level: 1 });
  payload.once('error', (error) => gzip.destroy(error));
  return payload.pipe(gzip);
}
