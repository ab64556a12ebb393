/** A folder of contacts into a running org that shows the thirty columns of the bench, and what was asked of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { contactColumns } from './contacts.ts';

const ready = z.object({
  url: z.string(),
  https: z.object({ url: z.string(), certificate: z.string() }),
  clientId: z.string(),
  clientSecret: z.string(),
});
const token = z.object({ access_token: z.string() });
const described = z.object({ fields: z.array(z.object({ name: z.string() })) });
const requestCounts = z.record(z.string(), z.number());

export type Org = {
  /** Of its process. */
  pid: number;
  url: string;
  https: { url: string; certificate: string };
  clientId: string;
  clientSecret: string;
  accessToken: string;
  /** Requests since the last call of this. */
  takeRequests(): Promise<number>;
  change(changes: readonly object[]): Promise<void>;
  close(): Promise<void>;
};

export async function startOrg(folder: string): Promise<Org> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'org-process.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill('SIGTERM')); // an interrupted bench leaves no org behind
  try {
    const { clientId, clientSecret, ...at } = ready.parse(JSON.parse(await firstLine(child)));
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const login = await fetch(`${at.url}/services/oauth2/token`, { method: 'POST', body: form });
    const { access_token: accessToken } = token.parse(await login.json());
    await hideOthers(at.url, accessToken);
    const post = (path: string, body: object) => send(`${at.url}/control/${path}`, 'POST', body);
    return {
      pid: child.pid ?? -1,
      ...at,
      clientId,
      clientSecret,
      accessToken,
      takeRequests: async () => {
        const counts = requestCounts.parse(await (await fetch(`${at.url}/control/requests`)).json());
        await send(`${at.url}/control/requests`, 'DELETE');
        return Object.values(counts).reduce((sum, count) => sum + count, 0);
      },
      change: (changes) => post('changes', changes),
      close: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** Salesforce shows twice as many fields of a contact; here every client sees, and moves, the same thirty. */
async function hideOthers(url: string, accessToken: string): Promise<void> {
  const answer = await fetch(`${url}/services/data/v62.0/sobjects/Contact/describe`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const { fields } = described.parse(await answer.json());
  const shown = new Set<string>(contactColumns);
  const hiddenFields = fields.map(({ name }) => name).filter((name) => !shown.has(name));
  await send(`${url}/control/permissions`, 'POST', { sobject: 'Contact', hiddenFields });
}

async function send(url: string, method: string, body?: object): Promise<void> {
  const answer = await fetch(url, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the org has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the org ended before it listened');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
