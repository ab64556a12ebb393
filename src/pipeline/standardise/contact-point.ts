/** E-mail addresses, phone numbers and web sites into the one spelling that reaches them. */
import providers from 'email-providers/all.json' with { type: 'json' };
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { getDomain } from 'tldts';
import { countryCode } from './country.ts';
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

/** Lower case, plus-tag off, Gmail dots off. Null when it is not an address or a placeholder. */
export function email(value: string | null): Email | null {
  const text = clean(value)
    ?.toLowerCase()
    .replace(/^mailto:/, '')
    .replace(/\s/g, '');
  const at = text?.lastIndexOf('@') ?? -1;
  if (!text || at < 1 || at === text.length - 1) return null;
  let local = text.slice(0, at).replace(/\+.*$/, '');
  let domain = text.slice(at + 1).replace(/\.$/, '');
  if (domain === 'googlemail.com') domain = 'gmail.com';
  if (domain === 'gmail.com') local = local.replace(/\./g, '');
  if (
    /^(test|none|na|noemail|nomail|unknown|asdf|x+)$/.test(local) ||
    /^(example|test|none|noemail|email)\./.test(domain)
  ) {
    return null;
  }
  const isFree = freeMail.has(domain);
  return {
    address: `${local}@${domain}`,
    local,
    companyDomain: isFree ? null : (getDomain(domain) ?? domain),
    isRole: roles.has(local),
  };
}

/** National numbers without their 0, of the commonest lengths, that stay as they are behind the country's calling code. */
const plans = new Map<string, { calling: string; national: RegExp }>(
  (
    [
      ['GB', '44', /^[1237]\d{9}$/],
      ['DE', '49', /^[2-9]\d{6,9}$/],
      ['FR', '33', /^[1-9]\d{8}$/],
      ['AU', '61', /^[23478]\d{8}$/],
      ['ID', '62', /^[2-9]\d{7,9}$/],
    ] as const
  ).map(([code, calling, national]) => [code, { calling, national }]),
);
const plansByCalling = new Map([...plans.values()].map((plan) => [plan.calling, plan]));

/** What the library would answer, for the commonest forms: parsing costs some 20 times this. Null where it is to be asked. */
function plainNumber(text: string, code: CountryCode): string | null {
  if (!/^(?:\+|0)\d(?:[ .-]?\d)*$/.test(text)) return null;
  const bare = text.replace(/[ .-]/g, '');
  const isWhole = bare.startsWith('+');
  const plan = isWhole ? plansByCalling.get(bare.slice(1, 3)) : plans.get(code);
  const national = bare.slice(isWhole ? 3 : 1);
  return plan?.national.test(national) ? `+${plan.calling}${national}` : null;
}

/** E.164 where the country is known or the number starts with +, else US is tried; else digits. Extension apart. */
export function phone(
  value: string | null,
  country: string | null = null,
): { number: string; extension: string | null } | null {
  const text = clean(value);
  if (!text) return null;
  const north = /^(?:\+?1[ .-]?)?\(?([2-9]\d\d)\)?[ .-]?([2-9]\d\d)[ .-]?(\d{4})$/.exec(text);
  if (north && (country === null || /^(?:us|usa|united states|canada|ca)$/i.test(country))) {
    // The commonest form by far, and what the library would answer; parsing costs some 30 times this.
    const digits = `${north[1]}${north[2]}${north[3]}`;
    return /(\d)\1{6}$/.test(digits) ? null : { number: `+1${digits}`, extension: null };
  }
  const code = (country === null ? null : countryCode(country)) ?? 'US';
  const digits = text.replace(/\D/g, '');
  if (
    digits.length < 6 ||
    /^(\d)\1+$/.test(digits.slice(-7)) ||
    /^1?(\d)\1{9}$/.test(digits) ||
    digits === '1234567890'
  ) {
    return null;
  }
  const plain = plainNumber(text, code);
  if (plain !== null) return { number: plain, extension: null };
  const parsed = parsePhoneNumberFromString(text, code);
  if (parsed?.isPossible()) return { number: parsed.number, extension: parsed.ext ?? null };
  return { number: digits, extension: null };
}

/** Registrable domain, `https://shop.acme.co.uk/x` -> `acme.co.uk`; null for free mail and anything that is no host. */
export function website(value: string | null): string | null {
  const text = clean(value)?.toLowerCase();
  const domain = text ? getDomain(text) : null;
  return domain && !freeMail.has(domain) && !domain.startsWith('example.') ? domain : null;
}
