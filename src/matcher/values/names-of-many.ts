/** Names that so many people have that two of one are met by chance, however few records a file has to show it. */

// A line a language: English, Spanish and Portuguese, French, German and Dutch, Italian, Polish and Czech, Nordic, Russian and Ukrainian in
// Latin letters, Turkish and Arabic, Indonesian and Malay, Indian. Each name is that of one in some two hundred people there, or more.
const given = `james john robert michael william david richard joseph thomas charles daniel matthew anthony mark paul steven andrew george kevin brian mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy margaret sandra ashley emily donna michelle laura
maria jose juan antonio francisco manuel carlos luis jesus miguel pedro ana carmen laura isabel joao paulo marcos lucas fernanda juliana
jean pierre michel philippe alain nicolas marie nathalie isabelle sylvie catherine martine christine sophie
peter hans thomas michael andreas wolfgang klaus stefan christian markus maria ursula sabine petra monika anna julia jan johannes anne
giuseppe giovanni antonio mario luigi francesco marco andrea anna rosa paolo giulia francesca
jan piotr krzysztof andrzej tomasz pawel anna maria katarzyna malgorzata agnieszka petr jiri jana eva
lars anders erik per johan karl anna maria eva karin kristina jan
aleksandr sergey vladimir andrey aleksey dmitry nikolay ivan elena olga natalia tatiana irina svetlana anna
mehmet mustafa ahmet ali hasan fatma ayse emine mohammed muhammad mohamed ahmed hassan omar
muhammad ahmad siti nur sri agus budi dewi
rajesh sanjay amit rahul anil sunil priya pooja`;
const family = `smith johnson williams brown jones garcia miller davis wilson anderson taylor thomas moore martin jackson thompson white harris clark lewis robinson walker young king wright scott green
rodriguez martinez hernandez lopez gonzalez perez sanchez ramirez torres fernandez gomez diaz silva santos oliveira souza pereira costa ferreira
bernard dubois durand robert richard petit moreau
muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann jansen bakker visser smit
rossi russo ferrari esposito bianchi romano
nowak kowalski wisniewski wojcik kowalczyk kaminski novak svoboda novotny dvorak
andersson johansson karlsson nilsson eriksson larsson olsson hansen johansen olsen larsen jensen nielsen pedersen andersen
ivanov ivanova smirnov smirnova kuznetsov kuznetsova popov popova petrov petrova
yilmaz kaya demir khan ali ahmed hussain
kumar singh sharma patel gupta das
nguyen tran le kim lee park wang li zhang chen liu`;

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(/\s+/));
export const commonGiven = setOf(given);
export const commonFamily = setOf(family);
