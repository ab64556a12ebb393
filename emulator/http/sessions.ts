/** Keeps who is logged in: access tokens that expire, refresh tokens and authorization codes. */
import { randomBytes } from 'node:crypto';

export interface Sessions {
  /** A new access token; its first 15 characters are the org's id, as in Salesforce. */
  open(): string;
  /** Whether the token is known and not expired. */
  isOpen(token: string): boolean;
  close(token: string): void;
  /** Ends every session at once; refresh tokens live on. */
  closeAll(): void;
  issueRefreshToken(): string;
  isRefreshToken(token: string): boolean;
  revokeRefreshToken(token: string): void;
  /** A code for one exchange, with the PKCE challenge it must be answered with. */
  issueCode(challenge: string | null): string;
  /** The challenge of a code never used before; undefined for an unknown one. */
  redeemCode(code: string): string | null | undefined;
}

export function createSessions(orgId: () => string, seconds: number, now: () => number): Sessions {
  const expiry = new Map<string, number>();
  const refreshTokens = new Set<string>();
  const codes = new Map<string, string | null>();
  return {
    open: () => {
      const token = `${orgId().slice(0, 15)}!AQ${randomBytes(48).toString('base64url')}`;
      expiry.set(token, now() + seconds * 1000);
      return token;
    },
    isOpen: (token) => (expiry.get(token) ?? 0) > now(),
    close: (token) => void expiry.delete(token),
    closeAll: () => expiry.clear(),
    issueRefreshToken: () => {
      const token = `5Aep${randomBytes(40).toString('base64url')}`;
      refreshTokens.add(token);
      return token;
    },
    isRefreshToken: (token) => refreshTokens.has(token),
    revokeRefreshToken: (token) => void refreshTokens.delete(token),
    issueCode: (challenge) => {
      const code = `aPrx${randomBytes(30).toString('base64url')}`;
      codes.set(code, challenge);
      return code;
    },
    redeemCode: (code) => {
      const challenge = codes.get(code);
      codes.delete(code);
      return challenge;
    },
  };
}
