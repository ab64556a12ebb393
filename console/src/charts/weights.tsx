/** What speaks for and against two records being one, as bars to the right and to the left, in bits. */
import { signed } from '../components/format.ts';

export type Weight = { label: string; weight: number };

export function Weights({ steps }: { steps: Weight[] }) {
  const reach = Math.max(1, ...steps.map(({ weight }) => Math.abs(weight)));
  return (
    <table className="weights">
      <caption className="visually-hidden">Evidence in bits</caption>
      <tbody>
        {steps.map(({ label, weight }, at) => {
          const size = (Math.abs(weight) / reach) * 50;
          return (
            <tr key={`${label} ${at}`}>
              <th scope="row">{label.charAt(0).toUpperCase() + label.slice(1).replaceAll('_', ' ')}</th>
              <td>
                <div className="track" aria-hidden="true">
                  <i
                    className={weight < 0 ? 'against' : 'for'}
                    style={weight < 0 ? { right: '50%', width: `${size}%` } : { left: '50%', width: `${size}%` }}
                  />
                </div>
              </td>
              <td className="n">{signed(weight)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
