/** The built console as files of the service: its pages under their addresses, its parts kept by the browser for good. */
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Scripts, styles and fonts of our own and nothing else; requests to this service alone; in no frame. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join(';');

/** What answers under these is no page of the console. */
const others = /^\/(v1|docs|errors|assets|mcp)(\/|$)/;

/** Serves the console in `folder`. The returned function answers a request for one of its pages, and says whether it did. */
export async function serveConsole(app: Pick<FastifyInstance, 'register'>, folder: string) {
  await app.register(fastifyStatic, {
    root: folder,
    index: ['index.html'],
    preCompressed: true,
    schemaHide: true,
    setHeaders(reply, path) {
      // Names of parts hold a hash of what is in them; the page that names them is asked for anew each time.
      const isPart = path.startsWith(join(folder, 'assets'));
      void reply.header('cache-control', isPart ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (/\.html(\.gz)?$/.test(path)) void reply.header('content-security-policy', policy);
    },
  });
  return (request: FastifyRequest, reply: FastifyReply): boolean => {
    const path = request.url.split('?')[0]!;
    const isPage = request.method === 'GET' && !others.test(path) && request.headers.accept?.includes('text/html');
    if (isPage) void reply.sendFile('index.html');
    return isPage === true;
  };
}
