import { describe, expect, test } from 'vitest';
import { companyName } from '../../../src/matcher/values/company-name.ts';
import { isEverydayName } from '../../../src/matcher/values/everyday-name.ts';

const coreOf = (name: string) => companyName(name).core;

test('a legal form with one letter wrong is that form; a word that is near to none stays', () => {
  expect(companyName('Brockmann Aktiengeselschaft')).toEqual(companyName('Brockmann AG'));
  expect(companyName('Delmont Limited Liability Compny')).toEqual(companyName('Delmont LLC'));
  expect(companyName('Severin Joynt Stock Company')).toEqual(companyName('Severin JSC'));
  expect(companyName('Delmont Cooperation')).toEqual({ core: 'delmont cooperation', form: null });
  expect(companyName('Stock Company').core).not.toBe('');
});

test.each([
  ['Sandvall Bygg HB', 'Sandvall Bygg Handelsbolag', 'hb'],
  ['Osterlund I/S', 'Osterlund', 'i s'],
  ['Varga és Fia Kkt.', 'Varga es Fia', 'kkt'],
  ['Hofstatter OG', 'Hofstätter Offene Gesellschaft', 'og'],
  ['Turnverein Ennsdorf e.V.', 'Turnverein Ennsdorf', 'ev'],
  ['Talleres Ibarra S. Coop.', 'Talleres Ibarra', 'scoop'],
  ['Minera del Norte S. R.L. de C.V.', 'Minera del Norte S. de R.L. de C.V.', 's de rl de cv'],
  ['Demirkan San. ve Tic. A.Ş.', 'Demirkan Anonim Şirketi', 'as'],
  ['SC Brutaria Dunarea SRL', 'Brutaria Dunarea S.R.L.', 'srl'],
  ['Oceane Bouchard Ltée', 'Oceane Bouchard Ltd', 'ltd'],
  ['Padaria Lua Ltda - ME', 'Padaria Lua Ltda', 'ltda'],
  ['Zahav בע"מ', 'Zahav', 'בע מ'],
  ['Kettering (Pty) Ltd', 'Kettering', 'pty ltd'],
  ['Bramley Tools Ltd (in administration)', 'Bramley Tools', 'in liquidation ltd'],
])('%s is %s', (name, other, form) => {
  expect(companyName(name).form).toBe(form);
  expect(coreOf(name)).toBe(coreOf(other));
});

test.each(['SC Johnson', 'Bakker & Vos', 'Casa da Lua', 'Enter Health OK', 'Kestrel NL', 'BT'])(
  '%s ends or begins with no form',
  (name) => expect(companyName(name).form).toBeNull(),
);

test.each([
  ['Brockmann GmhB', 'Brockmann GmbH'],
  ['Brockmann Gmb H', 'Brockmann GmbH'],
  ['Harwood Ldt', 'Harwood Ltd'],
  ['Harwood Lmited', 'Harwood Limited'],
  ['A/S Nordlys', 'Nordlys A/S'],
  ['Morales S.A', 'Morales SA'],
])('%s is %s', (written, meant) => expect(companyName(written)).toEqual(companyName(meant)));

test('a form run together with the name is off; a name that ends so by chance is not cut', () => {
  expect(companyName('BrockmannAG')).toEqual(companyName('Brockmann AG'));
  expect(companyName('DelmontGmbH')).toEqual(companyName('Delmont GmbH'));
  expect(companyName('Grupo MoralesS.A.')).toEqual(companyName('Grupo Morales SA'));
  expect(coreOf('NASA')).toBe('nasa');
  expect(coreOf('Zigzag')).toBe('zigzag');
});

test('numbers in words are numbers, wherever they stand', () => {
  expect(coreOf('Second Harbor Bank')).toBe(coreOf('2nd Harbor Bank'));
  expect(coreOf('Regiment Thirty-Seven')).toBe(coreOf('Regiment 37'));
  expect(coreOf('Seven Oaks Dairy')).toBe(coreOf('7 Oaks Dairy'));
  expect(coreOf('Harbor Fund III Europe')).toBe(coreOf('Harbor Fund 3 Europe'));
  expect(coreOf('Square One')).toBe('square one');
  expect(coreOf('Second Harbor Bank')).not.toBe(coreOf('Third Harbor Bank'));
});

describe('a name of everyday words alone', () => {
  test.each([
    'Grace Lutheran Church',
    'St. Mary Hospital',
    'Evangelische Kirchengemeinde',
    'Main Street Pizza',
    '2nd Baptist Church',
  ])('is %s', (name) => expect(isEverydayName(coreOf(name) ?? '')).toBe(true));
  test.each(['Osterlund Tools', 'Grace Osterlund Church', 'Kestrel Bakery', ''])('is not "%s"', (name) =>
    expect(isEverydayName(coreOf(name) ?? 'x')).toBe(false),
  );
});
