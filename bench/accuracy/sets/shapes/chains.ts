/** Branches of chains: one name and one website, each at an address of its own; some are entered twice. */
import { orBlank, slips } from '../slips.ts';
import { copyCounts, shape } from './shape.ts';
import { drawCompany, drawStreet, drawTown, letters, phoneDigits, phoneOf } from './words.ts';

export const chains = shape(
  {
    name: 'chains',
    entity: 'company',
    columns: ['name', 'web', 'tel', 'street', 'town'],
    map: { name: 'name', website: 'web', phone: 'tel', street: 'street', city: 'town' },
  },
  (random, add, size, share) => {
    let left = 0;
    let chain = { core: '', site: '', hasBranchNames: false };
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      if (left === 0) {
        left = random.chance(0.5) ? 1 : random.int(2, 12);
        const { core } = drawCompany(random);
        chain = { core, site: `${letters(core)}.${random.pick(['com', 'net', 'de', 'co.uk'])}`, hasBranchNames: random.chance(0.3) }; // prettier-ignore
      }
      left -= 1;
      const { core, site, hasBranchNames } = chain;
      const town = drawTown(random, 120);
      const street = `${random.int(1, 300)} ${drawStreet(random)}`;
      const phone = phoneDigits(random);
      const name = hasBranchNames ? `${core} ${town}` : core;
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0 : 0.12;
        add(String(entity), [
          slips(name, odds, random),
          orBlank(random.pick([site, `www.${site}`, `https://${site}/`]), 0.1, random),
          orBlank(phoneOf(phone, random), 0.3, random),
          orBlank(slips(street, odds, random), 0.05, random),
          town,
        ]);
      }
    }
  },
);
