/** Companies as several registers hold them: trading names, former names, words in another language, legal forms, head offices that moved. */
import { makePlace } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { cleanName, makeCompany, respell, type Company } from './company-words.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips } from './slips.ts';

export const companyRegister = heldOut(
  {
    name: 'company_register',
    entity: 'company',
    columns: ['legal_name', 'street', 'city', 'post_code', 'country', 'tax_no', 'register'],
    map: {
      name: 'legal_name',
      street: 'street',
      city: 'city',
      postal_code: 'post_code',
      country: 'country',
      external_id: 'tax_no',
    },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let entity = 0; entity < 1300; entity++) {
      const company = makeCompany(random, taken);
      const home = makePlace(company.country, random);
      const tax = random.digits(9);
      const copies = Number(random.weighted({ 0: 60, 1: 25, 2: 10, 3: 5 }));
      for (let copy = 0; copy <= copies; copy++) {
        const place = copy > 0 && random.chance(0.12) ? makePlace(company.country, random) : home;
        const odds = copy === 0 ? 0 : 0.1;
        add(String(entity), [
          copy === 0 ? cleanName(company) : otherName(company, taken, random),
          orBlank(slips(place.street, odds, random), 0.15, random),
          orBlank(slips(place.city, odds / 2, random), 0.08, random),
          orBlank(place.postcode, 0.2, random),
          company.country,
          orBlank(copy > 0 ? slips(tax, 0.03, random) : tax, copy === 0 ? 0.4 : 0.6, random),
          random.pick(['A', 'B', 'C']),
        ]);
      }
    }
  },
);

const foreign: [RegExp, string][] = [
  [/Insurance/, 'Versicherung'],
  [/Energy/, 'Energie'],
  [/Hotels/, 'Hoteles'],
  [/Engineering/, 'Ingenierie'],
  [/Foods/, 'Alimentos'],
  [/Consulting/, 'Beratung'],
  [/Water/, 'Agua'],
];

function otherName(company: Company, taken: Set<string>, random: Random): string {
  const habit = random.weighted({ respelt: 60, trading: 8, former: 8, foreign: 9, initials: 5, group: 10 });
  const name = respell(company, random);
  if (habit === 'trading')
    return `${name} ${random.pick(['dba', 'd/b/a', 'trading as', 't/a'])} ${company.brand.split(' ')[0]}`;
  if (habit === 'former') return `${name} (formerly ${makeCompany(random, taken).brand})`;
  if (habit === 'foreign') return foreign.reduce((text, [own, other]) => text.replace(own, other), name);
  if (habit === 'initials')
    return company.brand
      .split(' ')
      .map((word, at) => (at === 0 ? word : `${word[0]}.`))
      .join(' ');
  return habit === 'group'
    ? `${company.brand} ${random.pick(['Group', 'Holding', 'Holdings', 'International'])}`
    : name;
}
