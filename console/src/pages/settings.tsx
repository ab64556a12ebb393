/** Settings: which orgs, when, by whom. */
import { Page } from '../components/page.tsx';
import { useMay } from '../session/gate.tsx';
import { Audit } from './settings/audit.tsx';
import { InputsCard } from './settings/inputs-card.tsx';
import { Keys } from './settings/keys.tsx';
import { Orgs } from './settings/orgs.tsx';
import { People } from './settings/people.tsx';
import { Schedules } from './settings/schedules.tsx';
import { SlackCard } from './settings/slack.tsx';
import { You } from './settings/you.tsx';

export function Settings() {
  const isAdmin = useMay('admin');
  return (
    <Page title="Settings" sub="Which orgs Assay reads, when, who hears of it, and who may do what.">
      <div className="grid split">
        <div className="stack">
          <Orgs />
          <Schedules />
          {isAdmin && <Keys />}
          {isAdmin && <People />}
        </div>
        <div className="stack">
          <You />
          <SlackCard />
          <InputsCard />
          {isAdmin && <Audit />}
        </div>
      </div>
    </Page>
  );
}
