/** Two records beside each other, one row a field, what differs marked within the values. */
import type { Shape } from '../api/client.ts';
import { dash, valueText, words } from './format.ts';
import { RecordLink } from './record-link.tsx';
import { ScrollX } from './scroll-x.tsx';

type Side = Shape<'ReviewItem'>['left'];

/** As one compares two people: who, how to reach them, where; the rest after that. */
const order = [
  'name',
  'given',
  'first',
  'family',
  'last',
  'email',
  'phone',
  'company',
  'website',
  'domain',
  'title',
  'amount',
];
const places = ['street', 'postal', 'city', 'state', 'country'];

function rank(field: string): number {
  const [first, place] = [order, places].map((names) => names.findIndex((name) => field.startsWith(name))) as [
    number,
    number,
  ];
  return first >= 0 ? first : place >= 0 ? order.length + 10 + place : order.length;
}

export function SideBySide({ left, right }: { left: Side; right: Side }) {
  const fields = [...new Set([...Object.keys(left.values), ...Object.keys(right.values)])]
    .filter((field) => left.values[field] != null || right.values[field] != null)
    .toSorted((one, other) => rank(one) - rank(other));
  return (
    <ScrollX label="The two records">
      <table className="sides">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Field</span>
            </th>
            <SideHead side={left} />
            <SideHead side={right} />
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => {
            const [one, other] = [valueText(left.values[field]), valueText(right.values[field])];
            return (
              <tr key={field} className={one === other ? 'same' : undefined}>
                <th scope="row">{words(field)}</th>
                <td>
                  <Marked text={one} other={other} />
                </td>
                <td>
                  <Marked text={other} other={one} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}

function SideHead({ side }: { side: Side }) {
  return (
    <th scope="col">
      {side.object} <RecordLink id={side.salesforceId} connectionId={side.connectionId} />
    </th>
  );
}

/** Words of the text that the other has not. */
function Marked({ text, other }: { text: string; other: string }) {
  const known = new Set(other.toLowerCase().split(/[\s,]+/));
  // A value that one of them lacks is no difference.
  if (text === other || text === dash || other === dash) return <>{text}</>;
  return (
    <>
      {text.split(/(\s+)/).map((word, at) => {
        const isNew = word.trim() !== '' && !known.has(word.toLowerCase().replace(/,$/, ''));
        return isNew ? (
          <mark key={at} className="diff">
            {word}
          </mark>
        ) : (
          word
        );
      })}
    </>
  );
}
