/** ENTRY of `npm run catalogue`: pages of docs/reference, the semantic model, the rooms of the architecture page, and the types of the console's client. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { envExample } from './interfaces.ts';
import { consoleTypes, referencePages } from './page.ts';
import { withRooms } from './room-section.ts';
import { semanticFiles } from './semantic.ts';

for (const [name, text] of Object.entries(await referencePages())) {
  await writeFile(new URL(`../../docs/reference/${name}`, import.meta.url), text);
}

for (const [path, text] of Object.entries(await semanticFiles())) {
  const file = new URL(`../../${path}`, import.meta.url);
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, text);
}

const architecture = new URL('../../docs/internals/architecture.md', import.meta.url);
await writeFile(architecture, withRooms(await readFile(architecture, 'utf8')));

await writeFile(new URL('../../console/src/api/schema.ts', import.meta.url), await consoleTypes());

await writeFile(new URL('../../.env.example', import.meta.url), envExample());
