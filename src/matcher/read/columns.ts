/** The columns of somebody's list into canonical fields: by what was said, else by their names, else by what stands in them. */
import { type CanonicalField, canonicalFields } from '../definition.ts';
import { DomainError } from '../../model/errors.ts';
import { companyName } from '../values/company-name.ts';
import { isEverydayName } from '../values/everyday-name.ts';
import { isGivenName } from '../values/known-name.ts';
import { fold } from '../values/text.ts';
import { columnNames, neutralNames, plainName } from './column-names.ts';

/** By canonical field: the place of its column. */
export type Mapping = Partial<Record<CanonicalField, number>>;

/** In front of the name of a column and behind it: `Person - Name`, `Default Address City`, `Phone 1 - Value`. */
const inFront =
  /^(?:person|contact|customer|client|donor|member|attendee|guest|patient|student|vendor|supplier|kunden?|primary|main|mailing|billing|shipping|home|business|work|other|private|default|addr(?:ess)?\d?|personal|organi[sz]ation|company|account|lead|your|res(?:idence|idential)?|billto|po)(?=.)/;
const behind = /(?:\d|value|work|home|main|primary|private|required|c)$/;
const personOnly: ReadonlySet<CanonicalField> = new Set([
  'first_name',
  'last_name',
  'full_name',
  'company',
  'title',
  'birth_date',
]);

/** What columns hold, in somebody's own words. */
type Said = readonly { field: CanonicalField; column: string }[];

/** @param text `first_name=Given,email=E-Mail` @throws DomainError `request-refused` */
export function readMap(text: string | undefined): Said {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const cut = part.indexOf('=');
    const field = canonicalFields.find((one) => one === part.slice(0, cut).trim());
    if (cut < 0 || field === undefined)
      throw wrongMap(
        `"${part}" does not say what a column holds. Write field=column; the fields are ${canonicalFields.join(', ')}.`,
      );
    return { field, column: part.slice(cut + 1).trim() };
  });
}

/** A column without a name of its own is called by its place. */
export const nameless = (at: number): string => `column ${at + 1}`;
const isNameless = (name: string): boolean => /^column \d+$/.test(name);

/** Whether lists give such a name to a column, as it is or with more around it. */
export const isFieldName = (name: string): boolean =>
  bareNames(name).some((own) => neutralNames.includes(own) || canonicalFields.some((field) => isOf(field, own)));

const isOf = (field: CanonicalField, own: string): boolean => columnNames[field].includes(own);

/** The name and what is left of it, less and less: `homephone1`, `homephone`, `phone`. */
function bareNames(name: string): string[] {
  const own = plainName(name.replace(/\(.*?\)/, ''));
  const found = [plainName(name), own];
  for (let bare = own; ; found.push(bare)) {
    const less = bare.replace(inFront, '');
    const next = less === bare ? bare.replace(behind, '') : less;
    if (next === bare || next === '') return found;
    bare = next;
  }
}

/**
 * @param said outranks what the names say; a field or a column that is none is refused
 * @param rows a few of the list, for columns whose name says nothing
 * @throws DomainError `file-invalid` where no column tells who a row is, `request-refused` for a mapping that does not fit
 */
