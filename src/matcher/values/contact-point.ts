/** E-mail addresses, phone numbers and web sites into the one spelling that reaches them. */
import providers from 'email-providers/all.json' with { type: 'json' };
import { domainToASCII } from 'node:url';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { getDomain } from 'tldts';
import { countryCode } from './country.ts';
import { PlainPhone } from './plain-phone.ts';
import { ownSite } from './platform.ts';
import { severalOf, withoutSheet } from './spelling.ts';
import { clean } from './text.ts';

/** What the list of the library lacks. */
const moreFreeMail =
  'cbn.net.id chello.at citromail.hu fastmail.com hey.com in.com mweb.co.za otenet.gr pacific.net.sg streamyx.com telkomsa.net tm.net.my tutanota.com tuta.com vsnl.com ziggo.nl';
const freeMail = new Set([...providers, ...moreFreeMail.split(' ')]);
/** Of a provider at which anybody may have a mailbox. */
export const isFreeMail = (host: string): boolean => freeMail.has(host);
/** Mailboxes of an office, not of a person: English, then German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish, Indonesian. */
const roles = new Set(
  `info sales support admin office contact hello mail marketing hr help billing accounts team enquiries enquiry
  inquiries inquiry service services noreply no-reply no_reply donotreply do-not-reply postmaster hostmaster webmaster
  jobs careers recruiting recruitment accounting accountspayable finance invoice invoices payments payroll orders
  reception frontdesk booking bookings reservations feedback customerservice customercare helpdesk legal press media
  newsletter partners procurement purchasing operations abuse privacy security administrator administration general
  kontakt verkauf vertrieb buchhaltung rechnung rechnungen einkauf bewerbung personal zentrale buero sekretariat
  poststelle empfang
  accueil secretariat commercial comptabilite facturation achats ventes direction recrutement
  ventas contacto compras recepcion administracion facturacion contabilidad atencion
  vendas contato financeiro atendimento comercial faturamento recepcao
  amministrazione segreteria vendite acquisti commerciale informazioni
  verkoop inkoop kantoor administratie klantenservice boekhouding
  biuro sprzedaz faktury ksiegowosc
  bilgi iletisim satis muhasebe
  layanan pemasaran penjualan keuangan humas`.split(/\s+/),
);

export type Email = {
  address: string;
  local: string;
  /** Registrable domain, null for free mail: evidence of a company. */
  companyDomain: string | null;
  /** info@, sales@ ...: shared, so no evidence of one person. */
  isRole: boolean;
};

/** Lower case, plus-tag off, Gmail dots off. Null when it is not an address or a placeholder. Of several the first that is one. */
export function email(value: string | null): Email | null {
  const text = clean(value)?.toLowerCase();
  if (text === undefined) return null;
  const inside = /<([^<>@]+@[^<>@]+)>/.exec(text)?.[1];
  if (inside !== undefined) return oneEmail(inside);
  if (text.indexOf('@') === text.lastIndexOf('@') && !/[;,|]/.test(text)) return oneEmail(text);
  for (const one of text.split(/\s*[;,|]\s*|\s+(?=\S*@)|\/+(?=[^/]*@)/)) {
    const found = one.includes('@') ? oneEmail(one) : null;
    if (found) return found;
  }
  return null;
}

function oneEmail(whole: string): Email | null {
  const text = whole
    .replace(/^mailto:/, '')
    .replace(/\s/g, '')
    .replace(/[;,]+$/, '');
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1) return null;
  const found = mailHost(text.slice(at + 1));
  const tagged = text.slice(0, at).replace(/\+.*$/, '');
  const local = found?.dropsDots ? tagged.replace(/\./g, '') : tagged;
  if (!found || nobody.test(local)) return null;
  const { host, companyDomain } = found;
  return { address: `${local}@${host}`, local, companyDomain, isRole: roles.has(local) };
}

const nobody = /^(test|none|na|noemail|nomail|unknown|asdf|x+)$/;

/** Whether a mailbox of this name is one person's, not an office's or a placeholder. */
export const isOnesOwn = (local: string): boolean => !roles.has(local) && !nobody.test(local);

export type MailHost = {
  host: string;
  /** As of an Email. */
  companyDomain: string | null;
  /** Dots before the @ mean nothing. */
  dropsDots: boolean;
};

/** What stands behind the @, in lower case. Null when it is a placeholder. */
export function mailHost(text: string): MailHost | null {
  const dotless = text.replace(/\.$/, '');
  // Müllerei-Süd and xn--mllerei-sd-9dbi are one host.
  const plain = /^[ -~]*$/.test(dotless) ? dotless : domainToASCII(dotless) || dotless;
  const host = plain === 'googlemail.com' ? 'gmail.com' : plain;
  if (/^(example|test|none|noemail|email)\./.test(host)) return null;
  const companyDomain = freeMail.has(host) ? null : (getDomain(host) ?? host);
  return { host, companyDomain, dropsDots: host === 'gmail.com' };
}

const plain = new PlainPhone();

/** E.164 where the country is known or the number starts with +, else US is tried; else digits. Extension apart. Of several the first. */
export function phone(
  value: string | null,
  country: string | null = null,
): { number: string; extension: string | null } | null {
  const whole = clean(value);
  const text = whole === null ? null : withoutSheet(firstPhone(whole));
  if (!text) return null;
  const code = countryOfPhone(country);
  const bytes = Buffer.from(text);
  const kind = plain.read(bytes, 0, bytes.length, code);
  if (kind === 'nobody') return null;
  if (kind === 'read')
    return { number: String.fromCharCode(...plain.number.subarray(0, plain.length)), extension: null };
  const digits = text.replace(/\D/g, '');
  if (
    digits.length < 6 ||
    /^(\d)\1+$/.test(digits.slice(-7)) ||
    /^1?(\d)\1{9}$/.test(digits) ||
    digits === '1234567890'
  ) {
    return null;
  }
  const parsed = parsePhoneNumberFromString(text, code);
  if (parsed?.isPossible()) return { number: parsed.number, extension: parsed.ext ?? null };
  return { number: digits, extension: null };
}

/** `(415) 555-0172 / 555-0199`: the first, if it has the digits of a number. */
function firstPhone(text: string): string {
  if (!/[;|,/]|\s(?:or|oder|ou|and|und)\s/.test(text)) return text;
  const [first = text] = severalOf(text);
  return first.replace(/\D/g, '').length >= 7 ? first : text;
}

/** The country whose numbers stand without a calling code. */
export const countryOfPhone = (country: string | null): CountryCode =>
  (country === null ? null : countryCode(country)) ?? 'US';

/**
 * Registrable domain, `https://shop.acme.co.uk/x` -> `acme.co.uk`; at a platform its own place there (platform.ts). Null for free
 * mail, a platform as such and anything that is no host. Of several the first.
 */
export function website(value: string | null): string | null {
  const text = clean(value)?.toLowerCase();
  if (!text) return null;
  for (const one of text.split(/[;,|\s]+/)) {
    const domain = ownSite(one);
    if (domain !== null && !freeMail.has(domain) && !domain.startsWith('example.')) return domain;
  }
  return null;
}
