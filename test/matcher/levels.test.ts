import { describe, expect, test } from 'vitest';
import { comparisonsOf } from '../../src/matcher/compare/comparisons.ts';
import type { MatchEntity } from '../../src/matcher/definition.ts';
import { bindComparisons, codeComparisons } from '../../src/matcher/compare/pattern.ts';
import { companyName } from '../../src/matcher/values/company-name.ts';
import { formalName } from '../../src/matcher/values/name.ts';
import { columnsOf, type Row } from './columns-of.ts';

/** Label of the level of each comparison, with what shut its gate; blank ones are left out. */
function levelsOf(entity: MatchEntity, left: Row, right: Row, common: string[] = []): Record<string, string> {
  const filled = new Set([...Object.keys(left), ...Object.keys(right)]);
  const comparisons = codeComparisons(comparisonsOf({ entity, fields: [], extras: [] }, filled), new Map(), filled);
  const codes = new Uint8Array(comparisons.length);
  bindComparisons(comparisons, columnsOf([left, right], common), new Map())(0, 1, codes);
  return Object.fromEntries(
    comparisons.flatMap(({ name, slots }, at) => {
      const slot = slots[(codes[at] as number) - 1];
      return slot ? [[name, `${slot.level.label}${slot.gate ? `, ${slot.gate.because}` : ''}`]] : [];
    }),
  );
}

const company = (name: string, more: Row = {}): Row => ({ company: companyName(name).core ?? undefined, ...more });
const person = (first: string, last: string, more: Row = {}): Row => ({
  first,
  formal: formalName(first),
  last,
  ...more,
});
const mailbox = (address: string): Row => ({
  email: address,
  local: address.split('@')[0],
  provider: address.split('@')[1],
});

describe('names of companies', () => {
  test.each([
    ['Acme Fund II', 'Acme Fund III', 'other number'],
    ['Acme Fund II', 'Acme Fund 2', 'same'],
    ['Acme Store 12', 'Acme Store #012', 'same'],
    ['Acme Store No. 12', 'Acme Store 14', 'other number'],
    ['Acme', 'Acme 2', 'another of one house'],
    ['Hartford Automotive', 'Hartford Automotive Leasing', 'another of one house'],
    ['Ritz-Carlton Cafe Buckhead', 'Ritz-Carlton Dining Room Buckhead', 'another of one house'],
    ['Hartford Automotive', 'Hartford Automotive Consulting', 'longer by what it does'],
    ['Hartmannsberger', 'Hartmannsbergen', 'near'],
    ['Hartford Automotive', 'Hartford Autmotive', 'same'],
    ['Acme Capital Partners V', 'Acme Capital Partners IV', 'other number'],
    ['Vandermolen V', 'Vandermolen IV', 'other number'],
    ['Vandermolen', 'Vandermolen V', 'near'],
    ['Acme Fund', 'Acme Fund V', 'another of one house'],
    ['Smith Holdings LLC dba Joe’s Pizza', 'Joe’s Pizza', 'same words'],
    ['Tech. Univ. Halle', 'TU Halle', 'most words'],
    ['University of Nice', 'Technical University of Nice', 'another of one house'],
    ['Echo Legal', 'Echo Legal (formerly Aurora Insurance)', 'same words'],
  ])('%s and %s: %s', (left, right, level) => {
    expect(levelsOf('company', company(left), company(right)).name).toBe(level);
  });

  test('what a house shares by its website and street does not make its companies one', () => {
    const shared = { domain: 'hartford.com', street: '12 elm st', city: 'boston' };
    const found = levelsOf('company', company('Hartford Automotive', shared), company('Hartford Leasing', shared));
    expect(found).toMatchObject({ domain: 'same, another of one house', address: expect.stringMatching(/another of/) });
  });

  test('an address that is near is no more of one company than the same one, where a house has both', () => {
    const at = (name: string, address: string) => company(name, mailbox(address));
    const [automotive, leasing] = ['Hartford Automotive', 'Hartford Automotive Leasing'];
    const emailOf = (left: Row, right: Row) => levelsOf('company', left, right).email;
    expect(emailOf(at(automotive, 'sales@hartford.com'), at(leasing, 'sales@hartford.com'))).toBe(
      'same, another of one house',
    );
    expect(emailOf(at(automotive, 'h.ford@hartford.com'), at(leasing, 'h.ford@hartfrod.com'))).toBe(
      'near, another of one house',
    );
    expect(emailOf(at(automotive, 'h.ford@hartford.com'), at(automotive, 'h.ford@hartfrod.com'))).toBe('near');
  });

  test('a website that differs in a number is another', () => {
    const at = (domain: string) => company('Acme', { domain });
    expect(levelsOf('company', at('acme.com'), at('acme2.com')).domain).toBe('differs');
    expect(levelsOf('company', at('acme.io'), at('acme2.com')).domain).toBe('differs');
    expect(levelsOf('company', at('acmecorp.com'), at('acmecrop.com')).domain).toBe('near');
  });

  test('of two that share nothing but a telephone the town says nothing more', () => {
    const at = (name: string, city: string) => company(name, { phone: '+12125551000', city });
    const addressOf = (left: Row, right: Row) => levelsOf('company', left, right).address;
    expect(addressOf(at('Fern Travel', 'boston'), at('Thorncroft', 'boston'))).toBe(
      'same city, no street, as the telephone',
    );
    expect(addressOf(at('Fern Travel', 'boston'), at('Fern Travle', 'boston'))).toBe('same city, no street');
  });

  test('a street without its number is near the one with it', () => {
    const at = (street: string) => {
      const house = /^\d+(?= )/.exec(street)?.[0];
      return company('Toulouse', { street, city: 'atlanta', ...(house ? { house } : {}) });
    };
    const addressOf = (left: string, right: string) => levelsOf('company', at(left), at(right)).address;
    expect(addressOf('3rd st', '8638 w 3rd st')).toBe('near street, same place');
    expect(addressOf('12 w 3rd st', '8638 w 3rd st')).not.toBe('near street, same place');
  });

  test('what is believed of a street goes to the town where no street is known', () => {
    const believed = (...filled: string[]) =>
      comparisonsOf({ entity: 'company', fields: [], extras: [] }, new Set(filled))
        .find(({ name }) => name === 'address')
        ?.levels.find(({ label }) => label === 'same city, no street')?.m;
    expect(believed('city')).toBeGreaterThan(0.4);
    expect(believed('city', 'street', 'postal_code')).toBeCloseTo(0.12);
  });
});

