/** The streets, towns and postal codes of two records into the level of an address, and what is believed of its levels. */
import { blank, believe, type Positions } from './comparison.ts';
import type { Columns } from './condition.ts';
import type { Texts } from './texts.ts';

const [space, any] = [32, -1];

export const addressColumns = ['street', 'city', 'postal_code'];

const street = ['street'];
export const addressLevels = {
  sameStreetAndPlace: believe('same street and place', 0.4, 0.0001, { reads: street }),
  nearStreetSamePlace: believe('near street, same place', 0.12, 0.0002, { reads: street }),
  sameStreet: believe('same street', 0.05, 0.0002, { reads: street }),
  nearStreet: believe('near street', 0.04, 0.0004, { reads: street, isUnblocked: true }),
  otherHouse: believe('same street, other house number', 0.01, 0.0005, { reads: street, isUnblocked: true }),
  samePostalCodeAlone: believe('same postal code, no street', 0.12, 0.003, { reads: ['postal_code'] }),
  sameCityAlone: believe('same city, no street', 0.12, 0.03, { reads: ['city'], rarity: 'full' }),
  samePostalCode: believe('same postal code', 0.04, 0.003, { reads: street }),
  sameCity: believe('same city', 0.05, 0.03, { reads: street }),
  nearPlace: believe('near place', 0.03, 0.02),
  otherPlace: believe('another place, no street', 0.06, 0.94),
  differs: believe('differs', 0.1, 0.94),
};
export type AddressKey = keyof typeof addressLevels;

type Place = { street: Texts; city: Texts; postal: Texts; house: Texts };

export const isSame = (texts: Texts, l: number, r: number): boolean => texts.id(l) >= 0 && texts.id(l) === texts.id(r);
export const isBlank = (texts: Texts, l: number, r: number): boolean => texts.id(l) < 0 || texts.id(r) < 0;
export const isSamePlace = ({ city, postal }: Place, l: number, r: number): boolean =>
  isSame(postal, l, r) || city.contains(l, r, 'start', any);

export function placeOf(columns: Columns): Place {
  const [of, city] = [columns.of('street'), columns.of('city')];
  of.willAskFor(0.75);
  city.willAskFor(0.9);
  return { street: of, city, postal: columns.of('postal_code'), house: columns.of('house') };
}

/** The position of the level of two addresses. */
export function addressLevel(place: Place, level: Positions<AddressKey>, l: number, r: number): number {
  const { street: of, city, postal, house } = place;
  const [noStreet, noCity, noPostal] = [isBlank(of, l, r), isBlank(city, l, r), isBlank(postal, l, r)];
  if (noStreet && noCity && noPostal) return blank;
  const samePlace = isSamePlace(place, l, r);
  if (noStreet) {
    if (isSame(postal, l, r)) return level.samePostalCodeAlone;
    if (isSame(city, l, r)) return noPostal ? level.sameCityAlone : level.sameCity;
  } else {
    const sameStreet = isSame(of, l, r);
    if (sameStreet && (samePlace || (noCity && noPostal))) return level.sameStreetAndPlace;
    const alike = of.jaro(l, r);
    const sameHouse = isSame(house, l, r);
    const nearStreet =
      (sameHouse && alike >= 0.75) ||
      ((sameHouse || isBlank(house, l, r)) && (alike >= 0.88 || of.contains(l, r, 'start', any))) ||
      // `Dock Ave` and `324 Dock Ave`, `3rd St` and `8638 W 3rd St`.
      (isBlank(house, l, r) && of.contains(l, r, 'end', space));
    if (nearStreet && samePlace) return level.nearStreetSamePlace;
    if (sameStreet) return level.sameStreet;
    if (nearStreet) return level.nearStreet;
    if (samePlace && alike >= 0.92) return level.otherHouse;
    if (isSame(postal, l, r)) return level.samePostalCode;
    if (isSame(city, l, r)) return level.sameCity;
  }
  if (city.jaro(l, r) >= 0.9 || postal.withinEdits(l, r, 1)) return level.nearPlace;
  return noStreet ? level.otherPlace : level.differs;
}
