/** One input: what it is for, how its file looks, the lines that count, and its versions. */
import { useQuery } from '@tanstack/react-query';
import type { Shape } from '../../../api/client.ts';
import { inputLines } from '../../../api/settings-queries.ts';
import { saveText } from '../../../components/save-text.ts';
import { count, dash } from '../../../components/format.ts';
import { Card } from '../../../components/page.tsx';
import { ScrollX } from '../../../components/scroll-x.tsx';
import { Failure, Waiting } from '../../../components/state.tsx';
import { Give } from './give.tsx';
import { Versions } from './versions.tsx';

type Input = Shape<'Input'>;
type OneProps = { input: Input; may: boolean };

const shownLines = 20;
const typeNames: Record<Input['columns'][number]['type'], string> = {
  text: 'text',
  month: 'month, 2026-01',
  amount: 'amount',
  rate: 'share, 0.8 or 80 %',
  months: 'number of months',
  currency: 'ISO code',
  time: 'time of a day, 09:00',
};

export function OneInput({ input, may }: OneProps) {
  return (
    <div className="stack">
      <Card title={input.title}>
        <p className="small">{input.description}.</p>
        {may ? (
          <Give key={input.name} input={input} />
        ) : (
          <p className="small">Giving it needs a key that may change settings.</p>
        )}
      </Card>
      <Card
        title="Its columns"
        isFlush
        aside={
          <button
            type="button"
            className="button link"
            onClick={() => saveText(`${input.name}.csv`, `${input.columns.map(({ name }) => name).join(',')}\r\n`)}
          >
            A file to fill in
          </button>
        }
      >
        <table className="lines">
          <tbody>
            {input.columns.map((one) => (
              <tr key={one.name}>
                <td>
                  <span className="mono strong">{one.name}</span>
                  {one.isRequired && <div className="small dim">always</div>}
                </td>
                <td className="small">
                  {one.description}
                  <div className="dim">{one.oneOf === null ? typeNames[one.type] : one.oneOf.join(' or ')}</div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
      {input.lineCount > 0 && <Lines input={input} />}
      <Versions input={input} may={may} />
    </div>
  );
}

function Lines({ input }: { input: Input }) {
  const answer = useQuery(inputLines(input.name));
  const lines = answer.data?.lines ?? [];
  return (
    <Card
      title="What counts now"
      isFlush
      aside={
        <a href={`/v1/inputs/${input.name}?format=csv`} download>
          As CSV
        </a>
      }
    >
      {answer.isPending && <Waiting what="Lines" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      {lines.length > 0 && (
        <ScrollX label="Lines that count now">
          <table className="lines narrow">
            <thead>
              <tr>
                {input.columns.map(({ name, type }) => (
                  <th key={name} scope="col" className={isNumber(type) ? 'n' : undefined}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.slice(0, shownLines).map((line, at) => (
                <tr key={at}>
                  {input.columns.map(({ name, type }) => (
                    <td key={name} className={isNumber(type) ? 'n' : undefined}>
                      {line[name] ?? <span className="dim">{dash}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {lines.length > shownLines && (
        <p className="small dim pad">And {count(lines.length - shownLines)} more in the file.</p>
      )}
    </Card>
  );
}

const isNumber = (type: Input['columns'][number]['type']) => ['amount', 'rate', 'months'].includes(type);
