/** A name and a town: of people, in one column or two, and of companies. */
import { slips } from '../slips.ts';
import { copyCounts, shape } from './shape.ts';
import { drawCompany, drawName, drawTown } from './words.ts';

const people = shape(
  {
    name: 'name_town',
    entity: 'person',
    columns: ['name', 'town'],
    map: { full_name: 'name', city: 'town' },
  },
  (random, add, size, share) => {
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const { given, family } = drawName(random);
      const town = drawTown(random);
      add(String(entity), [`${given} ${family}`, town]);
      for (let copy = 0; copy < copies; copy++) {
        const written = random.chance(0.1) ? `${family}, ${given}` : `${given} ${family}`;
        const place = random.chance(0.08) ? drawTown(random) : town;
        add(String(entity), [slips(written, 0.25, random), slips(place, 0.1, random)]);
      }
    }
  },
);

const companies = shape(
  {
    name: 'company_town',
    entity: 'company',
    columns: ['firm', 'town'],
    map: { name: 'firm', city: 'town' },
  },
  (random, add, size, share) => {
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const { core } = drawCompany(random);
      const town = drawTown(random, 200);
      const form = random.pick(['', ' Ltd', ' Inc', ' LLC', ' GmbH']);
      add(String(entity), [`${core}${form}`, town]);
      for (let copy = 0; copy < copies; copy++)
        add(String(entity), [
          `${slips(core, 0.2, random)}${random.chance(0.5) ? form : ''}`,
          slips(town, 0.08, random),
        ]);
    }
  },
);

export const nameAndTown = [...people, ...companies];
