/** A typed request to the API becomes its data, or an error that says what to do. */
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.ts';

type Schemas = components['schemas'];
/** A shape of the API by its name. */
export type Shape<Name extends keyof Schemas> = Schemas[Name];
type Problem = Schemas['Problem'];

/** The API refused, or something failed inside it; `problem` says what and what to do. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** No answer came: the service is down, or the way to it. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

const client = createClient<paths>({ credentials: 'same-origin' });

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

/** The data of an answer; a list could also answer with a file, which is not asked for here. @throws Refusal, Unreachable. */
async function dataOf<Data>(asked: Promise<Answer<Data>>): Promise<Exclude<Data, string>> {
  const { data, error, response } = await asked.catch((cause: unknown): never => {
    throw new Unreachable('Assay does not answer.', { cause });
  });
  if (data !== undefined) return data as Exclude<Data, string>;
  if (isProblem(error)) throw new Refusal(error);
  throw new Unreachable(`Assay does not answer: something on the way to it said ${response.status}.`);
}

/** Of a request that is answered with nothing. @throws Refusal, Unreachable. */
async function doneOf(asked: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await asked.catch((cause: unknown): never => {
    throw new Unreachable('Assay does not answer.', { cause });
  });
  if (response.ok) return;
  if (isProblem(error)) throw new Refusal(error);
  throw new Unreachable(`Assay does not answer: something on the way to it said ${response.status}.`);
}

/** The data, and the tag that a change of it needs. @throws Refusal, Unreachable. */
async function taggedOf<Data>(asked: Promise<Answer<Data>>): Promise<{ data: Exclude<Data, string>; etag: string }> {
  const data = await dataOf(asked);
  return { data, etag: (await asked).response.headers.get('etag') ?? '' };
}

const isProblem = (error: unknown): error is Problem =>
  typeof error === 'object' && error !== null && 'code' in error && 'hint' in error;

/** What went wrong in one line, with what to do where the API said it. */
export const sentenceOf = (error: Error): string =>
  error instanceof Refusal ? `${error.problem.detail} ${error.problem.hint}` : error.message;

/** What the API says of each field; none for any other error. */
export const faultsOf = (error: unknown): { pointer: string; message: string }[] =>
  error instanceof Refusal ? error.problem.errors : [];

export const isSignedOut = (error: unknown): boolean =>
  error instanceof Refusal && error.problem.code === 'unauthenticated';

/** Somebody else changed it since it was read. */
export const isOutdated = (error: unknown): boolean =>
  error instanceof Refusal && error.problem.code === 'version-outdated';

export { client, dataOf, doneOf, taggedOf };
