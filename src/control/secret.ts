/** Secrets at rest: each sealed with AES-256-GCM under a key of its own, which is sealed under the service's key. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';

/** What is stored: `keyId` says which key of the service opens it. All values base64. */
export const sealed = z.object({ keyId: z.string(), key: z.string(), secret: z.string() });
export type Sealed = z.infer<typeof sealed>;

export type SecretKeys = {
  /** `place` (table, row, kind) is bound to it: a ciphertext moved to another row does not open. */
  seal(secret: string, place: string): Sealed;
  /** @throws DomainError `config-invalid` when its key is not among ours, or it was tampered with or moved. */
  open(held: Sealed, place: string): string;
};

/** Opened when first needed: a service without sealed logins needs no key, and may have no place to make one. */
export type KeyRing = () => Promise<SecretKeys>;

export function keyRing(setting: string | undefined, folder: string): KeyRing {
  let open: Promise<SecretKeys> | null = null;
  return () => (open ??= openSecretKeys(setting, folder));
}

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * `setting` is one or more keys of 32 bytes in base64, comma separated: the first seals, all of them open. Without it a
 * key file is made under `folder`, for one machine.
 */
export async function openSecretKeys(setting: string | undefined, folder: string): Promise<SecretKeys> {
  const texts = setting?.split(',').map((text) => text.trim()) ?? [await keyFile(folder)];
  const keys = texts.map((text) => Buffer.from(text, 'base64'));
  if (keys.some((key) => key.length !== keyBytes)) {
    throw new DomainError(
      'config-invalid',
      'ASSAY_SECRET_KEY must be 32 bytes in base64, as `openssl rand -base64 32` prints.',
    );
  }
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  const [current] = keys as [Buffer];
  return {
    seal(secret, place) {
      const own = randomBytes(keyBytes);
      return {
        keyId: idOf(current),
        key: encrypt(current, own, `key of ${place}`),
        secret: encrypt(own, Buffer.from(secret), place),
      };
    },
    open(held, place) {
      const key = byId.get(held.keyId);
      if (!key) {
        throw new DomainError(
          'config-invalid',
          `A secret of ${place} is sealed with key ${held.keyId}, which ${setting ? 'ASSAY_SECRET_KEY' : fileIn(folder)} does not hold.`,
        );
      }
      try {
        return decrypt(decrypt(key, held.key, `key of ${place}`), held.secret, place).toString();
      } catch (cause) {
        throw new DomainError(
          'config-invalid',
          `A secret of ${place} does not open: it was changed or belongs elsewhere.`,
          { cause },
        );
      }
    },
  };
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** base64 of iv, ciphertext and tag. */
function encrypt(key: Buffer, plain: Buffer, place: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, text, cipher.getAuthTag()]).toString('base64');
}

function decrypt(key: Buffer, packed: string, place: string): Buffer {
  const bytes = Buffer.from(packed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(-tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]);
}

const fileIn = (folder: string) => join(folder, 'secret.key');

/** Made once; of two processes that start together one writes it and both read the same. */
async function keyFile(folder: string): Promise<string> {
  const file = fileIn(folder);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, randomBytes(keyBytes).toString('base64'), { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'EEXIST') {
      throw new DomainError('config-invalid', `No key can be kept in ${file}: set ASSAY_SECRET_KEY.`, { cause });
    }
  }
  return (await readFile(file, 'utf8')).trim();
}
