/** A question and what it takes become the answer of a running API, as an assistant reads it. */
import { type Api, request } from './api.ts';

/** @throws DomainError as the API's */
export async function askApi(api: Api, name: string, input: unknown): Promise<{ text: string; isRefused: boolean }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(api, `/v1/questions/${encodeURIComponent(name)}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(input ?? {}),
  });
  const text = await answer.text();
  return { text, isRefused: 'refused' in (JSON.parse(text) as object) };
}
