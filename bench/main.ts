/** The benches as one command, `npm run bench -- <bench>`: ours and its peers in the same run on the same machine. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { damageKinds } from './nights/damage.ts';

const firstSeeds = [20_261];

const program = new Command('npm run bench --')
  .description(
    'Measures Assay beside its peers. Peers come by `setup`; a peer that is not installed is skipped loudly.',
  )
  .showHelpAfterError();

program
  .command('setup')
  .description('install the peers, pinned, under .assay/bench (Python 3 and npm needed)')
  .addOption(new Option('--only <bench>', 'the peers of one bench').choices(['match', 'pull']))
  .action(async (options: { only?: 'match' | 'pull' }) => (await import('./peers/setup.ts')).setUp(options));

program
  .command('accuracy')
  .description('precision, recall and F1 of `assay match` on labelled sets, beside Splink and GoldenMatch')
  .option('--data <folder>', 'the development sets', '../shared/data/matching')
  .option('--only <sets...>', 'these sets only')
  .addOption(
    new Option('--kind <kind>', 'sets of one kind').choices(['development', 'febrl', 'held-out', 'shape', 'stranger']),
  )
  .addOption(
    new Option('--seed <n...>', 'of the made sets; of several, those of up to 3,000 rows are made by each')
      .default(firstSeeds)
      .argParser((text: string, before: number[] | undefined) => [
        ...(before === undefined || before === firstSeeds ? [] : before),
        wholeNumber(text),
      ]),
  )
  .option('--large', 'with the made CRM of 100,000 people')
  .option('--full', 'the shapes in all their sizes (30 to 30,000) and shares of copies (0 to 60 %): an hour')
  .option('--no-peer', 'without Splink, GoldenMatch and Salesforce’s rules')
  .option(
    '--against <commit>',
    'by the engine of that commit too: what the two find, and whether their clusters are equal',
  )
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./accuracy/command.ts')).accuracy(options));

program
  .command('labels')
  .description('what decisions of reviewers, right and partly wrong, teach the model about the pairs nobody decided')
  .option('--data <folder>', 'the development sets', '../shared/data/matching')
  .option('--only <sets...>', 'these sets only')
  .addOption(new Option('--seed <n>', 'of the made sets and of who errs').default(20_261).argParser(wholeNumber))
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./labels/command.ts')).labels(options));

program
  .command('match')
  .description('time, memory, accuracy, stable ids and determinism of `assay match` on a made CRM, beside Splink')
  .addOption(new Option('--size <size>', 'records').choices(['100k', '1m', '10m']).default('100k'))
  .option('--no-peer', 'without Splink')
  .option('--no-reruns', 'without the reruns for stable ids and determinism (never done at 10m)')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./match/command.ts')).match(options));

program
  .command('deals')
  .description('copies and reorders planted among made deals: what is linked, what is asked, and the win rate')
  .addOption(new Option('--seed <n>', 'the first of three').default(1).argParser(wholeNumber))
  .option('--public <folder>', 'the public pipeline of Maven Analytics, as published', '../shared/data/maven')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./deals/command.ts')).deals(options));

program
  .command('deals-moved')
  .description('matching one edited deal of many, in milliseconds, beside matching all of them')
  .option('--records <count>', 'deals in the store, such as 10k or 100k', wholeNumber, 100_000)
  .option('--changes <count>', 'deals changed, one by one', wholeNumber, 100)
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./deals/moved.ts')).dealsMoved(options));

program
  .command('console')
  .description('the first screen of the console on the demo, and how a list of many findings scrolls in Chromium')
  .option('--findings <count>', 'open findings in the list', wholeNumber, 100_000)
  .option('--starts <count>', 'how often the first screen is opened', wholeNumber, 5)
  .option('--seconds <count>', 'how long it scrolls', wholeNumber, 10)
  .option('--browser <file>', 'of Chromium, where it is not found by itself')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./console/command.ts')).consoleBench(options));

program
  .command('pictures')
  .description('the pictures of the documentation, of the console of a running demo')
  .requiredOption('--link <link>', 'the link that signs in, as `npm run demo` prints it')
  .option('--folder <folder>', 'where they go', 'docs/pictures')
  .option('--browser <file>', 'of Chromium, where it is not found by itself')
  .action(async (options) => (await import('./console/pictures.ts')).takePictures(options));

program
  .command('pull')
  .description('an org of contacts by the pull stage, sf, jsforce and dlt, then a night of changes')
  .addOption(new Option('--rows <n>', 'contacts in the org').default(500_000).argParser(wholeNumber))
  .option('--no-peer', 'ours only')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./pull/command.ts')).pullBench(options));

program
  .command('emulator')
  .description('the local Salesforce org itself: load, result pages, edits and memory at a million contacts')
  .addOption(new Option('--rows <n>', 'contacts in the org, as 500k or 1m').default(1_000_000).argParser(wholeNumber))
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./emulator/command.ts')).emulatorBench(options));

program
  .command('incremental')
  .description('one changed record on a large store, from the mirror to the published view, in milliseconds')
  .option('--records <count>', 'records in the store, such as 100k or 1m', wholeNumber, 1_000_000)
  .option('--changes <count>', 'records changed, one by one', wholeNumber, 50)
  .option('--keep', 'go on with the store of an earlier run of the same size, and leave this one for the next')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./incremental.ts')).incremental(options));

program
  .command('list-check')
  .description(
    'a list of people the demo org knows, knows with slips, knows as opted out or does not know: precision, recall, time',
  )
  .option('--rows <count>', 'rows of the list', wholeNumber, 5_000)
  .option('--accounts <count>', 'size of the org', wholeNumber, 2_000)
  .option('--seed <n>', 'of the org and the list', wholeNumber, 1)
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./lookup/command.ts')).listCheckBench(options));

program
  .command('look-up')
  .description('one look-up at a time, in milliseconds, on the store that `incremental --keep` leaves')
  .option('--records <count>', 'records in the store, such as 100k or 1m', wholeNumber, 1_000_000)
  .option('--lookups <count>', 'how many, of each kind', wholeNumber, 300)
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./lookup/command.ts')).lookUpBench(options));

program
  .command('api')
  .description('every list and search of the API on a million golden records: p99 beside that of one record by its id')
  .option('--records <count>', 'golden records in the store, such as 100k or 1m', wholeNumber, 1_000_000)
  .option('--rate <count>', 'requests a second', wholeNumber, 100)
  .option('--seconds <count>', 'for each address', wholeNumber, 10)
  .option('--only <part>', 'addresses with this in them')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./api/command.ts')).apiBench(options));

program
  .command('semantic-model')
  .description('dbt and MetricFlow answer ten metrics by month and owner, held against what Assay published')
  .requiredOption('--python <folder>', 'a virtual environment with bench/semantic/requirements.txt')
  .option('--accounts <count>', 'size of the org', wholeNumber, 150)
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./semantic/command.ts')).semanticModelBench(options));

program
  .command('ledger')
  .description(
    'people repair made orgs for nights: what fixes promised beside what they brought, by metric, and what is not booked',
  )
  .option('--orgs <count>', 'how many', wholeNumber, 3)
  .option('--nights <count>', 'of each', wholeNumber, 30)
  .option('--accounts <count>', 'size of an org', wholeNumber, 150)
  .option('--seed <n>', 'of the first org', wholeNumber, 1)
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./ledger/command.ts')).ledgerBench(options));

program
  .command('growth')
  .description('nights of 1 % of edits on real processes: what of tables, memory, handles and the queue grows')
  .option('--nights <count>', 'after the first', wholeNumber, 30)
  .option('--accounts <count>', 'size of the org: some 25 records each', wholeNumber, 400)
  .option('--seed <n>', 'of the org and of the edits', wholeNumber, 1)
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./growth/command.ts')).growthBench(options));

program
  .command('survive')
  .description(
    'survivorship of a made CRM, all at once and of what moved: clock, CPU of ours and of PostgreSQL, WAL, rows',
  )
  .option('--records <count>', 'contacts in the store, such as 100k or 1m', wholeNumber, 100_000)
  .option('--history', 'with times of modification and a field history, as an org has them')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./survive.ts')).surviveBench(options));

program
  .command('night')
  .description(
    "an org's first night, then nights of 1 %, .1 % and one edit: by stage clock, CPU, WAL, memory and rows, beside COPY",
  )
  .option('--records <count>', 'contacts in the org, such as 100k or 1m', wholeNumber, 100_000)
  .option('--statements <count>', 'of each night also so many statements that took longest', wholeNumber)
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./night/command.ts')).nightBench(options));

program
  .command('nights')
  .description(
    'years of nights with bad imports, robots, bulk edits and drifts: what is announced, when, why, and what for nothing',
  )
  .addOption(new Option('--seed <n>', 'of the first year').default(1).argParser(wholeNumber))
  .addOption(new Option('--damages <n>', 'how many').default(240).argParser(wholeNumber))
  .addOption(new Option('--kinds <kinds...>', 'of these kinds').choices(damageKinds).default([...damageKinds]))
  .option(
    '--sizes <points>',
    'points of the score that they cost, as 0.5,2,10',
    pointsOf,
    [0.5, 1, 1.5, 2, 3, 5, 7, 10],
  )
  .option('--noise <factor>', 'of the ordinary nights, 0.05 to 0.3 points each', Number, 1)
  .option('--quick', 'in memory, without PostgreSQL; who broke it is not judged')
  .option('--json <file>', 'write the results there')
  .action(async (options) => (await import('./nights/command.ts')).nightsBench(options));

await program.parseAsync();

function pointsOf(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.every((value) => value > 0 && value < 50)) return values;
  throw new InvalidArgumentError('Give points of a score, above 0 and below 50, such as 0.5,2,10.');
}

function wholeNumber(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([km]?)$/i.exec(text) ?? [];
  const value = digits === '' ? NaN : Number(digits) * ({ k: 1e3, m: 1e6 }[unit.toLowerCase()] ?? 1);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a whole number from 1 on, such as 20000, 500k or 1m.');
  return value;
}
