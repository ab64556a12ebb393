/** Lists of names and nothing else: copies spelt the same, with a slip, or both. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { slip } from '../slips.ts';
import { copyCounts, shape } from './shape.ts';
import { drawCompany, drawName } from './words.ts';

/** Odds that a copy is misspelt. */
const kinds = { exact: 0, slips: 1, both: 0.5 };

const people = Object.entries(kinds).flatMap(([kind, odds]) =>
  shape(
    {
      name: `names_${kind}`,
      entity: 'person',
      columns: ['first', 'last'],
      map: { first_name: 'first', last_name: 'last' },
    },
    (random, add, size, share) => {
      for (const [entity, copies] of copyCounts(random, size, share).entries()) {
        const { given, family } = drawName(random);
        add(String(entity), [given, family]);
        for (let copy = 0; copy < copies; copy++) add(String(entity), misspelt([given, family], odds, random));
      }
    },
  ),
);

const companies = shape(
  { name: 'company_names_both', entity: 'company', columns: ['name'], map: { name: 'name' } },
  (random, add, size, share) => {
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const { core } = drawCompany(random);
      add(String(entity), [core]);
      for (let copy = 0; copy < copies; copy++) add(String(entity), misspelt([core], 0.5, random));
    }
  },
);

/** One of the words has a slip, by the odds. */
function misspelt(words: readonly string[], odds: number, random: Random): string[] {
  if (!random.chance(odds)) return [...words];
  const at = random.int(0, words.length - 1);
  return words.map((word, index) => (index === at ? slip(word, random) : word));
}

export const namesOnly = [...people, ...companies];
