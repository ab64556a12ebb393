/** What the documents name exists: commands and their options, npm scripts, settings, metrics, files. */
import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { settings } from '../config/env.ts';
import { program } from '../src/cli/program.ts';

const files = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  '.github/workflows/ci.yml',
  'demo.env',
  'docker-compose.yml',
];
for await (const file of glob('docs/**/*.md')) files.push(file);
const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
const commands = new Map(program.commands.map((command) => [command.name(), command]));

/** Code spans and blocks; prose may use the word "assay" as it likes. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```.*?\n(.*?)^```/gms)].flatMap((match) => match[1]!.split('\n'));
  const spans = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return [...blocks, ...spans].map((line) => line.replace(/\s#.*$/, ''));
}

describe.each(files.filter((file) => existsSync(file)))('%s', async (file) => {
  const text = await readFile(file, 'utf8');
  const code = file.endsWith('.md') ? codeOf(text) : text.split('\n');

  test('names only commands and options there are', () => {
    for (const line of code) {
      for (const [, name = '', rest = ''] of line.matchAll(
        /(?<!database )\bassay(?:\.mjs)?(?: --)? ([a-z]+)\b([^|;&`)]*)/g,
      )) {
        const command = commands.get(name);
        expect(command, `assay ${name}`).toBeDefined();
        const known = ['--help', ...command!.options.map((option) => option.long)];
        for (const [option] of rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) expect(known, line).toContain(option);
      }
    }
  });

  test('names only npm scripts there are', () => {
    for (const line of code) {
      for (const [, name] of line.matchAll(/\bnpm run (?:--silent )?([a-z]+)/g))
        expect(Object.keys(scripts)).toContain(name);
    }
  });

  test('names only settings there are', () => {
    const others = ['POSTGRES_PASSWORD', 'POSTGRES_USER', 'POSTGRES_DB', 'API_PORT'];
    for (const [name] of code
      .join('\n')
      .matchAll(/\b(?:ASSAY|SALESFORCE|SLACK|POSTGRES|INTEGRATION|API|LOG|DATABASE|REDIS)_[A-Z_]+\b/g)) {
      expect([...Object.keys(settings), ...others]).toContain(name);
    }
  });

  test.runIf(file.endsWith('.md'))('links only to files there are', () => {
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)) {
      expect(existsSync(join(dirname(file), target)), target).toBe(true);
    }
  });
});

test('the metrics that an operator is told to watch are those the service has', async () => {
  const source = await readFile('src/http/routes/health.ts', 'utf8');
  const there = [...source.matchAll(/name: '(assay_\w+)'/g)].map((match) => match[1]);
  const told = [...(await readFile('docs/how-to/deploy.md', 'utf8')).matchAll(/`(assay_\w+)(?:\{[^`]*\})?`/g)].map(
    (match) => match[1],
  );
  const metrics = told.filter((name) => name !== 'assay_reader');
  expect(metrics.length).toBeGreaterThan(2);
  for (const name of metrics) expect(there).toContain(name);
});
