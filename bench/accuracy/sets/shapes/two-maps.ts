/** Places as two maps have them: each its own habits of names and addresses; a place is on a map once. */
import { slips } from '../slips.ts';
import { shape } from './shape.ts';
import { drawName, drawStreet, drawTown } from './words.ts';

const kinds = 'Cafe,Pizzeria,Hotel,Pharmacy,Museum,Barber,Gym,Bookshop,Clinic,Garage,Bistro,Market,School,Church,Library'.split(','); // prettier-ignore
const shortened: readonly [RegExp, string][] = [[/\bStreet\b/, 'St'], [/\bRoad\b/, 'Rd'], [/\bAvenue\b/, 'Ave'], [/\bLane\b/, 'Ln'], [/\bDrive\b/, 'Dr']]; // prettier-ignore

export const twoMaps = shape(
  {
    name: 'two_maps',
    entity: 'company',
    columns: ['name', 'address', 'town', 'map'],
    map: { name: 'name', street: 'address', city: 'town' },
    source: 'map',
    only: [
      [30, 20],
      [300, 20],
      [3000, 2],
      [3000, 20],
    ],
  },
  (random, add, size, share) => {
    // A copy is a place on both maps: half of the rows at most.
    const both = Math.round((size * Math.min(50, share)) / 100);
    for (let entity = 0; entity < size - both; entity++) {
      const kind = random.pick(kinds);
      const name = random.pick([`${drawName(random).family}'s ${kind}`, `${kind} ${drawName(random).given}`, `${drawTown(random)} ${kind}`]); // prettier-ignore
      const [number, street, town] = [random.int(1, 250), drawStreet(random), drawTown(random, 12)];
      const isOnBoth = entity < both;
      const isNorth = random.chance(0.5);
      if (isOnBoth || isNorth) add(String(entity), [name, `${number} ${street}`, town, 'north']);
      if (!isOnBoth && isNorth) continue;
      const [pattern, as] = random.pick(shortened);
      const other = random.weighted({ same: 55, bare: 15, the: 10, slip: 20 });
      const called = { same: name, bare: name.replace(new RegExp(` ?${kind} ?`), ' ').trim(), the: `The ${name}`, slip: slips(name, 0.8, random) }[other]; // prettier-ignore
      add(String(entity), [called, `${street.replace(pattern, as)}, No. ${number}`, random.chance(0.1) ? '' : town, 'south']); // prettier-ignore
    }
  },
);
