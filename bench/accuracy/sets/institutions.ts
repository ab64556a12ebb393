/** Universities, hospitals, schools and charities: names of few words that many share, in several languages and orders. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { heldOut } from './held-out.ts';
import { common } from './person.ts';
import { orBlank, slips } from './slips.ts';

type Town = { name: string; country: string };
const towns: Town[] = (
  [
    ['Germany', 'Bonn Halle Jena Kassel Kiel Mainz Siegen Trier Ulm Rostock Potsdam Erfurt'],
    ['France', 'Amiens Angers Brest Caen Dijon Limoges Metz Nancy Nice Reims Rennes Tours'],
    ['Spain', 'Burgos Cadiz Huelva Jaen Leon Lleida Murcia Oviedo Sevilla Toledo Vigo Zaragoza'],
    ['United Kingdom', 'Bath Derby Exeter Hull Kent Lincoln Oxford Reading Sussex Surrey Warwick York'],
    ['United States', 'Akron Albany Boise Dayton Denver Omaha Toledo Tulsa Akron Raleigh Fresno Tucson'],
    ['Italy', 'Bari Cagliari Ferrara Lecce Modena Parma Pavia Perugia Pisa Siena Trento Udine'],
  ] as const
).flatMap(([country, names]) => names.split(' ').map((name) => ({ name, country })));

/** The ways one institution is named; # is its town, @ its patron. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  university: [
    'University of #',
    '# University',
    'Univ. of #',
    'Universität #',
    'Université de #',
    'Universidad de #',
    'Università di #',
    'Uni #',
  ],
  technical: [
    'Technical University of #',
    'TU #',
    '# Institute of Technology',
    'Technische Universität #',
    'Tech. Univ. #',
  ],
  hospital: ['# General Hospital', 'General Hospital of #', 'Klinikum #', '# Gen. Hosp.', 'Hospital General de #'],
  patronHospital: ["St. @'s Hospital", 'Saint @ Hospital', 'St @s Hospital, #', 'Hospital St. @'],
  school: ['@ Secondary School', '@ Sec. School', 'The @ School', '@ School #'],
  academy: ['@ Academy', 'Academy @', '@ Academy, #'],
  trust: ['@ Foundation', 'The @ Foundation', '@ Foundation #', 'Fondation @'],
  relief: ['# Relief Fund', 'Relief Fund #', 'Fund for Relief in #'],
  college: ['# College', 'College of #', '# Coll.'],
  museum: ['Museum of #', '# Museum', 'Musée de #', 'Museo de #'],
};

export const institutions = heldOut(
  {
    name: 'institutions',
    entity: 'company',
    columns: ['institution', 'city', 'country', 'web'],
    map: { name: 'institution', city: 'city', country: 'country', website: 'web' },
  },
  (random, add) => {
    const taken = new Set<string>();
    for (let entity = 0; entity < 620; entity++) {
      const [town, kind] = [random.pick(towns), random.pick(Object.keys(kinds))];
      const patron = common(peopleNames.GB.surnames, random);
      const own = `${kind} ${town.name} ${kinds[kind]?.some((form) => form.includes('@')) ? patron : ''}`;
      if (taken.has(own)) continue;
      taken.add(own);
      const records = Number(random.weighted({ 1: 50, 2: 25, 3: 13, 5: 8, 9: 4 }));
      const web = `www.${slug(kind)}-${slug(own.split(' ').slice(1).join(''))}.org`;
      for (let at = 0; at < records; at++) {
        add(String(entity), [
          slips(named(kind, town, patron, at === 0, random), 0.06, random),
          orBlank(town.name, 0.15, random),
          orBlank(town.country, 0.1, random),
          orBlank(web, 0.6, random),
        ]);
      }
    }
  },
);

const slug = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');

function named(kind: string, town: Town, patron: string, isFirst: boolean, random: Random): string {
  const forms = kinds[kind] ?? [];
  const form = isFirst || random.chance(0.5) ? forms[0]! : random.pick(forms);
  const name = form.replace('#', town.name).replace('@', patron);
  return random.chance(0.12) ? name.toUpperCase() : name;
}
