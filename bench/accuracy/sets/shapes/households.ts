/** Accounts of a nonprofit: organisations, households by family name, and buckets that hold whoever has no company. */
import { orBlank, slips } from '../slips.ts';
import { copyCounts, shape } from './shape.ts';
import { drawCompany, drawName, drawStreet, drawTown, letters, phoneDigits, phoneOf } from './words.ts';

const buckets = ['Individual', 'Self-employed', 'Self Employed', 'Household', 'N/A', 'Retired', 'Private', 'Unknown'];

export const households = shape(
  {
    name: 'households',
    entity: 'company',
    columns: ['name', 'web', 'phone', 'street', 'town'],
    map: { name: 'name', website: 'web', phone: 'phone', street: 'street', city: 'town' },
  },
  (random, add, size, share) => {
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const kind = random.weighted({ company: 50, household: 38, bucket: 12 });
      const [street, town, phone] = [`${random.int(1, 250)} ${drawStreet(random)}`, drawTown(random, 80), phoneDigits(random)]; // prettier-ignore
      const { family, given } = drawName(random);
      const { core } = drawCompany(random);
      const names = {
        company: [core],
        household: [`${family} Household`, `${given} ${family} Household`, `The ${family} Family`],
        bucket: [random.pick(buckets)],
      }[kind];
      const site = kind === 'company' ? `${letters(core)}.org` : '';
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0 : 0.12;
        add(String(entity), [
          slips(random.pick(names), kind === 'bucket' ? 0 : odds, random),
          orBlank(site, 0.2, random),
          orBlank(phoneOf(phone, random), 0.3, random),
          orBlank(slips(street, odds, random), 0.12, random),
          town,
        ]);
      }
    }
  },
);
