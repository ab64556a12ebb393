/** The documents hold to their rules, and what they name exists: commands and their options, npm scripts, settings, metrics. */
import { existsSync, readFileSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { settings } from '../config/env.ts';
import { program } from '../src/cli/program.ts';
import { errorTable } from '../src/model/errors.ts';
import { type Anchors, headingAnchors, pageFaults } from './docs/page-faults.ts';

const files = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  '.github/workflows/ci.yml',
  'demo.env',
  'docker-compose.yml',
];
for await (const file of glob('docs/**/*.md')) files.push(file);
const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
const commands = new Map(program.commands.map((command) => [command.name(), command]));

const anchorsOf: Anchors = (path) => {
  if (!existsSync(path)) return null;
  return path.endsWith('.md') ? headingAnchors(readFileSync(path, 'utf8')) : new Set();
};

/** Code spans and blocks; prose may use the word "assay" as it likes. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^ *```.*?\n(.*?)^ *```/gms)].flatMap((match) => match[1]!.split('\n'));
  const spans = [...text.replaceAll(/^ *```.*?^ *```/gms, '').matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
  return [...blocks, ...spans].map((line) => line.replace(/\s#.*$/, ''));
}

describe.each(files.filter((file) => existsSync(file)))('%s', async (file) => {
  const text = await readFile(file, 'utf8');
  const code = file.endsWith('.md') ? codeOf(text) : text.split('\n');

  test.runIf(file.endsWith('.md'))('is of one kind, in lines that are read well, without dead links', () => {
    expect(pageFaults(file, text, anchorsOf)).toEqual([]);
  });

  // The changelog also names what is gone.
  test.skipIf(file === 'CHANGELOG.md')('names only commands and options there are', () => {
    for (const line of code) {
      for (const [, name = '', rest = ''] of line.matchAll(
        /(?<!database )\bassay(?:\.mjs)?(?: --)? ([a-z]+(?:-[a-z]+)*)\b([^|;&`)]*)/g,
      )) {
        const outer = commands.get(name);
        expect(outer, `assay ${name}`).toBeDefined();
        const inner = /^\s*([a-z]+)\b/.exec(rest)?.[1];
        const command = outer!.commands.find((one) => one.name() === inner) ?? outer;
        if (outer!.commands.length > 0 && inner) expect(command, line).not.toBe(outer);
        const known = ['--help', ...command!.options.map((option) => option.long)];
        for (const [option] of rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) expect(known, line).toContain(option);
      }
    }
  });

  test.skipIf(file === 'CHANGELOG.md')('names only npm scripts there are', () => {
    for (const line of code) {
      for (const [, name] of line.matchAll(/\bnpm run (?:--silent )?([a-z]+)/g))
        expect(Object.keys(scripts)).toContain(name);
    }
  });

  test.skipIf(file === 'CHANGELOG.md')('names only settings there are', () => {
    const others = ['POSTGRES_PASSWORD', 'POSTGRES_USER', 'POSTGRES_DB', 'API_PORT'];
    for (const [name] of code
      .join('\n')
      .matchAll(/\b(?:ASSAY|SALESFORCE|SLACK|POSTGRES|INTEGRATION|API|LOG|DATABASE|REDIS)_[A-Z_]+\b/g)) {
      expect([...Object.keys(settings), ...others]).toContain(name);
    }
  });
});

describe('routes', async () => {
  const reference = await readFile('docs/reference/api.md', 'utf8');
  const routes = [...reference.matchAll(/^\| `([A-Z]+) (\/\S+)` \|/gm)].map(([, method = '', path = '']) => ({
    method,
    path,
  }));

  /** `GET /v1/reviews?limit=2`, `$ASSAY_URL/v1/golden/per_…/fields/title/pin`: one of the routes, with names for its parameters. */
  const isRoute = (method: string, path: string) =>
    routes.some((route) => {
      const shape = route.path.replaceAll(/\{\w+\}/g, '[^/]+');
      return (method === '' || route.method === method) && new RegExp(`^${shape}$`).test(path);
    });
  const named = (text: string) =>
    [...text.matchAll(/(?:\b(GET|POST|PUT|PATCH|DELETE) |\b)?(?:\S*?)(\/v1\/[^\s`"'?)]*)/g)].map(
      ([, method = '', path = '']) => [method, path.replace(/[.,;:]$/, '')] as const,
    );

  test.each(files.filter((file) => file.startsWith('docs/') || file === 'README.md'))(
    '%s names only those there are',
    async (file) => {
      const wrong = codeOf(await readFile(file, 'utf8')).flatMap((line) =>
        named(line).filter(([method, path]) => !isRoute(method, path)),
      );
      expect(wrong).toEqual([]);
    },
  );

  test('a route that is not there is found out, and so is another method', () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(named('curl "$ASSAY_URL/v1/review?limit=2"').map(([method, path]) => isRoute(method, path))).toEqual([
      false,
    ]);
    expect(named('DELETE /v1/schedules').map(([method, path]) => isRoute(method, path))).toEqual([false]);
    expect(named('PUT /v1/golden/per_…/fields/title/pin').map(([method, path]) => isRoute(method, path))).toEqual([
      true,
    ]);
  });
});

describe('a page that breaks a rule is named', () => {
  const page = (kind: string, body: string) => `# Title\n\n*${kind}: what it is for.*\n\n${body}\n`;
  const there: Anchors = (path) =>
    path === 'docs/explain/faq.md' ? headingAnchors('# FAQ\n\n## What does it cost?\n') : null;
  const step = '1. Run it:\n\n   ```\n   node assay.mjs sync\n   ```';

  test.each<[string, string, string, RegExp]>([
    ['of another kind', 'docs/how-to/bad.md', page('Explanation', step), /must open with/],
    ['of no kind', 'docs/reference/bad.md', '# Title\n\nIt is so.\n', /must open with/],
    ['in a folder of no kind', 'docs/notes/bad.md', page('How-to', step), /no kind of page/],
    ['a decision without a number', 'docs/internals/decisions/0999-bad.md', '# Because\n', /opens with its number/],
    ['a tutorial without steps', 'docs/start/bad.md', page('Tutorial', 'It is easy.'), /numbered steps/],
    ['a how-to that only explains', 'docs/how-to/bad.md', page('How-to', 'It is so.'), /has steps/],
    ['an explanation to follow', 'docs/explain/bad.md', page('Explanation', step), /no commands/],
    ['a long line', 'docs/reference/bad.md', page('Reference', `${'word '.repeat(24)}more`), /line 5 has 124/],
    ['a long line outside docs', 'CONTRIBUTING.md', 'word '.repeat(25), /line 1 has 125/],
    ['a long sentence', 'docs/how-to/bad.md', page('How-to', `${step}\n\nIt ${'go '.repeat(24)}on.`), /over 25 words/],
    ['a cell of prose', 'docs/explain/bad.md', page('Explanation', `| ${'word '.repeat(13)}|`), /over 12 words/],
    ['a dead link', 'docs/reference/bad.md', page('Reference', '[gone](../explain/gone.md)'), /which is not there/],
    ['a dead anchor', 'docs/reference/bad.md', page('Reference', '[f](../explain/faq.md#price)'), /no heading/],
    ['a dead anchor of its own', 'docs/explain/faq.md', page('Explanation', '[f](#price)'), /no heading/],
  ])('%s', (_what, file, text, fault) => {
    expect(pageFaults(file, text, there)).toEqual([expect.stringMatching(fault)]);
  });

  test('and one that breaks none is not', () => {
    const wide = `| ${`${'cell '.repeat(12)}| `.repeat(4)}|\n\n\`\`\`\n${'code '.repeat(40)}\n\`\`\``;
    const links = '[faq](../explain/faq.md#what-does-it-cost) and [out](https://example.com)';
    expect(pageFaults('docs/how-to/good.md', page('How-to', `${step}\n\n${wide}\n\n${links}`), there)).toEqual([]);
    expect(pageFaults('docs/explain/good.md', page('Explanation', '1. Choose pairs.'), there)).toEqual([]);
    expect(pageFaults('docs/internals/decisions/0999-good.md', '# 999. Because\n', there)).toEqual([]);
  });
});

describe('the reference is complete', () => {
  /** Of the names those that have no heading on the page. */
  const lacking = (text: string, names: string[]) => {
    const anchors = headingAnchors(text);
    return names.filter((name) => !anchors.has([...headingAnchors(`# ${name}`)][0]!));
  };
  const codes = Object.keys(errorTable);
  const lines = program.commands.map((command) =>
    ['assay', command.name(), ...command.registeredArguments.map((one) => `<${one.name()}>`)].join(' '),
  );

  test.each([
    ['errors.md', codes],
    ['settings.md', Object.keys(settings)],
    ['commands.md', lines],
  ])('%s has an entry for each', async (file, names) => {
    const text = await readFile(`docs/reference/${file}`, 'utf8');
    expect(names.length).toBeGreaterThan(5);
    expect(lacking(text, names)).toEqual([]);
    const [first = ''] = names;
    expect(lacking(text.replace(`## ${first}\n`, '## Something else\n'), names)).toEqual([first]);
  });

  test('each option of a command is in its entry', async () => {
    const text = await readFile('docs/reference/commands.md', 'utf8');
    for (const command of program.commands) {
      const entry = text.split(/^## /m).find((part) => part.startsWith(`assay ${command.name()}`))!;
      for (const { flags } of command.options) expect(entry).toContain(`\`${flags}\``);
    }
  });

  test('each error says what to do in full sentences', () => {
    const short = Object.entries(errorTable).filter(([, { hint }]) => !/^[A-Z].*\.$/s.test(hint));
    expect(short.map(([code]) => code)).toEqual([]);
    const sentences = Object.values(errorTable).flatMap(({ hint }) => hint.split(/(?<=\.) (?=[A-Z])/));
    expect(sentences.filter((sentence) => sentence.split(/\s+/).length > 25)).toEqual([]);
  });
});

test('the README counts the rules as they are', async () => {
  const rules: string[] = [];
  for await (const file of glob('config/rules/*.ts')) rules.push(file);
  expect(await readFile('README.md', 'utf8')).toContain(` by ${rules.length} rules`);
});

test('the metrics that an operator should watch are those the service has', async () => {
  const source = await readFile('src/http/routes/health.ts', 'utf8');
  const there = [...source.matchAll(/name: '(assay_\w+)'/g)].map((match) => match[1]);
  const page = await readFile('docs/how-to/watch.md', 'utf8');
  const metrics = [...page.matchAll(/`(assay_\w+)(?:\{[^`]*\})?`/g)].map((match) => match[1]);
  expect(metrics.length).toBeGreaterThan(2);
  for (const name of metrics) expect(there).toContain(name);
});
