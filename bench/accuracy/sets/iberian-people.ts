/** People of Spain and Brazil: two given names and two family names, of which each list has others, accents or none, national numbers. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { heldOut } from './held-out.ts';
import { birthDate, common } from './person.ts';
import { orBlank, slips } from './slips.ts';

const list = (text: string): string[] => text.trim().split(/\s+/);
const given =
  list(`María José Antonio Carmen Ana Manuel Francisco Juan Laura Isabel David Javier Lucía Cristina Daniel Marta Carlos Paula
  Rafael Elena Pilar Raquel Miguel Sergio Rosa Alberto Luís João Pedro Paulo Lucas Gabriel Fernanda Juliana Adriana Mariana Márcia Patrícia
  Aline Camila Bruno Felipe Rodrigo Gustavo Thiago Mateus Beatriz Letícia Vinícius Renata`);
const family =
  list(`García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez
  Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Silva Santos Oliveira Souza Pereira Ferreira Alves
  Rodrigues Lima Gomes Costa Ribeiro Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Andrade Moreira Nunes Marques
  Machado Mendes Freitas Cardoso Teixeira Cavalcanti Monteiro Moura Correia`);
const towns = [
  'Madrid',
  'Sevilla',
  'Málaga',
  'Zaragoza',
  'São Paulo',
  'Belo Horizonte',
  'Curitiba',
  'Recife',
  'Fortaleza',
  'Bilbao',
];
const short: Readonly<Record<string, string>> = {
  María: 'Mª',
  José: 'Pepe',
  Francisco: 'Paco',
  Manuel: 'Manolo',
  Isabel: 'Isa',
  Javier: 'Javi',
  Rafael: 'Rafa',
  Antonio: 'Toni',
};

export const iberianPeople = heldOut(
  {
    name: 'iberian_people',
    entity: 'person',
    columns: ['nombre', 'documento', 'correo', 'telefono', 'ciudad', 'nacimiento'],
    map: { full_name: 'nombre', email: 'correo', phone: 'telefono', city: 'ciudad', birth_date: 'nacimiento' },
    compare: { documento: 'id' },
  },
  (random, add) => {
    for (let entity = 0; entity < 1700; entity++) {
      const names = [common(given, random), random.chance(0.45) ? random.pick(given) : ''];
      const surnames = [common(family, random), common(family, random)];
      const [number, phone, born, town] = [
        random.digits(9),
        `6${random.digits(8)}`,
        birthDate(random),
        random.pick(towns),
      ];
      const mail = `${bare(names[0]!)}${random.pick(['.', '_', ''])}${bare(surnames[0]!)}${random.int(1, 999)}@${random.pick(['gmail.com', 'hotmail.com', 'uol.com.br', 'yahoo.es'])}`;
      const copies = Number(random.weighted({ 0: 60, 1: 27, 2: 10, 3: 3 }));
      for (let copy = 0; copy <= copies; copy++) {
        const odds = copy === 0 ? 0.01 : 0.08;
        const [year, month, day] = born.split('-');
        add(String(entity), [
          slips(written(names, surnames, random), odds, random),
          orBlank(random.chance(0.4) ? number.replace(/(\d{3})(?=\d)/g, '$1.') : number, 0.45, random),
          orBlank(slips(mail, odds / 2, random), 0.35, random),
          orBlank(random.chance(0.5) ? phone : phone.replace(/(\d{3})(?=\d)/g, '$1 '), 0.35, random),
          orBlank(random.chance(0.3) ? plain(town) : town, 0.1, random),
          orBlank(random.chance(0.5) ? born : `${day}/${month}/${year}`, 0.3, random),
        ]);
      }
    }
  },
);

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');
const bare = (text: string): string => plain(text).toLowerCase();

function written(names: string[], surnames: string[], random: Random): string {
  const habit = random.weighted({ all: 45, oneSurname: 22, oneName: 13, comma: 10, short: 5, particle: 5 });
  const [first = '', second = ''] = names;
  const [father = '', mother = ''] = surnames;
  const both = second ? `${first} ${second}` : first;
  const forms = {
    all: `${both} ${father} ${mother}`,
    oneSurname: `${both} ${father}`,
    oneName: `${first} ${father} ${mother}`,
    comma: `${father} ${mother}, ${both}`,
    short: `${short[first] ?? first} ${father}`,
    particle: `${both} de ${father} y ${mother}`,
  };
  return random.chance(0.35) ? plain(forms[habit]) : random.chance(0.1) ? forms[habit].toUpperCase() : forms[habit];
}
