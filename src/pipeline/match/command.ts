/** What `assay match` does: a CSV of records into a CSV of clusters, and on wish the pairs and a report. */
import { writeFile } from 'node:fs/promises';
import { DomainError } from '../../model/errors.ts';
import { canonicalFields, compareKinds, type CanonicalField, type Extra, type MatchEntity } from './definition.ts';
import { matchRecords, type MatchResult, type Step } from './engine.ts';
import { loadCsv } from './read/load-csv.ts';
import { writeClusters, writePairs } from './output.ts';
import type { Records } from './read/read-records.ts';
import { reportOf, type MatchReport } from './report.ts';

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

/**
 * Writes `out` (id,cluster_id), `pairs` and `report`. A cluster is named by the smallest of its ids.
 * @throws DomainError `request-invalid` for an option, `file-invalid` for the file.
 */
export async function matchFile(options: MatchFileOptions): Promise<MatchReport> {
  const entity = entityOf(options.entity);
  const extras = (options.compare ?? '').split(',').filter(Boolean).map(extraOf);
  const csvLayout = { entity, id: options.id, map: mapOf(options.map), extras, source: options.source ?? null };
  const begun = performance.now();
  const steps: Step[] = [];
  const told = (step: Step) => {
    steps.push(step);
    options.progress?.(`${step.step}: ${step.seconds} s`);
  };
  const timed = async <T>(step: string, work: Promise<T>): Promise<T> => {
    const since = performance.now();
    const result = await work;
    const seconds = Math.round(performance.now() - since) / 1000;
    told({ step, seconds, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
    return result;
  };
  const records = await timed('load', loadCsv(options.file, csvLayout));
  const result = await matchRecords(records, { progress: told });
  await timed('write', write(options, records, result));
  const report = reportOf(result, steps, (performance.now() - begun) / 1000);
  if (options.report) await writeFile(options.report, `${JSON.stringify(report, null, 2)}\n`);
  options.progress?.(`${report.recordCount} records, ${report.clusterCount} clusters in ${options.out}`);
  return report;
}

async function write(options: MatchFileOptions, records: Records, result: MatchResult): Promise<void> {
  try {
    await writeClusters(options.out, records, result, options.source !== undefined);
    if (options.pairs) await writePairs(options.pairs, records, result);
  } catch (error) {
    throw new DomainError('file-invalid', `${options.out} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
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
