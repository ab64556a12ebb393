/** `assay key`: keys of the API made, listed, rotated and revoked by whoever has the machine; a key is printed once. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { readEnv } from '../../config/env.ts';
import { type ApiKey, createKey, type KeyScope, listKeys, revokeKey, rotateKey, scope } from '../control/key.ts';
import type { Db } from '../db/connect.ts';
import { commandLine } from '../model/actor.ts';
import { whole } from './values.ts';

const day = 24 * 3600 * 1000;

const create = new Command('create')
  .description('create a key; it is shown once')
  .option('--name <name>', 'the person or program that uses it', 'admin')
  .addOption(new Option('--scope <scopes...>', 'what the key may do').choices(scope.options).default(['admin']))
  .option('--expires <when>', 'the last moment of the key: days such as 90d, or a date such as 2027-06-30', expiry)
  .action(({ name, scope: scopes, expires }: { name: string; scope: KeyScope[]; expires?: Date }) =>
    withDatabase(async (db) => {
      console.log((await createKey(db, { name, scopes, expiresAt: expires ?? null }, commandLine)).key);
    }),
  );

const list = new Command('list')
  .description('list the keys, newest first, with their last use')
  .option('--json', 'print { "keys": [...] }')
  .action(({ json }: { json?: boolean }) =>
    withDatabase(async (db) => {
      const keys = await allKeys(db);
      if (json) console.log(JSON.stringify({ keys }));
      else for (const line of keys.map(lineOf)) console.log(line);
    }),
  );

const rotate = new Command('rotate')
  .description('create a key in the place of one; it is shown once')
  .argument('<id>', 'the id of the old key, key_…')
  .option('--grace-hours <n>', 'the hours for which the old key stays valid', whole, 24)
  .action((id: string, { graceHours }: { graceHours: number }) =>
    withDatabase(async (db) => {
      console.log((await rotateKey(db, id, graceHours * 3600, commandLine, new Date())).key);
    }),
  );

const revoke = new Command('revoke')
  .description('end a key at once')
  .argument('<id>', 'the id of the key, key_…')
  .action((id: string) =>
    withDatabase(async (db) => {
      console.log(lineOf(await revokeKey(db, id, commandLine, new Date())));
    }),
  );

export const key = new Command('key').description('create, list, rotate and revoke keys of the API');
key.addCommand(create, { isDefault: true });
for (const command of [list, rotate, revoke]) key.addCommand(command);

/** Declarations are not read: a faulty rule keeps nobody from making or revoking a key. */
async function withDatabase(work: (db: Db) => Promise<void>): Promise<void> {
  const env = readEnv();
  const { openBase } = await import('./open.ts');
  const base = await openBase(env, 'key');
  try {
    await work(base.db);
  } finally {
    await base.close();
  }
}

async function allKeys(db: Db): Promise<ApiKey[]> {
  const keys: ApiKey[] = [];
  for (let page = await listKeys(db, 100); page.length > 0; page = await listKeys(db, 100, page.at(-1)!.id)) {
    keys.push(...page);
  }
  return keys;
}

function lineOf({ id, prefix, name, scopes, ...times }: ApiKey): string {
  const at = (time: Date) => time.toISOString().slice(0, 16).replace('T', ' ');
  const state = times.revokedAt
    ? `revoked ${at(times.revokedAt)}`
    : times.expiresAt
      ? `${times.expiresAt < new Date() ? 'expired' : 'expires'} ${at(times.expiresAt)}`
      : 'valid';
  const used = times.lastUsedAt ? `last used ${at(times.lastUsedAt)}` : 'never used';
  return [id, `${prefix}…`, name, scopes.join(','), state, used].join('  ');
}

function expiry(text: string): Date {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const until = days === undefined ? dateOf(text) : new Date(Date.now() + Number(days) * day);
  if (until && until.getTime() > Date.now()) return until;
  throw new InvalidArgumentError('Give days such as 90d, or a date in the future such as 2027-06-30 (UTC).');
}

/** The end of that day, UTC. */
function dateOf(text: string): Date | null {
  const end = new Date(`${text}T23:59:59.999Z`);
  // The 31st of February would become a day in March.
  return !Number.isNaN(end.getTime()) && end.toISOString().startsWith(text) ? end : null;
}
