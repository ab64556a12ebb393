/** The command line's local org: a folder's, or a seeded one; one JSON line says where it answers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { writeSeededOrg } from './seed/write.ts';
import { startEmulator, type EmulatorOptions } from './start.ts';

/** What the command line gives, files by their paths. */
export interface EmulatorCommand {
  org?: string;
  seed: number;
  accounts: number;
  port?: number;
  httpsPort?: number;
  certificate?: string;
  username?: string;
  jwtKey?: string;
  dailyLimit: number;
  sessionSeconds: number;
  rotateRefreshTokens?: boolean;
  oldLogins?: boolean;
  pageRows: number;
}

/** `data`: the folder a seeded org goes to. Answers how to stop it. */
export async function runEmulator(command: EmulatorCommand, data: string): Promise<() => Promise<void>> {
  const { org, seed, accounts, certificate, jwtKey, pageRows, ...rest } = command;
  const folder = org ?? `${data}/org`;
  if (!org) await writeSeededOrg(folder, { seed, accounts });
  const options: EmulatorOptions = {
    ...rest,
    org: folder,
    bulkPageRows: pageRows,
    ...(jwtKey === undefined ? {} : { jwtPublicKey: readFileSync(jwtKey, 'utf8') }),
  };
  const { close, ...ready } = await startEmulator(options);
  if (certificate !== undefined && ready.https) writeFileSync(certificate, ready.https.certificate);
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  return close;
}
