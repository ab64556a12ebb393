/** A register of companies beside what else they are called: initials, a short name, a former legal form, a name in trade. */
import { slips } from '../slips.ts';
import { copyCounts, shape } from './shape.ts';
import { drawCompany, drawName } from './words.ts';

const forms: Record<string, readonly [short: string, long: string][]> = {
  US: [['Inc', 'Incorporated'], ['LLC', 'Limited Liability Company'], ['Corp', 'Corporation']], // prettier-ignore
  DE: [['GmbH', 'Gesellschaft mit beschränkter Haftung'], ['AG', 'Aktiengesellschaft']], // prettier-ignore
  FR: [['SA', 'Société Anonyme'], ['SARL', 'Société à responsabilité limitée']], // prettier-ignore
  PL: [['Sp. z o.o.', 'Spółka z ograniczoną odpowiedzialnością'], ['S.A.', 'Spółka Akcyjna']], // prettier-ignore
};

export const aliases = shape(
  {
    name: 'aliases',
    entity: 'company',
    columns: ['name', 'country'],
    map: { name: 'name' },
    compare: { country: 'category' },
  },
  (random, add, size, share) => {
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const country = random.weighted({ US: 4, DE: 2, FR: 2, PL: 2 });
      const { head, core } = drawCompany(random);
      const full = random.chance(0.3) ? `${core} ${drawName(random).family}` : core;
      const [short, long] = random.pick(forms[country]!);
      add(String(entity), [`${full} ${short}`, country]);
      for (let copy = 0; copy < copies; copy++) {
        const words = full.split(' ');
        const kind = random.weighted({ form: 35, bare: 20, initials: 8, head: 12, slip: 15, front: 5, and: 5 });
        const name = {
          form: `${full} ${long}`,
          bare: full,
          initials: words.length > 2 ? words.map((word) => word.charAt(0)).join('') : full,
          head: words.length > 1 ? head : full,
          slip: slips(full, 0.7, random),
          front: `${long} "${full}"`,
          and: `${full} & Co ${short}`,
        }[kind];
        add(String(entity), [name, random.chance(0.1) ? '' : country]);
      }
    }
  },
);
