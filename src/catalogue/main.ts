/** ENTRY of `npm run catalogue`: the generated pages become files of docs/reference. */
import { writeFile } from 'node:fs/promises';
import { referencePages } from './page.ts';

for (const [name, text] of Object.entries(await referencePages())) {
  await writeFile(new URL(`../../docs/reference/${name}`, import.meta.url), text);
}
