/** One value of one FieldKind into the columns it is matched by. */
import type { FieldKind } from '../../model/entity.ts';
import { city, postalCode, street } from './address.ts';
import { companyName } from './company-name.ts';
import { email, phone, website } from './contact-point.ts';
import { personName } from './name.ts';
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
      return city(value);
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

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/**
 * `19560409`, `1956/4/9`, `9.4.1956`, `9 Apr 1956` and `1956-04-09T…` -> `1956-04-09`. Where day and month cannot be told
 * apart the day is taken to come first, the same for every row; the comparison knows swapped ones. Else folded.
 */
function standardDate(value: string | null): string | null {
  const text = clean(value);
  if (!text) return null;
  const date = (year = '', month = '', day = ''): string | null => {
    const [m, d] = Number(month) > 12 ? [day, month] : [month, day];
    const found = `${year}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
    return found === '1900-01-01' || found === '0000-00-00' ? null : found;
  };
  const first = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ].*)?$/.exec(text);
  if (first) return date(first[1], first[2], first[3]);
  const last = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ].*)?$/.exec(text);
  if (last) return date(last[3], last[2], last[1]);
  const named = /^(?:(\d{1,2})[ -])?([a-z]{3})[a-z]*\.?[ -](?:(\d{1,2})(?:st|nd|rd|th)?,? )?(\d{4})$/i.exec(text);
  const month = named ? monthNames.indexOf((named[2] ?? '').toLowerCase()) + 1 : 0;
  if (named && month > 0) return date(named[4], String(month), named[1] ?? named[3] ?? '1');
  return fold(text);
}
