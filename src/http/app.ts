/** The control API as one Fastify application: everything but the listening, so that tests can inject into it. */
import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Db } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';
import type { KeyRing } from '../control/secret.ts';
import { DomainError } from '../model/errors.ts';
import type { Orgs } from '../model/org.ts';
import { actorText } from '../model/actor.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { PressPort } from '../model/press.ts';
import { defaultConnectionId } from '../model/run.ts';
import { takeAccepted } from './accept.ts';
import type { AppContext, OnAnswer } from './app-context.ts';
import { guardWith } from './auth.ts';
import { serveConsole } from './console.ts';
import { errorPage, isErrorCode } from './error-page.ts';
import { documentApi } from './openapi.ts';
import { pagePolicy } from './page-text.ts';
import { teamGonePage, teamPage } from './team-page.ts';
import { readTeamLink } from '../incidents/team-link.ts';
import { teamOf } from '../views/team.ts';
import { answerHeaders } from './headers.ts';
import { readJsonBodies } from './json-body.ts';
import { checkConnection } from './known.ts';
import { knownMethods, methodNotAllowed, noSuchPath } from './methods.ts';
import { problemHandler, refuseRaw, sendProblem } from './problem.ts';
import { auditRoutes } from './routes/audit.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { connectionRoutes } from './routes/connections.ts';
import { duplicateRoutes } from './routes/duplicates.ts';
import { findingRoutes } from './routes/findings.ts';
import { fixRoutes } from './routes/fixes.ts';
import { forgettingRoutes } from './routes/forgettings.ts';
import { keyRoutes } from './routes/keys.ts';
import { healthRoutes } from './routes/health.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { forecastRoutes } from './routes/forecast.ts';
import { goldenRoutes } from './routes/golden.ts';
import { listCheckRoutes } from './routes/list-checks.ts';
import { lookupRoutes } from './routes/lookups.ts';
import { mcpRoutes } from './routes/mcp.ts';
import { mergePlanRoutes } from './routes/merge-plans.ts';
import { metricRoutes } from './routes/metrics.ts';
import { modelChangeRoutes } from './routes/model-changes.ts';
import { peopleRoutes } from './routes/people.ts';
import { pipelineRoutes } from './routes/pipeline.ts';
import { queueRoutes } from './routes/queues.ts';
import { recordRoutes } from './routes/records.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { ruleEvidenceRoutes } from './routes/rule-evidence.ts';
import { ruleRoutes } from './routes/rules.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { scoreRoutes } from './routes/scores.ts';
import { semanticModelRoutes } from './routes/semantic-model.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { slackRoutes } from './routes/slack.ts';
import { syncEventRoutes } from './routes/sync-events.ts';
import { syncRoutes } from './routes/syncs.ts';
import { waiverRoutes } from './routes/waivers.ts';
import { inputRoutes } from './routes/inputs.ts';
import { strangerLimit } from './strangers.ts';

export type AppOptions = {
  db: Db;
  /** A pool of its own for probes and metrics; left out, they share that of requests. */
  probeDb?: Db;
  definitions: Definitions;
  log: Log;
  clock: Clock;
  /** Without them the routes that look at an org answer `not-ready`. */
  orgs?: Orgs;
  keys?: KeyRing;
  /** Buttons of Slack; without it their route answers `not-found`. */
  presses?: PressPort;
  /** Where people sign in; without it keys alone open sessions. */
  identity?: AppContext['identity'];
  connectionId?: string;
  /** The folder of the built console; left out, `/` leads to the page of the API. */
  console?: string | undefined;
  /** Requests of one key, or of one address without a key, in a minute; 600 without it. */
  requestsPerMinute?: number;
  /** Addresses and ranges whose X-Forwarded-For is believed; left out, nobody's is. */
  trustedProxies?: string[] | undefined;
  /** A client of ioredis, by which requests are counted for all services together; left out, each counts its own. */
  counter?: object;
};

const notReady = () => Promise.reject(new DomainError('not-ready', 'This service was started without logins.'));
const noOrgs: Orgs = { checkLoginUrl: () => {}, look: notReady, plan: notReady };

