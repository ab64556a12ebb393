/** Names of headers as Salesforce spells them: some clients look them up letter by letter. */
import type { ServerResponse } from 'node:http';

const spelled = new Map(
  ['Sforce-NumberOfRecords', 'Sforce-Limit-Info', 'Sforce-Locator', 'WWW-Authenticate', 'ETag'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);
const spell = (name: string): string =>
  spelled.get(name.toLowerCase()) ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** From here on the answer's headers are written so, whoever sets them. */
export function spellHeaders(answer: ServerResponse): void {
  const set = answer.setHeader.bind(answer);
  answer.setHeader = (name, value) => set(spell(name), value);
  const write = answer.writeHead.bind(answer) as (status: number, headers?: object) => ServerResponse;
  answer.writeHead = ((status: number, headers: object = {}) =>
    write(
      status,
      Object.fromEntries(Object.entries(headers).map(([name, value]: [string, unknown]) => [spell(name), value])),
    )) as typeof answer.writeHead;
}
