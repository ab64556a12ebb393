/** The routes there are, as they are added, become the methods that a path has. */
import type { FastifyInstance } from 'fastify';
import { DomainError } from '../model/errors.ts';

/** Has to be asked before any route is added. */
export function knownMethods(app: Pick<FastifyInstance, 'addHook'>): (path: string) => string[] {
  const routes: { methods: string[]; pattern: RegExp; isExact: boolean }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    // Any path at all is no path of ours.
    if (url.includes('*')) return;
    const pattern = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/:\w+/g, '[^/]+');
    routes.push({ methods: [method].flat(), pattern: new RegExp(`^${pattern}/?$`), isExact: !url.includes(':') });
  });
  return (path) => {
    const found = routes.filter(({ pattern }) => pattern.test(path));
    // `/v1/findings/counts` is a path of its own, not the finding of the id "counts".
    const own = found.some(({ isExact }) => isExact) ? found.filter(({ isExact }) => isExact) : found;
    return [...new Set(own.flatMap(({ methods }) => methods))].toSorted();
  };
}

export function methodNotAllowed(method: string, path: string, allow: string[]): DomainError {
  const list = allow.join(', ');
  return new DomainError('method-not-allowed', `There is no ${method} ${path}, only ${list}.`, {
    headers: { allow: list },
  });
}
