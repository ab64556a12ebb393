/** Settings, command line, API and errors become sections of the catalogue. */
import type { Command } from 'commander';
import { settings } from '../../config/env.ts';
import { errorTable } from '../model/errors.ts';
import { code, table } from './markdown.ts';

export function settingSection(): string {
  const rows = Object.entries(settings).map(([name, { schema, description, isSecret }]) => {
    const unset = schema.safeParse(undefined);
    const value: unknown = unset.success ? unset.data : undefined;
    const shown = typeof value === 'string' || typeof value === 'number' ? code(String(value)) : '';
    return [code(name), shown, description + (isSecret ? ' (secret)' : '')];
  });
  return `## Settings\n\nEnvironment variables. All wrong ones are told together, with exit code 1.\n\n${table(['Name', 'Default', 'Meaning'], rows)}`;
}

export function commandSection(program: Command): string {
  const one = (command: Command) => {
    const help = command.createHelp();
    const words = command.registeredArguments.map((argument) => `<${argument.name()}>`);
    const rows = help
      .visibleOptions(command)
      .filter((option) => option.long !== '--help')
      .map((option) => [code(option.flags), help.optionDescription(option)]);
    const options = rows.length > 0 ? `\n\n${table(['Option', 'Meaning'], rows)}` : '';
    return `### ${['assay', command.name(), ...words].join(' ')}\n\n${sentence(command.description())}${options}`;
  };
  return `## Commands

\`npm run --silent assay -- <command> …\`; each has \`--help\`. They end with 0, or with 1 and a reason on standard error.

${program.commands.map(one).join('\n\n')}`;
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export type ApiDocument = {
  paths: Record<string, Record<string, { summary?: string; security?: { key?: string[] }[] }>>;
};

export function routeSection({ paths }: ApiDocument): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary = '', security }]) => [
      code(`${method.toUpperCase()} ${path}`),
      security?.flatMap(({ key = [] }) => key.map(code)).join(', ') || 'open',
      summary,
    ]),
  );
  return `## API

\`Authorization: Bearer <key>\`; the key needs the scope named, or \`admin\`. The page at \`/docs\` shows every shape.

${table(['Request', 'Scope', 'Purpose'], rows)}`;
}

export function errorSection(): string {
  const rows = Object.entries(errorTable).map(([name, { status, retry, title, hint }]) => [
    code(name),
    status,
    retry,
    title,
    hint,
  ]);
  return `## Errors

The API answers \`application/problem+json\` with \`code\` and \`hint\`; a failed sync has them as \`reasonCode\` and \`nextAction\`.

${table(['Code', 'Status', 'Again', 'What happened', 'What to do'], rows)}`;
}
