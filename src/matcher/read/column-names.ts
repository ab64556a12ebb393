/** What lists call their columns, in many languages and scripts. */
import type { CanonicalField } from '../definition.ts';

/** The name of a column without case, blanks, signs and accents, in its own script. */
export const plainName = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('đ', 'd')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const words = (...lines: string[]): readonly string[] => [...new Set(lines.join(' ').split(' ').map(plainName))];

/** By what a column holds: the first name that is there counts. European words first, then those of other scripts. */
export const columnNames: Record<CanonicalField, readonly string[]> = {
  first_name: words(
    'firstname givenname givennames forename first vorname prenom nombre nombres nome primeironome voornaam imie ad adi fornamn fornavn fname firstnames christianname voornamen rufname keresztnev prenume jmeno etunimi firstnm',
    'ten hodem namadepan utonev',
    'имя імя име',
    'ονομα',
    '名',
    'الاسمالأول',
    'שםפרטי',
    'ชื่อ',
  ),
  last_name: words(
    'lastname surname familyname last nachname familienname nom nomdefamille apellido apellidos cognome sobrenome achternaam nazwisko soyad soyadi efternamn etternavn efternavn lname lastnames secondname nachnamen zuname nomfamille nazev prijmeni vezeteknev nume sukunimi lastnm primerapellido',
    'ho namabelakang',
    'фамилия прізвище презиме',
    'επωνυμο επιθετο',
    '姓 苗字 姓氏 성',
    'اسمالعائلة اللقب',
    'שםמשפחה',
    'นามสกุล',
  ),
  full_name: words(
    'fullname contactname leadname personname attendee attendeename surnamegiven nachnamevorname nomprenom apellidosnombre nomecompleto nombrecompleto imieinazwisko adsoyad adisoyadi naam namn navn name displayname nombreyapellidos nachnamevorname vorundnachname nomcomplet namecomplete',
    'hoten hovaten nama namalengkap jmenoaprijmeni nev',
    'фио піб полноеимя контактноелицо фамилияимяотчество фамилияимя имяфамилия',
    'ονοματεπωνυμο',
    '氏名 お名前 名前 担当者名 担当者 姓名 名字 联系人 联系人姓名 聯絡人 客户姓名',
    '성명 고객명 담당자 담당자명',
    'الاسمالكامل',
    'שםמלא',
    'ชื่อสกุล ชื่อนามสกุล',
  ),
  email: words(
    'email emailaddress mail workemail businessemail primaryemail emailadresse adressemail correo correoelectronico courriel eposta epost adresemail mailadresse mailaddress emailwork emailpersonal personalemail kontaktemail',
    'sahkoposti emailcim emailovaadresa posta postaelettronica',
    'почта элпочта электроннаяпочта адресэлектроннойпочты имейл емейл пошта електроннапошта',
    'ηλεκτρονικοταχυδρομειο',
    'メール メールアドレス eメール 電子メール 邮箱 电子邮箱 电子邮件 邮件 電子郵件 電郵 信箱',
    '이메일 메일 전자우편',
    'البريدالإلكتروني الإيميل',
    'דואל דואראלקטרוני אימייל מייל',
    'อีเมล',
  ),
  phone: words(
    'phone phonenumber mobile mobilephone cell cellphone telephone tel workphone directphone businessphone telefon telefonnummer telefono telefone telefoon celular handy numertelefonu phone1 phoneno tel1 telno telephonenumber mobilenumber mobileno mobil mobilnummer mobiltelefon handynummer rufnummer festnetz fon movil cellulare portable gsm telefonnr',
    'puhelin puhelinnumero dienthoai sodienthoai telepon telefonszam',
    'телефон номертелефона мобильный мобильныйтелефон тел моб мобильнийтелефон',
    'τηλεφωνο κινητο',
    '電話 電話番号 携帯 携帯電話 携帯番号 电话 电话号码 联系电话 手机 手机号 手机号码 電話號碼 手機',
    '전화 전화번호 휴대폰 휴대전화 핸드폰 연락처',
    'الهاتف رقمالهاتف الجوال رقمالجوال الموبايل',
    'טלפון נייד טלפוןנייד',
    'โทรศัพท์ เบอร์โทร',
  ),
  company: words(
    'company companyname account accountname companyaccount organization organisation employer firma unternehmen societe entreprise raisonsociale empresa azienda ragionesociale bedrijf sirket foretag companyname1 firmenname nomentreprise nombreempresa organizationname organisationname associatedcompany',
    'yritys congty perusahaan ceg cegnev',
    'компания организация фирма предприятие работодатель компанія організація',
    'εταιρεια',
    '会社名 会社 企業名 勤務先 取引先 取引先名 公司 公司名称 公司名稱 企业 企业名称 单位 单位名称',
    '회사 회사명 업체명 기업명 소속',
    'الشركة اسمالشركة المؤسسة',
    'חברה שםחברה שםהחברה',
    'บริษัท',
  ),
  title: words(
    'jobtitle title position role function jobfunction titel funktion cargo puesto fonction',
    'stilling befattning',
    'должность посада',
    'θεση',
    '役職 職位 职位 职务',
    '직책 직위',
    'المسمىالوظيفي الوظيفة',
    'תפקיד',
    'ตำแหน่ง',
  ),
  street: words(
    'street streetaddress address address1 addressline1 mailingstreet billingstreet strasse anschrift adresse direccion rue rua endereco indirizzo via calle straat adres ulica gata gateadresse address1street streetaddress1 addressstreet addressline strassehausnummer strassenr addressstreetaddress ulice utca strada streetnm addr',
    'gatuadress postadress lahiosoite osoite katuosoite diachi alamat cim adresa',
    'улица адрес вулиця адреса',
    'διευθυνση οδος',
    '住所 番地 所在地 地址 详细地址 街道',
    '주소',
    'العنوان الشارع',
    'כתובת רחוב',
    'ที่อยู่',
  ),
  city: words(
    'city town mailingcity billingcity stadt ort wohnort ville ciudad poblacion cidade citta comune plaats woonplaats miasto sehir by cityname locality place location hometown standort lieu localidad municipio localita sted kaupunki mesto varos oras citynm suburb',
    'postort thanhpho kota',
    'город місто град населенныйпункт',
    'πολη',
    '市区町村 市区郡 市 城市',
    '도시 시',
    'المدينة',
    'עיר ישוב',
    'จังหวัด',
  ),
  state: words(
    'state stateprovince province region mailingstate billingstate bundesland provincia estado wojewodztwo stateregion',
    'maakunta tinh',
    'область регион край',
    'νομος',
    '都道府県 省 省份',
    '도 시도',
    'المحافظة',
    'מחוז',
  ),
  postal_code: words(
    'postalcode zip zipcode zippostalcode postcode mailingpostalcode billingpostalcode plz postleitzahl codepostal cp codigopostal cep cap kodpocztowy postakodu postnummer zippostal postal zipcodepostalcode psc iranyitoszam postnr',
    'postinumero kodepos codpostal',
    'индекс почтовыйиндекс індекс',
    'ταχυδρομικοσκωδικας τκ',
    '郵便番号 邮编 邮政编码 郵遞區號',
    '우편번호',
    'الرمزالبريدي',
    'מיקוד',
    'รหัสไปรษณีย์',
  ),
  country: words(
    'country countryregion mailingcountry billingcountry land pays pais paese kraj ulke countryname nation staat',
    'maa quocgia negara orszag tara zeme',
    'страна країна държава',
    'χωρα',
    '国 国名 国家 國家',
    '국가 나라',
    'الدولة البلد',
    'ארץ מדינה',
    'ประเทศ',
  ),
  birth_date: words(
    'birthdate dateofbirth dob birthday born geburtsdatum geburtstag datedenaissance fechadenacimiento datadenascimento datadinascita geboortedatum dataurodzenia dogumtarihi fodselsdato fodelsedatum birthdt',
    'syntymaaika ngaysinh tanggallahir szuletesidatum datumnarozeni',
    'датарождения деньрождения датанародження',
    'ημερομηνιαγεννησης',
    '生年月日 誕生日 出生日期 生日',
    '생년월일 생일',
    'تاريخالميلاد',
    'תאריךלידה',
    'วันเกิด',
  ),
  website: words(
    'website url web domain companydomain companywebsite homepage webseite site websiteurl companydomainname siteweb sitioweb sitoweb',
    'webbplats verkkosivu nettside',
    'сайт вебсайт',
    'ιστοσελιδα',
    'ウェブサイト ホームページ サイト 网站 网址 網站',
    '웹사이트 홈페이지',
    'الموقع الموقعالإلكتروني',
    'אתר',
    'เว็บไซต์',
  ),
  name: words(
    'accountname companyname company account organization organisation name firma unternehmen societe entreprise raisonsociale empresa azienda ragionesociale bedrijf bedrijfsnaam sirket foretag businessname firmenname tradingname legalname',
    'yritys congty perusahaan cegnev',
    'компания названиекомпании наименование название организация наименованиеорганизации контрагент фирма юридическоелицо компанія назва',
    'επωνυμια εταιρεια',
    '会社名 会社 企業名 法人名 商号 取引先名 公司名称 公司 公司名稱 企业名称 企业 单位名称',
    '회사명 회사 업체명 기업명 상호',
    'اسمالشركة الشركة المؤسسة',
    'שםחברה שםהחברה חברה',
    'บริษัท',
  ),
  external_id: words('externalid'),
};

