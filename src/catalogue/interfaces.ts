/** Settings, command line, API and errors become pages of the reference. */
import type { Command } from 'commander';
import { settings } from '../../config/env.ts';
import { errorTable } from '../model/errors.ts';
import { code, list, page, table, wrap } from './markdown.ts';

type Named = [string, (typeof settings)[keyof typeof settings]];

/** Null: the setting has no default. */
function defaultOf(schema: Named[1]['schema']): string | null {
  const unset = schema.safeParse(undefined);
  const value: unknown = unset.success ? unset.data : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** Every setting as a line that is switched off, with its default. */
export function envExample(): string {
  const one = ([name, { schema, description }]: Named) => `# ${description}.\n#${name}=${defaultOf(schema) ?? ''}\n`;
  return [
    '# Settings of Assay, as docs/reference/settings.md lists them: copy this file to .env and take the # away before those you set.\n',
    '# For docker compose alone: the password of its PostgreSQL, of letters and digits, as it becomes part of a URL.\n#POSTGRES_PASSWORD=\n',
    ...Object.entries(settings)
      .filter(([, { description }]) => !description.startsWith('For tests only'))
      .map(one),
  ].join('\n');
}

export function settingPage(): string {
  const one = ([name, { schema, description, isSecret }]: Named) => {
    const value = defaultOf(schema);
    const shown = value === null ? '' : `Default: ${code(value)}.`;
    const text = [`${description}.`, shown, isSecret ? 'Secret.' : ''].filter(Boolean).join(' ');
    return `## ${name}\n\n${wrap(text)}`;
  };
  return page(
    'Settings',
    'Settings are environment variables. Assay checks all of them at its start, lists every wrong one and ends with 1.',
    Object.entries(settings).map(one),
  );
}

export function commandPage(program: Command): string {
  const one = (command: Command): string => {
    const help = command.createHelp();
    const words = command.registeredArguments.map((argument) => `<${argument.name()}>`);
    const options = help
      .visibleOptions(command)
      .filter((option) => option.long !== '--help')
      .map((option) => `${code(option.flags)}: ${help.optionDescription(option)}`);
    return [
      `## ${[fullName(command), ...words].join(' ')}`,
      wrap(sentence(command.description())),
      ...(options.length > 0 ? [list(options)] : []),
      ...command.commands.map(one),
    ].join('\n\n');
  };
  return page(
    'Commands',
    'Run a command by `node assay.mjs <command>`; each has `--help`. It ends with 0, or with 1 and a reason on standard error. `node assay.mjs --version` shows the version.',
    program.commands.map(one),
  );
}

const fullName = (command: Command): string => (command.parent ? `${fullName(command.parent)} ` : '') + command.name();

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export type ApiDocument = {
  paths: Record<string, Record<string, { summary?: string; security?: { key?: string[] }[] }>>;
};

export function routePage({ paths }: ApiDocument): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary = '', security }]) => [
      code(`${method.toUpperCase()} ${path}`),
      security ? security.flatMap(({ key = [] }) => key.map(code)).join(', ') || 'any' : 'open',
      summary,
    ]),
  );
  return page(
    'API',
    'Send `Authorization: Bearer <key>`. The key needs the scope named, or `admin`. The running API shows every shape under `/docs`.',
    [
      table(['Request', 'Scope', 'Purpose'], rows),
      `## Lists\n\n${wrap('A list answers `{ "data": […], "nextCursor": … }`. Pass `nextCursor` as `cursor` for the next page, and `limit` for its size. The last page has `nextCursor` null. The header `Link` has the whole path of the next page, as `rel="next"`.')}`,
      `## Errors\n\n${wrap('An error is `application/problem+json` (RFC 9457). `code` is stable, `hint` says what to do, and `type` is a page of the API about it. [Errors](errors.md) lists all codes.')}`,
      `## Repeat a request safely\n\n${wrap('Send `POST /v1/syncs` or `POST /v1/connections` with a header `Idempotency-Key`. The same key and body within a day get the same answer and start nothing new. Other requests that make something refuse the header.')}`,
    ],
  );
}

export function errorPage(): string {
  const one = ([name, { status, retry, title, hint }]: [string, (typeof errorTable)[keyof typeof errorTable]]) =>
    [
      `## ${name}`,
      wrap(`${title}.`),
      wrap(`**What to do:** ${hint}`),
      `HTTP status ${status}. ${retry === 'later' ? 'Trying again later may help.' : 'Trying again does not help.'}`,
    ].join('\n\n');
  return page(
    'Errors',
    'The API answers `application/problem+json` with `code` and `hint`. A failed sync shows them as `reasonCode` and `nextAction`. The API serves the text of each error under `/errors/<code>`.',
    Object.entries(errorTable).map(one),
  );
}
