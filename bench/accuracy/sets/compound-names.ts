/** Names of several words: two surnames, particles, hyphens, middle names and initials, patronymics, titles; each written in part. */
import { peopleNames, type Country } from '@assay/emulator/seed/people-names.ts';
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { heldOut } from './held-out.ts';
import { birthDate, common } from './person.ts';
import { orBlank, slips, wrongDate } from './slips.ts';

type Name = { given: string; middle: string; family: string; second: string; particle: string };

export const compoundNames = heldOut(
  {
    name: 'compound_names',
    entity: 'person',
    columns: ['given', 'family', 'birth', 'phone', 'city'],
    map: { first_name: 'given', last_name: 'family', birth_date: 'birth', phone: 'phone', city: 'city' },
  },
  (random, add) => {
    for (let entity = 0; entity < 1800; entity++) {
      const country = random.pick<Country>(['US', 'GB', 'DE', 'FR']);
      const place = makePlace(country, random);
      const phone = makePhone(place, random);
      const born = birthDate(random);
      const name = makeName(country, random);
      const copies = random.weighted({ 0: 65, 1: 25, 2: 10 });
      for (let copy = 0; copy <= Number(copies); copy++) {
        const [given, family] = copy === 0 ? whole(name) : written(name, random);
        const odds = copy === 0 ? 0.01 : 0.08;
        add(String(entity), [
          slips(given, odds, random),
          slips(family, odds, random),
          orBlank(copy > 0 && random.chance(0.08) ? wrongDate(born, random) : born, copy === 0 ? 0.1 : 0.4, random),
          orBlank(writePhone(phone, country, random), copy === 0 ? 0.1 : 0.4, random),
          orBlank(place.city, 0.15, random),
        ]);
      }
    }
  },
);

function makeName(country: Country, random: Random): Name {
  const { given, surnames } = peopleNames[country];
  const kind = random.weighted({ plain: 40, middle: 30, second: 15, particle: 15 });
  return {
    given: common(given, random),
    middle: kind === 'middle' ? common(given, random) : '',
    family: common(surnames, random),
    second: kind === 'second' ? common(surnames, random) : '',
    particle: kind === 'particle' ? random.pick(['van der', 'van', 'de', 'de la', 'von', 'van den', 'da', 'el']) : '',
  };
}

const join = (...words: string[]): string => words.filter(Boolean).join(' ');

function whole({ given, middle, family, second, particle }: Name): [string, string] {
  return [join(given, middle), join(particle, family, second)];
}

function written(name: Name, random: Random): [string, string] {
  const { given, middle, family, second, particle } = name;
  const initial = (word: string) => (word ? `${word.charAt(0)}.` : '');
  const forenames = random.weighted({ whole: 35, first: 25, initial: 20, initials: 10, title: 10 });
  const first = {
    whole: join(given, middle),
    first: given,
    initial: join(given, initial(middle)),
    initials: join(initial(given), initial(middle)),
    title: join(random.pick(['Dr.', 'Mr', 'Mrs', 'Prof.', 'Herr', 'Mme', 'Sr.']), given),
  }[forenames];
  if (second) return [first, random.pick([`${family}-${second}`, join(family, second), family, second])];
  if (!particle) return [first, family];
  const together = `${particle.replaceAll(' ', '')}${family}`;
  return random.pick<[string, string]>([
    [first, `${particle} ${family}`],
    [first, together],
    [join(first, particle), family],
    [first, family],
  ]);
}
