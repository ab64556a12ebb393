/** Lists of names and places with few copies: what chance gives is not linked, and copies are, whatever the threshold is. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchFile } from '../../src/matcher/match-file.ts';
import type { MatchReport } from '../../src/matcher/report.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-copies-'))));
afterAll(() => rm(folder, { recursive: true }));

/** The pairs of one group by their rows' ids, smaller first, and what the run and an explanation say. */
async function match(header: string, rows: readonly string[], explain: readonly string[] = []) {
  const [file, out] = ['list.csv', 'groups.csv'].map((name) => join(folder, name)) as [string, string];
  await writeFile(file, [`id,${header}`, ...rows.map((row, at) => `${at},${row}`), ''].join('\n'));
  const said: string[] = [];
  const report: MatchReport = await matchFile({ file, out, id: 'id', entity: 'company', explain, say: (line) => said.push(line) }); // prettier-ignore
  const lines = (await readFile(out, 'utf8')).trim().split('\n').slice(1);
  const linked = lines.map((line) => line.split(',')).filter(([id, cluster]) => id !== cluster);
  return { linked: linked.map((pair) => pair.map(Number).sort((a, b) => a - b)), report, said: said.join('\n') };
}

const roots = 'Ahl Berg Dahl Ek Falk Gran Hall Lind Malm Nord Ost Palm Ros Sand Tall'.split(' ');
const ends = 'man,ström,gren,kvist,berg,qvist,mark,ell,lund,stedt'.split(',');
const firms = roots.flatMap((root) => ends.map((end) => `${root}${end}`));
const towns = Array.from(
  { length: 40 },
  (_, at) => `${roots[at % 15]}${['köping', 'sala', 'vik'][Math.floor(at / 15)]}`,
);

function draws(seed: number) {
  let state = seed;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  /** Large towns are drawn more often, as are common names. */
  const pick = (some: readonly string[]) => some[Math.floor(some.length * next() ** 2)] as string;
  return () => `${pick(firms)} ${next() < 0.7 ? 'AB' : 'HB'},${pick(towns)}`;
}

/** @param isApart nobody is there twice by chance */
function list(count: number, seed: number, isApart: boolean): string[] {
  const draw = draws(seed);
  const rows: string[] = [];
  const seen = new Set<string>();
  while (rows.length < count) {
    const row = draw();
    if (isApart && seen.has(row)) continue;
    seen.add(row);
    rows.push(row);
  }
  return rows;
}

describe('companies called by family names, beside a town', () => {
  const rows = list(1500, 7, true);
  const copied = Array.from({ length: 30 }, (_, copy) => copy * 49 + 3);

  test('of few copies most are found, and nothing else', async () => {
    const { linked, report, said } = await match('Company,City', [...rows, ...copied.map((at) => rows[at] as string)], ['3,1500']); // prettier-ignore
    const right = copied.map((at, copy) => `${at}-${1500 + copy}`);
    const found = linked.map((pair) => pair.join('-'));
    expect(found.filter((pair) => !right.includes(pair))).toEqual([]);
    expect(found.length).toBeGreaterThan(20);
    expect(report.linkedPairCount).toBe(found.length);
    expect(said).toContain('more are equal than chance gives');
    // What is shown adds up to the weight.
    const bits = [...said.matchAll(/([+-][\d.]+)$/gm)].map(([, one]) => Number(one));
    expect(bits.slice(0, -1).reduce((sum, one) => sum + one, 0)).toBeCloseTo(bits.at(-1) as number, 1);
  });

  test('without a copy nothing is linked', async () => {
    expect((await match('Company,City', rows)).linked).toEqual([]);
  });

  test('equal rows that are as many as chance gives are not linked', async () => {
    const drawn = list(1500, 11, false);
    const twice = 1500 - new Set(drawn).size;
    expect(twice).toBeGreaterThan(100);
    expect((await match('Company,City', drawn)).linked.length).toBeLessThan(twice / 10);
  });

  test('a state beside the town is part of the place', async () => {
    const inState = (row: string, at: number) => `${row},${at % 2 === 0 ? 'Skåne' : 'Halland'}`;
    const named = rows.map(inState);
    const { linked } = await match('Company,City,State', [...named, ...copied.map((at) => named[at] as string)]);
    expect(linked.length).toBeGreaterThan(20);
    expect(linked.every(([l, r]) => copied[(r as number) - 1500] === l)).toBe(true);
  });
});
