/** E-mail addresses and phone numbers in their plainest forms straight into columns: no text is made of what hardly ever comes again. */
import { countryOfPhone, isOnesOwn, mailHost, type MailHost } from '../values/contact-point.ts';
import { PlainPhone } from '../values/plain-phone.ts';
import { ByteMemo } from './byte-memo.ts';
import type { PartColumns, Target } from './part-columns.ts';

type CountryCode = ReturnType<typeof countryOfPhone>;

const [at, dot, plus] = [0x40, 0x2e, 0x2b];
/** In what has to be undone first: `mailto:`, several addresses, entities, brackets. */
const odd = new Set(Buffer.from(':;,|&<>/'));
/** Bytes of an address; no longer one is plain. */
const longest = 256;
/** Of a host: whether dots before the @ mean something. */
const [dotless, dotted] = [0, 1];

export class PlainEmails {
  private readonly columns: PartColumns;
  private readonly address: Target;
  private readonly local: Target;
  private readonly provider: Target;
  private readonly domain: Target;
  /** By host: whether it is dotless, then the numbers of provider and domain. */
  private readonly hosts: ByteMemo;
  private readonly bytes = Buffer.alloc(longest);

  constructor(columns: PartColumns) {
    this.columns = columns;
    this.address = columns.targetOf('email');
    this.local = columns.targetOf('local');
    this.provider = columns.targetOf('provider');
    this.domain = columns.targetOf('domain');
    this.hosts = new ByteMemo(3 + this.provider.hashCount + this.domain.hashCount);
  }

  startOver(): void {
    this.hosts.clear();
  }

  /** @returns whether the address is plain: then its row has it */
  fill(row: number, raw: Uint8Array, from: number, to: number): boolean {
    const { columns, bytes, hosts } = this;
    const length = to - from;
    const sign = this.lower(raw, from, to);
    if (sign < 1 || sign === length - 1) return false;
    let host = hosts.find(bytes, sign + 1, length);
    const text = host < 0 ? bytes.toString('latin1', sign + 1, length) : '';
    const found = host < 0 ? mailHost(text) : null;
    if (host < 0 && found?.host !== text) return false;
    const start = (found ? found.dropsDots : hosts.numbers[host] === dotless) ? this.dropDots(sign) : 0;
    if (start === sign || !isOnesOwn(bytes.toString('latin1', start, sign))) return false;
    if (found) host = this.add(found, sign + 1, length);
    columns.fillBytes(this.address, row, bytes, start, length);
    columns.fillBytes(this.local, row, bytes, start, sign);
    columns.fill(this.provider, row, hosts.numbers, host + 1);
    columns.fill(this.domain, row, hosts.numbers, host + 2 + this.provider.hashCount);
    return true;
  }

  /** The address in lower case into `bytes`. @returns where its only @ is, -1 where it is not plain */
  private lower(raw: Uint8Array, from: number, to: number): number {
    const { bytes } = this;
    if (to - from > longest) return -1;
    let sign = -1;
    for (let next = from; next < to; next += 1) {
      const byte = raw[next] as number;
      if (byte <= 0x20 || byte >= 0x7f || byte === plus || odd.has(byte)) return -1;
      if (byte === at) {
        if (sign >= 0) return -1;
        sign = next - from;
      }
      bytes[next - from] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
    }
    return sign;
  }

  /** Moves the other bytes before the @ up to it. @returns where they start */
  private dropDots(sign: number): number {
    const { bytes } = this;
    let start = sign;
    for (let next = sign - 1; next >= 0; next -= 1)
      if (bytes[next] !== dot) bytes[(start -= 1)] = bytes[next] as number;
    return start;
  }

  /** Adds the host that was just not found. @returns where its numbers are */
  private add({ host, companyDomain, dropsDots }: MailHost, from: number, to: number): number {
    const { columns, hosts } = this;
    const at = hosts.add(this.bytes, from, to);
    const { numbers } = hosts;
    numbers[at] = dropsDots ? dotless : dotted;
    columns.write(this.provider, host, numbers, at + 1);
    columns.write(this.domain, companyDomain, numbers, at + 2 + this.provider.hashCount);
    return at;
  }
}

export class PlainPhones {
  private readonly columns: PartColumns;
  private readonly phone: Target;
  private readonly plain = new PlainPhone();
  /** By country as typed: which of `codes` it has. */
  private readonly countries = new ByteMemo(1);
  private readonly codes: CountryCode[] = [];
  private readonly nowhere = countryOfPhone(null);

  constructor(columns: PartColumns) {
    this.columns = columns;
    this.phone = columns.targetOf('phone');
  }

  startOver(): void {
    this.countries.clear();
  }
  /** @returns whether the number is plain: then its row has it. @param land where in `raw` its country is; empty for none */
  fill(row: number, raw: Buffer, from: number, to: number, land: number, landTo: number): boolean {
    const { plain } = this;
    const kind = plain.read(raw, from, to, this.code(raw, land, landTo));
    if (kind === 'read') this.columns.fillBytes(this.phone, row, plain.number, 0, plain.length);
    return kind !== 'other';
  }

  private code(raw: Buffer, from: number, to: number): CountryCode {
    const { countries, codes } = this;
    if (from === to) return this.nowhere;
    const known = countries.find(raw, from, to);
    const at = known < 0 ? countries.add(raw, from, to) : known;
    if (known < 0) countries.numbers[at] = codes.push(countryOfPhone(raw.toString('latin1', from, to))) - 1;
    return codes[countries.numbers[at] as number] as CountryCode;
  }
}
