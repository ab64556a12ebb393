/** What was given beside Salesforce, in a line each. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { inputs } from '../../api/settings-queries.ts';
import { ago, plural } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { Failure, Waiting } from '../../components/state.tsx';

export function InputsCard() {
  const answer = useQuery(inputs);
  return (
    <Card title="Inputs" aside={<Link to="/settings/inputs">Give them</Link>}>
      {answer.isPending && <Waiting what="Inputs" />}
      {answer.isError && <Failure error={answer.error} onRetry={() => void answer.refetch()} />}
      <ul className="rows">
        {answer.data?.data.map((one) => (
          <li key={one.name}>
            <Link to="/settings/inputs" search={{ name: one.name }} className="strong plain-link">
              {one.title}
            </Link>{' '}
            <span className="small dim">
              {one.lineCount === 0 ? 'not given' : `${plural(one.lineCount, 'line')}, ${ago(one.putAt)}`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
