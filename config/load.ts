/** Settings and declarations checked together: a start-up tells every fault of both at once. */
import type { Definitions } from '../src/model/definitions.ts';
import { DomainError } from '../src/model/errors.ts';
import { type Env, readEnv } from './env.ts';
import { loadDefinitions } from './index.ts';

/** @throws DomainError `config-invalid` with the faults of both, each once. */
export async function loadConfig(required: (keyof Env)[] = []): Promise<{ env: Env; definitions: Definitions }> {
  const refused: DomainError[] = [];
  const keep = (error: unknown) => {
    if (!(error instanceof DomainError)) throw error;
    refused.push(error);
  };
  let env: Env | undefined;
  try {
    env = readEnv(undefined, required);
  } catch (error) {
    keep(error);
  }
  const definitions = await loadDefinitions(env).catch(keep);
  if (env && definitions) return { env, definitions };
  const message = refused.map(({ message }) => message).join('\n');
  throw new DomainError('config-invalid', message, { faults: refused.flatMap(({ faults }) => faults) });
}
