/** What forms, spreadsheets and admins did to a value, undone: HTML entities, `.0` and exponents of numbers, several values in one cell, markers. */

/** Of the letters from U+00A0 on, as HTML 4 names them. */
const latinEntities =
  `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil
  sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc
  Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml
  aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute
  ucirc uuml yacute thorn yuml`.split(/\s+/);
/** Names of characters; `standard.undone` in the database has the same. */
export const entities: ReadonlyMap<string, string> = new Map([
  ...latinEntities.map((name, at) => [name, String.fromCharCode(0xa0 + at)] as const),
  ...Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
  }),
  ...Object.entries({ ldquo: '“', rdquo: '”', hellip: '…', euro: '€', trade: '™', bull: '•' }),
]);
const entity = /&(?:#(\d{2,6})|#x([\da-f]{2,6})|([a-z]+\d*));/gi;

/** `Kettle &amp; Pine` -> `Kettle & Pine`, also where it was done twice. */
export function withoutEntities(value: string): string {
  return value.includes('&') ? decoded(decoded(value)) : value;
}

const decoded = (value: string): string =>
  value.replace(entity, (whole, decimal?: string, hex?: string, name = '') => {
    if (name !== '') return entities.get(name) ?? entities.get(name.toLowerCase()) ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex as string, 16);
    return code < 0x20 || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff ? whole : String.fromCodePoint(code);
  });

/**
 * A number that a spreadsheet kept as one: `4155550172.0` and `4.155550172E+09` -> `4155550172`. Null where the digits are gone, as
 * of `4.15555E+09`. Anything else stays.
 */
export function withoutSheet(value: string): string | null {
  // Of three digits it may be one with a separator of thousands.
  const found = /^\s*'?(\+?\d{4,})[.,]0+\s*$/.exec(value);
  if (found) return found[1] as string;
  const power = /^\s*\+?(\d)(?:[.,](\d+))?e\+?(\d{1,2})\s*$/i.exec(value);
  if (!power) return value;
  const [, first = '', rest = '', exponent] = power;
  return rest.length === Number(exponent) ? first + rest : null;
}

/** The values of a cell that may hold several, in their order. */
export const severalOf = (value: string): string[] =>
  value.split(/\s*(?:[;|\n\r]|,\s|\s\/\s|\s(?:or|oder|ou|und|and)\s)\s*/);

// What admins write at a name to say that the record is not to be used.
const words = [
  "do not (?:use|contact|call|delete|touch|merge)|don'?t use|dnu",
  'duplicated?(?: (?:record|account|of))?|dupe?|possible duplicate|dublette|doublon|duplicado',
  'old|inactive|in-?active|obsolete|archived?|deprecated|defunct|closed|merged|retired|delete(?:d|me)?|to be deleted|to delete|to merge',
  'out of business|ceased trading|invalid|bad data|test(?: account| record)?|nicht (?:verwenden|benutzen)|inaktiv|alt|ne pas utiliser|inactif|no usar|inactivo|antiguo',
].join('|');
/** In brackets or set off by a dash, a colon, an asterisk or the like at either end. A space after a dash: `Old-World Foods` is a name. */
export const marker = [
  `^\\s*[[({*<#]+\\s*(?:${words})\\s*[\\])}*>#]+\\s*[-–—:_]*\\s*`,
  `\\s*[-–—:_]*\\s*[[({*<#]+\\s*(?:${words})\\s*[\\])}*>#]+\\s*$`,
  `^\\s*(?:${words})\\s*(?:\\s[-–—]+\\s|[-–—]\\s+|:|[*_!]+)\\s*`,
  `\\s*(?:\\s[-–—]+\\s*|[:*_!]+\\s*|,\\s+)(?:${words})\\s*[*!]*\\s*$`,
  `^\\s*(?:do not (?:use|contact|call|delete|touch)|don'?t use)\\s+`,
  `\\s+(?:do not (?:use|contact|call|delete|touch)|don'?t use)\\s*$`,
  '^\\s*z{2,}\\s*[-–—_:.]+\\s*|^\\s*z{3,}\\s*',
  '^\\s*x{2,}[-–—_:.]+\\s*',
].join('|');
const markers = new RegExp(marker, 'gi');

/** `DO NOT USE - Thornapple Dairy` -> `Thornapple Dairy`; a name that is nothing else stays. */
export function withoutMarker(value: string): string {
  const left = value.replace(markers, '');
  return left.trim() === '' ? value : left;
}
