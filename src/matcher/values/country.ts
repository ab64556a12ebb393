/** A country as people type it - in their language, short, or as a code - into its ISO 3166 code. */
import countries from 'i18n-iso-countries/index.js';
import de from 'i18n-iso-countries/langs/de.json' with { type: 'json' };
import en from 'i18n-iso-countries/langs/en.json' with { type: 'json' };
import es from 'i18n-iso-countries/langs/es.json' with { type: 'json' };
import fr from 'i18n-iso-countries/langs/fr.json' with { type: 'json' };
import id from 'i18n-iso-countries/langs/id.json' with { type: 'json' };
import it from 'i18n-iso-countries/langs/it.json' with { type: 'json' };
import ja from 'i18n-iso-countries/langs/ja.json' with { type: 'json' };
import ko from 'i18n-iso-countries/langs/ko.json' with { type: 'json' };
import nl from 'i18n-iso-countries/langs/nl.json' with { type: 'json' };
import pl from 'i18n-iso-countries/langs/pl.json' with { type: 'json' };
import pt from 'i18n-iso-countries/langs/pt.json' with { type: 'json' };
import ru from 'i18n-iso-countries/langs/ru.json' with { type: 'json' };
import sv from 'i18n-iso-countries/langs/sv.json' with { type: 'json' };
import tr from 'i18n-iso-countries/langs/tr.json' with { type: 'json' };
import zh from 'i18n-iso-countries/langs/zh.json' with { type: 'json' };
import { isSupportedCountry, type CountryCode } from 'libphonenumber-js';
import { fold } from './text.ts';

/** A name that two countries share in two languages is the first one's. */
const languages = [en, de, fr, es, pt, it, nl, id, sv, pl, tr, ru, ja, ko, zh];

/** What is said where the register of countries has another name. */
const spoken = {
  america: 'US',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  holland: 'NL',
  korea: 'KR',
} as const;

function everyName(): Map<string, CountryCode> {
  const found = new Map<string, CountryCode>(Object.entries(spoken));
  const note = (name: string, code: string) => {
    const folded = fold(name);
    if (folded !== null && !found.has(folded) && isSupportedCountry(code)) found.set(folded, code);
  };
  for (const [three, code] of Object.entries(countries.getAlpha3Codes())) {
    note(three, code);
    note(code, code);
  }
  for (const { countries: names } of languages) {
    for (const [code, spellings] of Object.entries(names)) for (const name of [spellings].flat()) note(name, code);
  }
  return found;
}

let known: Map<string, CountryCode> | undefined;

/** @returns null where no country goes by that name or code */
export function countryCode(country: string): CountryCode | null {
  known ??= everyName();
  return known.get(fold(country) ?? '') ?? null;
}
