import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crmColumns } from '../../bench/match/crm-record.ts';
import { crmRecords } from '../../bench/match/crm.ts';
import type { Explanation } from '../../src/matcher/explain/explain.ts';
import { matchFile } from '../../src/matcher/match-file.ts';
import type { MatchReport } from '../../src/matcher/report.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'assay-explain-'))));
afterAll(() => rm(folder, { recursive: true }));

const header = 'id,first,last,email,phone,city,dob';
const map = 'first_name=first,last_name=last,email=email,phone=phone,city=city,birth_date=dob';
const people = Array.from({ length: 40 }, (_, at) => {
  const [first, last] = [['Noor', 'Emil', 'Paula', 'Cyrus'][at % 4], `${['Brand', 'Lund', 'Vosk', 'Tarr', 'Quill'][at % 5]}${['berg', 'mark', 'ner', 'ow'][at % 4]}`]; // prettier-ignore
  return `p${at},${first},${last},${first}${at}@mail${at}.org,0301234${100 + at},${['Ulm', 'Jena'][at % 2]},19${50 + at}-03-0${1 + (at % 9)}`;
});

/** What is said and reported of a pair, beside what the files of the same run hold. */
async function explained(rows: string[], pair: string, more: object = {}) {
  const file = join(folder, 'records.csv');
  await writeFile(file, `${[header, ...rows].join('\n')}\n`);
  const [out, pairs] = [join(folder, 'clusters.csv'), join(folder, 'pairs.csv')];
  const lines: string[] = [];
  const report = await matchFile({ file, entity: 'person', id: 'id', map, out, pairs, explain: [pair], say: (line) => lines.push(line), ...more }); // prettier-ignore
  const [found] = report.explained;
  const clusters = new Map((await readFile(out, 'utf8')).trim().split('\n').map((line) => line.split(',') as [string, string])); // prettier-ignore
  const written = (await readFile(pairs, 'utf8'))
    .split('\n')
    .map((line) => line.split(','))
    .find(([l, r]) => pair === `${l},${r}` || pair === `${r},${l}`);
  return { found: found!, text: lines.join('\n'), clusters, written };
}

