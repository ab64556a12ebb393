/** Settings become the log of a process: lines of JSON without any secret, whatever error of whatever library they tell. */
import pino from 'pino';
import { type Env, settings } from '../../config/env.ts';
import { hide, hideUrl, withoutHidden } from '../model/hidden.ts';
import type { Log } from '../model/ports.ts';

type LoggedError = {
  type: string;
  message: string;
  code?: string;
  /** Of PostgreSQL. Never its detail, which quotes values of rows. */
  table?: string;
  constraint?: string;
  stack?: string;
  cause?: LoggedError;
  errors?: LoggedError[];
};

/** Only what is named here: errors of drivers carry the command, the request and the settings they were sent with. */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const { code, table, constraint, errors } = error as unknown as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const logged = {
    type: name,
    message,
    code: text(code),
    table: text(table),
    constraint: text(constraint),
    stack,
    cause: cause === undefined || depth > 3 ? undefined : loggedError(cause, depth + 1),
    errors: Array.isArray(errors) && depth <= 3 ? errors.map((one) => loggedError(one, depth + 1)) : undefined,
  };
  return Object.fromEntries(Object.entries(logged).filter(([, value]) => value !== undefined)) as LoggedError;
}

/** Lines go to standard error: standard output belongs to what a command answers. */
export function openLog(env: Env, name: string): Log {
  for (const [key, { isSecret }] of Object.entries(settings)) {
    const value = env[key as keyof Env];
    if (!isSecret || typeof value !== 'string') continue;
    if (URL.canParse(value) && value.includes('://')) hideUrl(value);
    else for (const part of value.split(',')) hide(part.trim());
  }
  const lines = pino.destination(2);
  return pino(
    { name: `assay ${name}`, level: env.LOG_LEVEL, serializers: { err: (error: unknown) => loggedError(error) } },
    { write: (line: string) => void lines.write(withoutHidden(line)) },
  );
}
