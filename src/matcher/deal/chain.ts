/** What speaks against inside a chain of links: A may be B and B may be C where C is an order after A. */
import { linked } from '../cluster/components.ts';

type Linked = { left: number; right: number; weight: number };

/** Pairs of places, the smaller first, that a chain of links ties together and that no pair tells of. */
export function untoldPairs(count: number, pairs: readonly Linked[]): [number, number][] {
  const sets = linked(count, {
    left: Int32Array.from(pairs, ({ left }) => left),
    right: Int32Array.from(pairs, ({ right }) => right),
    score: Float64Array.from(pairs, ({ weight }) => weight),
  });
  const links = pairs.filter(({ weight }) => weight > 0);
  const members = new Set(links.flatMap(({ left, right }) => [left, right]));
  const known = new Set(pairs.map(({ left, right }) => `${left} ${right}`));
  const sorted = [...members].sort((a, b) => a - b);
  return [...Map.groupBy(sorted, (at) => sets.find(at)).values()].flatMap((chain) =>
    chain.flatMap((left, index) =>
      chain
        .slice(index + 1)
        .flatMap((right): [number, number][] => (known.has(`${left} ${right}`) ? [] : [[left, right]])),
    ),
  );
}