/** 64 KB: the largest body we take is a list of object names. */
const bodyLimit = 65_536;

/** Node's default of 16 KB would cut off what the shapes of the API allow, and refuse it on the socket. */
const headerLimit = 65_536;

/** Builds the application; the caller listens and closes. Closing ends event streams first and lets requests finish. */
export async function buildApp(options: AppOptions) {
  const { db, definitions, log, clock, requestsPerMinute = 600 } = options;
  const app = Fastify({
    bodyLimit,
    trustProxy: options.trustedProxies ?? false,
    http: { maxHeaderSize: headerLimit },
    // Node's default lets a slow sender hold a socket for five minutes.
    requestTimeout: 30_000,
    genReqId: () => `req_${randomUUID()}`,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: refuseRaw,
    // Paths that the router cannot even read never reach the error handler. Fastify's words would echo the query.
    frameworkErrors: (error, request, reply) => {
      const fault = new DomainError('request-invalid', 'The path is too long or not well encoded.', { cause: error });
      void sendProblem(reply.header('x-request-id', request.id), fault, error.statusCode);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('principal', null);
  app.decorateRequest('sessionId', null);

  const methodsOf = knownMethods(app);
  let answerPage: Awaited<ReturnType<typeof serveConsole>> = () => false;
  const refuseUnknown = (request: FastifyRequest, reply: FastifyReply) => {
    if (answerPage(request, reply)) return reply;
    const path = request.url.split('?')[0]!;
    const allow = methodsOf(path);
    // A route that calls this itself has looked, and found nothing.
    if (allow.length === 0 || allow.includes(request.method))
      return sendProblem(reply, noSuchPath(request.method, path));
    const fault = methodNotAllowed(request.method, path, allow);
    return sendProblem(reply.headers(fault.headers), fault);
  };
  app.setNotFoundHandler(refuseUnknown);
  const answerFault = problemHandler(log);
  app.setErrorHandler<FastifyError>((error, request, reply) =>
    // What is wrong with a body that nobody would have read says nothing, nor does a path that is the name of no file.
    (request.is404 || request.routeOptions.url === '/*') && !(error instanceof DomainError)
      ? refuseUnknown(request, reply)
      : answerFault(error, request, reply),
  );

  readJsonBodies(app);
  // A query where none is read would be taken for obeyed.
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/v1/')) route.schema = { querystring: z.strictObject({}), ...route.schema };
  });

  // So would an Idempotency-Key: whoever sends again by it would make a second key, waiver or decision.
  app.addHook('preValidation', async ({ method, headers, routeOptions: { schema } }) => {
    if (method !== 'POST' || headers['idempotency-key'] === undefined || schema?.headers !== undefined) return;
    if (!Object.hasOwn((schema?.response as object | undefined) ?? {}, 201)) return;
    const message = 'is not taken here: sent again, the request would be carried out again; leave it out';
    throw new DomainError('request-invalid', `Idempotency-Key ${message}.`, {
      faults: [{ pointer: '/headers/idempotency-key', message }],
    });
  });

  app.addHook('preHandler', ({ query }) => checkConnection(db, query, options.connectionId ?? defaultConnectionId));

  takeAccepted(app);

  const listeners: OnAnswer[] = [];
  answerHeaders(app);
  app.addHook('onRequest', async (request) => {
    if (request.is404 || !request.routeOptions.url?.includes(':')) return;
    const path = request.url.split('?')[0]!;
    // The router takes `/v1/findings/` for the finding without an id.
    if (path.startsWith('/v1/') && path.endsWith('/')) throw noSuchPath(request.method, path);
    // A route with a name in its path also takes a path that is one of its own, by a method which that has not.
    const allow = methodsOf(path);
    const isOther = allow.length > 0 && !path.endsWith('/') && !allow.includes(request.method);
    if (isOther) throw methodNotAllowed(request.method, path, allow);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route's pattern, never the url: an id in a label would make one time series for each record.
    const route = request.routeOptions.url ?? 'unknown';
    for (const heard of listeners) heard(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    // Neither the path nor the query: an id or a search may be about a person.
    const { id: requestId, method, ip, principal } = request;
    const by = principal ? actorText(principal) : null;
    const milliseconds = Math.round(reply.elapsedTime);
    // Probes ask every few seconds.
    const isProbe = route === '/livez' || route === '/readyz' || route === '/metrics';
    if (!isProbe) log.info({ requestId, method, route, status: reply.statusCode, milliseconds, by, ip }, 'answered');
  });

  await app.register(helmet, {
    // `upgrade-insecure-requests` would break a console served over plain http on a local machine.
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], upgradeInsecureRequests: null } },
  });
  await app.register(cookie);
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: '1 minute',
    ...(options.counter ? { redis: options.counter, nameSpace: 'assay-requests-', skipOnError: true } : {}),
    // After the guard, so that the bucket belongs to a key that is real; strangers share their address's.
    hook: 'preValidation',
    keyGenerator: (request) => request.principal?.id ?? request.ip,
    errorResponseBuilder: (_request, { after }) =>
      new DomainError('rate-limited', `This key has used up its requests; try again in ${after}.`),
  });
  await documentApi(app);
  // Where many services keep it, and generators of clients look first.
  for (const type of ['json', 'yaml'])
    app.get(`/openapi.${type}`, { schema: { hide: true } }, (_request, reply) => reply.redirect(`/docs/${type}`));
  if (options.console === undefined)
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'));
  else answerPage = await serveConsole(app, options.console);
  app.get<{ Params: { code: string } }>('/errors/:code', { schema: { hide: true } }, ({ params: { code } }, reply) => {
    if (!isErrorCode(code)) return reply.callNotFound();
    return reply.header('content-security-policy', pagePolicy).type('text/html; charset=utf-8').send(errorPage(code));
  });

  app.get<{ Params: { token: string } }>('/team/:token', { schema: { hide: true } }, async ({ params }, reply) => {
    const link = await readTeamLink(db, params.token, clock.now());
    const team = link && (await teamOf(db, definitions, link));
    // The link is a secret: it is kept nowhere and told to no other site.
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex' });
    void reply.header('content-security-policy', pagePolicy).type('text/html; charset=utf-8');
    if (!link || !team) return reply.code(404).send(teamGonePage());
    return reply.send(teamPage(team, link.expiresAt));
  });

  // A tenth of what a key may ask: whoever mistypes does so a few times.
  const strangers = strangerLimit(Math.ceil(requestsPerMinute / 10));
  const context: AppContext = {
    db,
    probeDb: options.probeDb ?? db,
    definitions,
    log,
    clock,
    connectionId: options.connectionId ?? defaultConnectionId,
    guard: guardWith(db, clock, strangers),
    strangers,
    orgs: options.orgs ?? noOrgs,
    keys: options.keys ?? notReady,
    presses: options.presses ?? null,
    identity: options.identity ?? null,
    onAnswer: (listener) => void listeners.push(listener),
  };
  for (const routes of [
    healthRoutes,
    queueRoutes,
    sessionRoutes,
    peopleRoutes,
    syncRoutes,
    connectionRoutes,
    forgettingRoutes,
    syncEventRoutes,
    scheduleRoutes,
    duplicateRoutes,
    goldenRoutes,
    reviewRoutes,
    modelChangeRoutes,
    ruleRoutes,
    ruleEvidenceRoutes,
    backtestRoutes,
    findingRoutes,
    fixRoutes,
    waiverRoutes,
    inputRoutes,
    scoreRoutes,
    incidentRoutes,
    slackRoutes,
    forecastRoutes,
    pipelineRoutes,
    recordRoutes,
    lookupRoutes,
    listCheckRoutes,
    mergePlanRoutes,
    mcpRoutes,
    metricRoutes,
    semanticModelRoutes,
    auditRoutes,
    keyRoutes,
  ]) {
    await app.register(routes, { context });
  }
  return app;
}
