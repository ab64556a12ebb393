/** The whole of a list, with the filters it is shown by, as a CSV file: asked page by page, put together here. */
import { useMutation } from '@tanstack/react-query';
import { everyRow } from '../api/queries.ts';
import { useToast } from './toasts.tsx';

type ExportListProps<Row> = {
  name: string;
  ask: (cursor: { cursor?: string }) => Promise<{ data: Row[]; nextCursor: string | null }>;
  columns: readonly (readonly [head: string, value: (row: Row) => unknown])[];
};

export function ExportList<Row>({ name, ask, columns }: ExportListProps<Row>) {
  const say = useToast();
  const make = useMutation({
    mutationFn: () => everyRow(ask),
    onSuccess: (rows) => {
      saveText(`${name}.csv`, csvOf(rows, columns));
      say(`${name}.csv has ${rows.length} rows.`);
    },
    onError: (error) => say(error.message),
  });
  return (
    <button type="button" className="button" disabled={make.isPending} onClick={() => make.mutate()}>
      {make.isPending ? 'Collecting …' : 'Export as CSV'}
    </button>
  );
}

function csvOf<Row>(rows: Row[], columns: ExportListProps<Row>['columns']): string {
  const lines = [columns.map(([head]) => head), ...rows.map((row) => columns.map(([, value]) => textOf(value(row))))];
  // The mark at the start tells spreadsheets that it is UTF-8.
  return `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

const textOf = (value: unknown): string =>
  value === null || value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value as string);

/** What a spreadsheet would run as a formula gets an apostrophe before it. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The browser saves a text as a file. */
export function saveText(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
