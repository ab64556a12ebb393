/** Makes a key and a self-signed certificate for localhost, for clients that insist on HTTPS. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  /** PEM. */
  key: string;
  /** PEM; a client trusts the org by trusting this. */
  cert: string;
}

/**
 * The few fields of X.509 (RFC 5280) that OpenSSL, Java and Go ask of a server they trust by its own certificate, strict
 * checks of Python 3.13 included. Written out here: the packages that make certificates bring fifteen others.
 */
export function makeCertificate(now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha1').update(keyInfo).digest();
  const name = sequence(set(sequence(oid('2.5.4.3'), text('localhost'))));
  const day = 86_400_000;
  const validity = sequence(time(new Date(now.getTime() - day)), time(new Date(now.getTime() + 365 * day)));
  const extensions = sequence(
    extension('2.5.29.14', octets(octets(keyId))),
    extension('2.5.29.35', octets(sequence(der(0x80, keyId)))),
    extension('2.5.29.19', octets(sequence(yes)), yes),
    // digitalSignature and keyCertSign: it signs itself.
    extension('2.5.29.15', octets(der(0x03, Buffer.from([2, 0b10000100]))), yes),
    extension('2.5.29.37', octets(sequence(oid('1.3.6.1.5.5.7.3.1')))),
    extension('2.5.29.17', octets(sequence(...alternativeNames))),
  );
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    // The top bit would make it negative.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    validity,
    name,
    keyInfo,
    der(0xa3, extensions),
  );
  const signature = sign('sha256', body, privateKey);
  const cert = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = cert.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const size = Buffer.from([body.length >> 8, body.length & 255]);
  const short = size[0] === 0 ? size.subarray(1) : size;
  return Buffer.concat([Buffer.from([tag, 0x80 | short.length]), short, body]);
}

const sequence = (...content: Buffer[]) => der(0x30, ...content);
const set = (...content: Buffer[]) => der(0x31, ...content);
const octets = (content: Buffer) => der(0x04, content);
const integer = (content: Buffer) => der(0x02, content);
const text = (content: string) => der(0x0c, Buffer.from(content));
const yes = der(0x01, Buffer.from([0xff]));
const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
const dnsName = (name: string) => der(0x82, Buffer.from(name));
const ipAddress = (...bytes: number[]) => der(0x87, Buffer.from(bytes));
const alternativeNames = [
  dnsName('localhost'),
  dnsName('*.localhost'),
  // Clients that know no other place to log in reach the org through a proxy that leads these names to it.
  dnsName('login.salesforce.com'),
  dnsName('test.salesforce.com'),
  ipAddress(127, 0, 0, 1),
  ipAddress(...Array<number>(15).fill(0), 1),
];

function extension(id: string, value: Buffer, critical?: Buffer): Buffer {
  return critical ? sequence(oid(id), critical, value) : sequence(oid(id), value);
}

function time(moment: Date): Buffer {
  return der(0x18, Buffer.from(`${moment.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const septets = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) septets.unshift((left & 127) | 128);
    bytes.push(...septets);
  }
  return der(0x06, Buffer.from(bytes));
}