export function mapColumns(
  kind: 'person' | 'company',
  header: readonly string[],
  said: Said,
  rows: readonly (readonly string[])[] = [],
): Mapping {
  const mapping: Mapping = {};
  for (const { field, column } of said) {
    const at = header.indexOf(column);
    if (at < 0) throw wrongMap(`The list has no column "${column}"; its columns are ${header.join(', ')}.`);
    if (mapping[field] !== undefined) throw wrongMap(`${field} is given twice.`);
    mapping[field] = at;
  }
  const taken = new Set(Object.values(mapping));
  const takes = (field: CanonicalField, at: number) => {
    if (at < 0 || taken.has(at) || mapping[field] !== undefined) return;
    mapping[field] = at;
    taken.add(at);
  };
  const fits = (field: CanonicalField): boolean => {
    if (kind === 'company') return !personOnly.has(field);
    // A column "name" beside given and family names is the company's, or nothing we know.
    return field !== 'name' && !(field === 'full_name' && (mapping.first_name ?? mapping.last_name) !== undefined);
  };
  const [plainHeader, bareHeader] = [header.map(plainName), header.map(bareNames)];
  const free = (test: (own: string) => boolean) => plainHeader.findIndex((own, at) => !taken.has(at) && test(own));
  for (const field of canonicalFields) {
    if (!fits(field)) continue;
    for (const name of columnNames[field])
      takes(
        field,
        free((own) => own === name),
      );
  }
  if (kind === 'person' && mapping.first_name !== undefined && mapping.last_name === undefined)
    takes(
      'last_name',
      free((own) => own === 'name'),
    );
  for (const name of neutralNames)
    if (fits(kind === 'person' ? 'full_name' : 'name'))
      takes(
        kind === 'person' ? 'full_name' : 'name',
        free((own) => own === name),
      );
  for (const field of canonicalFields)
    if (fits(field))
      takes(
        field,
        bareHeader.findIndex((bare, at) => !taken.has(at) && bare.some((name) => isOf(field, name))),
      );
  takes('email', columnLike(rows, /^\s*[^\s@]+@[^\s@]+\.[a-z]{2,}\s*$/i, taken));
  takes('website', columnLike(rows, /^\s*(https?:\/\/|www\.)\S+\s*$/i, taken));
  const lacksName = (['first_name', 'last_name', 'full_name', 'name'] as const).every(
    (field) => mapping[field] === undefined,
  );
  byValues(kind, header, rows, { taken, takes, fits, lacksName });
  if (kind === 'person' && mapping.company !== undefined && isOwnName(rows, mapping)) delete mapping.company;
  const telling: CanonicalField[] =
    kind === 'person'
      ? ['last_name', 'full_name', 'first_name', 'email', 'phone']
      : ['name', 'website', 'email', 'phone'];
  if (telling.every((field) => mapping[field] === undefined)) {
    const message = `No column tells who a row is. The columns are ${header.join(', ')}. Say what they hold, such as ${telling[0]}=${header[0] || 'Name'}; known are ${canonicalFields.join(', ')}.`;
    throw new DomainError('file-invalid', message);
  }
  return mapping;
}

type Taking = {
  taken: ReadonlySet<number>;
  takes: (field: CanonicalField, at: number) => void;
  fits: (field: CanonicalField) => boolean;
  /** No column is called by a word for a name: it may stand in one that is called anything. */
  lacksName: boolean;
};

