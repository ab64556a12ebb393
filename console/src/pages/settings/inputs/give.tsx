/** A file becomes a new version of an input, or a list of what is wrong with it by line and column. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isOutdated, Refusal, type Shape } from '../../../api/client.ts';
import { putInput } from '../../../api/settings-queries.ts';
import { CsvDrop } from '../../../components/csv-drop.tsx';
import { count, plural } from '../../../components/format.ts';
import { NotTaken } from '../../../components/not-taken.tsx';
import { ScrollX } from '../../../components/scroll-x.tsx';

type Input = Shape<'Input'>;
type Fault = Shape<'Problem'>['errors'][number];

/** `input`: as it is shown; what somebody gave since is not replaced unseen. */
export function usePut(input: Input) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (file: Blob) => putInput(input, file),
    onSuccess: () =>
      Promise.all(
        ['/v1/inputs', '/v1/syncs', '/v1/metrics'].map((path) => queries.invalidateQueries({ queryKey: [path] })),
      ),
    onError: (error) => (isOutdated(error) ? queries.invalidateQueries({ queryKey: ['/v1/inputs'] }) : undefined),
  });
}

export function Give({ input }: { input: Input }) {
  const [file, setFile] = useState<File | null>(null);
  const put = usePut(input);
  const take = (chosen: File) => {
    setFile(chosen);
    put.mutate(chosen);
  };
  const faults = put.error instanceof Refusal ? put.error.problem.errors : [];
  return (
    <>
      <CsvDrop file={file} isSending={put.isPending} onTake={take}>
        Comma, semicolon or tab, the names of the columns in the first line. It takes the place of what counts now.
      </CsvDrop>
      {faults.length > 0 && <Faults faults={faults} file={file?.name ?? 'The file'} />}
      {put.isError && faults.length === 0 && (
        <NotTaken error={put.error} by={input.putBy} onRetry={file === null ? undefined : () => put.mutate(file)} />
      )}
      {put.data && (
        <div className="notice info spaced-s" role="status">
          <div>
            <strong>
              {put.data.isChanged
                ? `Taken as version ${put.data.version}.`
                : 'These lines counted already: nothing changed.'}
            </strong>
            {put.data.runId !== null && (
              <p>
                The numbers follow with{' '}
                <Link to="/runs/$id" params={{ id: put.data.runId }}>
                  this run
                </Link>
                .
              </p>
            )}
          </div>
        </div>
      )}
    </>
  );
}

/** As a file names them: `line 3, column amount`. */
const place = /^line (\d+)(?:, column (.+))?$/;

function Faults({ faults, file }: { faults: Fault[]; file: string }) {
  return (
    <div className="spaced-s" role="alert">
      <p className="down">
        <strong>
          {file} is not taken: {plural(faults.length, 'fault')}.
        </strong>{' '}
        What counted before still counts.
      </p>
      <ScrollX label="Faults of the file">
        <table className="lines narrow">
          <thead>
            <tr>
              <th scope="col" className="n">
                Line
              </th>
              <th scope="col">Column</th>
              <th scope="col">What is wrong</th>
            </tr>
          </thead>
          <tbody>
            {faults.map(({ pointer, message }) => {
              const [, line, column] = place.exec(pointer) ?? [];
              return (
                <tr key={`${pointer} ${message}`}>
                  <td className="n">{line === undefined ? '' : count(Number(line))}</td>
                  <td className="mono">{column ?? ''}</td>
                  <td>{message}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
    </div>
  );
}
