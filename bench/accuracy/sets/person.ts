/** Draws into one real person with a home, as the held-out sets of people describe them. */
import { nicknames, peopleNames, type Country } from '@assay/emulator/seed/people-names.ts';
import { makePhone, makePlace, writePhone, type Place } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';

export type Person = {
  first: string;
  last: string;
  email: string;
  /** National number, digits only. */
  phone: string;
  birthDate: string;
  place: Place;
};

export function makePerson(random: Random, country: Country): Person {
  const names = peopleNames[country];
  const first = common(names.given, random);
  const last = common(names.surnames, random);
  const place = makePlace(country, random);
  return {
    first,
    last,
    email: mailOf(first, last, random),
    phone: makePhone(place, random),
    birthDate: birthDate(random),
    place,
  };
}

/** From a list whose first names are far more common than its last ones. */
export function common(list: readonly string[], random: Random): string {
  return list[Math.floor(list.length * random.next() ** 1.7)] ?? random.pick(list);
}

export function mailOf(first: string, last: string, random: Random): string {
  const [f, l] = [first, last].map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
  const host = random.pick(['gmail.com', 'gmail.com', 'outlook.com', 'yahoo.com', 'web.de', 'proton.me', 'aol.com']);
  const number = random.chance(0.4) ? String(random.int(1, 99)) : '';
  return `${random.pick([`${f}.${l}`, `${f?.charAt(0)}${l}`, `${l}${f}`, `${f}_${l}`])}${number}@${host}`;
}

export function birthDate(random: Random, from = 1940, to = 2004): string {
  const [month, day] = [random.int(1, 12), random.int(1, 28)].map((number) => String(number).padStart(2, '0'));
  return `${random.int(from, to)}-${month}-${day}`;
}

export function nickname(first: string, random: Random): string {
  const short = nicknames[first];
  return short && short.length > 0 ? random.pick(short) : first;
}

export function phoneAsTyped(person: Person, random: Random): string {
  return writePhone(person.phone, person.place.country, random);
}