describe('why two rows are one or two', () => {
  test('linked: values, levels and weights add up to the weight that pairs.csv has', async () => {
    const rows = [...people, 'a,Hedwig,Montrose,hm@mail.org,0309998877,Ulm,1961-05-06', 'b,Hedwig,Montrose,hm@mail.org,,Ulm,1961-05-06']; // prettier-ignore
    const { found, text, clusters, written } = await explained(rows, 'a,b');
    expect(found.verdict).toBe('same');
    expect(clusters.get('b')).toBe('a');
    expect(Number(written![2])).toBeCloseTo(found.weight, 1);
    const sum = found.fields.reduce((all, one) => all + one.weight, found.startBits - found.thresholdShift);
    expect(sum).toBeCloseTo(found.weight, 0);
    expect(text).toMatch(/^a and b: one\. What they hold links them \(\+[\d.]+ bits/);
    expect(text).toMatch(/last_name +montrose +montrose +same/);
    expect(text).toMatch(/phone .*blank on one side +0\n/);
    expect(text).toContain('Key "e-mail": 2 records have it; compared.');
  });

  test('compared and two: what they hold is too little', async () => {
    const rows = [...people, 'a,Hedwig,Montrose,hm@one.org,0309998877,Ulm,1961-05-06', 'b,Waltraud,Montrose,wm@two.org,0305554433,Ulm,1984-11-30']; // prettier-ignore
    const { found, text, written } = await explained(rows, 'a,b');
    expect(found.verdict).toBe('apart');
    expect(written).toBeUndefined();
    expect(found.weight).toBeLessThan(found.reviewThreshold);
    expect(text).toContain('a and b: two. Too little says that they are one');
    expect(text).toContain('Key "family name and city": 2 records have it; compared.');
  });

  test('never compared: no key in common', async () => {
    const rows = [...people, 'a,Hedwig,Montrose,hm@one.org,,Ulm,', 'b,Otto,Zacharias,oz@two.org,,Trier,'];
    const { found, text } = await explained(rows, 'a,b');
    expect([found.verdict, found.keys]).toEqual(['notCompared', []]);
    expect(text).toContain('a and b: two. Assay never compared them; compared, they would be two as well');
    expect(text).toContain('Keys: none in common, so nothing brought the two together.');
  });

  test('never compared: the key they share is that of too many', async () => {
    const letters = 'bdfgklmnprst';
    const crowd = Array.from({ length: 420 }, (_, at) => {
      const word = [at % 12, Math.floor(at / 12) % 12, Math.floor(at / 144)].map((n) => `${letters[n]}o`).join('');
      return `c${at},A${word},Montrose,,,Town${at},`;
    });
    const { found, text } = await explained(crowd, 'c0,c400');
    expect(found.verdict).toBe('notCompared');
    expect(found.keys).toEqual([
      { rule: 'family name and initial', recordCount: 420, cap: expect.any(Number), isCompared: false },
    ]);
    expect(text).toMatch(/Key "family name and initial": 420 records have it; more than \d+, so it was split, and the two were parted/); // prettier-ignore
    const whole = await explained(crowd.slice(0, 200), 'c0,c199');
    expect(whole.found.keys[0]!.isCompared).toBe(true);
  });

  test('kept apart by a guard: the mailbox is that of a house', async () => {
    const rows = [...people, 'a,Hedwig,Montrose,family@montrose.org,,Ulm,1961-05-06', 'b,Lothar,Montrose,family@montrose.org,,Ulm,1958-01-02']; // prettier-ignore
    const { found, text, clusters } = await explained(rows, 'a,b');
    expect(clusters.get('b')).toBe('b');
    expect(found.fields.find(({ field }) => field === 'email')!.level).toContain('another given name');
    expect(text).toMatch(/email +family@montrose.org +family@montrose.org +same, another given name +\+3\.00/);
  });
});

describe('what is said of a pair is what the files of the run hold', () => {
  const lines: string[] = [];
  let report: MatchReport;
  let written: { ids: [string, string]; weight: number; decision: string }[] = [];
  let clusters = new Map<string, string>();
  const textOf = ({ left, right }: Explanation) => {
    const from = lines.findIndex((line) => line.startsWith(`${left} and ${right}: `));
    const next = lines.findIndex((line, at) => at > from && / and .*: (one|two)/.test(line));
    return lines.slice(from, next < 0 ? undefined : next).join('\n');
  };

  beforeAll(async () => {
    const [file, out, pairs] = ['crm.csv', 'crm.clusters.csv', 'crm.pairs.csv'].map((name) => join(folder, name)) as [string, string, string]; // prettier-ignore
    const rows = [...crmRecords(3000, 5)].map(({ line }, at) => `${at + 1},${line}`);
    await writeFile(file, `id,${crmColumns.join(',')}\n${rows.join('')}`);
    const fields = ['first_name', 'last_name', 'company', 'city', 'phone'];
    const options = { file, entity: 'person', id: 'id', map: fields.map((name) => `${name}=${name}`).join(',') };
    await matchFile({ ...options, out, pairs });
    const table = async (name: string) => (await readFile(name, 'utf8')).trim().split('\n').slice(1).map((line) => line.split(',')); // prettier-ignore
    clusters = new Map((await table(out)).map(([id = '', cluster = '']) => [id, cluster]));
    written = (await table(pairs)).map(([l = '', r = '', weight, , decision = '']) => ({ ids: [l, r], weight: Number(weight), decision })); // prettier-ignore
    const few = ['link', 'review', 'cut'].flatMap((decision) =>
      written.filter((one) => one.decision === decision).slice(-12),
    );
    const explain = few.map(({ ids }) => ids.join(','));
    const known = new Set(written.filter(({ decision }) => decision !== 'review').map(({ ids }) => ids.join(',')));
    const groups = Map.groupBy(clusters.keys(), (id) => clusters.get(id) as string);
    const tied = [...groups.values()].flatMap((ids) => ids.flatMap((l, at) => ids.slice(at + 1).map((r) => `${l},${r}`))); // prettier-ignore
    explain.push(...tied.filter((pair) => !known.has(pair)).slice(0, 12), '1,2', '3,4', '5,6');
    report = await matchFile({ ...options, explain, say: (line) => lines.push(line) });
  });

  const decisionOf = (one: Explanation) => written.find(({ ids }) => ids[0] === one.left && ids[1] === one.right);

  test('its weight and decision', () => {
    const verdicts = { link: ['same'], review: ['review', 'sameThroughOthers'], cut: ['cut'] };
    const seen = new Set<string>();
    for (const one of report.explained) {
      const pair = decisionOf(one);
      const isTogether = clusters.get(one.left) === clusters.get(one.right);
      expect(one.verdict.startsWith('same')).toBe(isTogether);
      seen.add(one.verdict);
      if (!pair) continue;
      expect(verdicts[pair.decision as keyof typeof verdicts]).toContain(one.verdict);
      expect(one.weight).toBeCloseTo(pair.weight, 1);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['same', 'review', 'cut', 'sameThroughOthers']));
  });

  test('its weights add up, and some key had it compared', () => {
    for (const one of report.explained) {
      const sum = one.fields.reduce((all, field) => all + field.weight, one.startBits - one.thresholdShift);
      expect(Math.abs(sum - one.weight)).toBeLessThan(0.06);
      if (decisionOf(one)) expect(one.keys.some(({ isCompared }) => isCompared)).toBe(true);
    }
  });

  test('for review: both thresholds are named', () => {
    const one = report.explained.find(({ verdict }) => verdict === 'review')!;
    expect(textOf(one)).toMatch(/two until a person looks\. They are for review \(-[\d.]+ bits, [\d.]+ % likely; review above -[\d.]+, linked above 0\)/); // prettier-ignore
  });

  test('cut: the two groups, and the pair that speaks most against', () => {
    const one = report.explained.find(({ verdict }) => verdict === 'cut')!;
    const { left, right, pairCount, meanWeight, against } = one.groups!;
    expect(left).toContain(one.left);
    expect(right).toContain(one.right);
    expect(pairCount).toBe(left.length * right.length);
    expect(meanWeight).toBeLessThanOrEqual(0);
    expect(textOf(one)).toContain(`Groups: ${left.join(', ')} | ${right.join(', ')}`);
    expect(textOf(one)).toMatch(/bits on average\. Groups join above 0; a pair that was not compared counts -1\./);
    expect(against === null || textOf(one).includes(`Most against: ${against.from} to ${against.to} (`)).toBe(true);
  });

  test('one through others: a way of links from the one to the other', () => {
    for (const one of report.explained.filter(({ verdict }) => verdict === 'sameThroughOthers')) {
      expect([one.path[0]!.from, one.path.at(-1)!.to]).toEqual([one.left, one.right]);
      for (const [at, step] of one.path.entries()) {
        expect(step.weight).toBeGreaterThan(0);
        if (at > 0) expect(step.from).toBe(one.path[at - 1]!.to);
      }
      expect(textOf(one)).toContain(`Links that tie them: ${one.left} to ${one.path[0]!.to} (+`);
    }
  });
});

