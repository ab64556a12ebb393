import { expect, it } from 'vitest';
import { z } from 'zod';
import { plainFault } from '../../src/model/plain-fault.ts';

const shape = z.strictObject({
  name: z.string().min(1),
  count: z.number().max(200),
  list: z.array(z.string()).min(1),
  on: z.boolean(),
  kind: z.enum(['warn', 'critical']),
  day: z.string().regex(/^x/, 'must be a day'),
});

it.each<[object, string, string]>([
  [{}, 'name', 'is missing'],
  [{ name: 7 }, 'name', 'must be text'],
  [{ name: '' }, 'name', 'must have at least 1 characters'],
  [{ count: 500 }, 'count', 'must be at most 200'],
  [{ count: 'many' }, 'count', 'must be a number'],
  [{ list: [] }, 'list', 'must have at least 1 items'],
  [{ list: {} }, 'list', 'must be a list'],
  [{ on: 'yes' }, 'on', 'must be true or false'],
  [{ kind: 'bad' }, 'kind', 'must be one of warn, critical'],
  [{ day: 'y' }, 'day', 'must be a day'],
])('%j is told plainly', (given, field, words) => {
  const { error } = shape.safeParse(given);
  const issue = error!.issues.find(({ path }) => path[0] === field)!;
  expect(plainFault(issue.message)).toBe(words);
});
