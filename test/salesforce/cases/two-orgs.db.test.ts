/** Two orgs share a table of the mirror: a field that they give two types is held as text, and neither loses a value. */
import sql from 'sql-template-tag';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pull } from '../../../src/pipeline/pull.ts';
import { openSalesforce } from '../../../src/salesforce/source.ts';
import { startSmallOrg, type TestOrg } from '@assay/emulator/test/small-org.ts';
import { type CaseOrg, openCase } from './case-org.ts';

const regions = (size: string) => ({ 'Region__c.csv': `Id,Name,Size__c\na0Bxx0000000001,North,${size}\n` });

let one: CaseOrg;
let other: TestOrg;
beforeAll(async () => {
  one = await openCase(regions('2.5'));
  other = await startSmallOrg({}, { ...regions('large') });
  await one.db.query(sql`insert into control.connection (id, name) values ('other', 'the other org')`);
});
afterAll(async () => {
  await other.close();
  await one.close();
});

const syncOther = () => {
  const { loginUrl, clientId, clientSecret } = other;
  const context = one.context('Region__c', {
    source: openSalesforce({ loginUrl, clientId, clientSecret, apiVersion: '62.0' }),
  });
  return pull({ ...context, run: { ...context.run, connectionId: 'other' } }, 'Region__c');
};
const sizes = () =>
  one.db.query(sql`select connection_id as org, to_jsonb(t) ->> 'size__c' as size, pg_typeof(size__c)::text as type
    from mirror.region__c t order by 1`);

it('the second org brings another type, then the first one agrees with it, then both change', async () => {
  await one.sync('Region__c');
  expect(await sizes()).toEqual([{ org: 'default', size: '2.5', type: 'numeric' }]);
  await syncOther();
  await one.sync('Region__c');
  expect(await sizes()).toEqual([
    { org: 'default', size: '2.5', type: 'text' },
    { org: 'other', size: 'large', type: 'text' },
  ]);
  // Nothing is left to do for either: the columns are not converted again and again.
  expect((await one.sync('Region__c')).warnings).toEqual([]);
  expect((await syncOther()).warnings).toEqual([]);

  await other.call('POST', '/control/schema', {
    op: 'retype-field',
    sobject: 'Region__c',
    field: 'Size__c',
    type: 'double',
  });
  await other.change({ op: 'update', sobject: 'Region__c', id: 'a0Bxx0000000001', fields: { Size__c: 7 } });
  await syncOther();
  await one.sync('Region__c');
  expect(await sizes()).toEqual([
    { org: 'default', size: '2.5', type: 'numeric' },
    { org: 'other', size: '7', type: 'numeric' },
  ]);
});
