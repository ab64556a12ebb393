import { expect, test } from 'vitest';
import { companyName } from '../../../src/matcher/values/company-name.ts';
import { email, phone, website } from '../../../src/matcher/values/contact-point.ts';
import { withoutMarker } from '../../../src/matcher/values/spelling.ts';
import { clean } from '../../../src/matcher/values/text.ts';
import { standardValue } from '../../../src/matcher/values/values.ts';

test('HTML entities are their characters, also where they were written twice', () => {
  expect(clean('Brandt &amp; S&ouml;hne')).toBe('Brandt & Söhne');
  expect(clean('O&#x27;Dell &#8211; Paints')).toBe("O'Dell – Paints");
  expect(clean('Larch &amp;amp; Co')).toBe('Larch & Co');
  expect(clean('&nbsp;')).toBeNull();
  expect(clean('R&D; Labs & Co')).toBe('R&D; Labs & Co');
  expect(email('o&#39;dell@larch.com')?.address).toBe("o'dell@larch.com");
});

test('numbers that a spreadsheet kept have their digits back, or say nothing', () => {
  expect(phone('3125550181.0')?.number).toBe('+13125550181');
  expect(phone('3.125550181E+09')?.number).toBe('+13125550181');
  expect(phone('3.12555E+09')).toBeNull();
  expect(phone('312.555.0181')?.number).toBe('+13125550181');
  expect(standardValue('postal-code', '60601.0')).toBe('60601');
});

test('of several values in a cell the first that is one counts', () => {
  expect(email('ava@larch.com; ava.lim@gmail.com')?.address).toBe('ava@larch.com');
  expect(email('n/a, ava@larch.com')?.address).toBe('ava@larch.com');
  expect(email('Ava Lim <ava@larch.com>')?.address).toBe('ava@larch.com');
  expect(phone('(312) 555-0181 / (312) 555-0182')?.number).toBe('+13125550181');
  expect(phone('089/5550-1234', 'Germany')?.number).toBe('+498955501234');
  expect(website('www.larch.com, www.larch.de')).toBe('larch.com');
});

test('a host is one in letters of any script and in those of the domain name system', () => {
  expect(email('jo@bücher.de')?.address).toBe(email('jo@xn--bcher-kva.de')?.address);
  expect(website('https://www.bücher.de/')).toBe(website('xn--bcher-kva.de'));
  expect(website('bucher.de')).not.toBe(website('bücher.de'));
});

test.each([
  ['DO NOT USE - Larchwood Paints', 'Larchwood Paints'],
  ['(OLD) Larchwood Paints', 'Larchwood Paints'],
  ['Larchwood Paints [INACTIVE]', 'Larchwood Paints'],
  ['Larchwood Paints - DUPLICATE', 'Larchwood Paints'],
  ['zzz_Larchwood Paints', 'Larchwood Paints'],
  ['zzzLarchwood Paints', 'Larchwood Paints'],
  ['**DNU** Larchwood Paints', 'Larchwood Paints'],
  ['MERGED: Larchwood Paints', 'Larchwood Paints'],
  // Names, not markers.
  ['Old Navy', 'Old Navy'],
  ['Old-World Foods', 'Old-World Foods'],
  ['Duplicate Key Services', 'Duplicate Key Services'],
  ['Test Drive Motors', 'Test Drive Motors'],
  ['ZZ Top Tours', 'ZZ Top Tours'],
  ['Closed Loop Partners', 'Closed Loop Partners'],
  ['DUPLICATE', 'DUPLICATE'],
])('marker: %s', (typed, plain) => expect(withoutMarker(typed).trim()).toBe(plain));

test('places at a platform are told by what is their own, and the platform is nobody', () => {
  expect(website('https://larch-paints.myshopify.com/products')).toBe('myshopify.com/larch-paints');
  expect(website('larch.github.io/site')).toBe('github.io/larch');
  expect(website('https://www.instagram.com/larch.paints/?hl=en')).toBe('instagram.com/larch.paints');
  expect(website('facebook.com/pages/Larch-Paints/123')).toBe('facebook.com/larch-paints');
  expect(website('www.larch.weebly.com')).toBe('weebly.com/larch');
  expect(website('https://www.facebook.com/')).toBeNull();
  expect(website('linktr.ee')).toBeNull();
  expect(website('github.io')).toBeNull();
  expect(website('shop.larch.co.uk')).toBe('larch.co.uk');
  expect(website('larch.uk.com')).toBe('larch.uk.com');
});

test.each([
  ['Aktiengesellschaft Larch', 'larch', 'ag'],
  ['Larch Aktiengesellschaft', 'larch', 'ag'],
  ['Modrzew Sp. z o.o.', 'modrzew', 'sp z oo'],
  ['Modrzew Spółka z ograniczoną odpowiedzialnością', 'modrzew', 'sp z oo'],
  ['Limited Liability Company Listvenka', 'listvenka', 'llc'],
  ['Общество с ограниченной ответственностью «Лиственница»', 'listvennitsa', 'ооо'],
  ['Lariks B.V.', 'lariks', 'bv'],
  ['Lariks Besloten Vennootschap', 'lariks', 'bv'],
  ['Melez Anonim Şirketi', 'melez', 'as'],
  ['SIA Lapegle', 'lapegle', 'sia'],
  ['Alerce S. A. de C. V.', 'alerce', 'sa de cv'],
  ['Larch Limited', 'larch', 'ltd'],
  // Names that begin with what is a form elsewhere.
  ['SAS Institute Inc', 'sas institute', 'inc'],
  ['AG Insurance', 'ag insurance', null],
  ['Too Faced', 'too faced', null],
  ['Company of Larches', 'company of larches', null],
])('legal form: %s', (typed, core, form) => expect(companyName(typed)).toEqual({ core, form }));

test('what stands in place of a company is none', () => {
  for (const none of ['Individual', 'Self-Employed', 'Privatperson', 'Lindgren Household', 'Persona Física'])
    expect(companyName(none).core, none).toBeNull();
  expect(companyName('Individual Pensions Ltd').core).toBe('individual pensions');
  expect(companyName('Household Goods Inc').core).toBe('household goods');
});
