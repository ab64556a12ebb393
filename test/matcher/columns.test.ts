/** What the columns of a list hold: by their names in several languages, by what was said, by what stands in them; or it is refused. */
import { describe, expect, it } from 'vitest';
import { isIdName } from '../../src/matcher/read/column-names.ts';
import { kindOf, mapColumns, readMap } from '../../src/matcher/read/columns.ts';

const fieldsOf = (kind: 'person' | 'company', header: string[], said = '', rows: string[][] = []) =>
  Object.fromEntries(
    Object.entries(mapColumns(kind, header, readMap(said), rows)).map(([field, at]) => [field, header[at]]),
  );

describe('columns of a list', () => {
  it.each([
    [
      ['First Name', 'Last Name', 'Company / Account', 'Email', 'Zip/Postal Code'],
      {
        first_name: 'First Name',
        last_name: 'Last Name',
        company: 'Company / Account',
        email: 'Email',
        postal_code: 'Zip/Postal Code',
      },
    ],
    [
      ['Vorname', 'Nachname', 'Firma', 'E-Mail-Adresse', 'Straße', 'PLZ', 'Ort'],
      {
        first_name: 'Vorname',
        last_name: 'Nachname',
        company: 'Firma',
        email: 'E-Mail-Adresse',
        street: 'Straße',
        postal_code: 'PLZ',
        city: 'Ort',
      },
    ],
    [
      ['Prénom', 'Nom', 'Entreprise', 'Ville', 'Pays'],
      { first_name: 'Prénom', last_name: 'Nom', company: 'Entreprise', city: 'Ville', country: 'Pays' },
    ],
    [['Name', 'Organization', 'Work Email'], { full_name: 'Name', company: 'Organization', email: 'Work Email' }],
    [
      ['MobilePhone', 'FirstName', 'LastName', 'Badge'],
      { phone: 'MobilePhone', first_name: 'FirstName', last_name: 'LastName' },
    ],
  ])('of people: %j', (header, expected) => {
    expect(fieldsOf('person', header)).toEqual(expected);
    expect(kindOf(header)).toBe('person');
  });

  it.each([
    ['имя,Фамилия,Телефон,Эл. почта,Город,Почтовый индекс', 'first_name last_name phone email city postal_code'],
    ['Ім’я,Прізвище,Пошта,Місто', 'first_name last_name email city'],
    ['Όνομα,Επώνυμο,Τηλέφωνο,Πόλη,Τ.Κ.', 'first_name last_name phone city postal_code'],
    ['氏名,会社名,メールアドレス,電話番号,郵便番号,住所', 'full_name company email phone postal_code street'],
    ['姓名,手机号码,电子邮箱,城市', 'full_name phone email city'],
    ['성명,회사명,이메일,휴대폰,주소', 'full_name company email phone street'],
    ['الاسم الأول,اسم العائلة,البريد الإلكتروني,المدينة', 'first_name last_name email city'],
    ['שם פרטי,שם משפחה,דוא"ל,עיר', 'first_name last_name email city'],
    ['Förnamn,Efternamn,Gatuadress,Postnummer,Postort', 'first_name last_name street postal_code city'],
    ['Họ,Tên,Điện thoại,Thành phố', 'last_name first_name phone city'],
  ])('of people, in their own script: %s', (line, fields) => {
    const header = line.split(',');
    expect(fieldsOf('person', header)).toEqual(
      Object.fromEntries(fields.split(' ').map((field, at) => [field, header[at]])),
    );
    expect(kindOf(header)).toBe('person');
  });

  it.each([
    ['Компания,Город', 'name city'],
    ['会社名,都道府県', 'name state'],
    ['公司名称,城市,网址', 'name city website'],
    ['회사명,주소', 'name street'],
  ])('of companies, in their own script: %s', (line, fields) => {
    const header = line.split(',');
    expect(kindOf(header)).toBe('company');
    expect(fieldsOf('company', header)).toEqual(
      Object.fromEntries(fields.split(' ').map((field, at) => [field, header[at]])),
    );
  });

  it('of people, where the column of the name is called anything', () => {
    const rows = [
      ['Marlow, Judith', '0171 223344', 'Hall A'],
      ['Peter Ostrander', '0171 223355', 'Hall B'],
      ['Xqv Zzr', '0171 223366', 'Hall A'],
    ];
    expect(fieldsOf('person', ['Wer', 'Telefon', 'Ort'], '', rows)).toMatchObject({
      full_name: 'Wer',
      phone: 'Telefon',
    });
    // What stands there are no names: none is taken for one.
    const places = rows.map(([, phone, hall]) => [hall!, phone!, hall!]);
    expect(fieldsOf('person', ['Wo', 'Telefon', 'Ort'], '', places)).toEqual({ phone: 'Telefon', city: 'Ort' });
    // A column that is called a name is the name.
    expect(fieldsOf('person', ['Wer', 'Name', 'Telefon'], '', rows)).toMatchObject({ full_name: 'Name' });
  });

  it('of companies, where the column of the name is called anything', () => {
    const rows = [
      ['Ostrander Tools GmbH', '0171 223344'],
      ['Kestrel Dairy Ltd', '0171 223355'],
      ['Bramley', '0171 223366'],
    ];
    expect(fieldsOf('company', ['Wer', 'Telefon'], '', rows)).toMatchObject({ name: 'Wer', phone: 'Telefon' });
  });

  it('of companies, where a name is that of the company', () => {
    const header = ['Name', 'Website', 'Billing City'];
    expect(fieldsOf('company', header)).toEqual({ name: 'Name', website: 'Website', city: 'Billing City' });
    expect(kindOf(['Account Name', 'Website'])).toBe('company');
  });

  it('takes what was said over what it would guess, and looks into columns whose name says nothing', () => {
    expect(fieldsOf('person', ['a', 'b', 'Email'], 'last_name=a,email=b')).toEqual({ last_name: 'a', email: 'b' });
    const rows = [
      ['Ann', 'ann@acme.com'],
      ['Bob', ' bob@globex.de '],
    ];
    expect(fieldsOf('person', ['who', 'where'], '', rows)).toEqual({ email: 'where', first_name: 'who' });
  });

  it('knows names with more around them, as programs export them', () => {
    expect(
      fieldsOf('person', ['Person - Name', 'Person - Organization', 'Person - Email - Work', 'Person - Owner']),
    ).toEqual({ full_name: 'Person - Name', company: 'Person - Organization', email: 'Person - Email - Work' });
    expect(
      fieldsOf('person', ['First Name', 'Default Address City', 'Address 1: Street 1', 'Phone 1 - Value', 'LAST_NM']),
    ).toEqual({
      first_name: 'First Name',
      last_name: 'LAST_NM',
      city: 'Default Address City',
      street: 'Address 1: Street 1',
      phone: 'Phone 1 - Value',
    });
    // "Name" beside the given name is the family name; an owner is nobody of the list.
    expect(fieldsOf('person', ['Vorname', 'Name', 'Contact Owner'])).toEqual({
      first_name: 'Vorname',
      last_name: 'Name',
    });
  });

  it('tells people from companies by what stands in a column that may hold both', () => {
    const firms = [['Kerr & Sons Roofing'], ['Tidewater Bakery'], ['Obel Logistik GmbH'], ['Marlow Boatyard']];
    const guests = [['Clara Wolff'], ['Peter Novak'], ['Yilmaz, Deniz'], ['Ottokar Brandt']];
    for (const name of ['Customer', 'Name', 'Client', 'Kunde']) {
      expect(kindOf([name], firms)).toBe('company');
      expect(kindOf([name], guests)).toBe('person');
    }
    expect(fieldsOf('company', ['Customer', 'Location'], '', firms)).toEqual({ name: 'Customer', city: 'Location' });
  });

  it('leaves out the company of a person account, which has the name of the person', () => {
    const header = ['Account Name', 'First Name', 'Last Name'];
    expect(fieldsOf('person', header, '', [['Per Moen', 'Per', 'Moen']])).not.toHaveProperty('company');
    expect(fieldsOf('person', header, '', [['Moen Bygg AS', 'Per', 'Moen']])).toHaveProperty('company');
  });

  it('refuses what tells nothing, a column that is none, a field that is none and one that is given twice', () => {
    expect(() => fieldsOf('person', ['Colour', 'Size'])).toThrow(
      'No column tells who a row is. The columns are Colour, Size.',
    );
    expect(() => fieldsOf('person', ['Email'], 'email=Mail')).toThrow('no column "Mail"');
    expect(() => fieldsOf('person', ['Email'], 'mail=Email')).toThrow('does not say what a column holds');
    expect(() => fieldsOf('person', ['a', 'b'], 'email=a,email=b')).toThrow('email is given twice');
  });
});

describe('the number of a row', () => {
  it.each(
    'Kundennummer|Kunden-Nr.|Mitgliedsnr|Numéro client|N° client|Código de cliente|Codice cliente|Klantnummer|Customer ID|Vendor No.|Asiakasnumero|顧客番号|客户编号|고객 번호|Номер клиента'.split(
      '|',
    ),
  )('is "%s", which says whose it is', (name) => expect(isIdName(name)).toBe(2));
  it.each(['Nr', 'No.', 'Nº', 'N°', '#', 'Código', 'Lfd. Nr.', '番号', '编号', 'Numéro'])('may be "%s"', (name) =>
    expect(isIdName(name)).toBe(1),
  );
  it.each(['Contact No', 'Phone Number', 'Hausnummer', 'Nombre', 'Codigo postal', 'Notes', 'Name'])(
    'is not "%s"',
    (name) => expect(isIdName(name)).toBe(0),
  );
});
