/** The forms of e-mail addresses, websites and postal codes: SQL that rules on several objects share. Letters of all scripts count: müller.de. */

const letter = 'a-z\\u0080-\\U0010ffff';
const label = `[0-9${letter}_]([0-9${letter}_-]*[0-9${letter}_])?`;
const domain = `(${label}[.])+([${letter}]{2,}|xn--[a-z0-9-]+)`;

export const isNoAddress = (email: string) => `${email} !~* '^[^][:space:]@,;:<>()"\\\\[]+@${domain}$'`;

export const isNoWebsite = (website: string) => `${website} !~* '^(https?://)?${domain}[.]?(:[0-9]+)?([/?#].*)?$'`;

/** As people write them: with the sign of the country before, CEDEX after, and blanks or dashes where they like. */
const postalCode = (code: string) =>
  `regexp_replace(regexp_replace(upper(${code}), '^[A-Z]{1,3}[ -]+(?=[0-9])', ''), ' CEDEX.*$', '')`;

export const isOfNoPlace = (code: string) =>
  `upper(${code}) !~ r.place_postal_pattern and ${postalCode(code)} !~ r.place_postal_pattern
    and regexp_replace(${postalCode(code)}, '[ -]', '', 'g') !~ r.place_postal_pattern`;
