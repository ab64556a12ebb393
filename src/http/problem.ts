/** Every fault becomes an RFC 9457 problem document, and every route documents the ones it can answer with. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { connectionFault } from '../db/fault.ts';
import { DomainError, type ErrorCode, errorTable, type Fault } from '../model/errors.ts';
import { plainFault } from '../model/plain-fault.ts';
import type { Log } from '../model/ports.ts';
import { errorPath } from './error-page.ts';

export const problem = z
  .object({
    type: z.string().describe('The page of this error on this API; stable'),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    hint: z.string().describe('What to do now'),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
  })
  .meta({ id: 'Problem' });

export const problemType = 'application/problem+json';
/** Seconds after which something that passes by itself may have passed. */
const retrySeconds = 5;
const always = [400, 401, 403, 404, 413, 415, 422, 429, 431, 500, 503] as const;

const meaning: Record<number, string> = {
  400: 'The request is not valid',
  401: 'No valid key was given',
  403: 'The key lacks the scope',
  404: 'There is nothing here',
  409: 'The present state does not allow this',
  412: 'It was changed since it was read',
  413: 'The body is too large',
  415: 'The body is of a type that is not read here',
  422: 'It is well formed, but its values cannot be meant: this org knows no such thing, or the Idempotency-Key is of another request',
  428: 'If-Match is missing',
  429: 'Too many requests',
  431: 'The headers, or the path with its query, are longer than 64 KB',
  500: 'Something failed inside Assay',
  502: 'Salesforce refused or did not answer',
  503: 'Not ready, or PostgreSQL does not answer in time, or takes no writes or connections',
};

/** The `response` entries of a route's faults: the common ones and those given. */
export function problems(...statuses: number[]) {
  return Object.fromEntries(
    [...always, ...statuses].map((status) => [
      status,
      { description: meaning[status] ?? 'Fault', content: { [problemType]: { schema: problem } } },
    ]),
  );
}

/** Fastify's own refusals (a body that is not JSON, too long a path) keep their status and say what they said. */
function asDomainError(error: FastifyError): DomainError {
  if (error instanceof DomainError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.flatMap((one) => faultsOf(one, error.validationContext ?? 'body'));
    return new DomainError(codeOf(error), faults.map((one) => `${one.pointer} ${one.message}`).join('; '), { faults });
  }
  if (error.statusCode === 429) return new DomainError('rate-limited', error.message, { cause: error });
  const refused = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  // The hint speaks of what is listed: a body that nobody could read is the whole body.
  if (refused)
    return new DomainError('request-invalid', error.message, {
      cause: error,
      faults: [{ pointer: '/', message: error.message }],
    });
  const fault = connectionFault(error);
  if (fault) return fault;
  return new DomainError('internal', 'The request could not be answered.', { cause: error });
}

/**
 * What the document says of a request is its shape: 400. An id of another shape is that of nothing: 404. What only a check of ours
 * sees, such as a name given twice, is 422, as it is where the values are used.
 */
function codeOf({ validation, validationContext }: Pick<FastifyError, 'validation' | 'validationContext'>): ErrorCode {
  if (validation?.every(({ keyword }) => keyword === 'custom')) return 'request-refused';
  return validationContext === 'params' ? 'not-found' : 'request-invalid';
}

type ZodFault = { instancePath: string; message?: string; params: { keys?: string[] } };

/** An unknown field is named itself, not the object that holds it. */
function faultsOf(one: unknown, context: string): Fault[] {
  const { instancePath, message, params } = one as ZodFault;
  const inside = instancePath === '/' ? '' : instancePath;
  const at = context === 'body' ? inside : `/${context === 'querystring' ? 'query' : context}${inside}`;
  if (params.keys) return params.keys.map((key) => ({ pointer: `${at}/${key}`, message: 'is not a known field' }));
  return [{ pointer: at === '' ? '/' : at, message: plainFault(message ?? 'is not valid') }];
}

export function problemHandler(log: Log) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const fault = asDomainError(error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? otherType(error, request) : error);
    const status = fault === error || error.validation ? fault.kind.status : (clientStatus(error) ?? fault.kind.status);
    if (status >= 500) log.error({ err: error, requestId: request.id, url: request.url }, 'request failed');
    return sendProblem(reply.headers(fault.headers), fault, status);
  };
}

/** The body is of a type that the route does not read: says which it reads. */
function otherType(error: FastifyError, { headers, server }: FastifyRequest): FastifyError {
  const read = ['application/json', 'text/csv'].filter((type) => server.hasContentTypeParser(type));
  const given = headers['content-type']?.split(';')[0]!.trim().slice(0, 100) || 'no type';
  return Object.assign(error, {
    message: `A body of ${given} is not read here: send it as ${read.join(' or ')}, and say so in Content-Type.`,
  });
}

function clientStatus(error: FastifyError): number | undefined {
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
    ? error.statusCode
    : undefined;
}

/** What is no HTTP never becomes a request: it is answered on the socket, in the same shape. */
export function refuseRaw(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, words] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? [408, 'Request Timeout']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? [431, 'Request Header Fields Too Large']
        : [400, 'Bad Request'];
  const { code, kind, message } = new DomainError('request-invalid', `This is not a request of HTTP/1.1: ${words}.`);
  const { title, hint } = kind;
  const requestId = `req_${randomUUID()}`;
  const problem = { type: errorPath(code), title, status, code, detail: message, hint, requestId, errors: [] };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${words}\r\ncontent-type: ${problemType}\r\nx-request-id: ${requestId}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

export function sendProblem(reply: FastifyReply, error: DomainError, status: number = error.kind.status): FastifyReply {
  const body: z.infer<typeof problem> = {
    type: errorPath(error.code),
    title: error.kind.title,
    status,
    code: error.code,
    detail: error.message,
    hint: error.kind.hint,
    requestId: reply.request.id,
    errors: error.faults,
  };
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  if (status === 503 && error.kind.retry === 'later' && !reply.hasHeader('retry-after'))
    void reply.header('retry-after', retrySeconds);
  return reply.code(status).type(problemType).send(JSON.stringify(body));
}
