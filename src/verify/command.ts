/** ENTRY of `assay verify`: settings become a verification, and what it found becomes lines or JSON and the exit code. */
import { loadConfig } from '../../config/load.ts';
import { defaultConnectionId } from '../model/run.ts';
import { openService, openSources } from '../service.ts';
import { type Verified, verify } from './verify.ts';

/** Prints, and returns 0 when mirror and org are equal, 1 when they differ. @throws DomainError as verify. */
export async function verifyNow(options: {
  objects?: string[];
  values?: 'all' | 'sample' | 'none';
  json?: boolean;
}): Promise<0 | 1> {
  const { env } = await loadConfig(['SALESFORCE_LOGIN_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET']);
  const service = await openService(env, 'assay verify');
  try {
    const source = await openSources(env, service.db)(defaultConnectionId);
    const { signal } = new AbortController();
    const { objects, values = 'sample' } = options;
    const verified = await verify(service.db, source, {
      connectionId: defaultConnectionId,
      ...(objects === undefined ? {} : { objects }),
      values,
      signal,
    });
    const isEqual = verified.every((one) => one.isEqual);
    if (options.json) console.log(JSON.stringify({ isEqual, objects: verified }));
    else for (const line of linesOf(verified)) console.log(line);
    return isEqual ? 0 : 1;
  } finally {
    await service.close();
  }
}

function linesOf(verified: Verified[]): string[] {
  return verified.flatMap(({ object, isEqual, months, newerCount, callCount, highWaterAt }) => {
    const count = months.reduce((sum, { mirrorCount }) => sum + mirrorCount, 0);
    const comparedCount = months.reduce((sum, month) => sum + (month.values?.comparedCount ?? 0), 0);
    const newer = newerCount > 0 ? `; ${newerCount} changed since ${highWaterAt}, for the next sync` : '';
    const head = `${object}: ${isEqual ? 'equal' : 'DIFFERS'}, ${count} records in ${months.length} months, values of ${comparedCount} compared, ${callCount} requests${newer}`;
    const wrong = months.filter((month) => month.missingCount + month.extraCount + month.differingCount > 0);
    const wrongValues = months.flatMap(({ month, values }) => (values?.wrongValueCount ? [{ month, ...values }] : []));
    return [
      head,
      ...wrong.map(({ month, orgCount, mirrorCount, ...found }) => {
        const parts = [
          `org ${orgCount}, mirror ${mirrorCount}`,
          found.missingCount > 0 ? `${found.missingCount} missing here` : '',
          found.extraCount > 0 ? `${found.extraCount} only here` : '',
          found.differingCount > 0 ? `${found.differingCount} differing` : '',
          `e.g. ${found.exampleIds.join(' ')}`,
        ];
        return `  ${month ?? 'no date'}: ${parts.filter((part) => part !== '').join('; ')}`;
      }),
      ...wrongValues.map(({ month, wrongValueCount, wrongValues: some }) => {
        const named = some.map(({ id, field }) => `${id} ${field}`).join(', ');
        return `  ${month ?? 'no date'}: ${wrongValueCount} values differ; e.g. ${named}`;
      }),
    ];
  });
}
