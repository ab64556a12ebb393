/**
 * Company and address of two people, as one comparison: whoever works at a company shares its address and its domain, and
 * counted apart they link every two colleagues.
 */
import { blank, comparison, type FieldComparison, believe, type Level } from '../comparison.ts';
import { all, any, not, same } from '../condition.ts';
import { otherFamily, otherGiven } from '../names.ts';
import {
  addressColumns,
  type AddressKey,
  addressLevel,
  addressLevels,
  isBlank,
  isSame,
  isSamePlace,
  placeOf,
} from '../place.ts';

const space = 32;
const employer = ['company', 'domain'];

/** Of people, how many of the pairs that show the level of an address have no company to show instead. */
const homeShare = (key: string): number => (key === 'differs' ? 1 : key === 'otherPlace' ? 0.1 : 0.4);
const homeLevels = Object.fromEntries(
  Object.entries<Level>(addressLevels).map(([key, one]) => [key, { ...one, m: one.m * homeShare(key) }]),
) as Record<AddressKey, Level>;

// A family shares its name and where it lives; a city is shared by too many to tell.
const otherPerson = { bits: 0, shut: otherGiven, because: 'other given name', reads: 'first' };

const otherName = {
  bits: 2,
  isCeiling: true as const,
  shut: all(otherFamily, not(any(same('email'), same('phone'), same('birth_date'), same('external_id')))),
  because: 'other family name',
  reads: 'last',
};

const workplace = comparison({
  name: 'company_and_address',
  columns: [...employer, ...addressColumns],
  rare: 'city',
  isOfHouse: true,
  levels: {
    sameCompanyAndStreet: believe('same company and street', 0.2, 0.0006, { reads: ['street'] }),
    sameCompanyAndPlace: believe('same company and place', 0.12, 0.0006, { reads: employer }),
    sameCompany: believe('same company', 0.3, 0.002, { reads: employer }),
    nearCompany: believe('near company', 0.05, 0.003, { reads: ['company'] }),
    ...homeLevels,
  },
  find: (columns, level) => {
    const [place, company, domain] = [placeOf(columns), columns.of('company'), columns.of('domain')];
    company.willAskFor(0.9);
    return (l, r) => {
      if (isSame(company, l, r) || isSame(domain, l, r)) {
        if (isSame(place.street, l, r)) return level.sameCompanyAndStreet;
        return isSamePlace(place, l, r) || place.street.jaro(l, r) >= 0.88
          ? level.sameCompanyAndPlace
          : level.sameCompany;
      }
      if (company.jaro(l, r) >= 0.9 || company.contains(l, r, 'start', space)) return level.nearCompany;
      const found = addressLevel(place, level, l, r);
      if (found !== blank) return found;
      return isBlank(company, l, r) && isBlank(domain, l, r) ? blank : level.differs;
    };
  },
  gates: [
    { through: 'samePostalCodeAlone', ...otherPerson },
    { from: 'samePostalCode', through: 'samePostalCode', ...otherPerson },
    // Who married has a mailbox, a telephone or a birth date to show; two of one given name in one town have not.
    { from: 'sameCityAlone', through: 'sameCityAlone', ...otherName },
    { from: 'sameCity', through: 'sameCity', ...otherName },
  ],
  bounds: [-3, 11],
});

export default { person: { order: 60, comparison: workplace } } satisfies FieldComparison;
