/** ENTRY of `npm run catalogue`: the page becomes docs/catalogue.md. */
import { writeFile } from 'node:fs/promises';
import { cataloguePage } from './page.ts';

await writeFile(new URL('../../docs/catalogue.md', import.meta.url), await cataloguePage());
