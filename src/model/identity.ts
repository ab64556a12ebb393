/** The port to an identity provider: a browser is sent there, and comes back as somebody. */

/** Who somebody is, as the provider says. */
export type Identity = {
  issuer: string;
  /** Never changes, and is nobody else's at this issuer. */
  subject: string;
  name: string;
  email: string | null;
  groups: string[];
};

/** What the browser keeps while it is away, so that the answer counts for it alone. */
export type SignInUnderWay = { state: string; nonce: string; verifier: string; returnTo: string };

export type IdentityProvider = {
  /** Of the people's words, e.g. `login.acme.com`. */
  name: string;
  /** @throws DomainError `identity-unavailable` */
  begin(returnTo: string): Promise<{ url: string; keep: SignInUnderWay }>;
  /** `query` of the address the browser came back to. @throws DomainError `unauthenticated`, `identity-unavailable` */
  finish(query: string, kept: SignInUnderWay): Promise<Identity>;
};
