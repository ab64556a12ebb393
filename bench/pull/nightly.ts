/** An org as of yesterday into the org as of today: one contact in a hundred edited, inside the org, by its control API. */
import { Random } from '@assay/emulator/seed/random.ts';
import { salesforceId } from '@assay/emulator/seed/salesforce-id.ts';
import type { Org } from './org.ts';

const batch = 5000; // changes a request

/** @returns how many contacts were edited */
export async function editOvernight(org: Org, contacts: number, share: number): Promise<number> {
  const random = new Random(1, 'night');
  const step = Math.round(1 / share);
  let changes: object[] = [];
  let edited = 0;
  for (let serial = random.int(0, step - 1); serial < contacts; serial += step) {
    const fields = random.pick([
      { Title: 'Head of Purchasing' },
      { Phone: `(512) 555-${random.digits(4)}` },
      { Email: `changed${serial}@example.com` },
    ]);
    changes.push({ op: 'update', sobject: 'Contact', id: salesforceId('Contact', serial), fields });
    edited++;
    if (changes.length < batch) continue;
    await org.change(changes);
    changes = [];
  }
  if (changes.length > 0) await org.change(changes);
  return edited;
}
