import { expect, test } from 'vitest';
import { companyName } from '../../../src/matcher/values/company-name.ts';
import { email, phone } from '../../../src/matcher/values/contact-point.ts';
import { formalName, personName } from '../../../src/matcher/values/name.ts';
import { standardValue } from '../../../src/matcher/values/values.ts';

test('one-word names are given names, and Jr is no surname', () => {
  expect(personName(null, 'Suharto')).toEqual({ given: 'suharto', family: null, suffix: null });
  expect(personName(null, null, 'Dr. John Smith, Jr.')).toEqual({ given: 'john', family: 'smith', suffix: 'jr' });
  expect(personName(null, null, 'Smith, John')).toEqual({ given: 'john', family: 'smith', suffix: null });
  expect(personName(null, null, 'Prof. Jan van der Berg')).toEqual({ given: 'jan', family: 'berg', suffix: null });
  expect(personName(null, null, '王 伟')).toEqual(personName(null, null, '王伟'));
  expect(personName(null, null, 'Don Smith')).toEqual({ given: 'don', family: 'smith', suffix: null });
  const ana = { given: 'ana garcia', family: 'lopez', suffix: null };
  expect(personName(null, null, 'Garcia Lopez, Ana')).toEqual(ana);
  expect(personName(null, null, 'Ana de Garcia y Lopez')).toEqual(ana);
  expect(formalName('bob')).toBe('robert');
  expect(formalName('abby')).toBe('abigail');
});

test('Cyrillic and Greek names are the same in Latin letters; other scripts stay', () => {
  expect(personName('Сергей', 'Кузнецов')).toEqual({ given: 'sergey', family: 'kuznetsov', suffix: null });
  expect(personName(null, null, 'Наталья Фёдорова')).toEqual({ given: 'natalya', family: 'fedorova', suffix: null });
  expect(personName('Ελένη', 'Γεωργίου').given).toBe('eleni');
  expect(personName(null, '王伟')).toEqual({ given: '王伟', family: null, suffix: null });
});

test.each([
  ['Acme & Sons, Inc.', 'acme sons', 'inc'],
  ['PT Maju Jaya Tbk', 'maju jaya', 'pt tbk'],
  ['Müller GmbH & Co. KG', 'muller', 'gmbh and co kg'],
  ['Limited', 'limited', null],
  ['Smith Holdings LLC dba Joe’s Pizza', 'smith holdings aka joes pizza', 'llc'],
  ['Acme Energy GmbH (formerly Zenith AG)', 'acme energy aka zenith', 'gmbh'],
  ['T A Associates', 't a associates', null],
  ['ООО «Ромашка»', 'romashka', 'ооо'],
  ['Romashka OOO', 'romashka', 'ooo'],
  ['ΔΕΛΤΑ Α.Ε.', 'delta', 'αε'],
  ['Universität Bonn', 'university bonn', null],
  ['Fundación Saint Elmo', 'foundation st elmo', null],
])('company %s', (name, core, form) => expect(companyName(name)).toEqual({ core, form }));

test('addresses and numbers that reach one place are one', () => {
  expect(email('Jo.Hn+news@GoogleMail.com')?.address).toBe('john@gmail.com');
  expect(email('test@test.com')).toBeNull();
  expect(email('not an address')).toBeNull();
  expect(phone('0812-3456-7890', 'Indonesia')?.number).toBe('+6281234567890');
  expect(phone('(303) 334-1843')?.number).toBe(phone('+1 303 334 1843')?.number);
  expect(phone('000-000-0000')).toBeNull();
});

test('a telephone is read as in the country of the record, in whatever language that is named', () => {
  for (const country of ['Schweiz', 'Switzerland', 'Suisse', 'CH', 'che', 'スイス']) {
    expect(phone('044 668 18 00', country)?.number).toBe('+41446681800');
  }
  expect(phone('020 7946 0018', 'England')?.number).toBe('+442079460018');
  expect(phone('020 7946 0018', 'Atlantis')?.number).toBe('02079460018');
});

test('the host of a free mailbox is no company, and an office is no person', () => {
  for (const host of ['hotmail.fr', 'uol.com.br', 'naver.com', 'wp.pl', 'bigpond.com', 'tutanota.com']) {
    expect(email(`ana.lima@${host}`)?.companyDomain, host).toBeNull();
  }
  expect(email('ana.lima@acme.com.br')?.companyDomain).toBe('acme.com.br');
  for (const office of ['buchhaltung', 'ventas', 'comptabilite', 'penjualan']) {
    expect(email(`${office}@acme.com`)?.isRole, office).toBe(true);
  }
});

test('letters that are one with their mark are the plain ones', () => {
  expect(standardValue('city', 'Ærøskøbing')).toBe('aeroskobing');
  expect(standardValue('city', 'Đà Nẵng')).toBe('da nang');
  expect(standardValue('city', 'Yıldırım')).toBe('yildirim');
});

test('each kind has one spelling, and placeholders none', () => {
  expect(standardValue('street', '4791 Third Avenue, Suite 4')).toBe('4791 3rd ave');
  expect(standardValue('website', 'https://shop.acme.co.uk/x')).toBe('acme.co.uk');
  expect(standardValue('postal-code', '77095-1234')).toBe('77095');
  expect(standardValue('date', '19560409')).toBe('1956-04-09');
  expect(standardValue('family-name', "O'Brien")).toBe('obrien');
  expect(standardValue('city', ' N/A ')).toBeNull();
});