describe('mailboxes', () => {
  test.each([
    ['ava.hettrick@acme.com', 'ava.hettrick2@acme.com', 'other number at one company'],
    ['ava.hettrick3@acme.com', 'ava.hettrick2@acme.com', 'other number at one company'],
    ['ava.hettrick3@gmail.com', 'ava.hettrick2@gmail.com', 'near, made of the name'],
    ['ava.hettrick@acme.com', 'ava.hetrick@acme.com', 'near, made of the name'],
    // At free mail the next of a name is given a number; one digit may be a slip, and no name is in the last.
    ['ava.hettrick4@gmail.com', 'ava.hettrick87@gmail.com', 'other number behind the name'],
    ['ava.hettrick47@gmail.com', 'ava.hettrick48@gmail.com', 'near, made of the name'],
    ['ava.hettrick4@gmail.com', 'ava.hettrick87@web.de', 'another provider, made of the name'],
    ['dragonfly4@gmail.com', 'dragonfly87@gmail.com', 'near, made of the name'],
  ])('%s and %s: %s', (left, right, level) => {
    const of = (address: string) => person('ava', 'hettrick', mailbox(address));
    expect(levelsOf('person', of(left), of(right)).email).toBe(level);
  });

  test.each([
    ['mathilde', 'van merlet', 'mvanmerlet'],
    ['mathilde', 'garcia lopez', 'm.garcia'],
    ['jean pierre', 'martin', 'jean-pierre.m'],
    ['hans', 'muller', 'hans.mueller'],
  ])('%s %s of two companies has no address of an own making with %s@', (first, last, local) => {
    const at = (host: string) => person(first, last, mailbox(`${local}@${host}`));
    expect(levelsOf('person', at('osprey.fr'), at('kestrel.com')).email).toBe('another provider, made of the name');
    expect(levelsOf('person', at('osprey.fr'), at('osprey.fr')).email).toBe('same, made of the name');
  });

  test('an address of two spellings of which it bears one is of one; that of a couple is both’s', () => {
    const shared = mailbox('john.smith@gmail.com');
    const emailOf = (left: Row, right: Row) => levelsOf('person', left, right).email;
    expect(emailOf(person('john', 'smith', shared), person('jhn', 'smith', shared))).toBe('same');
    expect(emailOf(person('john', 'smith', shared), person('mary', 'smith', shared))).toBe('same, made of the name');
    const house = mailbox('house77@smith.io');
    expect(emailOf(person('gordon', 'smith', house), person('rosalind', 'smith', house))).toBe(
      'same, another given name',
    );
    expect(emailOf(person('gordon', 'smith', house), person('gordn', 'smith', house))).toBe('same');
  });

  test('an address that nobody of the name would be given is its owner’s, wherever it is', () => {
    const at = (host: string) => person('ava', 'hettrick', mailbox(`dragonslayer@${host}`));
    expect(levelsOf('person', at('osprey.fr'), at('kestrel.com')).email).toBe('near');
  });
});

