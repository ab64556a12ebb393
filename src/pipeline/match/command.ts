/** What `assay match` does: a CSV of records into a CSV of clusters, and on wish the pairs and a report. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '../../model/errors.ts';
import { matchRecords, type CompareKind, type Extra, type MatchReport } from './engine.ts';
import { readRecords } from './read-records.ts';
import { canonicalFields, type CanonicalField, type MatchEntity } from './record.ts';

/** As typed on the command line. */
export type MatchFileOptions = {
  file: string;
  entity: string;
  id: string;
  /** `first_name=FirstName,last_name=LastName` */
  map: string;
  /** `column:kind,...` */
  compare?: string | undefined;
  source?: string | undefined;
  out: string;
  pairs?: string | undefined;
  report?: string | undefined;
  /** Told one line when a step is done. */
  progress?: ((line: string) => void) | undefined;
};

const compareKinds: CompareKind[] = ['name', 'text', 'category', 'date', 'number', 'id'];

/**
 * Writes `out` (id,cluster_id; with `source` also the source), `pairs` and `report`. A cluster is named by the id of
 * its first record in the file.
 * @throws DomainError `request-invalid` for an option, `file-invalid` for the file.
 */
export async function matchFile(options: MatchFileOptions): Promise<MatchReport> {
  const entity = entityOf(options.entity);
  const compare = (options.compare ?? '').split(',').filter(Boolean).map(extraOf);
  const source = options.source ?? null;
  const records = await readRecords(options.file, { id: options.id, map: mapOf(options.map), compare, source });
  const { pairs, clusters, report } = await matchRecords(entity, records, compare);
  const id = (at: number): string => {
    const record = records[at];
    return record?.source == null ? (record?.id ?? '') : `${record.source}:${record.id}`;
  };
  await writeCsv(options.out, ['id', ...(source ? ['source'] : []), 'cluster_id'], records.length, (at) => {
    const record = records[at];
    return [record?.id ?? '', ...(source ? [record?.source ?? ''] : []), id(clusters[at] ?? at)];
  });
  if (options.pairs) {
    const header = ['id_l', 'id_r', 'match_weight', 'match_probability', 'decision', 'evidence'];
    const shown = pairs.filter((pair) => pair.decision !== 'cut' || pair.weight > report.linkThreshold);
    await writeCsv(options.pairs, header, shown.length, (at) => {
      const pair = shown[at];
      if (!pair) return [];
      const evidence = JSON.stringify({ rule: pair.rule, fields: pair.evidence });
      return [id(pair.left), id(pair.right), String(pair.weight), String(pair.probability), pair.decision, evidence];
    });
  }
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  for (const { step, seconds } of report.steps) options.progress?.(`${step}: ${seconds} s`);
  options.progress?.(`${report.recordCount} records, ${report.clusterCount} clusters in ${options.out}`);
  return report;
}

function entityOf(name: string): MatchEntity {
  if (name === 'person' || name === 'company') return name;
  throw new DomainError('request-invalid', `--entity must be person or company, not "${name}".`);
}

function mapOf(text: string): Partial<Record<CanonicalField, string>> {
  const map: Partial<Record<CanonicalField, string>> = {};
  for (const part of text.split(',').filter(Boolean)) {
    const cut = part.indexOf('=');
    const field = canonicalFields.find((name) => name === part.slice(0, cut).trim());
    if (cut < 1 || !field || cut === part.length - 1) {
      const detail = `--map "${part}" must be <canonical>=<column>; canonical is one of ${canonicalFields.join(', ')}.`;
      throw new DomainError('request-invalid', detail);
    }
    map[field] = part.slice(cut + 1).trim();
  }
  if (Object.keys(map).length) return map;
  throw new DomainError('request-invalid', '--map names no field: give at least one <canonical>=<column>.');
}

function extraOf(text: string): Extra {
  const cut = text.lastIndexOf(':');
  const kind = compareKinds.find((name) => name === text.slice(cut + 1));
  if (cut > 0 && kind) return { name: text.slice(0, cut), kind };
  throw new DomainError(
    'request-invalid',
    `--compare "${text}" must be <column>:<kind>, of ${compareKinds.join(', ')}.`,
  );
}

async function writeCsv(file: string, header: string[], count: number, row: (at: number) => string[]): Promise<void> {
  const quote = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = function* (): Generator<string> {
    yield `${header.join(',')}\n`;
    for (let at = 0; at < count; at += 1) yield `${row(at).map(quote).join(',')}\n`;
  };
  try {
    await pipeline(Readable.from(lines()), createWriteStream(file));
  } catch (error) {
    throw new DomainError('file-invalid', `${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
