/** Turns record ids of 15 or 18 characters into the one 18-character form, and mints new ones from a counter. */

const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The three letters that make a case-sensitive 15-character id safe to compare without case: one bit per capital. */
export function idSuffix(id15: string): string {
  let suffix = '';
  for (let part = 0; part < 15; part += 5) {
    let bits = 0;
    for (let i = 0; i < 5; i++) {
      const code = id15.charCodeAt(part + i);
      if (code >= 65 && code <= 90) bits |= 1 << i;
    }
    suffix += suffixAlphabet.charAt(bits);
  }
  return suffix;
}

export function isId(text: string): boolean {
  return /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(text);
}

/** Ids of 18 pass unchanged: an org folder's ids are served as they are. */
export function toId18(id: string): string {
  return id.length === 15 ? id + idSuffix(id) : id;
}

/** A count as text of exactly so many digits, in the order that ids sort by. */
export function base62(count: number, length: number): string {
  let text = '';
  for (let rest = count; text.length < length; rest = Math.floor(rest / 62)) text = digits.charAt(rest % 62) + text;
  return text;
}

/** Same folder and same changes, same ids. The instance code `Em` keeps them apart from ids an org folder brings. */
export class IdMint {
  readonly #next = new Map<string, number>();

  mint(keyPrefix: string): string {
    const count = this.#next.get(keyPrefix) ?? 1;
    this.#next.set(keyPrefix, count + 1);
    return toId18(`${keyPrefix}Em${base62(count, 10)}`);
  }
}
