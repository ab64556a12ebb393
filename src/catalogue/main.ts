/** ENTRY of `npm run catalogue`: the generated pages become files of docs/reference, the table of rooms a section of the architecture page. */
import { readFile, writeFile } from 'node:fs/promises';
import { referencePages } from './page.ts';
import { withRooms } from './room-section.ts';

for (const [name, text] of Object.entries(await referencePages())) {
  await writeFile(new URL(`../../docs/reference/${name}`, import.meta.url), text);
}

const architecture = new URL('../../docs/internals/architecture.md', import.meta.url);
await writeFile(architecture, withRooms(await readFile(architecture, 'utf8')));
