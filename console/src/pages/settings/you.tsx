/** Who is signed in, what that allows, and the way out everywhere. */
import { day } from '../../components/format.ts';
import { Card } from '../../components/page.tsx';
import { signOut, useMe } from '../../session/gate.tsx';
import { scopeMeanings } from './scopes.ts';

export function You() {
  const { name, scopes, expiresAt } = useMe();
  return (
    <Card title={name}>
      <p className="small">
        {expiresAt === null ? 'Your key has no end.' : `Your key ends on ${day(expiresAt)}.`} With it you may:
      </p>
      <ul className="plain">
        {scopes.map((one) => (
          <li key={one}>{scopeMeanings[one]}</li>
        ))}
      </ul>
      <div className="filters spaced">
        <button type="button" className="button" onClick={() => void signOut(true)}>
          Sign out everywhere
        </button>
      </div>
    </Card>
  );
}
