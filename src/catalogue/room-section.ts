/** The table of rooms as the section of the architecture page that says who may import whom. */
import { nameOf, type Room, rooms } from './rooms.ts';
import { code, table } from './markdown.ts';

const begin = '<!-- Written by `npm run catalogue` from src/catalogue/rooms.ts -->';
const end = '<!-- End of what is written -->';

/** The page with its section made anew. @throws Error where the page has no place for it. */
export function withRooms(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no place between "${begin}" and "${end}".`);
  return `${page.slice(0, from + begin.length)}\n\n${section()}\n\n${page.slice(to)}`;
}

function section(): string {
  const rows = rooms.map((room) => [code(`${room.folder}/`), room.holds, importsOf(room)]);
  return `${table(['Room', 'What it holds', 'May import'], rows)}\n\n${table(['Outside package', 'Its home'], homes())}`;
}

function importsOf({ imports }: Room): string {
  if (imports === 'every room') return imports;
  return imports.length === 0 ? 'nothing of ours' : imports.join(', ');
}

/** Packages that live in the same rooms share a row. Entries are no home: they use what has none. */
function homes(): string[][] {
  const inside = rooms.filter(({ imports }) => imports !== 'every room');
  const packagesOf = new Map<string, string[]>();
  for (const name of [...new Set(inside.flatMap(({ packages }) => packages))].sort()) {
    const where = inside.filter(({ packages }) => packages.includes(name)).map(nameOf);
    const key = where.join(', ');
    packagesOf.set(key, [...(packagesOf.get(key) ?? []), name]);
  }
  return [...packagesOf].map(([where, names]) => [names.map(code).join(', '), where]);
}