test('more alike than a block may hold: one without having been compared', async () => {
  const file = join(folder, 'alike.csv');
  const lines = [...crmRecords(10_000, 3)].map(({ line }) => line);
  const rows = [...lines, ...Array.from({ length: 400 }, () => lines[7])].map((line, at) => `${at},${line}`);
  await writeFile(file, `id,${crmColumns.join(',')}\n${rows.join('')}`);
  const fields = ['first_name', 'last_name', 'email', 'phone', 'company', 'street', 'city'];
  const said: string[] = [];
  const map = fields.map((name) => `${name}=${name}`).join(',');
  const report = await matchFile({ file, entity: 'person', id: 'id', map, explain: ['10000,10399'], say: (line) => said.push(line) }); // prettier-ignore
  expect(report.explained[0]!.verdict).toBe('sameUncompared');
  expect(said[0]).toContain('so Assay joined them without comparing them');
  expect(said.join('\n')).toContain('more records are like these than are compared');
});

describe('which two rows', () => {
  test.each([
    ['p1', /--explain p1: give two ids of the column "id"/],
    ['p1,', /--explain p1,: give two ids/],
    ['p1,x9', /the column "id" of .*records\.csv does not hold "x9"; write the ids as the file has them/],
    ['x8,x9', /does not hold "x8" and "x9"/],
    ['p1,p1', /both are the same record; give two/],
  ])('%s is refused in words', async (pair, message) => {
    await expect(explained(people, pair)).rejects.toThrow(message);
  });

  test('an id may hold a comma, and a source names one of two rows with one id', async () => {
    const rows = ['"x,1",Ann,Lee,,,,', 'x,Ann,Lee,,,,'];
    expect((await explained(rows, 'x,1,x')).found).toMatchObject({ left: 'x,1', right: 'x' });
    const file = join(folder, 'sources.csv');
    await writeFile(file, 'id,first,last,from\n1,Ann,Lee,crm\n1,Ann,Lee,shop\n2,Bob,Ray,shop\n');
    const of = (pair: string) => matchFile({ file, entity: 'person', id: 'id', map: 'first_name=first,last_name=last', source: 'from', explain: [pair] }); // prettier-ignore
    await expect(of('1,2')).rejects.toThrow('several sources have the id "1"; name its source, as in crm:1 or shop:1.');
    expect((await of('crm:1,shop:1')).explained[0]).toMatchObject({ left: 'crm:1', right: 'shop:1' });
  });

  test('without --out nothing is written, and without both the command says what is missing', async () => {
    const file = join(folder, 'records.csv');
    await writeFile(file, `${[header, ...people].join('\n')}\n`);
    const options = { file, entity: 'person', id: 'id', map };
    expect((await matchFile({ ...options, explain: ['p1,p2'] })).explained).toHaveLength(1);
    await expect(matchFile(options)).rejects.toThrow(/--out <clusters\.csv> is missing/);
  });
});