/** Columns without a name of their own, and who a row is where no name of a column says it, by what stands in them. */
function byValues(
  kind: 'person' | 'company',
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { taken, takes, fits, lacksName }: Taking,
): void {
  const isOpen = (at: number) => header[at] !== undefined && isNameless(header[at]) && !taken.has(at);
  const open = () => header.flatMap((_, at) => (isOpen(at) ? [at] : []));
  const where = (least: number, test: (cell: string) => boolean) =>
    open().find((at) => shareOf(rows, at, test) >= least) ?? -1;
  const anywhere = (least: number, test: (cell: string) => boolean) =>
    lacksName ? header.findIndex((_, at) => !taken.has(at) && shareOf(rows, at, test) >= least) : -1;
  const isWords = (cell: string) => /^[\p{L}\s.'’()&/-]+$/u.test(cell);
  takes(
    'birth_date',
    kind === 'person' ? where(0.5, (cell) => /^(?:\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{4}-\d\d-\d\d)$/.test(cell)) : -1,
  );
  takes(
    'phone',
    where(0.5, (cell) => /^[+(]?[\d\s()./-]{7,20}$/.test(cell) && /^[+(0]|[\s()/-]/.test(cell)),
  );
  takes(
    'postal_code',
    where(0.5, (cell) => /^(?:[a-z]{1,2}-?)?\d{4,5}(?:-\d{4})?$|^[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}$/i.test(cell)),
  );
  takes(
    'street',
    where(0.5, (cell) => /\d/.test(cell) && /\p{L}{2}.*\s|\s.*\p{L}{2}/u.test(cell)),
  );
  if (kind === 'person') {
    const nameless = where(0.3, isGivenName);
    const isWholeName = (cell: string) => /\p{L}[,.]?\s+\p{L}/u.test(cell) && isGivenName(cell);
    const given = [nameless, anywhere(0.2, isWholeName), anywhere(0.5, isGivenName)].find((at) => at >= 0) ?? -1;
    if (given >= 0) {
      const isWhole = shareOf(rows, given, (cell) => /\S\s+\S/.test(cell)) > 0.5;
      if (isWhole && fits('full_name')) takes('full_name', given);
      else takes('first_name', given);
      const beside = [given + 1, given - 1].find(
        (at) =>
          (nameless >= 0 ? isOpen(at) : header[at] !== undefined && !taken.has(at)) && shareOf(rows, at, isWords) > 0.8,
      );
      if (!isWhole) takes('last_name', beside ?? -1);
    }
    takes(
      'company',
      where(0.15, (cell) => companyName(cell).form !== null),
    );
  } else {
    takes(
      'name',
      anywhere(0.15, (cell) => companyName(cell).form !== null),
    );
    takes(
      'name',
      where(0.8, (cell) => /\p{L}{2}/u.test(cell)),
    );
  }
  const [town, ...others] = open().filter((at) => shareOf(rows, at, isWords) > 0.8);
  if (town !== undefined && others.length === 0) takes('city', town);
}

/** Of the filled cells of a column. */
function shareOf(rows: readonly (readonly string[])[], at: number, test: (cell: string) => boolean): number {
  const filled = rows.map((row) => (row[at] ?? '').trim()).filter((cell) => cell !== '');
  return filled.length === 0 ? 0 : filled.filter(test).length / filled.length;
}

/** In a list of person accounts the account has the name of the person, which would count twice. */
function isOwnName(rows: readonly (readonly string[])[], mapping: Mapping): boolean {
  const cell = (row: readonly string[], field: CanonicalField) => fold(row[mapping[field] ?? -1] ?? '') ?? '';
  const filled = rows.filter((row) => cell(row, 'company') !== '');
  const isOwn = (row: readonly string[]) => {
    const given = mapping.full_name === undefined ? `${cell(row, 'first_name')} ${cell(row, 'last_name')}` : '';
    return cell(row, 'company') === (given || cell(row, 'full_name')).trim();
  };
  return filled.length > 0 && filled.filter(isOwn).length > filled.length / 2;
}

/** What a list is of, by its columns; where they call who it is by a word for both, such as name or customer, by what stands there. */
export function kindOf(header: readonly string[], rows: readonly (readonly string[])[] = []): 'person' | 'company' {
  const own = header.map(plainName);
  const bare = header.map(bareNames);
  const has = (field: CanonicalField) =>
    columnNames[field].some((name) => name !== 'name' && (own.includes(name) || bare.flat().includes(name)));
  if (has('first_name') || has('last_name') || has('full_name') || has('title') || has('birth_date')) return 'person';
  const isCompany = has('name');
  const called = own.findIndex((name, at) => neutralNames.includes(name) || isNameless(header[at] ?? ''));
  if (called >= 0 && rows.length > 0 && (!isCompany || has('email'))) {
    const open = header.flatMap((name, at) => (at === called || isNameless(name) ? [at] : []));
    const most = (test: (cell: string) => boolean) => Math.max(...open.map((at) => shareOf(rows, at, test)));
    return most(isCompanyLike) > most(isGivenName) ? 'company' : 'person';
  }
  if (has('email')) return 'person';
  return isCompany || has('website') ? 'company' : 'person';
}

/** By its legal form, a sign, or a word that every town has a company of. */
const isCompanyLike = (cell: string): boolean =>
  !cell.includes('@') &&
  (companyName(cell).form !== null ||
    /&/.test(cell) ||
    (fold(cell) ?? '')
      .split(' ')
      .some((word) => /^\p{L}{4,}$/u.test(word) && isEverydayName(word) && !isGivenName(word)));

function wrongMap(message: string): DomainError {
  return new DomainError('request-refused', message, { faults: [{ pointer: '/query/map', message }] });
}

/** A column that nobody has taken, of which most filled cells look like this; -1 where there is none. */
function columnLike(rows: readonly (readonly string[])[], pattern: RegExp, taken: ReadonlySet<number>): number {
  const width = rows[0]?.length ?? 0;
  for (let at = 0; at < width; at += 1) {
    if (taken.has(at)) continue;
    const filled = rows.map((row) => row[at] ?? '').filter((cell) => cell.trim() !== '');
    if (filled.length > 0 && filled.filter((cell) => pattern.test(cell)).length > filled.length / 2) return at;
  }
  return -1;
}
