import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../config/index.ts';
import { columnName, snakeCase } from '../../src/model/name.ts';

describe('config/', () => {
  it('is one consistent set, with every object the marts read', async () => {
    const { objects, entities } = await loadDefinitions();
    expect(objects.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Account', 'Contact', 'Lead', 'Opportunity', 'ForecastingQuota']),
    );
    expect(entities.map(({ name }) => name)).toEqual(['company', 'deal', 'person']);
  });

  it('knows what is evidence of a person, a company and a deal', async () => {
    const { objects } = await loadDefinitions();
    const evidence = objects.filter(({ entities }) => Object.keys(entities).length > 0);
    expect(Object.fromEntries(evidence.map(({ name, entities }) => [name, Object.keys(entities)]))).toEqual({
      Account: ['company', 'person'],
      Contact: ['person'],
      Lead: ['person', 'company'],
      Opportunity: ['deal'],
    });
  });
});

describe('names', () => {
  it.each([
    ['BillingPostalCode', 'billing_postal_code'],
    ['Segment__c', 'segment__c'],
    ['ForecastingQuota', 'forecasting_quota'],
    ['IsWon', 'is_won'],
  ])('%s -> %s', (api, name) => expect(snakeCase(api)).toBe(name));

  it('keeps two fields apart that read alike, and long ones apart that PostgreSQL would cut alike', () => {
    expect(columnName('My_Field__c', new Set(['my_field__c']))).toMatch(/^my_field__c_[0-9a-f]{8}$/);
    const long = 'A'.repeat(1) + 'bcdefghij'.repeat(8);
    const [one, two] = [columnName(`${long}1__c`, new Set()), columnName(`${long}2__c`, new Set())];
    expect(one).not.toBe(two);
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(63);
  });
});
