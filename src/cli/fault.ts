/** The error that ended a command becomes the words a person reads: what happened, and what to do. */
import { join, resolve, sep } from 'node:path';
import { databaseFault } from '../db/fault.ts';
import { DomainError } from '../model/errors.ts';

type SystemError = Error & { code?: string; syscall?: string; path?: string; address?: string; port?: number };

/** `data`: the folder that ASSAY_DATA names. */
export function wordsOf(error: unknown, command: string, data: string): string {
  if (error instanceof DomainError) return domainWords(error);
  if (!(error instanceof Error)) return String(error);
  const known = databaseWords(error) ?? listenWords(error, command) ?? fileWords(error, data);
  // A fault of our own: where it happened is of use to whoever mends it. Never the error's fields, which may hold a password.
  return known ?? `Assay failed, and that is a fault in Assay. ${error.stack ?? error.message}`;
}

/** One line where one is enough. */
function domainWords({ kind, message, faults }: DomainError): string {
  const unnamed = faults.filter((fault) => !message.includes(fault.message));
  const lines = unnamed.map((fault) => `  ${fault.pointer} ${fault.message}`);
  const all = [`${kind.title}: ${message}`, ...lines, kind.hint];
  return all.join(lines.length === 0 && !message.includes('\n') ? ' ' : '\n');
}

function databaseWords(error: SystemError): string | undefined {
  const kind = databaseFault(error)?.kind;
  return kind && `${kind.title}: ${error.message}. ${kind.hint}`;
}

function listenWords({ code, syscall, address, port }: SystemError, command: string): string | undefined {
  if (syscall === 'getaddrinfo' && command === 'serve')
    return 'HOST is not an address of this machine, nor a name that has one. Set HOST to 127.0.0.1, or to :: for every address.';
  if (syscall !== 'listen') return undefined;
  const setting = command === 'emulator' ? '--port' : 'PORT';
  if (code === 'EADDRINUSE')
    return `Port ${port} of ${address} is taken by another program. End that program, or set ${setting} to a free port.`;
  if (code === 'EACCES')
    return `Port ${port} of ${address} is kept for programs with more rights. Set ${setting} to 1024 or above.`;
  if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')
    return `This machine has no address ${address}. ${addressAdvice(command, address)}`;
  return undefined;
}

function addressAdvice(command: string, address: string | undefined): string {
  if (command === 'serve')
    return `Set HOST to one that it has: ${address === '127.0.0.1' ? '::1' : '127.0.0.1'}, or :: for every address.`;
  return 'The local Salesforce org needs it: add it to the loopback interface, on Linux by "ip addr add 127.0.0.1/8 dev lo".';
}

const fileReasons: Record<string, string> = {
  EACCES: 'this user has no right to write there',
  EPERM: 'this user has no right to write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of this path is a file',
  EEXIST: 'there is a file of this name',
};

function fileWords({ code = '', path, message }: SystemError, data: string): string | undefined {
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `The disk is full: ${path ?? message}. Free some space, or set ASSAY_DATA to a folder on a disk that has room.`;
  const reason = fileReasons[code];
  if (!reason || !path) return undefined;
  const [at, folder] = [resolve(path), resolve(data)];
  if (!isWithin(at, folder) && !isWithin(folder, at)) return undefined;
  return `The data folder ${folder} cannot be used: ${reason} (${at}). Set ASSAY_DATA to a folder that this user may write to.`;
}

const isWithin = (inner: string, outer: string) => inner === outer || inner.startsWith(join(outer, sep));
