/** What people write where they have nothing to write: the start of lists that admins may change, one for all objects, and the SQL that asks them. */
import { noneWords, typedWords, unknownWords } from '../src/model/blank-words.ts';

/** Written into a field that has no value. */
const wordsForNothing = [...unknownWords, ...noneWords];
const typed = [...typedWords, 'tests', 'testing', 'tbd', 'tba', 'tbc', 'x'];

/** Family names that nobody has. */
export const madeUpNames = [
  ...unknownWords,
  ...typed,
  'lastname',
  'last name',
  'surname',
  'family name',
  'nachname',
  'familienname',
  'nom de famille',
  'apellido',
  'sobrenome',
  'cognome',
  'achternaam',
  'no name',
  'noname',
  'no last name',
  'ohne namen',
  'sin nombre',
  'sin apellido',
  'sans nom',
  'sem nome',
  'lnu',
  'nobody',
  'anonymous',
  'anonym',
  'mustermann',
  'musterfrau',
  'user',
];
/** Companies that there are not. */
export const madeUpCompanies = [
  ...unknownWords,
  ...typed,
  'company',
  'company name',
  'no company',
  'test company',
  'test account',
  'testaccount',
  'test customer',
  'test lead',
  'demo account',
  'do not use',
  "don't use",
  'firma',
  'keine firma',
  'ohne firma',
  'testfirma',
  'test gmbh',
  'musterfirma',
  'nicht verwenden',
  'empresa',
  'sin empresa',
  'entreprise',
  'société',
  'azienda',
  'bedrijf',
];
/** Deals that are tries. */
export const madeUpDeals = [
  ...unknownWords,
  ...typed,
  'test deal',
  'test opp',
  'test opportunity',
  'opportunity',
  'new opportunity',
  'do not use',
  'delete me',
  'demo',
  'testverkaufschance',
  'bitte löschen',
];
/** Domains that nobody has an address at. */
export const madeUpDomains = [
  'test.com',
  'test.de',
  'test.org',
  'none.com',
  'noemail.com',
  'nomail.com',
  'no-email.com',
  'asdf.com',
  'na.com',
  'xxx.com',
];
/** Words that make an address up, before the @ and after it. */
export const madeUpMailboxes = [
  'test',
  'asdf',
  'noemail',
  'none',
  'na',
  'xxx',
  'a',
  'aa',
  'abc',
  'email',
  'name',
  'domain',
  'prueba',
  'correo',
];
/** Mailboxes that nobody reads, dots and dashes left out. */
export const unreadMailboxes = [
  'noreply',
  'donotreply',
  'noresponder',
  'nepasrepondre',
  'nichtantworten',
  'keineantwort',
  'noemail',
  'noemailaddress',
  'nomail',
  'notprovided',
  'keineemail',
  'keinemail',
  'sinemail',
  'sincorreo',
  'notienecorreo',
  'pasdemail',
  'senzaemail',
  'geenemail',
  'unknown',
  'unbekannt',
  'desconocido',
  'inconnu',
  'nobody',
  'none',
  'asdf',
  'asdfasdf',
  'qwerty',
];
/** Last seven digits of numbers that are made up. */
export const madeUpNumbers = ['0123456', '1234567', '2345678', '3456789', '4567890', '7654321', '6543210'];

const folded = (text: string) => `lower(btrim(${text}, ' .,;:!?*_-()[]"'''))`;

/** Whether the text is one of the words of a parameter, punctuation around it left out, or one letter or sign over and over. */
export const isOneOf = (text: string, parameter: string) =>
  `(${folded(text)} = any (${parameter}) or lower(${text}) = any (${parameter}) or ${text} ~* '^(x|z|[^A-Za-z\\u00aa-\\U0010ffff])\\1+$')`;

/** Of a rule about a value that may be missing. */
export const missingParameters = {
  words: {
    type: 'words' as const,
    description: 'Words that say that there is no value; a field with one of them counts as empty',
    default: wordsForNothing,
  },
};

/** Whether the text is missing: null, nothing but punctuation, or a word of the parameter `words`. */
export const isMissing = (text: string) =>
  `(${text} is null or ${text} !~ '[0-9A-Za-z\\u00aa-\\u1fff\\u2070-\\U0010ffff]' or ${folded(text)} = any (:words))`;

/** Whether it has no letter at all, of any script. */
export const hasNoLetter = (text: string) => `${text} !~ '[A-Za-z\\u00aa-\\U0010ffff]'`;

/** Whether an address is at a domain or of a mailbox that says nothing. Salesforce ends the addresses of a sandbox in ".invalid". */
export const isAddressMadeUp = (email: string) => `split_part(lower(${email}), '@', 2) = any (:domains)
    or (split_part(lower(${email}), '@', 1) = any (:names) and split_part(split_part(lower(${email}), '@', 2), '.', 1) = any (:names))
    or translate(split_part(split_part(lower(${email}), '@', 1), '+', 1), '.-_', '') = any (:mailboxes)
    or lower(${email}) ~ '[.]invalid$'`;

/** Parameters of such a rule. */
export const addressParameters = {
  domains: { type: 'words' as const, description: 'Domains that nobody has an address at', default: madeUpDomains },
  names: {
    type: 'words' as const,
    description: 'Words that make an address up, before the @ and after it',
    default: madeUpMailboxes,
  },
  mailboxes: {
    type: 'words' as const,
    description: 'Mailboxes that nobody reads, dots and dashes left out',
    default: unreadMailboxes,
  },
};

/** Years that a date of today's business can have. */
export const yearParameters = (what: string) => ({
  first_year: {
    type: 'number' as const,
    unit: 'years',
    default: 1990,
    min: 1900,
    max: 2100,
    description: `First year ${what} may be in`,
  },
  years_ahead: {
    type: 'number' as const,
    unit: 'years',
    default: 10,
    min: 1,
    max: 100,
    description: `Years ahead ${what} may be`,
  },
});

export const isOutOfYears = (...dates: string[]) =>
  dates
    .map(
      (date) =>
        `extract(year from ${date}) < :first_year or extract(year from ${date}) > extract(year from :today) + :years_ahead`,
    )
    .join(' or ');
