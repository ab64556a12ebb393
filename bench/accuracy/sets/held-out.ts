/** A generator of labelled rows into a held-out set: seeded, its rows shuffled and numbered, so that no order tells the truth. */
import { Random } from '@assay/emulator/seed/random.ts';
import type { DataSet } from '../data-set.ts';

export type HeldOut = Omit<DataSet, 'kind' | 'load' | 'id' | 'madeBy'> & { columns: readonly string[] };
/** Writes one record of entity `entity`; the values are in the order of `columns`. */
export type AddRecord = (entity: string, values: readonly string[]) => void;

export function heldOut({ columns, ...set }: HeldOut, generate: (random: Random, add: AddRecord) => void): DataSet {
  return {
    ...set,
    id: 'id',
    kind: 'held-out',
    madeBy: 'bench',
    load: async ({ seed }) => {
      const random = new Random(seed, set.name);
      const made: { entity: string; values: readonly string[] }[] = [];
      generate(random, (entity, values) => made.push({ entity, values }));
      for (let at = made.length - 1; at > 0; at--) {
        const other = random.int(0, at);
        [made[at], made[other]] = [made[other]!, made[at]!];
      }
      return {
        columns: ['id', ...columns],
        rows: made.map(({ values }, at) => [String(at + 1), ...values]),
        truth: made.map(({ entity }) => entity),
      };
    },
  };
}
