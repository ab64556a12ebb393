// Turns a serial number into one real company: the entity that one or several account records describe.
import { brandWords, indonesianBrandWords, legalForms, sectors } from './company-names.ts';
import type { Country } from './people-names.ts';
import { makePhone, makePlace } from './places.ts';
import type { Place } from './places.ts';
import { scatter } from './random.ts';
import type { Random } from './random.ts';

export type Segment = 'SMB' | 'Mid-Market' | 'Enterprise';
export type MailPattern = 'first.last' | 'flast' | 'first_last' | 'firstl' | 'first';

export interface Company {
  entity: string;
  /** Name without its legal form. */
  brand: string;
  legalForm: string;
  domain: string;
  industry: string;
  segment: Segment;
  employees: number;
  place: Place;
  phone: string;
  mailPattern: MailPattern;
  parent: Company | null;
}

const topDomains: Readonly<Record<Country, readonly string[]>> = {
  US: ['com', 'com', 'com', 'io', 'net'],
  GB: ['co.uk', 'co.uk', 'com'],
  AU: ['com.au', 'com.au', 'com'],
  DE: ['de', 'de', 'com'],
  FR: ['fr', 'fr', 'com'],
  ID: ['co.id', 'co.id', 'com'],
};

const headcounts: Readonly<Record<Segment, number>> = { SMB: 25, 'Mid-Market': 300, Enterprise: 4000 };

export function makeCompany(serial: number, seed: number, random: Random): Company {
  const country = random.weighted<Country>({ US: 66, DE: 9, GB: 9, ID: 7, FR: 5, AU: 4 });
  const brands = country === 'ID' ? indonesianBrandWords : brandWords;
  const size = brands.length * (brands.length - 1) * sectors.length;
  const place = scatter(serial, size, seed);
  const first = place % brands.length;
  // Skipping the first word's own place keeps "Amber Amber" out while every number still has its own pair of words.
  const second = (first + 1 + (Math.floor(place / brands.length) % (brands.length - 1))) % brands.length;
  const [word, industry] = sectors[Math.floor(place / (brands.length * (brands.length - 1)))] ?? ['Group', 'Other'];
  const round = Math.floor(serial / size);
  const brand = `${brands[first]} ${brands[second]} ${word}${round > 0 ? ` ${round + 1}` : ''}`;
  const segment = random.weighted<Segment>({ SMB: 60, 'Mid-Market': 30, Enterprise: 10 });
  const at = makePlace(country, random);
  return {
    entity: `C${serial}`,
    brand,
    legalForm: random.pick(legalForms[country]),
    domain: `${brand.toLowerCase().replaceAll(' ', random.chance(0.15) ? '-' : '')}.${random.pick(topDomains[country])}`,
    industry,
    segment,
    employees: Math.max(2, Math.round(random.logNormal(headcounts[segment], 0.7))),
    place: at,
    phone: makePhone(at, random),
    mailPattern: random.weighted<MailPattern>({ 'first.last': 45, flast: 25, first_last: 10, firstl: 12, first: 8 }),
    parent: null,
  };
}

/** A company of its own under a parent: the same leading word and often the same website, in another trade and city. */
export function makeSubsidiary(parent: Company, serial: number, seed: number, random: Random): Company {
  const child = makeCompany(serial, seed, random);
  const lead = parent.brand.split(' ').slice(0, 2).join(' ');
  const trade = child.brand.split(' ').slice(2).join(' ');
  const region = random.pick(['Americas', 'Europe', 'Asia Pacific', 'Services', 'Nordic', 'Iberia']);
  return {
    ...child,
    brand: `${lead} ${trade} ${region}`,
    domain: random.chance(0.5) ? parent.domain : `${`${lead}${trade}${region}`.toLowerCase().replaceAll(' ', '')}.com`,
    phone: random.chance(0.3) ? parent.phone : child.phone,
    parent,
  };
}

/** Full name, in the order the country writes it: PT and CV before the name, Tbk and the rest after it. */
export function companyName(brand: string, legalForm: string): string {
  const [form = '', ...rest] = legalForm.split(' ');
  if (/^(PT|CV)/.test(form)) return [form, brand, ...rest].join(' ');
  return legalForm.startsWith(',') ? `${brand}${legalForm}` : `${brand} ${legalForm}`.trim();
}
