/** The versions of an input: who gave it, when; an older one is given again. */
import { useQuery } from '@tanstack/react-query';
import { isOutdated, type Shape } from '../../../api/client.ts';
import { inputVersions } from '../../../api/settings-queries.ts';
import { plural, when } from '../../../components/format.ts';
import { Card } from '../../../components/page.tsx';
import { NotTaken } from '../../../components/not-taken.tsx';
import { Failure, Waiting } from '../../../components/state.tsx';
import { useToast } from '../../../components/toasts.tsx';
import { usePut } from './give.tsx';

type Input = Shape<'Input'>;

export function Versions({ input, may }: { input: Input; may: boolean }) {
  const answer = useQuery(inputVersions(input.name));
  const say = useToast();
  const put = usePut(input);
  const again = async (version: number) => {
    try {
      const file = await fetch(fileOf(input.name, version));
      await put.mutateAsync(await file.blob());
      say(`Version ${version} counts again.`);
    } catch (error) {
      if (!isOutdated(error)) say((error as Error).message);
    }
  };
  const rows = answer.data?.data ?? [];
  return (
    <Card title="Versions" isFlush>
      {answer.isPending && <Waiting what="Versions" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {isOutdated(put.error) && <NotTaken error={put.error} by={input.putBy} isKept={false} />}
      {answer.isSuccess && rows.length === 0 && <p className="small pad">Nobody has given it yet.</p>}
      {rows.length > 0 && (
        <table className="lines">
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.version}>
                <td>
                  <strong>Version {row.version}</strong> {at === 0 && <span className="tag good">counts now</span>}
                  <div className="small dim">
                    {row.putBy}, {when(row.putAt)}
                  </div>
                </td>
                <td className="small">{row.lineCount === 0 ? 'taken back' : plural(row.lineCount, 'line')}</td>
                <td className="n">
                  <a href={fileOf(input.name, row.version)} download aria-label={`Version ${row.version} as CSV`}>
                    CSV
                  </a>
                  {may && at > 0 && (
                    <>
                      {' '}
                      <button
                        type="button"
                        className="button link"
                        disabled={put.isPending}
                        aria-label={`Give again version ${row.version}`}
                        onClick={() => void again(row.version)}
                      >
                        Give again
                      </button>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

const fileOf = (name: string, version: number) =>
  `/v1/inputs/${name}?${new URLSearchParams({ version: String(version), format: 'csv' })}`;
