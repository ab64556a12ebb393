/** The routes there are, as they are added, become the methods that a path has. */
import type { FastifyInstance } from 'fastify';
import { DomainError } from '../model/errors.ts';

/** Has to be asked before any route is added. */
export function knownMethods(app: Pick<FastifyInstance, 'addHook'>): (path: string) => string[] {
  const root = node();
  app.addHook('onRoute', ({ method, url }) => {
    // Any path at all is no path of ours.
    if (url.includes('*')) return;
    let at = root;
    for (const segment of segmentsOf(url)) {
      if (segment.startsWith(':')) at = at.any ??= node();
      else at = at.named.get(segment) ?? at.named.set(segment, node()).get(segment)!;
    }
    for (const one of [method].flat()) at.methods.add(one);
  });
  return (path) => {
    const segments = segmentsOf(path);
    // `/v1/findings/counts` is a path of its own, not the finding of the id "counts".
    const exact = segments.reduce<Node | undefined>((at, segment) => at?.named.get(segment), root);
    if (exact && exact.methods.size > 0) return [...exact.methods].toSorted();
    const found = segments.reduce<Node[]>(
      (nodes, segment) =>
        nodes.flatMap(({ named, any }) =>
          [named.get(segment), segment === '' ? null : any].filter((one) => one != null),
        ),
      [root],
    );
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  };
}

/** What a path may go on with: a segment by its name, or any at all where a parameter stands. */
type Node = { named: Map<string, Node>; any: Node | null; methods: Set<string> };
const node = (): Node => ({ named: new Map(), any: null, methods: new Set() });
const segmentsOf = (path: string) =>
  path
    .replace(/(?<=.)\/$/, '')
    .split('/')
    .slice(1);

export function methodNotAllowed(method: string, path: string, allow: string[]): DomainError {
  const list = allow.join(', ');
  return new DomainError('method-not-allowed', `There is no ${method} ${path}, only ${list}.`, {
    headers: { allow: list },
  });
}

/** A slash too many is the likeliest reason, and is told where it stands. */
export function noSuchPath(method: string, path: string): DomainError {
  const isSlashed = path.startsWith('/v1/') && path.endsWith('/');
  return new DomainError(
    'not-found',
    `There is no ${method} ${path}${isSlashed ? ': leave out the slash at its end' : ''}.`,
  );
}
