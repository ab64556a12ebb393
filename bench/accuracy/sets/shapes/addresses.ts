/** Name, street and town, with the number of the house before the street, behind it, or in a column of its own; neighbours share streets. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { slips } from '../slips.ts';
import { copyCounts, shape, type Generate } from './shape.ts';
import { drawGiven, drawName, drawStreet, drawTown } from './words.ts';

type Home = { number: string; street: string; town: string };

/** A third of the homes have two people in them. */
const generate =
  (write: (home: Home, random: Random) => string[]): Generate =>
  (random, add, size, share) => {
    let home: Home | null = null;
    let family = '';
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const isShared = home !== null && random.chance(0.33);
      if (!isShared || home === null)
        home = { number: String(random.int(1, 240)), street: drawStreet(random), town: drawTown(random, 60) };
      const name = drawName(random);
      family = isShared && random.chance(0.8) ? family : name.family;
      const given = isShared ? drawGiven(random) : name.given;
      const at: Home = home;
      add(String(entity), [given, family, ...write(at, random)]);
      for (let copy = 0; copy < copies; copy++) {
        const street = slips(at.street, 0.15, random);
        const moved = random.chance(0.05) ? { ...at, number: String(random.int(1, 240)) } : at;
        const odds = 0.15;
        add(String(entity), [slips(given, odds, random), slips(family, odds, random), ...write({ ...moved, street }, random)]); // prettier-ignore
      }
    }
  };

const mapped = { first_name: 'given', last_name: 'family', street: 'street', city: 'town' } as const;
const columns = ['given', 'family', 'street', 'town'];

export const addresses = [
  ...shape({ name: 'house_first', entity: 'person', columns, map: mapped, splinkModel: 'home_address' }, generate(({ number, street, town }) => [`${number} ${street}`, town])), // prettier-ignore
  ...shape({ name: 'house_last', entity: 'person', columns, map: mapped, splinkModel: 'home_address' }, generate(({ number, street, town }) => [`${street} ${number}`, town])), // prettier-ignore
  ...shape(
    {
      name: 'house_column',
      entity: 'person',
      columns: ['given', 'family', 'house_no', 'street', 'town'],
      map: mapped,
      compare: { house_no: 'category' },
      splinkModel: 'home_address',
    },
    generate(({ number, street, town }) => [number, street, town]),
  ),
];
