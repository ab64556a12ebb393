/** What a person types as the value of an option becomes what the option means. */
import { InvalidArgumentError } from 'commander';

export const names = (text: string) => text.split(',').map((name) => name.trim());

/** An option given again adds to what it said before. */
export const added = (text: string, before?: string) => (before === undefined ? text : `${before},${text}`);

export function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('Give a port from 0 to 65535.');
}

export function whole(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 on.');
}
