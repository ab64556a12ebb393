/** What is known of countries, by the names people write: code, calling code and the shape of postal codes, as a table to join. */
import { createHash } from 'node:crypto';
import countries from 'i18n-iso-countries';
import { type CountryCode, getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js';
import { POSTCODE_REGEXES } from 'postcode-validator/lib/cjs/postcode-regexes.js';
import sql from 'sql-template-tag';
import type { Queryable } from '../db/connect.ts';

type Place = { name: string; code: string; calling_code: string | null; postal_pattern: string | null };

/** Languages that CRM records name countries in. */
const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'pl', 'ja'];
/** What people write and no list of names has. */
const also: Record<string, string> = {
  uk: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  usa: 'US',
  'u.s.': 'US',
  'u.s.a.': 'US',
  holland: 'NL',
};

/** One row a name; a name of two countries is of none. */
export const places: readonly Place[] = placesOf();
/** Verdicts by another table may be others. */
export const placesHash = createHash('sha256').update(JSON.stringify(places)).digest('hex').slice(0, 16);

function placesOf(): Place[] {
  const codes = Object.keys(countries.getAlpha2Codes());
  const codesOf = new Map<string, Set<string>>();
  const say = (name: string, code: string) => {
    const key = name.trim().toLowerCase();
    codesOf.set(key, (codesOf.get(key) ?? new Set()).add(code));
  };
  for (const code of codes) {
    say(code, code);
    say(countries.alpha2ToAlpha3(code) ?? code, code);
    for (const language of languages)
      for (const name of countries.getName(code, language, { select: 'all' }) ?? []) say(name, code);
  }
  for (const [name, code] of Object.entries(also)) say(name, code);
  return [...codesOf]
    .flatMap(([name, [code, ...others]]) => (others.length > 0 ? [] : [{ name, code: code! }]))
    .map(({ name, code }) => ({
      name,
      code,
      calling_code: isSupportedCountry(code) ? getCountryCallingCode(code as CountryCode) : null,
      postal_pattern: patternOf(code),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function patternOf(code: string): string | null {
  const source = POSTCODE_REGEXES.get(code as never)?.source;
  // Separators are left out as often as not, and are no fault.
  return source?.replaceAll(/\[\\-\]\??|[- ](?![^[]*\])/g, '[ -]?') ?? null;
}

const filled = new WeakSet<object>();

/**
 * Once a process, so that a new version of the lists takes hold.
 * @param db whose word is remembered
 * @param write a transaction of its own in it: objects are judged side by side, and none sees what another has not committed
 */
export async function ensurePlaces(db: object, write: (work: (tx: Queryable) => Promise<void>) => Promise<void>) {
  if (filled.has(db)) return;
  await write(async (tx) => {
    await tx.query(sql`/* score.places */ insert into quality.place as p (name, code, calling_code, postal_pattern)
    select name, code, calling_code, postal_pattern from jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
      r (name text, code text, calling_code text, postal_pattern text)
    on conflict (name) do update set code = excluded.code, calling_code = excluded.calling_code, postal_pattern = excluded.postal_pattern
      where (p.code, p.calling_code, p.postal_pattern) is distinct from (excluded.code, excluded.calling_code, excluded.postal_pattern)`);
  });
  filled.add(db);
}
