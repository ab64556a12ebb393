/** One value of one FieldKind into the columns it is matched by. */
import type { FieldKind } from '../../model/entity.ts';
import { postalCode, street } from './address.ts';
import { companyName } from './company-name.ts';
import { email, phone, website } from './contact-point.ts';
import { formalName, personName } from './name.ts';
import { clean, fold } from './text.ts';

/**
 * The standardised value, null when blank, a placeholder or not of the kind. Company names lose their legal form,
 * given names keep their spelling (see formalName for nicknames).
 * @param country of the record, as typed; decides how a phone number is read.
 */
export function standardValue(kind: FieldKind, value: string | null, country: string | null = null): string | null {
  switch (kind) {
    case 'given-name':
      return personName(value, null).given;
    case 'family-name':
      return personName('x', value).family;
    case 'email':
      return email(value)?.address ?? null;
    case 'phone':
      return phone(value, country)?.number ?? null;
    case 'website':
      return website(value);
    case 'company-name':
      return companyName(value).core;
    case 'street':
      return street(value);
    case 'postal-code':
      return postalCode(value);
    case 'date':
      return standardDate(value);
    case 'id':
      return clean(value)?.toLowerCase() ?? null;
    case 'number':
      return numberText(value);
    case 'full-name':
    case 'city':
    case 'state':
    case 'country':
    case 'title':
    case 'text':
      return fold(value);
  }
}

function numberText(value: string | null): string | null {
  const text = clean(value)?.replace(/[\s,]/g, '');
  return text && Number.isFinite(Number(text)) ? String(Number(text)) : null;
}

/** `19560409`, `1956/4/9` and `1956-04-09T…` -> `1956-04-09`; other orders of the parts are left as they are, folded. */
function standardDate(value: string | null): string | null {
  const text = clean(value);
  if (!text) return null;
  const parts = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ].*)?$/.exec(text);
  if (!parts) return fold(text);
  const [, year, month = '', day = ''] = parts;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return date === '1900-01-01' || date === '0000-00-00' ? null : date;
}

/** What a person is matched by. */
export type PersonColumns = {
  first: string | null;
  formal: string | null;
  last: string | null;
  suffix: string | null;
};

export function personColumns(first: string | null, last: string | null, full: string | null): PersonColumns {
  const { given, family, suffix } = personName(first, last, full);
  return { first: given, formal: given && formalName(given), last: family, suffix };
}
