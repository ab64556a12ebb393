/** Indonesian people, half of them with one name only, with phones and cities: a single name is no missing surname. */
import { peopleNames } from '@assay/emulator/seed/people-names.ts';
import { makePhone, makePlace, writePhone } from '@assay/emulator/seed/places.ts';
import type { Random } from '@assay/emulator/seed/random.ts';
import { heldOut } from './held-out.ts';
import { common } from './person.ts';
import { orBlank, slips } from './slips.ts';

export const oneWordNames = heldOut(
  {
    name: 'one_word_names',
    entity: 'person',
    columns: ['nama', 'telepon', 'kota', 'perusahaan'],
    map: { full_name: 'nama', phone: 'telepon', city: 'kota', company: 'perusahaan' },
  },
  (random, add) => {
    const { given, surnames } = peopleNames.ID;
    for (let entity = 0; entity < 1800; entity++) {
      const place = makePlace('ID', random);
      const phone = random.chance(0.7) ? `8${random.int(11, 59)}${random.digits(7)}` : makePhone(place, random);
      const one = common([...given, ...surnames], random);
      const name = random.chance(0.5) ? one : `${common(given, random)} ${common(surnames, random)}`;
      const company = `${random.pick(['PT', 'CV', 'UD'])} ${common(surnames, random)} ${random.pick(['Jaya', 'Abadi', 'Makmur', 'Sentosa', 'Mandiri'])}`;
      const copies = random.weighted({ 0: 65, 1: 25, 2: 10 });
      for (let copy = 0; copy <= Number(copies); copy++) {
        const isTitled = copy > 0 && random.chance(0.15);
        add(String(entity), [
          spelling(isTitled ? withTitle(name, random) : name, copy, random),
          orBlank(writePhone(phone, 'ID', random), copy === 0 ? 0.02 : 0.12, random),
          orBlank(place.city, 0.1, random),
          orBlank(random.chance(0.2) ? company.replace(/^(PT|CV|UD) /, '$1. ') : company, 0.2, random),
        ]);
      }
    }
  },
);

function withTitle(name: string, random: Random): string {
  return `${random.pick(['Bapak', 'Ibu', 'Pak', 'Bu', 'H.', 'Dr.'])} ${name}`;
}

/** Old and new spelling (Soekarno, Sukarno), and slips. */
function spelling(name: string, copy: number, random: Random): string {
  if (copy === 0) return name;
  if (random.chance(0.15)) return name.replace(/u/, 'oe');
  if (random.chance(0.1)) return name.toUpperCase();
  return slips(name, 0.15, random);
}
