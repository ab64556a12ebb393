/** Phone numbers as people write them: SQL that the rules on phones of several objects share. */

const digits = (phone: string) => `regexp_replace(${phone}, '[^0-9]', '', 'g')`;
const anyOf = (phones: readonly string[], text: (phone: string) => string) =>
  phones.map((phone) => `(${text(phone)})`).join(' or ');

/** An extension is no part of the number: "x 123", "ext. 123", "Durchwahl 12". */
const extension =
  '[ ,;/(]*(extension|ext|extn|x|durchwahl|dw|poste|anexo|ramal|interno|toestel|#)[.:]? *[0-9]{1,6}[ )]*$';
/** Words in place of digits, which only free numbers have: 1-800-FLOWERS. */
const inWords = '^[+]?[01]?[ .(-]*(8[0-9]{2}|1[38]00)[ .)-]+[0-9]*[0-9a-z -]*[a-z]{3,}[0-9a-z -]*$';

/** Whether one of the columns has too few or too many digits to be a number. Few have letters, and few are asked for them. */
export const isWrongLength = (...phones: string[]) =>
  anyOf(
    phones,
    (phone) => `case when ${phone} !~* '[a-z#]' then length(${digits(phone)}) not between 7 and 15
    else length(${digits(`regexp_replace(${phone}, '${extension}', '', 'i')`)}) not between 7 and 15 and ${phone} !~* '${inWords}' end`,
  );

export const hasDigits = (...phones: string[]) => anyOf(phones, (phone) => `length(${digits(phone)}) >= 7`);

/** Whether one of them ends in one digit seven times or in `:numbers`, or is two or three digits over and over. */
export const isMadeUp = (...phones: string[]) =>
  anyOf(
    phones,
    (phone) => `right(${digits(phone)}, 7) = any (:numbers) or ${phone} ~ '([0-9])([^0-9]*\\1){6}[^0-9]*$'
    or ${digits(phone)} ~ '^(([0-9]{2})\\2{3,}|([0-9]{3})\\3{2,})[0-9]?$'`,
  );

/** Whether it says its country, and the country of the record is known. Zeros alone, and numbers of no country, say none. */
export const saysCountry = (phone: string) =>
  `${phone} ~ '^[^0-9+]*([+]|00)[^0-9]*[1-9]' and ${phone} !~ '^[^0-9+]*([+]|00)[^0-9]*(8[^0-9]*(0[^0-9]*[08]|7[^0-9]*[08]|8[^0-9]*[1238])|9[^0-9]*7[^0-9]*9)'
    and r.place_calling_code is not null`;

export const isOfAnotherCountry = (phone: string) =>
  `not starts_with(regexp_replace(regexp_replace(${phone}, '^[^0-9+]*00', '+'), '[^0-9+]', '', 'g'), '+' || r.place_calling_code)`;
