/** Writes little org folders for the emulator's tests and talks to the org started from one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Connection } from 'jsforce';
import type { Change } from '../change.ts';
import { startEmulator, type Emulator, type EmulatorOptions } from '../start.ts';

// jsforce sends even 127.0.0.1 through a proxy when one of these is set.
for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy']) delete process.env[name];

export const version = 'v62.0';

/** Files by name; answers the folder. */
export function writeFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'small-org-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export const user = 'Id,Name,Email,IsActive\n005xx0000000001,Ana Adler,ana@example.com,true\n';

export const smallOrg = {
  'User.csv': user,
  'Account.csv': [
    'Id,Name,BillingCity,AnnualRevenue,NumberOfEmployees,OwnerId,CreatedDate,SystemModstamp,Tier__c',
    '001xx0000000001,Acme,Berlin,1000000,20,005xx0000000001,2025-01-01T00:00:00.000Z,2025-02-01T10:00:00.000Z,Gold',
    '001xx0000000002,acme two,,16147805824397,,005xx0000000001,2025-01-02T00:00:00.000Z,2025-02-02T10:00:00.000Z,',
    '001xx0000000003,"Brücke, ""GmbH""","Köln\nPorz",0.5,7,005xx0000000001,2025-01-03T00:00:00+02:00,2025-02-03T10:00:00.000Z,Silver',
    '',
  ].join('\n'),
  'Contact.csv': [
    'Id,FirstName,LastName,Email,AccountId,CreatedDate',
    '003xx0000000001,Ann,Archer,ann@acme.test,001xx0000000001,2025-01-05T00:00:00.000Z',
    '003xx0000000002,,Bell,,001xx0000000001,2025-01-06T00:00:00.000Z',
    '003xx0000000003,Cem,Can,cem@brucke.test,001xx0000000003,2025-01-07T00:00:00.000Z',
    '003xx0000000004,Dia,Dorn,dia@none.test,,2025-01-08T00:00:00.000Z',
    '',
  ].join('\n'),
  'Opportunity.csv': [
    'Id,Name,AccountId,StageName,Amount,Probability,CloseDate,IsClosed,IsWon',
    '006xx0000000001,One,001xx0000000001,Prospecting,100.5,10,2025-03-01,false,false',
    '006xx0000000002,Two,001xx0000000001,Closed Won,200,100,2025-03-02,true,true',
    '006xx0000000003,Three,001xx0000000003,Closed Won,300,100,2025-04-02,true,true',
    '',
  ].join('\n'),
  'Region__c.csv':
    'Id,Name,Lead_Account__c,Zip__c,Since__c,Size__c\na0Bxx0000000001,North,001xx0000000001,01234,2025-01-01,2.5\n',
};

export const ids = {
  acme: '001xx0000000001AAA',
  acmeTwo: '001xx0000000002AAA',
  bruecke: '001xx0000000003AAA',
  ann: '003xx0000000001AAA',
  won: '006xx0000000002AAA',
  open: '006xx0000000001AAA',
};

export interface TestOrg extends Emulator {
  connection: Connection;
  /** A request with the session of `connection`; answers status, headers and parsed or plain body. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  soql(text: string): Promise<Record<string, unknown>[]>;
  change(...changes: Change[]): Promise<Record<string, number>>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: ReturnType<typeof JSON.parse>;
}

export async function startSmallOrg(
  options: Partial<EmulatorOptions> = {},
  files: Record<string, string> = smallOrg,
): Promise<TestOrg> {
  const folder = writeFolder(files);
  const emulator = await startEmulator({ org: folder, ...options });
  const connection = new Connection({
    instanceUrl: emulator.url,
    version: version.slice(1),
    oauth2: { loginUrl: emulator.loginUrl, clientId: emulator.clientId, clientSecret: emulator.clientSecret },
  });
  await connection.authorize({ grant_type: 'client_credentials' });

  const call: TestOrg['call'] = async (method, path, body, headers = {}) => {
    const response = await fetch(emulator.url + path, {
      method,
      headers: { authorization: `Bearer ${connection.accessToken}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };

  return {
    ...emulator,
    connection,
    call,
    soql: async (text) => {
      const answer = await call('GET', `/services/data/${version}/query?q=${encodeURIComponent(text)}`);
      if (answer.status !== 200) throw Object.assign(new Error(answer.text), answer.json[0]);
      return answer.json.records;
    },
    change: async (...changes) => {
      const answer = await call('POST', '/control/changes', changes);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json;
    },
    close: async () => {
      await emulator.close();
      rmSync(folder, { recursive: true });
    },
  };
}
