/** `assay mcp`: a running API as tools of the Model Context Protocol on standard input and output, for one assistant. */
import { Command } from 'commander';
import { readEnv } from '../../config/env.ts';

export const mcp = new Command('mcp')
  .description('answer an assistant on standard input and output (Model Context Protocol), by a running API')
  .option('--url <url>', 'the URL of the API; ASSAY_URL by default')
  .option('--key <key>', 'a key with the scope data:read, and pii:read for names; ASSAY_KEY by default')
  .action(async ({ url, key }: { url?: string; key?: string }) => {
    const env = readEnv(undefined, ['ASSAY_KEY'], { ASSAY_URL: url, ASSAY_KEY: key });
    const [{ answerOnStdio }, { askApi }] = await Promise.all([
      import('../mcp/stdio.ts'),
      import('../client/question.ts'),
    ]);
    const api = { url: env.ASSAY_URL, key: env.ASSAY_KEY! };
    answerOnStdio((name, input) => askApi(api, name, input));
  });
