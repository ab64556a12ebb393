/** Given names that people have, and which of them are spellings of one name: Sara and Sarah, but not Mark and Mary. */
import { givenNames, laterNames } from './given-names.ts';
import { isListed } from './nicknames.ts';
import { fold } from './text.ts';

/** Alike in sound or letters, and yet a man's and a woman's name. */
const apart = new Set(
  `daniel danielle|michel michelle|gabriel gabrielle|noel noelle|joel joelle|rene renee|andre andree|jean jeanne|pascal pascale|
michel michele|emmanuel emmanuelle|frederic frederique|dominic dominique|marcel marcelle|raphael raphaelle|valer valerie|
simon simone|anna hanna|ana hana|anna hannah|ana hannah|rafael raphaelle|marian marion|jan jean|jan jane|jan joan|joan jane|jon joan|erin aron|dean dane`
    .replace(/\n/g, '')
    .split('|'),
);

/** One name as two languages or two writers have it, near enough to be taken for a slip. */
const forms =
  groupsOf(`robert roberto|antonio antony anthony antoine|carlo carlos carl karl charles|marco marcos marc mark marcus markus|
louis luis lewis luiz|eugene eugenio|edward eduard eduardo edoardo|ricardo richard riccardo|ronald ronaldo|arnold arnoldo|armand armando|
fernand fernando|leonard leonardo|gerard gerardo|bernard bernardo|frances francesca francisca|julia julie giulia|julio julius giulio jules|
ann anne anna ana anja|maria marie mary maire|elena helena helen helene|christina christine kristina cristina kirstin kristin kristen|
catherine katherine katharina katarina katrina caterina cathrine katharine kathryn|theresa teresa therese terese tereza|
louisa luisa louise luise|isabel isabella isabelle ysabel|susan susanne susanna susana suzanne|diana diane dianne|sylvia silvia sylvie|
joan joann joanne johanna joanna|jean jeanne|jeff jeffery jeffrey geoffrey|cecilia cecile cecily|lucy lucia lucie|henrietta henriette|
lynn lynne lynette lynnette|stuart stewart|derek derrick derick|shawn sean shaun|steve steven stephen stefan stephan|jorge george georg|
ramon raymond raymon|mable mabel|lela lelia leila|marjorie margery majorie|ashley ashely|brittany brittney britney|caitlin kaitlyn katelyn|
michael micheal mikael|jonathan johnathan jonathon|rachel rachael raquel|megan meghan meagan|deborah debra debora|allen alan allan|
charlotte charlot|madeline madeleine madelyn|laurence lawrence laurens lorenz lorenzo|gerald gerard jerald|philip phillip philippe felipe|
mohammed mohamed muhammad mohammad mohamad|ahmed ahmad ahmet|hussein hussain huseyin|yusuf youssef yousef|ibrahim ebrahim|fatima fatma|
aleksandr aleksander alexander aleksandar alexandre alejandro|aleksei alexei alexey aleksey alexis|andrei andrey andrej andre andrew andrea andreas|
dmitri dmitry dmitrii dimitri dimitry|yuri yury iurii|sergei sergey serge sergio|nikolai nikolay nicolai nicolas nicholas nikolas|
natalia natalie nathalie nataliya natalya|tatiana tatyana tatjana|yulia julia iuliia|evgeni evgeny yevgeny eugen|maxim maksim maxime|
viktor victor|wilhelm william guillermo|johann johannes john jon jan johan|peter pieter petr pedro pietro piotr|paul paulo pablo paolo|
daniel danilo|gabriel gabriele|manuel emanuel emmanuel immanuel|frederick frederic friedrich frederik fredrik federico|hans hannes|
henry henri henrik hendrik heinrich enrique|jurgen juergen|jorg joerg|soren soeren|bjorn bjoern|rudiger ruediger|gunther gunter guenter guenther`);

/** What a known given name is compared by: as it is, as it sounds, its consonants, the forms it is one of. */
export type KnownName = { name: string; sound: string; consonants: string; forms: readonly number[] };

/** Null of a name that is in no list. Of several given names the first counts. */
export function knownName(given: string): KnownName | null {
  const name = given.split(' ', 1)[0] as string;
  if (!givenNames.has(name) && !laterNames.has(name) && !isListed(name)) return null;
  const sound = soundOf(name);
  return { name, sound, consonants: sound.replace(/[aeiou]/g, ''), forms: forms.get(name) ?? [] };
}

/** A name that people are given stands first in it, or behind the comma: James, Mary Anne Johnson, `Smith, James`. */
export function isGivenName(text: string): boolean {
  const words = (fold(text.slice(text.indexOf(',') + 1)) ?? '').split(' ');
  return (
    words.length <= 4 && !/\d|&/.test(text) && givenNames.has(words[0] as string) && (words[0] as string).length > 2
  );
}

/** James Smith, Mary Anne Johnson: a known given name and more, all words of letters. */
export function isPersonName(name: string): boolean {
  const words = name.split(' ');
  const [first = ''] = words;
  return (
    (words.length === 2 || words.length === 3) &&
    givenNames.has(first) &&
    first.length > 2 &&
    words.slice(1).every((word) => /^\p{L}{2,}$/u.test(word) && word !== 'and')
  );
}

function groupsOf(text: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [at, group] of text.replace(/\n/g, '').split('|').entries())
    for (const name of group.split(' ')) found.set(name, [...(found.get(name) ?? []), at]);
  return found;
}

/** Roughly: Brian and Bryan, Sofia and Sophia, Cheryl and Sheryl sound alike. */
function soundOf(name: string): string {
  return name
    .replace(/ph/g, 'f')
    .replace(/sch|^ch(?=er|an)|sh/g, 'x')
    .replace(/tz|z/g, 's')
    .replace(/c(?=[eiy])/g, 's')
    .replace(/ck|c|q/g, 'k')
    .replace(/h/g, '')
    .replace(/ie|ee|ea|ey|a[iy]$/g, 'i')
    .replace(/[yj]/g, 'i')
    .replace(/[wf]/g, 'v')
    .replace(/e$/, '')
    .replace(/(.)\1+/g, '$1');
}

/** Whether two known names may be spellings of one: by sound, or long ones but for a vowel within (Jocelyn and Joslyn). */
export function areSpellings(a: KnownName, b: KnownName): boolean {
  const isAlike =
    a.sound === b.sound ||
    a.forms.some((form) => b.forms.includes(form)) ||
    (a.consonants === b.consonants && isVowelApart(a, b));
  return isAlike && !apart.has(`${a.name} ${b.name}`) && !apart.has(`${b.name} ${a.name}`);
}

const isVowelApart = (a: KnownName, b: KnownName): boolean =>
  a.consonants.length >= 3 &&
  a.name.length >= 5 &&
  b.name.length >= 5 &&
  a.sound.at(-1) === b.sound.at(-1) &&
  a.sound[0] === b.sound[0];
