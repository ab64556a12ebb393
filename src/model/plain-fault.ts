/** Zod's words for what is wrong with a request become those of whoever sent it. */

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Other words stay as they are. */
export function plainFault(message: string): string {
  const option = /^Invalid option: expected one of (.*)$/.exec(message);
  if (option) return `must be one of ${option[1]!.replaceAll('"', '').replaceAll('|', ', ')}`;
  const size = /^Too (?:big|small): expected \w+ to (be|have) ([<>])=?(\S+)( \w+)?$/.exec(message);
  if (size) return `must ${size[1]} at ${size[2] === '<' ? 'most' : 'least'} ${size[3]}${size[4] ?? ''}`;
  const [, expected, received] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? [];
  if (expected === undefined || !(expected in kinds)) return message;
  return received === 'undefined' ? 'is missing' : `must be ${kinds[expected]}`;
}