/** Who somebody deals with, a person or a company: the values tell. */
export const neutralNames = words(
  'name customer client donor member guest patient student participant teilnehmer vendor supplier lieferant kunde mitglied cliente fornitore proveedor fournisseur klant klient partner contact',
  'khachhang pelanggan asiakas ugyfel zakaznik',
  'клиент покупатель заказчик партнер поставщик клієнт',
  'πελατης',
  '顧客 顧客名 お客様名 客户 客户名称 客戶',
  '이름 고객',
  'الاسم العميل اسمالعميل',
  'שם לקוח שםלקוח',
);

/** Who is numbered, and in which words; in front of the number or behind it. */
const numberedWho = words(
  'customer client member donor vendor supplier employee patient student company person record row account debtor creditor kunden kunde mitglieds mitglied lieferanten lieferant debitoren debitor kreditoren kreditor firmen mandanten kund kunder medlem medlems klant klanten lid leverancier cliente clienti clientes socio soci fornitore proveedor fornecedor client clients membre adherent fournisseur klienta klient kontrahenta zakaznika zakaznik clena ugyfel vevo musteri uye asiakas jasen pelanggan anggota khachhang',
  'клиента заказчика контрагента клієнта',
  'πελατη',
  '顧客 お客様 会員 取引先 企業 社員 客户 客戶 会员 會員 고객 회원 거래처 לקוח العميل',
);
const numberWords = words(
  'id no nr num number nummer numero numer numara numarasi cislo szam szama azonosito code codigo codice kod kode kodu nomor ma so tunnus',
  'numerodo numerode numerodu numerodel codicedel codigodo codigode codigodel nde',
  'номер код ид',
  'αριθμος κωδικος',
  '番号 コード 编号 編號 号 번호 코드 מספר رقم',
);
/** Alone these number the rows of a list. */
const numbersAlone = words(
  'no nr nº num number nummer numero numer numara cislo szam sorszam sirano sno srno slno serialno serialnumber lfdnr lfdnummer laufendenummer lopnummer lopenummer lopenr lp code codigo codice kod kode uid uuid guid recordno recordnumber rownumber rowno identifier kennung identifiant identificador identificativo identyfikator identifikator tunniste azonosito stt',
  'номер код идентификатор ид ідентифікатор',
  'αριθμος κωδικος',
  '番号 管理番号 通番 连番 連番 编号 編號 序号 序號 번호 순번 מספר رقم الرقم',
);
const numbered = new Set(
  numberedWho.flatMap((who) => numberWords.flatMap((number) => [`${who}${number}`, `${number}${who}`])),
);

/**
 * Whether lists give such a name to the number or code of a row. A telephone is called "contact number" as often, so that is none.
 * @returns 2 where it says whose number it is, 1 where it may be the number of anything, 0 where it is none
 */
export function isIdName(name: string): 0 | 1 | 2 {
  const own = plainName(name.replace(/^\s*n\s*°/i, 'no '));
  if (numbered.has(own)) return 2;
  return numbersAlone.includes(own) || /^\s*#\s*$/.test(name) ? 1 : 0;
}
