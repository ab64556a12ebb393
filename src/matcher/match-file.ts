/** What `assay match` does: a CSV of records into a CSV of clusters, and on wish the pairs and a report. */
import { DomainError } from '../model/errors.ts';
import { canonicalFields, compareKinds, type CanonicalField, type Extra, type MatchEntity } from './definition.ts';
import { matchRecords, type MatchStep } from './engine.ts';
import { explainPairs } from './explain/explain.ts';
import { findPairs } from './explain/find-records.ts';
import { type KeySize, sharedKeys } from './explain/shared-keys.ts';
import { explanationLines } from './explain/words.ts';
import { clusterLines, idName, pairLines } from './output.ts';
import { checkOutputs, type Output, writeOutputs } from './outputs.ts';
import { utf8Of } from './read/encoding.ts';
import { exportedList } from './read/exported.ts';
import { guessLayout, type PartLayout } from './read/guess-layout.ts';
import { type CsvLayout, loadCsv } from './read/load-csv.ts';
import { fieldsOf } from './read/standard.ts';
import { assessmentWords } from './weigh/assessment-words.ts';
import { reportOf, type MatchReport } from './report.ts';

/** As typed on the command line. */
export type MatchFileOptions = {
  file: string;
  /** Left out: by the columns, as `id` and `map` are. */
  entity?: string | undefined;
  /** Left out, and no column is named so: the number of the row. */
  id?: string | undefined;
  /** `first_name=FirstName,last_name=LastName` */
  map?: string | undefined;
  /** `column:kind,...` */
  compare?: string | undefined;
  source?: string | undefined;
  /** May be left out where pairs are explained. */
  out?: string | undefined;
  pairs?: string | undefined;
  report?: string | undefined;
  /** Pairs to explain, each `<id>,<id>`. */
  explain?: readonly string[] | undefined;
  /** Takes the explanations, line by line. */
  say?: ((line: string) => void) | undefined;
  /** Told one line when a step is done. */
  progress?: ((line: string) => void) | undefined;
};

/**
 * Writes `out` (id,cluster_id), `pairs` and `report`: all of them, or none. A cluster is named by the smallest of its ids.
 * @throws DomainError `option-invalid`, `file-invalid` for the file that is read, `file-unwritable` for one that is written.
 */
