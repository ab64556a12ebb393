/** Starts orgs from folders that are wrong in one place each, and from a process of its own. */
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { idSuffix } from '../ids.ts';
import { startEmulator } from '../start.ts';
import { startSmallOrg, user, writeFolder } from './small-org.ts';

async function refusal(files: Record<string, string>) {
  const org = writeFolder(files);
  const error = await startEmulator({ org }).then(
    () => null,
    (reason: unknown) => reason,
  );
  rmSync(org, { recursive: true });
  return error;
}

describe('a malformed folder', () => {
  const long = Array.from({ length: 40 }, (_, i) => `001xx00000000${10 + i},"two\nlines",2025-01-01T00:00:00Z`).join(
    '\n',
  );
  it.each<[string, string, string, number | null, number | null, RegExp]>([
    ['no Id column', 'Account.csv', 'Name\nAcme\n', 1, null, /There is no Id column\. Add a column Id/],
    ['a header that is no name', 'Account.csv', 'Id,Billing City\n', 1, 2, /"Billing City" is not a field's API name/],
    ['a column twice', 'Account.csv', 'Id,Name,name\n', 1, 3, /stands twice/],
    ['an empty Id', 'Account.csv', 'Id,Name\n001xx0000000001,a\n,b\n', 3, 1, /"" is not an Id\. Write 15 or 18/],
    ['a short Id', 'Account.csv', 'Id,Name\n001xx,a\n', 2, 1, /"001xx" is not an Id/],
    [
      'an Id twice, once of 18',
      'Account.csv',
      'Id,Name\n001xx0000000001,a\n001xx0000000002,b\n001xx0000000001AAA,c\n',
      4,
      1,
      /an earlier row has the same Id/,
    ],
    ['a long row', 'Account.csv', 'Id,Name\n001xx0000000001,a,b\n', 2, 3, /has 3 values where the header has 2/],
    [
      'a short row',
      'Account.csv',
      'Id,Name,Phone\n001xx0000000001,a,1\n001xx0000000002,a\n',
      3,
      3,
      /has 2 values where the header has 3/,
    ],
    [
      'an open quote',
      'Account.csv',
      'Id,Name\n001xx0000000001,a\n001xx0000000002,"b\n001xx0000000003,c\n',
      3,
      2,
      /never closed/,
    ],
    [
      'an open quote in the last row',
      'Account.csv',
      'Id,Name\n001xx0000000001,a\n001xx0000000002,"b\n',
      3,
      2,
      /never closed/,
    ],
    ['a quote inside a value', 'Account.csv', 'Id,Name\n001xx0000000001,"a"b"\n', 2, 2, /quote/],
    [
      'a bad moment, behind line breaks',
      'Account.csv',
      `Id,Name,CreatedDate\n${long}\n001xx0000000001,a,01/02/2025\n`,
      82,
      3,
      /CreatedDate: "01\/02\/2025" is not a datetime\. Write it as 2026-01-31T/,
    ],
    ['a bad date', 'Opportunity.csv', 'Id,CloseDate\n006xx0000000001,2025-02-30\n', 2, 2, /"2025-02-30" is not a date/],
    [
      'a bad number',
      'Opportunity.csv',
      'Id,Amount\n006xx0000000001,"1,000"\n',
      2,
      2,
      /"1,000" is not a number\. Write digits with a point/,
    ],
    [
      'a bad boolean',
      'Lead.csv',
      'Id,IsConverted\n00Qxx0000000001,yes\n',
      2,
      2,
      /"yes" is not a boolean\. Write true or false/,
    ],
    ['a bad reference', 'Contact.csv', 'Id,AccountId\n003xx0000000001,Acme\n', 2, 2, /AccountId: "Acme" is not an Id/],
    ['a name in other letters', 'account.csv', 'Id\n', null, null, /Call it Account\.csv/],
    ['nothing at all', 'Account.csv', '', 1, null, /The file is empty/],
  ])('with %s is refused at its place', async (_, file, text, line, column, message) => {
    expect(await refusal({ [file]: text })).toMatchObject({
      file,
      line,
      column,
      message: expect.stringMatching(message),
    });
  });

  it('with a describe that is none is refused by name', async () => {
    expect(await refusal({ 'describe/Account.json': '{' })).toMatchObject({
      file: 'describe/Account.json',
      message: expect.stringContaining('Not JSON'),
    });
    expect(await refusal({ 'describe/Account.json': '{"name":"Account"}' })).toMatchObject({
      message: expect.stringContaining('label'),
    });
  });

  it('that is not there is refused', async () => {
    await expect(startEmulator({ org: '/nowhere/at/all' })).rejects.toThrow('There is no such folder.');
  });
});

describe('an org folder', () => {
  it('may be empty, hold a byte order mark, CRLF, blank lines and truth files', async () => {
    const files = {
      'truth.csv': 'x,y\n1\n',
      'truth-pairs.csv': 'a"b',
      'Account.csv': '\uFEFFId,Name\r\n001xx0000000001,A\r\n\r\n001xx0000000002,"B\r\nb"\r\n',
    };
    const org = await startSmallOrg({}, files);
    expect(
      (await org.soql('SELECT Name, CreatedDate, OwnerId FROM Account ORDER BY Id')).map(({ Name }) => Name),
    ).toEqual(['A', 'B\r\nb']);
    expect(await org.soql('SELECT Id, Name FROM User')).toHaveLength(1);
    await org.close();
  });

  it('names its own user and organization', async () => {
    const org = await startSmallOrg({}, { 'User.csv': user, 'Organization.csv': 'Id,Name\n00Dxx0000000001,Mine\n' });
    expect(org.orgId).toBe('00Dxx0000000001EAA');
    expect((await org.connection.identity()).user_id).toBe('005xx0000000001AAA');
    await org.close();
  });

  it('gives ids their published suffixes', () => {
    expect([idSuffix('70130000001tcyI'), idSuffix('ABCDEFGHIJKLMNO')]).toEqual(['AAQ', '555']);
  });
});
