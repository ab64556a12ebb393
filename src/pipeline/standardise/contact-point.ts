/** E-mail addresses, phone numbers and web sites into the one spelling that reaches them. */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import { getDomain } from 'tldts';
import { clean } from './text.ts';

const freeMail = new Set(
  'gmail.com googlemail.com yahoo.com ymail.com hotmail.com outlook.com live.com msn.com aol.com icloud.com me.com mac.com gmx.com gmx.de gmx.net web.de mail.com mail.ru yandex.ru proton.me protonmail.com qq.com 163.com 126.com comcast.net verizon.net att.net sbcglobal.net yahoo.co.id yahoo.co.uk yahoo.fr orange.fr free.fr libero.it t-online.de zoho.com rocketmail.com'.split(
    ' ',
  ),
);
/** Of a provider at which anybody may have a mailbox. */
export const isFreeMail = (host: string): boolean => freeMail.has(host);
const roles = new Set(
  'info sales support admin office contact hello mail marketing hr help billing accounts team enquiries service noreply no-reply postmaster webmaster jobs'.split(
    ' ',
  ),
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

const countryCodes = new Map<string, CountryCode>([
  ['united states', 'US'],
  ['usa', 'US'],
  ['united kingdom', 'GB'],
  ['uk', 'GB'],
  ['germany', 'DE'],
  ['deutschland', 'DE'],
  ['indonesia', 'ID'],
  ['france', 'FR'],
  ['japan', 'JP'],
  ['australia', 'AU'],
  ['canada', 'CA'],
  ['singapore', 'SG'],
  ['malaysia', 'MY'],
  ['mexico', 'MX'],
  ['spain', 'ES'],
  ['italy', 'IT'],
  ['netherlands', 'NL'],
  ['brazil', 'BR'],
  ['india', 'IN'],
]);

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
  const name = country?.toLowerCase().trim() ?? '';
  const code = countryCodes.get(name) ?? (/^[a-z]{2}$/.test(name) ? (name.toUpperCase() as CountryCode) : 'US');
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