describe('names of people', () => {
  test.each([
    ['elizabeth', 'lizzy', 'nickname'],
    ['jose', 'pepe', 'nickname'],
    ['aleksandr', 'sasha', 'nickname'],
    ['lucy', 'lcuay', 'similar'],
    ['sofia', 'fosia', 'near'],
    ['e b', 'emilie brigitte', 'initial'],
    ['e c', 'emilie brigitte', 'differs'],
  ])('%s and %s: %s', (left, right, level) => {
    expect(levelsOf('person', person(left, 'fairway'), person(right, 'fairway')).first_name).toBe(level);
  });

  test.each([
    ['neil', 'nerl', 'near'],
    ['benjamin', 'ben', 'nickname'],
    ['neil', 'n', 'initial'],
  ])('%s and %s, the one in the place of the family name: %s', (left, right, level) => {
    const found = levelsOf('person', person(left, 'brookcombe'), person('brookcombe', right));
    expect(found).toMatchObject({
      first_name: level,
      last_name: 'exchanged with the given name, misspelt or short',
    });
    expect(levelsOf('person', person('brookcombe', right), person(left, 'brookcombe'))).toEqual(found);
  });

  test('another given name in the place of the family name is that of somebody else', () => {
    expect(levelsOf('person', person('neil', 'brookcombe'), person('brookcombe', 'ava'))).toMatchObject({
      first_name: 'differs',
      last_name: 'differs',
    });
  });

  test('a letter that two share is no name, and names that rhyme are two where several people have each', () => {
    const given = (left: string, right: string, common: string[] = []) =>
      levelsOf('person', person(left, 'fairway'), person(right, 'fairway'), common).first_name;
    expect(given('b', 'b')).toBe('initial');
    expect(given('bavu', 'avu')).not.toBe('differs');
    expect(given('bavu', 'avu', ['bavu', 'avu'])).toBe('differs');
    expect(given('bella', 'ella')).toBe('differs');
    expect(given('marlon', 'marlow', ['marlon', 'marlow'])).toBe('near');
  });

  test('two spellings that several people have are two names, and what their house shares is not theirs', () => {
    const home = { phone: '+12153721133', street: '147 magnolia rd', city: 'boston' };
    const [lucu, lucas] = [person('lucu', 'fairway', home), person('lucas', 'fairway', home)];
    expect(levelsOf('person', lucu, lucas).first_name).toBe('similar');
    expect(levelsOf('person', lucu, lucas, ['lucu', 'lucas'])).toMatchObject({
      first_name: 'differs',
      phone: 'same, others of one house or company',
      company_and_address: 'same street and place, other given name',
    });
  });

  test('the telephone of colleagues is the company’s unless both names agree', () => {
    const work = { phone: '+12153721133', company: 'acme' };
    const phoneOf = (left: Row, right: Row) => levelsOf('person', left, right).phone;
    const ava = person('ava', 'hettrick', work);
    expect(phoneOf(ava, person('ava', 'miller', work))).toBe('same, others of one house or company');
    expect(phoneOf(ava, person('ava', 'hetrick', work))).toBe('same');
    expect(phoneOf(ava, person('hettrick', 'ava', work))).toBe('same');
    expect(phoneOf(ava, person('ava', 'miller', { ...work, company: 'zenith' }))).toBe('same');
  });
});
