/** `assay merge-plan` and `assay flags`: a running API becomes a CSV for the tools that merge, or for Data Loader. */
import { Command } from 'commander';
import { readEnv } from '../../config/env.ts';

type DownloadOptions = { out?: string; url?: string; key?: string };

function download(name: string, path: string, what: { does: string; scope: string }): Command {
  return new Command(name)
    .description(what.does)
    .argument('<object>', 'an object, such as Contact')
    .option('--out <file.csv>', `write to this file; ${name}-<object>.csv by default`)
    .option('--url <url>', 'the URL of the API; ASSAY_URL by default')
    .option('--key <key>', `a key with the scope ${what.scope}; ASSAY_KEY by default`)
    .action(async (object: string, { out, url, key }: DownloadOptions) => {
      const env = readEnv(undefined, ['ASSAY_KEY'], { ASSAY_URL: url, ASSAY_KEY: key });
      const { downloadCsv } = await import('../client/download.ts');
      const target = out ?? `${name}-${object}.csv`;
      const api = { url: env.ASSAY_URL, key: env.ASSAY_KEY! };
      await downloadCsv(api, `/v1/${path}/${encodeURIComponent(object)}?format=csv`, target);
      console.log(`Written to ${target}. Nothing was written to Salesforce.`);
    });
}

export const mergePlan = download('merge-plan', 'merge-plans', {
  does: 'write which records to merge into which, for groups that are sure or confirmed; Salesforce is not changed',
  scope: 'pii:read',
});
export const flags = download('flags', 'flags', {
  does: 'write golden id, duplicate of, stale fields and score of each record, for Data Loader; Salesforce is not changed',
  scope: 'data:read',
});