export async function matchFile(options: MatchFileOptions): Promise<MatchReport> {
  const said = saidOf(options);
  const asked = options.explain ?? [];
  if (options.out === undefined && asked.length === 0)
    throw invalid(
      '--out <clusters.csv> is missing: name the file that the groups go to, or ask with --explain <id>,<id>.',
    );
  const places = placesOf(options);
  await checkOutputs(places, options.file);
  const begun = performance.now();
  const steps: MatchStep[] = [];
  const add = (step: MatchStep) => {
    steps.push(step);
    options.progress?.(`${step.step}: ${step.seconds} s`);
  };
  const done = (step: string, since: number) => {
    const seconds = Math.round(performance.now() - since) / 1000;
    add({ step, seconds, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
  };
  const { records, encoding, id } = await load(options, said);
  done('load', begun);
  const pairs = findPairs(records, asked, { file: options.file, id, source: said.source });
  let keys: KeySize[][] = [];
  const result = await matchRecords(records, {
    progress: add,
    joinsAlike: true,
    beforeRelease: async (wordKeys, kinds) => {
      if (pairs.length > 0) keys = sharedKeys(records, wordKeys, pairs, kinds);
    },
  });
  const writing = performance.now();
  let report: MatchReport | undefined;
  const reported = () => {
    done('write', writing);
    return (report = reportOf(result, steps, (performance.now() - begun) / 1000, { encoding, explained }));
  };
  const hasSource = options.source !== undefined;
  const explained = explainPairs(result, pairs, keys, idName(records, hasSource));
  const lines = {
    '--out': () => clusterLines(records, result, hasSource),
    '--pairs': () => pairLines(records, result, hasSource),
    '--report': () => [`${JSON.stringify(reported(), null, 2)}\n`],
  };
  await writeOutputs(places.map((place): Output => ({ ...place, lines: lines[place.option] })));
  report ??= reported();
  const where = options.out === undefined ? '' : ` in ${options.out}`;
  options.progress?.(`${report.recordCount} records, ${report.clusterCount} clusters${where}`);
  options.progress?.(assessmentWords(report.assessment));
  for (const warning of report.warnings) options.progress?.(`warning: ${warning}`);
  if (report.notComparedPairCount > 0)
    options.progress?.(
      `up to ${report.notComparedPairCount} pairs were left out, as too many records share what would bring them together; ` +
        '--report counts them under blocking',
    );
  for (const one of explained) for (const line of [...explanationLines(one), '']) options.say?.(line);
  return report;
}

/** What was typed of the layout. @throws DomainError `option-invalid` */
function saidOf({ entity, id, map, compare, source }: MatchFileOptions): PartLayout {
  return {
    entity: entity === undefined ? null : entityOf(entity),
    id: id ?? null,
    map: map === undefined ? null : mapOf(map),
    extras: extrasOf(compare ?? ''),
    source: source ?? null,
  };
}

/** Reads a file of any encoding; what nobody said of its columns is guessed, and told. */
async function load(options: MatchFileOptions, said: PartLayout) {
  const { entity, id, map, extras, source } = said;
  const whole = entity === null || id === null || map === null ? null : { entity, id, map, extras, source };
  if (whole) tellUnread(whole, options.progress);
  const { file, encoding, release } = await utf8Of(options.file);
  if (encoding !== null)
    options.progress?.(`The file is not UTF-8; it was read as ${encoding}. If that is wrong, save it as UTF-8.`);
  try {
    const named = [id, source, ...Object.values(map ?? {}), ...extras.map(({ name }) => name)];
    const list = await exportedList(file, named, whole !== null);
    for (const words of list.words) options.progress?.(words);
    // Lines are counted from where the list begins.
    const shown = list.linesAbove > 0 ? `${options.file} from line ${list.linesAbove + 1} on` : options.file;
    try {
      if (whole) return { records: await loadCsv(list.file, whole, shown), encoding, id: whole.id };
      const { read, layout } = await loadGuessed(list, said, shown, options.progress);
      return { records: read, encoding, id: layout.id };
    } finally {
      await list.release();
    }
  } finally {
    await release();
  }
}

/** A column that only seems to number the rows, and has a number twice or lacks one, does not. */
async function loadGuessed(
  { file, headRow }: { file: string; headRow: number },
  said: PartLayout,
  shown: string,
  progress: MatchFileOptions['progress'],
) {
  const load = async (trusts: boolean) => {
    const guessed = await guessLayout(file, said, shown, headRow, trusts);
    const { layout, words, mayRepeat } = guessed;
    try {
      const read = await loadCsv(guessed.file, layout, shown).catch((fault: unknown) => {
        if (mayRepeat && fault instanceof DomainError && fault.code === 'file-invalid') return null;
        progress?.(words);
        throw fault;
      });
      if (read === null) return null;
      progress?.(words);
      tellUnread(layout, progress);
      return { read, layout };
    } finally {
      await guessed.release();
    }
  };
  return (await load(true)) ?? ((await load(false)) as NonNullable<Awaited<ReturnType<typeof load>>>);
}

function tellUnread(layout: CsvLayout, progress: MatchFileOptions['progress']): void {
  const unread = unreadFields(layout);
  if (unread.length > 0) progress?.(`--map ${unread.join(', ')}: nothing of a ${layout.entity} is compared by it`);
}

/** In the order in which they are written: the report tells of the others. */
function placesOf({ out, pairs, report }: MatchFileOptions) {
  const named = { '--out': out, '--pairs': pairs, '--report': report };
  return (['--out', '--pairs', '--report'] as const).flatMap((option) => {
    const file = named[option];
    return file === undefined ? [] : [{ option, file }];
  });
}

const invalid = (detail: string) => new DomainError('option-invalid', detail);

function entityOf(name: string): MatchEntity {
  if (name === 'person' || name === 'company') return name;
  throw invalid(`--entity must be person or company, not "${name}".`);
}

function mapOf(text: string): Partial<Record<CanonicalField, string>> {
  const map: Partial<Record<CanonicalField, string>> = {};
  // A comma without a field after it belongs to the name of a column.
  for (const part of text
    .replace(/,+$/, '')
    .split(/,(?=[^,=]*=)/)
    .filter(Boolean)) {
    const cut = part.indexOf('=');
    const field = canonicalFields.find((name) => name === part.slice(0, cut).trim());
    const column = part.slice(cut + 1).trim();
    if (cut < 1 || !field || column === '') {
      throw invalid(`--map "${part}" must be <canonical>=<column>; canonical is one of ${canonicalFields.join(', ')}.`);
    }
    if (map[field] !== undefined)
      throw invalid(`--map gives ${field} two columns, "${map[field]}" and "${column}"; choose one.`);
    map[field] = column;
  }
  if (Object.keys(map).length) return map;
  throw invalid('--map names no field: give at least one <canonical>=<column>.');
}

function extrasOf(text: string): Extra[] {
  // The kind stands last: a comma without one before it belongs to the name.
  const extras = text
    .split(/(?<=:[^,:]*),/)
    .filter(Boolean)
    .map(extraOf);
  const twice = extras.find(({ name }, at) => extras.findIndex((other) => other.name === name) < at);
  if (twice) throw invalid(`--compare names the column "${twice.name}" twice; choose one kind.`);
  return extras;
}

function extraOf(text: string): Extra {
  const cut = text.lastIndexOf(':');
  const kind = compareKinds.find((name) => name === text.slice(cut + 1).trim());
  if (cut > 0 && kind) return { name: text.slice(0, cut).trim(), kind };
  throw invalid(`--compare "${text}" must be <column>:<kind>; kind is one of ${compareKinds.join(', ')}.`);
}

/** Mapped fields that the entity has no use for. @throws DomainError `option-invalid` when there is nothing else */
function unreadFields({ entity, map, extras }: CsvLayout): CanonicalField[] {
  const fields = canonicalFields.filter((field) => map[field] !== undefined);
  const read = fieldsOf({ entity, fields, extras }).flatMap(({ from, beside }) => [from, beside]);
  const unread = fields.filter((_, at) => !read.includes(at));
  if (unread.length < fields.length || extras.length > 0) return unread;
  throw invalid(
    `--map ${unread.join(', ')}: nothing of a ${entity} is compared by ${unread.length > 1 ? 'these' : 'it'}.`,
  );
}
