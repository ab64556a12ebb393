/** What each column of a list was taken for; put right by hand, the same file is checked again. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Shape } from '../../api/client.ts';
import { sendList } from '../../api/queries.ts';
import { words } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure } from '../../components/state.tsx';

type Check = Shape<'ListCheck'>;
const fields: Record<string, string[]> = {
  person: [
    'first_name',
    'last_name',
    'full_name',
    'email',
    'phone',
    'company',
    'title',
    'street',
    'city',
    'state',
    'postal_code',
    'country',
  ],
  company: ['name', 'website', 'phone', 'street', 'city', 'state', 'postal_code', 'country'],
};

export function Columns({ check, onChecked }: { check: Check; onChecked: (next: Check) => void }) {
  const [map, setMap] = useState<Record<string, string>>(() =>
    Object.fromEntries(check.columns.map(({ column, field }) => [column, field ?? ''])),
  );
  const [file, setFile] = useState<File | null>(null);
  const again = useMutation({
    mutationFn: (chosen: File) =>
      sendList(chosen, {
        entity: check.entity,
        map: Object.entries(map)
          .flatMap(([column, field]) => (field === '' ? [] : [`${field}=${column}`]))
          .join(','),
      }),
    onSuccess: onChecked,
  });
  const isChanged = check.columns.some(({ column, field }) => (field ?? '') !== map[column]);
  return (
    <Card title="What its columns were taken for">
      <div className="filters">
        {check.columns.map(({ column, field: taken }) => (
          <label key={column} className="field">
            {column}
            <select
              className="select"
              value={map[column]}
              onChange={(event) => setMap({ ...map, [column]: event.target.value })}
            >
              {/* What was guessed is given another meaning, not none: it would be guessed again. */}
              {taken === null && <option value="">not compared</option>}
              {(fields[check.entity] ?? []).map((field) => (
                <option key={field} value={field}>
                  {words(field)}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      {isChanged && (
        <div className="filters">
          <label className="field">
            Choose the file once more
            <input type="file" accept=".csv,text/csv" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
          </label>
          <button
            type="button"
            className="button first"
            disabled={file === null || again.isPending}
            onClick={() => file !== null && again.mutate(file)}
          >
            Check it by these columns
          </button>
        </div>
      )}
      {again.isError && <Failure error={again.error} />}
    </Card>
  );
}
