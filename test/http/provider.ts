/** A real OpenID provider on loopback, with its own forms; any password opens any account. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const clientSecret = 'a-secret-of-the-client-long-enough';
export type Accounts = Record<string, { name: string; groups: string[] }>;

export async function startProvider(accounts: Accounts) {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    /** Makes the application `assay` known; nobody is answered before. */
    admit(redirectUrl: string): void {
      const provider = new Provider(issuer, {
        clients: [{ client_id: 'assay', client_secret: clientSecret, redirect_uris: [redirectUrl] }],
        claims: { openid: ['sub'], profile: ['name', 'groups'], email: ['email'] },
        pkce: { required: () => true },
        cookies: { keys: ['a-key-of-the-test'] },
        findAccount: (_context: unknown, id: string) => ({
          accountId: id,
          claims: () => ({ sub: id, email: `${id}@example.com`, ...accounts[id] }),
        }),
      });
      const answer = provider.callback();
      server.on('request', (request, response) => void answer(request, response));
    },
    stop(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
