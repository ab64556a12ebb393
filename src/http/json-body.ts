/** The body of a request: UTF-8 that is JSON, nested as far as something of ours is, and sent as it is. */
import type { FastifyInstance } from 'fastify';

/** Nothing that we take is nested further than 10; what checks and writes JSON calls itself once a level. */
const deepest = 64;

class UnreadableBody extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export function readJsonBodies(
  app: Pick<FastifyInstance, 'addContentTypeParser' | 'addHook' | 'getDefaultJsonParser' | 'removeContentTypeParser'>,
): void {
  // Fastify reads text by itself; no route of ours takes any, and its shape would be blamed for it.
  app.removeContentTypeParser('text/plain');
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    // Many clients say of every request that it is JSON, also of one that carries nothing.
    if (body.length === 0) return done(null, undefined);
    const text = utf8(body);
    if (text === null) return done(new UnreadableBody(400, 'The body is not UTF-8.'), undefined);
    if (depthOf(text) > deepest)
      return done(new UnreadableBody(400, `The body is nested deeper than ${deepest}.`), undefined);
    return parse(request, text, done);
  });
  // After the guards, before anything is read.
  app.addHook('preParsing', async (request, reply) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return;
    void reply.header('accept-encoding', 'identity');
    throw new UnreadableBody(415, `A body in ${encoding} is not read: send it as it is.`);
  });
}

/** Null: it is something else. What stands for letters that are none would be kept as if it had been sent. */
function utf8(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

function depthOf(text: string): number {
  let [depth, most, isText] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isText && letter === '\\') at += 1;
    else if (letter === '"') isText = !isText;
    else if (isText) continue;
    else if (letter === '{' || letter === '[') most = Math.max(most, (depth += 1));
    else if (letter === '}' || letter === ']') depth -= 1;
  }
  return most;
}
