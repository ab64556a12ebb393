/** `assay verify`: settings become a comparison of mirror and org, and what differs becomes lines or JSON and the exit code. */
import { Command, Option } from 'commander';
import { readEnv } from '../../config/env.ts';
import { checkOrg } from '../control/org.ts';
import { defaultConnectionId } from '../model/run.ts';
import type { Verified } from '../verify/verify.ts';
import { names } from './values.ts';

type VerifyOptions = { objects?: string[]; values: 'all' | 'sample' | 'none'; json?: boolean };

/** Milliseconds Salesforce may take for an export between two statements of one transaction. */
const patience = 60 * 60_000;

export const verify = new Command('verify')
  .description('compare the mirror with the live org by object and month; ends with 1 if they differ')
  .option('--objects <names>', 'the objects to compare; all synced objects by default', names)
  .addOption(
    new Option('--values [of]', 'the records whose values are compared: all, a sample of 2,000 an object, or none')
      .choices(['all', 'sample', 'none'])
      .default('sample')
      .preset('all'),
  )
  .option('--json', 'print { "isEqual", "objects" } with counts and checksums of every month')
  .action(async ({ objects, values, json }: VerifyOptions) => {
    const env = readEnv(undefined, ['SALESFORCE_LOGIN_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET']);
    const [{ openBase, openSources }, { verify: compare }] = await Promise.all([
      import('./open.ts'),
      import('../verify/verify.ts'),
    ]);
    const service = await openBase(env, 'verify', { idleTransactionTimeout: patience });
    try {
      const source = await openSources(env, service.db)(defaultConnectionId);
      const { signal } = new AbortController();
      await checkOrg(service.db, defaultConnectionId, await source.org(signal));
      const verified = await compare(service.db, source, {
        connectionId: defaultConnectionId,
        ...(objects === undefined ? {} : { objects }),
        values,
        signal,
      });
      const isEqual = verified.every((one) => one.isEqual);
      if (json) console.log(JSON.stringify({ isEqual, objects: verified }));
      else for (const line of linesOf(verified)) console.log(line);
      process.exitCode = isEqual ? 0 : 1;
    } finally {
      await service.close();
    }
  });

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
