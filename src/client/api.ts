/** One call of a running control API becomes its JSON answer, or the fault that the API named. */
import { z } from 'zod';
import { DomainError, type ErrorCode, errorTable } from '../model/errors.ts';

export type Api = { url: string; key: string };

const problem = z.object({
  code: z.string().refine((code): code is ErrorCode => code in errorTable),
  detail: z.string(),
  requestId: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).default([]),
});

/**
 * Sends the request with the key. @throws DomainError with the code and faults of the API's problem document,
 * `api-unreachable` when nothing answers or the answer is not the API's.
 */
export async function request(api: Api, path: string, init: RequestInit = {}): Promise<Response> {
  const url = `${api.url.replace(/\/$/, '')}${path}`;
  const headers = { authorization: `Bearer ${api.key}`, ...(init.headers as Record<string, string> | undefined) };
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, redirect: 'error' });
  } catch (error) {
    const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
    const why = cause?.code || cause?.message || message;
    throw new DomainError('api-unreachable', `${api.url} does not answer: ${why}.`, { cause: error });
  }
  if (response.ok) return response;
  const answered = problem.safeParse(await response.json().catch(() => undefined));
  if (!answered.success)
    throw new DomainError('api-unreachable', `${url} answered ${response.status}, not as Assay does.`);
  const { code, detail, errors, requestId } = answered.data;
  const place = response.headers.get('location') ?? (code === 'internal' && requestId);
  throw new DomainError(code, place ? `${detail} (${place})` : detail, { faults: errors });
}

/** `body` undefined sends none. @throws as request. */
export async function call<T extends z.ZodType>(
  api: Api,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body: unknown,
  answer: T,
): Promise<z.output<T>> {
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return answer.parse(await (await request(api, path, { method, ...sent })).json());
}
