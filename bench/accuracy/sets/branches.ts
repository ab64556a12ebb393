/** A guide to places to eat, shop and stay: no legal forms, chains with branches, addresses and quarters as each guide writes them. */
import { brandWords } from '@assay/emulator/seed/company-names.ts';
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { heldOut } from './held-out.ts';
import { common } from './person.ts';
import { orBlank, slips } from './slips.ts';

const kinds = [
  'Cafe',
  'Grill',
  'Hotel',
  'Bakery',
  'Books',
  'Pharmacy',
  'Bistro',
  'Inn',
  'Kitchen',
  'Garage',
  'Florist',
  'Diner',
];
const quarters = ['Old Town', 'Midtown', 'Riverside', 'Northside', 'West End', 'Harbour District'];
const styles = ['casual', 'family', 'classic', 'modern', 'budget', 'fine'];

export const branches = heldOut(
  {
    name: 'branches',
    entity: 'company',
    columns: ['title', 'addr', 'town', 'tel', 'style'],
    map: { name: 'title', street: 'addr', city: 'town', phone: 'tel' },
    compare: { style: 'category' },
  },
  (random, add) => {
    for (let entity = 0; entity < 900; entity++) {
      const kind = random.pick(kinds);
      const head = random.chance(0.5)
        ? `${random.pick(brandWords)} ${random.chance(0.3) ? random.pick(brandWords) : ''}`.trim()
        : `${common(peopleNames.US.surnames, random)}'s`;
      const name = `${head} ${kind}`;
      const houses = random.chance(0.06) ? random.int(2, 4) : 1;
      for (let house = 0; house < houses; house++) {
        const place = makePlace('US', random);
        const [phone, style] = [makePhone(place, random), random.pick(styles)];
        const copies = Number(random.weighted({ 0: 70, 1: 27, 2: 3 }));
        for (let copy = 0; copy <= copies; copy++) {
          add(`${entity}-${house}`, [
            copy === 0 ? name : respelt(name, head, kind, place.city, random),
            copy === 0 ? place.street : addressOf(place.street, random),
            copy > 0 && random.chance(0.2) ? random.pick(quarters) : place.city,
            orBlank(writePhone(phone, 'US', random), 0.25, random),
            copy > 0 && random.chance(0.4) ? random.pick(styles) : style,
          ]);
        }
      }
    }
  },
);

function respelt(name: string, head: string, kind: string, city: string, random: Random): string {
  const habit = random.weighted({ same: 45, bare: 15, the: 8, city: 10, slip: 15, plain: 7 });
  const forms = {
    same: name,
    bare: head,
    the: `The ${name}`,
    city: `${name} (${city})`,
    slip: slips(name, 0.6, random),
    plain: `${head.replace("'", '')} ${kind}`,
  };
  return forms[habit];
}

const full: [RegExp, string][] = [
  [/\bSt\b/, 'Street'],
  [/\bAve\b/, 'Avenue'],
  [/\bBlvd\b/, 'Boulevard'],
  [/\bRd\b/, 'Road'],
];

/** With words in full, the crossing beside it, the street without its number, or the suite left out. */
function addressOf(street: string, random: Random): string {
  const habit = random.weighted({ same: 35, full: 30, near: 12, bare: 8, suite: 15 });
  const bare = street.replace(/ Suite.*/, '');
  if (habit === 'full') return full.reduce((text, [short, long]) => text.replace(short, long), street);
  if (habit === 'near') return `${bare} at ${random.pick(['Main', 'Oak', '2nd', '5th'])} St.`;
  if (habit === 'bare') return bare.replace(/^\d+ /, '');
  return habit === 'suite' ? bare : street;
}
