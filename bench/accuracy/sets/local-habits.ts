/** Customers of Germany, India and Japan as each writes names: umlauts and double names, initials and spellings by ear, order and long vowels. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { heldOut } from './held-out.ts';
import { orBlank, slips } from './slips.ts';

const list = (text: string): string[] => text.trim().split(/\s+/);
type Custom = {
  given: string[];
  family: string[];
  streets: string[];
  towns: string[];
  dial: string;
  write(first: string, last: string, isCopy: boolean, random: Random): [string, string];
};

const german: Custom = {
  given: list(
    `Jürgen Jörg Günter Käthe Renée Björn Sören Bärbel Anneliese Karl-Heinz Hans-Peter Anna-Lena Thomas Andreas Stefan Petra Sabine Ute Heike Birgit`,
  ),
  family: list(
    `Müller Schröder Köhler Krüger Schäfer Jäger Weiß Groß Böhm Fröhlich Schütz Hübner Götz Lütz Strauß Maier Meyer Schmidt Schmitt Becker Hoffmann`,
  ),
  streets: list(`Goethestraße Schillerstraße Königsallee Bäckergasse Mühlweg Lindenstraße Gartenstraße Blücherplatz`),
  towns: list(`München Köln Düsseldorf Nürnberg Lübeck Münster Würzburg`),
  dial: '+49 17',
  write(first, last, isCopy, random) {
    const joint = isCopy && random.chance(0.1) ? `${last}-${random.pick(this.family)}` : last;
    const habit = random.weighted({ marks: 55, plain: 20, spelled: 25 });
    const spell = (text: string) =>
      habit === 'spelled'
        ? text.replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/ß/g, 'ss')
        : habit === 'plain'
          ? text.normalize('NFD').replace(/\p{M}/gu, '').replace(/ß/g, 'ss')
          : text;
    const called = isCopy && first.includes('-') && random.chance(0.3) ? first.split('-')[0]! : first;
    return [spell(random.chance(0.06) ? `Dr. ${called}` : called), spell(joint)];
  },
};

const byEar: [RegExp, string][] = [
  [/ee/, 'i'],
  [/sh/, 's'],
  [/th/, 't'],
  [/oo/, 'u'],
  [/aa/, 'a'],
  [/v/, 'w'],
  [/dh/, 'd'],
  [/i$/, 'y'],
];
const indian: Custom = {
  given: list(
    `Rajesh Sureesh Venkatesh Lakshmi Deepa Sunitha Karthik Ramesh Geetha Sanjay Anitha Vijay Pooja Aarti Mohan Subhash Kavitha Harish Neeraj Swathi`,
  ),
  family: list(
    `Iyer Reddy Sharma Vermaa Guptha Krishnan Subramanian Nair Menon Pillai Chatterjee Mukherjee Banerjee Desai Patel Joshi Kulkarni Rao Naidu Singh`,
  ),
  streets: list(`MG-Road Gandhi-Nagar Park-Street Anna-Salai Brigade-Road Linking-Road`),
  towns: list(`Bengaluru Chennai Mumbai Pune Hyderabad Kochi Kolkata`),
  dial: '+91 98',
  write(first, last, isCopy, random) {
    const hear = (text: string) => {
      const rule = isCopy && random.chance(0.25) ? random.pick(byEar) : null;
      return rule ? text.replace(rule[0], rule[1]) : text;
    };
    if (isCopy && random.chance(0.15)) return [hear(first), last.charAt(0)];
    if (isCopy && random.chance(0.06)) return [`${last.charAt(0)}. ${hear(first)}`, ''];
    return [hear(first), hear(last)];
  },
};

const japanese: Custom = {
  given: list(
    `Yūki Shōta Kenji Tarō Kōji Yōko Ryūichi Satoshi Naoko Junko Makoto Jun'ichi Shin'ya Keiko Hiroshi Yuko Sōichirō Kyōko`,
  ),
  family: list(
    `Satō Itō Katō Kondō Saitō Gotō Endō Tanaka Suzuki Takahashi Watanabe Kobayashi Ōta Ōno Ōtsuka Inoue Shimizu Yamaguchi Kudō Andō`,
  ),
  streets: list(`Chuo Honcho Sakuradori Midorigaoka Nishi-machi Higashi-ku`),
  towns: list(`Tōkyō Ōsaka Kyōto Sapporo Kōbe Sendai Nagoya`),
  dial: '+81 90',
  write(first, last, isCopy, random) {
    const habit = random.weighted({ macron: 30, plain: 40, long: 20, h: 10 });
    const spell = (text: string) => {
      if (habit === 'macron') return text;
      const after = habit === 'long' ? 'u' : habit === 'h' ? 'h' : '';
      return text
        .replace(/[ōŌ]/g, (o) => (o === 'Ō' ? 'O' : 'o') + after)
        .replace(/[ūŪ]/g, 'u')
        .replace(/'/g, random.chance(0.5) ? '' : "'");
    };
    return isCopy && random.chance(0.15) ? [spell(last), spell(first)] : [spell(first), spell(last)];
  },
};

export const localHabits = heldOut(
  {
    name: 'local_habits',
    entity: 'person',
    columns: ['given', 'family', 'street', 'town', 'mobile', 'mail'],
    map: { first_name: 'given', last_name: 'family', street: 'street', city: 'town', phone: 'mobile', email: 'mail' },
  },
  (random, add) => {
    for (let entity = 0; entity < 1500; entity++) {
      const custom = random.pick([german, indian, japanese]);
      const [first, last] = [random.pick(custom.given), random.pick(custom.family)];
      const street = `${random.pick(custom.streets).replace('-', ' ')} ${random.int(1, 190)}`;
      const [town, phone] = [random.pick(custom.towns), custom.dial + random.digits(8)];
      const plain = (text: string) =>
        text
          .normalize('NFD')
          .replace(/[^A-Za-z]/g, '')
          .toLowerCase();
      const mail = `${plain(first)}${random.pick(['.', ''])}${plain(last)}${random.int(1, 99)}@${random.pick(['gmail.com', 'gmx.de', 'yahoo.co.jp', 'rediffmail.com'])}`;
      const copies = Number(random.weighted({ 0: 62, 1: 26, 2: 12 }));
      for (let copy = 0; copy <= copies; copy++) {
        const [given, family] = custom.write(first, last, copy > 0, random);
        add(String(entity), [
          slips(given, 0.03, random),
          slips(family, 0.03, random),
          orBlank(
            slips(street.replace('straße', random.pick(['straße', 'str.', 'strasse'])), 0.04, random),
            0.25,
            random,
          ),
          orBlank(random.chance(0.5) ? town : town.normalize('NFD').replace(/\p{M}/gu, ''), 0.1, random),
          orBlank(random.chance(0.5) ? phone : phone.replace(' ', ''), 0.35, random),
          orBlank(slips(mail, 0.02, random), 0.4, random),
        ]);
      }
    }
  },
);
