/** A company's web address into the domain that is its own, also where it is a place at somebody else's: a shop, a page, a profile. */
import { domainToASCII } from 'node:url';
import { parse } from 'tldts';

/** Hosts of everybody's places that the public suffix list lacks; what stands before is one's own. */
const byName = new Set(
  `wordpress.com squarespace.com weebly.com business.site godaddysites.com ueniweb.com site123.me tumblr.com webnode.com jimdofree.com
  jimdo.com wix.com strikingly.com mystrikingly.com bigcartel.com ecwid.com tilda.ws substack.com medium.com bandcamp.com webador.com
  square.site shopify.com hubspotpagebuilder.com zohosites.com yolasite.com simplesite.com over-blog.com canalblog.com livejournal.com`.split(
    /\s+/,
  ),
);
/** Of these the first part of the path is one's own. */
const byPath = new Set(
  `facebook.com fb.com fb.me instagram.com linkedin.com twitter.com x.com youtube.com tiktok.com pinterest.com threads.net vk.com
  linktr.ee linkin.bio beacons.ai bio.link about.me campsite.bio lnk.bio taplink.cc etsy.com ebay.com amazon.com yelp.com tripadvisor.com
  google.com goo.gl g.page wa.me t.me medium.com github.com gitlab.com crunchbase.com xing.com behance.net dribbble.com patreon.com
  booking.com opentable.com airbnb.com doordash.com ubereats.com tokopedia.com shopee.co.id mercadolibre.com`.split(
    /\s+/,
  ),
);
/** Before what is one's own in a path. */
const folders = new Set(
  'company in pages pg people profile channel c user shop stores store usr str view site place maps biz p groups'.split(
    ' ',
  ),
);
/** Suffixes that are rented as domains are, and so are no platforms. */
const rented = /^(?:[a-z]{2}\.(?:com|net|org)|(?:com|org|net|ltd|co|plc|in|pp|biz)\.[a-z]{2})$/;

/**
 * `acme.myshopify.com` and `facebook.com/acme/about` are one's own as far as `myshopify.com/acme` and `facebook.com/acme`; the platform
 * itself is nobody's. A slash is in these only.
 */
export function ownSite(url: string): string | null {
  const { hostname, domain, publicSuffix, isPrivate } = parse(url, { allowPrivateDomains: true });
  if (hostname === null || hostname === '') return null;
  if (isPrivate && publicSuffix !== null && !rented.test(publicSuffix))
    return domain === null ? null : placeOf(publicSuffix, domain.slice(0, -publicSuffix.length - 1));
  if (domain === null) return null;
  const site = asAscii(domain);
  const before = hostname.slice(0, -domain.length - 1).replace(/^www\.?/, '');
  if (byName.has(site) && before !== '') return placeOf(site, before.split('.').at(-1) as string);
  if (byPath.has(site)) return ofPath(site, url);
  return byName.has(site) ? null : site;
}

function ofPath(site: string, url: string): string | null {
  const [path = ''] = url.replace(/^(?:[a-z]+:)?\/\//, '').split(/[?#]/);
  const own = path
    .split('/')
    .slice(1)
    .find((part) => part !== '' && !folders.has(part));
  return own === undefined ? null : placeOf(site, own.replace(/^@/, ''));
}

const placeOf = (platform: string, own: string): string | null =>
  own === '' || own === 'www' ? null : `${platform}/${own}`;
const asAscii = (host: string): string => (/^[ -~]*$/.test(host) ? host : domainToASCII(host) || host);
