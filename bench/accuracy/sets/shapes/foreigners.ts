/** A register of foreigners: names heard and transcribed, exchanged, shortened; days of birth unknown but for the year. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { orBlank, slip, wrongDate } from '../slips.ts';
import { copyCounts, shape } from './shape.ts';
import { drawDate } from './words.ts';

const heads = 'Abd,Moh,Yus,Ibr,Kha,Fat,Zay,Hus,Ami,Sal,Nad,Rah,Tar,Om,Jam,Sha,Far,Has,Mus,Gul,Tsegaye,Ogb,Chi,Adeb,Ngu,Kwa,Oleks,Volody,Dmyt,Iry'.split(','); // prettier-ignore
const middles = 'a,e,i,o,u,aa,ou,ya,ai'.split(',');
const tails = 'med,mad,lah,rim,led,sein,nab,reem,dina,wan,zade,pour,lu,ke,yev,enko,ovych,ma,ti,san,fi,far'.split(',');
/** How one sound comes to be written by another clerk. */
const heard: readonly [RegExp, string][] = [[/ou/g, 'u'], [/kh/gi, 'h'], [/y/g, 'i'], [/aa/g, 'a'], [/ei/g, 'ai'], [/zade/g, 'zadeh'], [/ph/g, 'f'], [/w/g, 'v'], [/ee/g, 'i'], [/s(?=[aeiou])/g, 'ss'], [/k/g, 'q'], [/u/g, 'ou']]; // prettier-ignore

const nameOf = (random: Random) => `${random.pick(heads)}${random.pick(middles)}${random.pick(tails)}`;

function transcribed(name: string, random: Random): string {
  const [pattern, as] = random.pick(heard);
  return random.chance(0.5) ? name.replace(pattern, as) : name;
}

export const foreigners = shape(
  {
    name: 'foreigners',
    entity: 'person',
    columns: ['given', 'family', 'born', 'nation'],
    map: { first_name: 'given', last_name: 'family', birth_date: 'born' },
    compare: { nation: 'category' },
  },
  (random, add, size, share) => {
    for (const [entity, copies] of copyCounts(random, size, share).entries()) {
      const given = random.chance(0.4) ? `${nameOf(random)} ${nameOf(random)}` : nameOf(random);
      const family = nameOf(random);
      const born = random.chance(0.25) ? `${random.int(1950, 2005)}-01-01` : drawDate(random);
      const nation = random.pick(['SYR', 'AFG', 'IRQ', 'IRN', 'UKR', 'NGA', 'ERI', 'SOM']);
      for (let copy = 0; copy <= copies; copy++) {
        let [first, last] = [given, family];
        if (copy > 0) {
          [first, last] = [transcribed(first, random), transcribed(last, random)];
          if (random.chance(0.1)) first = slip(first, random);
          if (random.chance(0.2)) first = first.split(' ')[0]!;
          if (random.chance(0.12)) [first, last] = [last, first];
        }
        const date = copy > 0 && random.chance(0.12) ? wrongDate(born, random) : born;
        add(String(entity), [first, last, orBlank(date, copy === 0 ? 0.03 : 0.1, random), orBlank(nation, 0.05, random)]); // prettier-ignore
      }
    }
  },
);
