/** What is known of somebody, by canonical field, into the values that a matching model compares. */
import { type CanonicalField, canonicalFields } from '../matcher/definition.ts';
import { email } from '../matcher/values/contact-point.ts';
import { personName } from '../matcher/values/name.ts';

/** What may be known of somebody. */
export const lookupFields = canonicalFields;

/** Who is looked for: any of the canonical fields, as a person or a file wrote them. */
export type Sought = Partial<Record<CanonicalField, string>>;

/** Fields of which one tells who somebody is; a city alone does not. */
const telling: Record<'person' | 'company', readonly CanonicalField[]> = {
  person: ['first_name', 'last_name', 'full_name', 'email', 'phone', 'external_id'],
  company: ['name', 'website', 'phone', 'external_id', 'email'],
};

export function isTelling(kind: 'person' | 'company', asked: Sought): boolean {
  return telling[kind].some((field) => (asked[field] ?? '').trim() !== '');
}

/** As the model of people reads it: a whole name in two. */
export function asPerson(asked: Sought): Sought {
  const { full_name: whole, ...rest } = asked;
  if (!whole || rest.first_name || rest.last_name) return rest;
  const { given, family, suffix } = personName(null, null, whole);
  const last = [family, suffix].filter((part) => part !== null).join(' ');
  return { ...rest, ...(given === null ? {} : { first_name: given }), ...(last === '' ? {} : { last_name: last }) };
}

/** The company of somebody: as written with them, and by the domain of their address unless anybody may have one there. */
export function asCompany({ company, name, website, email: address, ...rest }: Sought): Sought {
  const domain = website ?? email(address ?? null)?.companyDomain ?? undefined;
  const written = name ?? company;
  const { street, city, state, postal_code, country, phone, external_id } = rest;
  const known = { name: written, website: domain, street, city, state, postal_code, country, phone, external_id };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Sought;
}

/** What is known of where somebody works: their own telephone and id are not the company's. */
export function employerOf({ company, website, email: address, city, country }: Sought): Sought {
  return asCompany({
    ...(company === undefined ? {} : { company }),
    ...(website === undefined ? {} : { website }),
    ...(address === undefined ? {} : { email: address }),
    ...(city === undefined ? {} : { city }),
    ...(country === undefined ? {} : { country }),
  });
}
