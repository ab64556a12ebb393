/** The columns of somebody's list into canonical fields: by what was said, else by their names, else by what stands in them. */
import { type CanonicalField, canonicalFields } from '../definition.ts';
import { DomainError } from '../../model/errors.ts';

/** By canonical field: the place of its column. */
export type Mapping = Partial<Record<CanonicalField, number>>;

/** Names that lists give their columns, without case, blanks and signs; the first that is there counts. */
const names: Record<CanonicalField, string> = {
  first_name:
    'firstname givenname givennames forename first vorname prenom nombre nombres nome primeironome voornaam imie ad adi fornamn fornavn',
  last_name:
    'lastname surname familyname last nachname familienname nom nomdefamille apellido apellidos cognome sobrenome achternaam nazwisko soyad soyadi efternamn etternavn efternavn',
  full_name:
    'fullname contactname leadname personname attendee attendeename surnamegiven nachnamevorname nomprenom apellidosnombre nomecompleto nombrecompleto imieinazwisko adsoyad adisoyadi naam namn navn name',
  email:
    'email emailaddress mail workemail businessemail primaryemail emailadresse adressemail correo correoelectronico courriel eposta epost adresemail mailadresse',
  phone:
    'phone phonenumber mobile mobilephone cell cellphone telephone tel workphone directphone businessphone telefon telefonnummer telefono telefone telefoon celular handy numertelefonu',
  company:
    'company companyname account accountname companyaccount organization organisation employer firma unternehmen societe entreprise raisonsociale empresa azienda ragionesociale bedrijf sirket foretag',
  title: 'title jobtitle position role function jobfunction titel funktion cargo puesto fonction',
  street:
    'street streetaddress address address1 addressline1 mailingstreet billingstreet strasse anschrift adresse direccion rue rua endereco indirizzo via calle straat adres ulica gata gateadresse',
  city: 'city town mailingcity billingcity stadt ort wohnort ville ciudad poblacion cidade citta comune plaats woonplaats miasto sehir by',
  state: 'state stateprovince province region mailingstate billingstate bundesland provincia estado wojewodztwo',
  postal_code:
    'postalcode zip zipcode zippostalcode postcode mailingpostalcode billingpostalcode plz postleitzahl codepostal cp codigopostal cep cap kodpocztowy postakodu postnummer',
  country: 'country countryregion mailingcountry billingcountry land pays pais paese kraj ulke',
  birth_date:
    'birthdate dateofbirth dob birthday born geburtsdatum geburtstag datedenaissance fechadenacimiento datadenascimento datadinascita geboortedatum dataurodzenia dogumtarihi fodselsdato fodelsedatum',
  website: 'website url web domain companydomain companywebsite homepage webseite site',
  name: 'accountname companyname company account organization organisation name firma unternehmen societe entreprise raisonsociale empresa azienda ragionesociale bedrijf bedrijfsnaam sirket foretag',
  external_id: 'externalid',
};
const personOnly: ReadonlySet<CanonicalField> = new Set([
  'first_name',
  'last_name',
  'full_name',
  'company',
  'title',
  'birth_date',
]);

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll(/[^a-z0-9]/g, '');

/** What columns hold, in somebody's own words. */
type Said = readonly { field: CanonicalField; column: string }[];

/** @param text `first_name=Given,email=E-Mail` @throws DomainError `request-invalid` */
export function readMap(text: string | undefined): Said {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const cut = part.indexOf('=');
    const field = canonicalFields.find((one) => one === part.slice(0, cut).trim());
    if (cut < 0 || field === undefined)
      throw wrongMap(
        `"${part}" does not say what a column holds. Write field=column; the fields are ${canonicalFields.join(', ')}.`,
      );
    return { field, column: part.slice(cut + 1).trim() };
  });
}

/**
 * @param said outranks what the names say; a field or a column that is none is refused
 * @param rows a few of the list, for columns whose name says nothing
 * @throws DomainError `file-invalid` where no column tells who a row is, `request-invalid` for a mapping that does not fit
 */
export function mapColumns(
  kind: 'person' | 'company',
  header: readonly string[],
  said: Said,
  rows: readonly (readonly string[])[] = [],
): Mapping {
  const mapping: Mapping = {};
  for (const { field, column } of said) {
    const at = header.indexOf(column);
    if (at < 0) throw wrongMap(`The list has no column "${column}"; its columns are ${header.join(', ')}.`);
    if (mapping[field] !== undefined) throw wrongMap(`${field} is given twice.`);
    mapping[field] = at;
  }
  const taken = new Set(Object.values(mapping));
  const takes = (field: CanonicalField, at: number) => {
    if (at < 0 || taken.has(at) || mapping[field] !== undefined) return;
    mapping[field] = at;
    taken.add(at);
  };
  const plainHeader = header.map(plain);
  for (const field of canonicalFields) {
    if (kind === 'company' ? personOnly.has(field) : field === 'name') continue;
    // A column "name" beside given and family names is the company's, or nothing we know.
    if (field === 'full_name' && (mapping.first_name !== undefined || mapping.last_name !== undefined)) continue;
    for (const name of names[field].split(' '))
      takes(
        field,
        plainHeader.findIndex((own, at) => own === name && !taken.has(at)),
      );
  }
  takes('email', columnLike(rows, /^\s*[^\s@]+@[^\s@]+\.[a-z]{2,}\s*$/i, taken));
  takes('website', columnLike(rows, /^\s*(https?:\/\/|www\.)\S+\s*$/i, taken));
  const telling: CanonicalField[] =
    kind === 'person'
      ? ['last_name', 'full_name', 'first_name', 'email', 'phone']
      : ['name', 'website', 'email', 'phone'];
  if (telling.every((field) => mapping[field] === undefined)) {
    const message = `No column tells who a row is. The columns are ${header.join(', ')}. Say what they hold, such as ${telling[0]}=${header[0] || 'Name'}; known are ${canonicalFields.join(', ')}.`;
    throw new DomainError('file-invalid', message);
  }
  return mapping;
}

/** What a list is of, by its columns. */
export function kindOf(header: readonly string[]): 'person' | 'company' {
  const own = new Set(header.map(plain));
  const has = (field: CanonicalField) => names[field].split(' ').some((name) => name !== 'name' && own.has(name));
  if (has('first_name') || has('last_name') || has('full_name') || has('email') || has('title')) return 'person';
  return has('name') || has('website') ? 'company' : 'person';
}

function wrongMap(message: string): DomainError {
  return new DomainError('request-invalid', message, { faults: [{ pointer: '/query/map', message }] });
}

/** A column that nobody has taken, of which most filled cells look like this; -1 where there is none. */
function columnLike(rows: readonly (readonly string[])[], pattern: RegExp, taken: ReadonlySet<number>): number {
  const width = rows[0]?.length ?? 0;
  for (let at = 0; at < width; at += 1) {
    if (taken.has(at)) continue;
    const filled = rows.map((row) => row[at] ?? '').filter((cell) => cell.trim() !== '');
    if (filled.length > 0 && filled.filter((cell) => pattern.test(cell)).length > filled.length / 2) return at;
  }
  return -1;
}
