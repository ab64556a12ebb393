/** Decides which URLs may be spoken to: Salesforce's own hosts over TLS, at public addresses, and nobody else. */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import { DomainError } from '../model/errors.ts';

// Hosts Salesforce serves orgs from (help.salesforce.com "Required domains"); .mil is Government Cloud Plus - Defense.
const hosts = /^([a-z0-9-]+\.)+(salesforce\.com|force\.com|salesforce\.mil|cloudforce\.com)$/;

/** A bare name or address with its brackets off, as `ipaddr.js` wants it. */
function literal(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** `2130706433`, `0x7f.1` and the like are addresses too: URL has turned them into dotted form by now. */
function isAddress(hostname: string): boolean {
  return ipaddr.isValid(literal(hostname));
}

function isPublic(address: string): boolean {
  // `process` sees through ::ffff:127.0.0.1.
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

export function isLoopback(hostname: string): boolean {
  const bare = literal(hostname);
  if (bare === 'localhost') return true;
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback';
}

/**
 * The URL as it may be used. A loopback address is allowed only where the configured login URL is loopback itself: the
 * local org of tests and the demo.
 * @throws DomainError `salesforce-url-refused` naming what is wrong with it.
 */
export function guardUrl(text: string, loginUrl: string, what: string): URL {
  const refuse = (reason: string) => new DomainError('salesforce-url-refused', `${what} ${reason}.`);
  if (!URL.canParse(text)) throw refuse('is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refuse('carries a user name or password');
  const isLocal = URL.canParse(loginUrl) && isLoopback(new URL(loginUrl).hostname);
  if (isLoopback(url.hostname)) {
    if (!isLocal) throw refuse('points into this machine');
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('is not https');
    return url;
  }
  if (url.protocol !== 'https:') throw refuse('is not https');
  if (isAddress(url.hostname)) throw refuse('is a bare address, not a Salesforce host');
  // A trailing dot would make the same host look like another.
  if (!hosts.test(url.hostname)) throw refuse(`is not a Salesforce host (${url.hostname})`);
  if (url.port !== '') throw refuse('names a port');
  return url;
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Also a Salesforce name must not resolve to a private address: DNS may be poisoned, or rebound between two look-ups. */
function publicLookup(hostname: string, options: object, done: Found): void {
  resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return done(error, []);
    const bad = found.find(({ address }) => !isPublic(address));
    if (bad) return done(new Error(`${hostname} resolves to ${bad.address}, which is not public`), []);
    if ('all' in options && options.all === true) return done(null, found);
    done(null, found[0]?.address ?? '', found[0]?.family);
  });
}

/** URLs of the proxies by the scheme of what is asked for, empty for none, and the hosts asked directly, as in NO_PROXY. */
export type Proxy = { https: string; http: string; except: string };

/** Connections of one org; undici's `request` follows no redirects. Big pages were seen to hang, connections to die without a word. */
export function guardedAgent(loginUrl: string, silenceSeconds = 300, proxy: Proxy | null = null): Dispatcher {
  const isLocal = URL.canParse(loginUrl) && isLoopback(new URL(loginUrl).hostname);
  const options: Agent.Options = {
    headersTimeout: silenceSeconds * 1000,
    bodyTimeout: silenceSeconds * 1000,
    connections: 12,
    connect: isLocal ? {} : { lookup: publicLookup },
  };
  if (proxy === null) return new Agent(options);
  const { https, http, except } = proxy;
  // Behind a proxy it is the proxy that looks names up; what it reaches still shows the certificate of the host.
  return new EnvHttpProxyAgent({ ...options, httpsProxy: https, httpProxy: http, noProxy: except });
}
