/** Phone numbers in their commonest forms into what the library answers, which takes some 30 times as long. */
import type { CountryCode } from 'libphonenumber-js';

/** National numbers of the commonest lengths that stay as they are behind the calling code. */
type Plan = {
  calling: string;
  /** Before a number within the country. */
  trunk: number;
  /** Whether the number may also stand without it. */
  isTrunkOptional: boolean;
  /** First digits. */
  firsts: ReadonlySet<number>;
  least: number;
  most: number;
};

const plan = (calling: string, firsts: string, least: number, most: number): Plan => ({
  calling,
  trunk: calling === '1' ? 1 : 0,
  isTrunkOptional: calling === '1',
  firsts: new Set(firsts.split('').map(Number)),
  least,
  most,
});
const north = plan('1', '23456789', 10, 10);
const plans = new Map<CountryCode, Plan>([
  ['US', north],
  ['CA', north],
  ['GB', plan('44', '1237', 10, 10)],
  ['DE', plan('49', '23456789', 7, 10)],
  ['FR', plan('33', '123456789', 9, 9)],
  ['AU', plan('61', '23478', 9, 9)],
  ['ID', plan('62', '23456789', 8, 10)],
]);
const planByCalling = new Map([...plans.values()].map((one) => [Number(one.calling), one]));

const zero = 0x30;
const isDigit = (byte: number): boolean => byte >= zero && byte <= 0x39;
const [space, open, close, plus, hyphen, dot] = [0x20, 0x28, 0x29, 0x2b, 0x2d, 0x2e];
/** More than a number and its separators take. */
const longest = 40;

/** What a number turned out to be: one that is read, one that nobody has, one for the library. */
export type PhoneKind = 'read' | 'nobody' | 'other';

export class PlainPhone {
  /** The number that was read, in E.164, and how many bytes it takes. */
  readonly number = new Uint8Array(longest);
  length = 0;
  private readonly digits = new Uint8Array(longest);
  private count = 0;
  private isWhole = false;
  /** Digits before the brackets; -1 where there are none. */
  private bracket = -1;

  /** @param code of the country whose numbers stand without a calling code */
  read(bytes: ArrayLike<number>, from: number, to: number, code: CountryCode): PhoneKind {
    if (to - from > longest || !this.take(bytes, from, to)) return 'other';
    if (this.isNobodys()) return 'nobody';
    const found = this.isWhole ? this.planOfWhole() : plans.get(code);
    return found && this.write(found) ? 'read' : 'other';
  }

  /** The digits, where nothing stands between them but single separators, and brackets around three. */
  private take(bytes: ArrayLike<number>, from: number, to: number): boolean {
    const { digits } = this;
    this.isWhole = bytes[from] === plus;
    this.bracket = -1;
    let [count, before, isOpen] = [0, plus, false];
    for (let at = this.isWhole ? from + 1 : from; at < to; at += 1) {
      const byte = bytes[at] as number;
      if (isDigit(byte)) digits[count++] = byte - zero;
      else if (byte === space || byte === dot || byte === hyphen) {
        if (before !== close && !isDigit(before)) return false;
      } else if (byte === open) {
        if (this.bracket >= 0) return false;
        this.bracket = count;
        isOpen = true;
      } else if (byte === close) {
        if (!isOpen || !isDigit(before) || count !== this.bracket + 3) return false;
        isOpen = false;
      } else return false;
      before = byte;
    }
    this.count = count;
    // `4155550172.0` comes from a spreadsheet.
    if (bytes[to - 1] === zero && bytes[to - 2] === dot) return false;
    return isDigit(before) && !isOpen;
  }

  /** Too short, one digit again and again, or counted up. */
  private isNobodys(): boolean {
    const { digits, count } = this;
    if (count < 6) return true;
    const isOneDigit = (from: number) => {
      for (let at = from + 1; at < count; at += 1) if (digits[at] !== digits[from]) return false;
      return true;
    };
    if (isOneDigit(Math.max(0, count - 7))) return true;
    if (count !== 10) return false;
    for (let at = 0; at < 10; at += 1) if (digits[at] !== (at + 1) % 10) return false;
    return true;
  }

  private planOfWhole(): Plan | undefined {
    const [one, two] = [this.digits[0] as number, this.digits[1] as number];
    return one === 1 ? north : planByCalling.get(10 * one + two);
  }

  /** Writes the number, unless it is none of the plan. */
  private write({ calling, trunk, isTrunkOptional, firsts, least, most }: Plan): boolean {
    const { digits, count, number } = this;
    let from = calling.length;
    if (!this.isWhole) {
      from = digits[0] === trunk && !(isTrunkOptional && count === least) ? 1 : 0;
      if (from === 0 && !isTrunkOptional) return false;
    }
    const length = count - from;
    if (length < least || length > most || !firsts.has(digits[from] as number)) return false;
    // Elsewhere the library takes a 0 in brackets, among others, for no part of the number.
    if (this.bracket >= 0 && !(isTrunkOptional && this.bracket === from)) return false;
    let to = 0;
    number[to++] = plus;
    for (let at = 0; at < calling.length; at += 1) number[to++] = calling.charCodeAt(at);
    for (let at = from; at < count; at += 1) number[to++] = zero + (digits[at] as number);
    this.length = to;
    return true;
  }
}
