/** One record as its source spells it into the row of columns that blocking and comparison read. */
import { companyName } from '../standardise/company-name.ts';
import { email, phone, website } from '../standardise/contact-point.ts';
import { skeleton } from '../standardise/text.ts';
import { personColumns, standardValue } from '../standardise/values.ts';
import type { FieldKind } from '../../model/entity.ts';

/** Canonical fields the matcher reads; everything else a record carries is left alone. */
export const canonicalFields = [
  'first_name',
  'last_name',
  'full_name',
  'email',
  'phone',
  'company',
  'title',
  'street',
  'city',
  'state',
  'postal_code',
  'country',
  'birth_date',
  'website',
  'name',
  'external_id',
] as const;
export type CanonicalField = (typeof canonicalFields)[number];
export type MatchEntity = 'person' | 'company';

/** A record as typed. `extra` holds columns the canonical model doesn't know, standardised by their own kind. */
export type MatchRecord = {
  id: string;
  values: Partial<Record<CanonicalField, string | null>>;
  extra?: (string | null)[];
};

export const rowColumns = [
  'first',
  'formal',
  'last',
  'suffix',
  'email',
  'local',
  'domain',
  'phone',
  'company',
  'form',
  'street',
  'city',
  'state',
  'postal_code',
  'birth_date',
  'title',
  'external_id',
] as const;
export type Row = Record<(typeof rowColumns)[number], string | null>;

export function matchRow(entity: MatchEntity, record: MatchRecord): Row {
  const { values } = record;
  const value = (field: CanonicalField): string | null => values[field] ?? null;
  const standard = (kind: FieldKind, field: CanonicalField) => standardValue(kind, value(field), value('country'));
  const address = email(value('email'));
  const firm = companyName(entity === 'company' ? (value('name') ?? value('company')) : value('company'));
  const person = personColumns(value('first_name'), value('last_name'), value('full_name'));
  return {
    ...person,
    email: address && !address.isRole ? address.address : null,
    local: address && !address.isRole ? address.local : null,
    domain: website(value('website')) ?? address?.companyDomain ?? null,
    phone: phone(value('phone'), value('country'))?.number ?? null,
    company: firm.core,
    form: firm.form,
    street: standard('street', 'street'),
    city: standard('city', 'city'),
    state: standard('state', 'state'),
    postal_code: standard('postal-code', 'postal_code'),
    birth_date: standard('date', 'birth_date'),
    title: standard('title', 'title'),
    external_id: standard('id', 'external_id'),
  };
}

/** Blocking keys by rule; a rule without all its parts gives none. The order is the order in which a pair is credited. */
export function blockingKeys(entity: MatchEntity, row: Row): [rule: string, key: string][] {
  const keys: [string, string][] = [];
  const add = (rule: string, ...parts: (string | null | undefined)[]) => {
    if (parts.every(Boolean)) keys.push([rule, parts.join('|')]);
  };
  const number = row.street?.match(/\d+/)?.[0];
  add('external_id', row.external_id);
  add('email', row.email);
  add('phone', row.phone);
  if (entity === 'person') {
    // Either order: a swapped name has the same key.
    if (row.first && row.last) add('name', [skeleton(row.formal ?? row.first), skeleton(row.last)].sort().join(' '));
    else add('name', row.first ?? row.last);
    add('local', row.local);
    add('family name and initial', row.last, row.first?.[0]);
    add('given name and company', row.formal, row.company);
    add('family name and domain', row.last, row.domain);
    add('given name and domain', row.formal, row.domain);
    add('birth date', row.birth_date);
    add('given name and birth year', row.formal, row.birth_date?.slice(0, 4));
    add('given name and city', row.formal, row.city);
    add('family name and postal code', row.last, row.postal_code);
    add('given name and postal code', row.formal, row.postal_code);
    add('house', number, row.postal_code ?? row.city);
  } else {
    add('domain', row.domain);
    const words = row.company?.split(' ') ?? [];
    add('name', row.company && skeleton(row.company));
    add('words', words.length > 1 ? words.toSorted().slice(0, 2).join(' ') : null);
    add('first words', words.length > 1 ? words.slice(0, 2).join(' ') : words[0]);
    add('start and city', row.company?.slice(0, 4), row.city);
    add('start and postal code', row.company?.slice(0, 3), row.postal_code);
    add('word and city', words[1] && words[1].length > 3 ? words[1] : null, row.city);
    add('house', number, row.postal_code ?? row.city);
    add('start', row.company?.slice(0, 6));
  }
  return keys;
}
