/** Each question of the analyst's page has a query that a reader may run, and the answer that stands below it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSeededOrg } from '@assay/emulator/seed/write.ts';
import { raw } from 'sql-template-tag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Published, publishFolder } from '../marts/org.ts';

const page = 'docs/how-to/analyst.md';
/** With it the answers are written into the page instead. */
const isWriting = process.env['WRITE_ANSWERS'] === '1';
const text = await readFile(page, 'utf8');
const questions = [...text.matchAll(/^## (.+)\n\n```sql\n([^]*?)\n```\n(?:\n```\n([^]*?)\n```\n)?/gm)].map(
  ([whole, title, query, answer]) => ({ whole, title: title!, query: query!, answer: answer ?? null }),
);

let folder: string;
let org: Published;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-analyst-'));
  await writeSeededOrg(folder, { seed: 1, accounts: 400, asOf: new Date('2026-11-20T00:00:00Z') });
  org = await publishFolder(folder, ['default']);
}, 600_000);
afterAll(async () => {
  await org.close();
  await rm(folder, { recursive: true });
});

/** As a person who has nothing but the role of readers. */
async function answer(query: string): Promise<string> {
  return org.db.transaction(async (tx) => {
    await tx.query(raw('set local role assay_reader'));
    await tx.query(raw(`set local timezone = 'UTC'`));
    return table(await tx.query<Record<string, unknown>>(raw(query.replace(/;\s*$/, ''))));
  });
}

const cell = (value: unknown) =>
  value === null ? '' : value instanceof Date ? value.toISOString().slice(0, 10) : String(value);

/** As psql prints it, without the lines. */
function table(rows: Record<string, unknown>[]): string {
  const head = Object.keys(rows[0] ?? { nothing: '' });
  const lines = [head, ...rows.map((row) => head.map((name) => cell(row[name])))];
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  return lines
    .map((line) =>
      line
        .map((one, at) => one.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

it('has ten questions, each with a query and an answer of at least one row', () => {
  expect(questions).toHaveLength(10);
  if (isWriting) return;
  for (const { title, answer: given } of questions) expect(given?.split('\n').length, title).toBeGreaterThan(1);
});

describe.skipIf(isWriting)('the answer stands below the query:', () => {
  it.each(questions)('$title', async ({ query, answer: given }) => {
    expect(await answer(query)).toBe(given);
  });
});

it.runIf(isWriting)('is written', async () => {
  let written = text;
  for (const { whole, title, query } of questions) {
    const block = `## ${title}\n\n\`\`\`sql\n${query}\n\`\`\`\n\n\`\`\`\n${await answer(query)}\n\`\`\`\n`;
    written = written.replace(whole, () => block);
  }
  await writeFile(page, written);
  expect(written).not.toBe('');
});
