/** The habits of the house that no linter knows: how files are named, how they open, how long they are, what never stands in them. */
import { glob, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { describe, expect, test } from 'vitest';

// The folders are a variable: of a pattern written out, knip would take every file it finds for one that is used.
const tree = ['src', 'workers', 'config', 'emulator', 'console/src', 'bench', 'test'];
const files: string[] = [];
for await (const file of glob(tree.map((folder) => `${folder}/**/*.{ts,tsx}`)))
  if (file !== 'console/src/api/schema.ts') files.push(file);
const isTest = (file: string) => /^(emulator\/)?test\//.test(file);
const tests = files.filter(isTest);
const product = files.filter((file) => !isTest(file));
const texts = new Map<string, string>();
for (const file of [...product, ...tests]) texts.set(file, await readFile(file, 'utf8'));
const linesOf = (file: string) => texts.get(file)!.split('\n').length - 1;
const having = (files: string[], pattern: RegExp) => files.filter((file) => pattern.test(texts.get(file)!));

/** Names that more than one text exports a type by. */
function repeatedTypes(sources: string[]): string[] {
  const names = sources.flatMap((text) =>
    [...text.matchAll(/^export (?:type|interface|class|enum) (\w+)/gm)].map((match) => match[1]!),
  );
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].sort();
}

describe('the house', () => {
  test('files are named in kebab-case, by what they do and not by what they are', () => {
    const all = [...product, ...tests].map((file) => basename(file));
    expect(all.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/.test(name))).toEqual([]);
    expect(
      all.filter((name) => /(^|-)(utils?|helpers?|common|lib|manager|service-base|base|misc)\b/.test(name)),
    ).toEqual([]);
  });

  test('a file says in its first line what it turns into what; a declaration says it by itself', () => {
    const declared = /^config\/(entities|metrics|objects|rules)\//;
    const silent = product.filter(
      (file) => !declared.test(file) && !/^(\/\*\*|\/\/)\s*(\* )?\S/.test(texts.get(file)!),
    );
    expect(silent).toEqual([]);
  });

  test('files are short: half of them up to 100 lines, none over 400 that does not say why', () => {
    const lengths = product.map(linesOf).sort((one, other) => one - other);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(100);
    const long = [...product, ...tests].filter((file) => linesOf(file) > 400);
    expect(long.filter((file) => !/^ \* Long on purpose: \S/m.test(texts.get(file)!))).toEqual([]);
  });

  test('a room has at most 40 files, folders of declarations aside', () => {
    const rooms = Map.groupBy(
      product.filter((file) => !/^(config|emulator|bench)\//.test(file)),
      (file) => dirname(file),
    );
    expect([...rooms].filter(([, inside]) => inside.length > 40).map(([room]) => room)).toEqual([]);
  });

  test('an exported type has one name, and each name one type', () => {
    const ours = product.filter((file) => !/^(emulator|console|bench)\//.test(file));
    const found = repeatedTypes(ours.map((file) => texts.get(file)!));
    expect(found).toEqual([]);
    expect(repeatedTypes(['export type Scope = 1;\n', 'export interface Scope {}\n', 'type Scope = 2;\n'])).toEqual([
      'Scope',
    ]);
  });

  test('names are words of the field, none of those the code once had for itself', () => {
    const named = /\b(?:class|function|const|let|type|interface) (?:told|tell|\w*(?:Told|Crew|Desk|Parcel|Ghost))\b/;
    const ours = product.filter((file) => !file.startsWith('emulator/'));
    expect(having(ours, named)).toEqual([]);
    expect(named.test('const told = 1')).toBe(true);
    expect(named.test('const retold = 1')).toBe(false);
  });

  test('nothing is left for later, and nothing is mocked', () => {
    const own = tests.filter((file) => file !== 'test/house.test.ts');
    expect(having([...product, ...own], /\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
    expect(having([...product, ...own], /\b(vi\.mock|jest\.mock|@ts-ignore|@ts-nocheck)\b|\bas any\b/)).toEqual([]);
  });

  test('no file of src names one Salesforce object: objects are data', () => {
    const named = having(
      product.filter((file) => file.startsWith('src/') && !file.startsWith('src/demo/')),
      /===? '(Account|Contact|Lead|Opportunity)'/,
    );
    expect(named).toEqual([]);
  });

  test('each statement opens with the stage and step that runs it', () => {
    const anonymous = [...texts].flatMap(([file, text]) => {
      if (!/^(src|workers)\//.test(file)) return [];
      // What runs for several stages has the stage as a variable.
      const bare = text.matchAll(
        /\.query(?:<[^(]*>)?\(\s*sql`\s*(?!\/\* [a-z_]+\.[a-z_-]+ \*\/|\$\{raw\(`\/\* \$\{stage\}\.(?:[a-z_-]+|\$\{\w+\}) \*\/`\)\})([^`]{0,40})/g,
      );
      return [...bare].map((match) => `${file}: ${match[1]}`);
    });
    expect(anonymous).toEqual([]);
  });
});
