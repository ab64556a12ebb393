/** Keeps who is logged in: access tokens that expire, refresh tokens that may rotate, and authorization codes. */
import { randomBytes } from 'node:crypto';

export interface Code {
  userId: string;
  /** The PKCE challenge the exchange must answer, and how it was made. */
  challenge: string | null;
  method: 'plain' | 'S256';
  redirectUri: string;
}

export interface Sessions {
  /** Whether each use of a refresh token ends it and gives a new one. */
  rotates: boolean;
  /** A new access token; its first 15 characters are the org's id, as in Salesforce. */
  open(userId: string): string;
  /** Whose the token is; undefined where it is unknown or expired. */
  userOf(token: string): string | undefined;
  close(token: string): void;
  /** Ends every session at once; refresh tokens live on. */
  closeAll(): void;
  issueRefreshToken(userId: string): string;
  /** Who a refresh token stands for, and the one to use from now on where tokens rotate; undefined for an unknown one. */
  refresh(token: string): { userId: string; next: string | null } | undefined;
  revokeRefreshToken(token: string): void;
  /** Ends every refresh token: users must log in again. */
  revokeAll(): void;
  /** A code for one exchange. */
  issueCode(code: Code): string;
  /** What was asked with a code never used before; undefined for an unknown one. */
  redeemCode(code: string): Code | undefined;
}

export function createSessions(orgId: () => string, seconds: number, now: () => number, rotates: boolean): Sessions {
  const open = new Map<string, { userId: string; expiresAt: number }>();
  const refreshTokens = new Map<string, string>();
  const codes = new Map<string, Code>();
  const issueRefreshToken = (userId: string) => {
    const token = `5Aep${randomBytes(40).toString('base64url')}`;
    refreshTokens.set(token, userId);
    return token;
  };
  return {
    rotates,
    open: (userId) => {
      const token = `${orgId().slice(0, 15)}!AQ${randomBytes(48).toString('base64url')}`;
      open.set(token, { userId, expiresAt: now() + seconds * 1000 });
      return token;
    },
    userOf: (token) => {
      const session = open.get(token);
      return session && session.expiresAt > now() ? session.userId : undefined;
    },
    close: (token) => void open.delete(token),
    closeAll: () => open.clear(),
    issueRefreshToken,
    refresh(token) {
      const userId = refreshTokens.get(token);
      if (userId === undefined) return undefined;
      if (!this.rotates) return { userId, next: null };
      refreshTokens.delete(token);
      return { userId, next: issueRefreshToken(userId) };
    },
    revokeRefreshToken: (token) => void refreshTokens.delete(token),
    revokeAll: () => refreshTokens.clear(),
    issueCode: (code) => {
      const text = `aPrx${randomBytes(30).toString('base64url')}`;
      codes.set(text, code);
      return text;
    },
    redeemCode: (text) => {
      const code = codes.get(text);
      codes.delete(text);
      return code;
    },
  };
}
