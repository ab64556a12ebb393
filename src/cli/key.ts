/** `assay key`: a name and scopes become a key for the control API, printed once. */
import { Command, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { createKey, type KeyScope, scope } from '../control/key.ts';
import { commandLine } from '../model/actor.ts';

export const key = new Command('key')
  .description('create a key for the API; it is shown once')
  .option('--name <name>', 'the person or program that uses it', 'admin')
  .addOption(new Option('--scope <scopes...>', 'what the key may do').choices(scope.options).default(['admin']))
  .action(async (options: { name: string; scope: KeyScope[] }) => {
    const { openService } = await import('./open.ts');
    const service = await openService((await loadConfig()).env, 'key');
    try {
      const wanted = { name: options.name, scopes: options.scope };
      console.log((await createKey(service.db, wanted, commandLine)).key);
    } finally {
      await service.close();
    }
  });
