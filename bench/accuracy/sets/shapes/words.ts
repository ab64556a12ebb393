/** Names of people, streets, towns and companies, drawn from the lists of Faker (MIT): other hands than the engine's made them. */
import { cs_CZ, de, en, es, fr, it, nl, pl, sv, tr, type LocaleDefinition } from '@faker-js/faker';
import { Random } from '@assay/emulator/seed/random.ts';

type Lists = { given: readonly string[]; family: readonly string[] };
/** English names are commonest, as in a register of an English-speaking town. */
const shares = { en: 55, de: 8, it: 8, es: 8, pl: 6, fr: 5, cs: 3, tr: 3, nl: 2, sv: 2 };
const locales: Record<keyof typeof shares, LocaleDefinition> = { en, de, it, es, pl, fr, cs: cs_CZ, tr, nl, sv };

const found = new Map<string, Lists>();

function listsOf(language: keyof typeof shares): Lists {
  const known = found.get(language);
  if (known) return known;
  const { person } = locales[language];
  const lists = {
    given: inOrder(`${language} given`, entries(person?.first_name)),
    family: inOrder(`${language} family`, entries(person?.last_name)),
  };
  found.set(language, lists);
  return lists;
}

const entries = (byKind: object | null | undefined): string[] =>
  Object.values(byKind ?? {}).flatMap((list: unknown) => (Array.isArray(list) ? (list as string[]) : []));

/** The lists are by the alphabet; which names are common is drawn once. */
function inOrder(label: string, list: readonly string[]): string[] {
  const random = new Random(1, 'common', label);
  return [...new Set(list)]
    .filter((name) => /^[\p{L} '’-]+$/u.test(name))
    .map((name) => ({ name, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name);
}

/** The first of a list are far more common than the last. */
export function common(list: readonly string[], random: Random): string {
  return list[Math.floor(list.length * random.next() ** 1.8)] ?? random.pick(list);
}

export type FullName = { given: string; family: string };

export function drawName(random: Random): FullName {
  const { given, family } = listsOf(random.weighted(shares));
  return { given: common(given, random), family: common(family, random) };
}

/** Another given name of the same list as a rule, so that families are of one language. */
export function drawGiven(random: Random, language: keyof typeof shares = 'en'): string {
  return common(listsOf(language).given, random);
}

const streets = inOrder('streets', en.location?.street_name ?? []);
const towns = inOrder('towns', [...(en.location?.city_name ?? []), ...(de.location?.city_name ?? [])]);

export const drawStreet = (random: Random): string => random.pick(streets);
export const drawTown = (random: Random, most = towns.length): string => common(towns.slice(0, most), random);

const trades =
  'Plumbing,Roofing,Bakery,Dental,Logistics,Foods,Metals,Textiles,Optics,Brewing,Pharma,Printing,Timber,Ceramics,Marine,Software,Analytics,Media,Robotics,Seeds,Glass,Paper,Tools,Freight,Catering,Insurance,Energy,Solar,Pumps,Bearings,Valves,Furniture,Toys,Travel,Leather,Coffee,Dairy,Aviation,Fasteners,Packaging'.split(','); // prettier-ignore
const ends = 'Group,Partners,Works,Systems,Services,Industries,Solutions,Holdings,International,Trading'.split(',');

/** `core` without a legal form: "Brandt Valves", "Tessaro Coffee Works". */
export function drawCompany(random: Random): { head: string; core: string } {
  const head = random.chance(0.7) ? drawName(random).family : coined(random);
  const trade = random.chance(0.85) ? ` ${random.pick(trades)}` : '';
  const end = random.chance(0.3) || trade === '' ? ` ${random.pick(ends)}` : '';
  return { head, core: `${head}${trade}${end}` };
}

function coined(random: Random): string {
  const part = () => `${random.pick('b,d,f,g,k,l,m,n,p,r,s,t,v,z'.split(','))}${random.pick('a,e,i,o,u'.split(','))}`;
  const word = Array.from({ length: random.int(2, 3) }, part).join('') + random.pick(['x', 'n', 'ra', 'tis', 'lo', '']);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export const phoneDigits = (random: Random): string => `${random.pick(['20', '30', '31', '61', '71'])}${random.int(2, 8)}55${random.digits(4)}`; // prettier-ignore
export const phoneOf = (digits: string, random: Random): string => {
  const [area, rest] = [`2${digits.slice(0, 2)}`, digits.slice(2)];
  return random.pick([`(${area}) ${rest.slice(0, 3)}-${rest.slice(3)}`, `+1 ${area} ${rest.slice(0, 3)} ${rest.slice(3)}`, `${area}-${rest.slice(0, 3)}-${rest.slice(3)}`]); // prettier-ignore
};

export function drawDate(random: Random, from = 1935, to = 2005): string {
  const [month, day] = [random.int(1, 12), random.int(1, 28)].map((number) => String(number).padStart(2, '0'));
  return `${random.int(from, to)}-${month}-${day}`;
}

export const letters = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z]/g, '');
