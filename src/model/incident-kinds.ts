/** The kinds of incidents there are: the files of pipeline/alert/kinds, by name. */
import { readdirSync } from 'node:fs';
import { z } from 'zod';

const folder = new URL('../pipeline/alert/kinds/', import.meta.url);
const names = readdirSync(folder).flatMap((file) => /^(.+)\.ts$/.exec(file)?.[1] ?? []);

export const incidentKind = z.enum(names.sort());
