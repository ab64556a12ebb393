/** The files of facts/ become the facts there are, by their names. */
import { readdir } from 'node:fs/promises';
import type { Fact } from './fact.ts';

const folder = new URL('./facts/', import.meta.url);
const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();

/** One file each, read once. */
export const facts: readonly Fact[] = await Promise.all(
  files.map(async (file) => ((await import(new URL(file, folder).href)) as { default: Fact }).default),
);
