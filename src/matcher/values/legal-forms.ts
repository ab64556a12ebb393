/** The words of a company's legal form, in front of its name or behind it, into the short form that stands for all spellings. */

// A line: the short form, then its other spellings; folded, so that full stops and marks are gone. After cleanco 2.3 (MIT) without
// short forms that are words, names or states as often (da, ok, ee, ks, vos), and with the long forms it lacks. Being wound up is
// written where a form is. So are slips that are no words.
const spellings = `inc|incorporated
corp|corporation
co|company|and company
ltd|limited|ltee|limitee|ldt|lmtd|limted|lmited|limitd
llc|l l c|limited liability company|limited liability co
pllc|professional limited liability company
llp|limited liability partnership
lp|limited partnership
lllp
plc|p l c|public limited company
cic|community interest company
pty ltd|pty limited|proprietary limited|proprietary ltd
pty
pvt ltd|private limited|private ltd|pvt limited|p ltd
pte ltd|pte limited
pte
co ltd|company limited|co limited|company ltd
ind
gmbh|g m b h|gmb h|g mbh|gmhb|gbmh|gmbhh|gesellschaft mit beschrankter haftung|mbh|gesmbh
ggmbh|gemeinnutzige gmbh
gmbh and co kg
gmbh and co kgaa
gmbh and co ohg
ag and co kg
ag and co kgaa
se and co kg
se and co kgaa
ug and co kg
ag|aktiengesellschaft
kgaa|kommanditgesellschaft auf aktien
kg|kommanditgesellschaft
ohg|offene handelsgesellschaft
ug|ug haftungsbeschrankt|unternehmergesellschaft haftungsbeschrankt|unternehmergesellschaft
gbr|gesellschaft burgerlichen rechts
partg
partgmbb
ek|e k|e kfm
se|societas europaea
sarl|s a r l|societe a responsabilite limitee|sagl
eurl
sasu
sas|s a s|societe par actions simplifiee|societa in accomandita semplice|sociedad por acciones simplificada
snc|societe en nom collectif|societa in nome collettivo
sprl
bvba
cvba
sa|s a|societe anonyme|sociedad anonima|sociedade anonima|spolka akcyjna|societate pe actiuni|societatea pe actiuni
sa de cv|s a de c v|sociedad anonima de capital variable
sapi de cv|s a p i de c v
sab de cv|s a b de c v
s de rl de cv|s de r l de c v|s rl de cv|s r l de c v|srl de cv
s de rl|s de r l|sociedad de responsabilidad limitada
sl|s l|sociedad limitada
slu|s l u|sociedad limitada unipersonal
sau
spa|s p a|societa per azioni
srl|s r l|societa a responsabilita limitata|societate cu raspundere limitata|societatea cu raspundere limitata|srl unipersonale|srl d
srls
ltda|limitada|sociedade limitada|ltda me|ltda epp|cia ltda|compania limitada
lda|unipessoal lda|unipessoal limitada|sociedade unipessoal por quotas
eireli
bv|b v|besloten vennootschap|besloten vennootschap met beperkte aansprakelijkheid
nv|n v|naamloze vennootschap|naamlooze vennootschap
vof|v o f
ab|aktiebolag|aktiebolaget|ab publ|aktiebolag publ|aktiebolaget publ
as|a s|aksjeselskap|aktieselskab|aktsiaselts|akciova spolecnost|akciova spolocnost|anonim sirketi|akc spol|akc spolecnost|san ve tic as|san tic as|sanayi ve ticaret as|sanayi ve ticaret anonim sirketi|tic as|tic ve san as|ticaret as|ticaret anonim sirketi
asa|allmennaksjeselskap
aps|anpartsselskab
oy|osakeyhtio
oyj|julkinen osakeyhtio
ou|osauhing
sia|sabiedriba ar ierobezotu atbildibu
uab|uzdaroji akcine bendrove
sp z oo|sp z o o|spzoo|spolka z oo|spolka z o o|spolka z ograniczona odpowiedzialnoscia
sp j|spolka jawna
sp k|spolka komandytowa
sro|s r o|spol sro|spol s r o|spolecnost s rucenim omezenym|spolocnost s rucenim obmedzenym
kft|korlatolt felelossegu tarsasag
zrt|zartkoruen mukodo reszvenytarsasag
nyrt|nyilvanosan mukodo reszvenytarsasag
doo|d o o|drustvo s ogranicenom odgovornoscu|drustvo sa ogranicenom odgovornoscu|druzba z omejeno odgovornostjo
dooel
ооо|общество с ограниченной ответственностью
оао|открытое акционерное общество
зао|закрытое акционерное общество
пао|публичное акционерное общество
ао|акционерное общество
нао
ип|индивидуальный предприниматель
тоо|товарищество с ограниченной ответственностью
тов|товариство з обмеженою відповідальністю
ooo|obshchestvo s ogranichennoy otvetstvennostyu
oao
zao
pao
too
tov
jsc|joint stock company
ojsc|open joint stock company
cjsc|closed joint stock company
pjsc|public joint stock company
еоод
оод
еад
eood
ood
ead
αε|ανωνυμη εταιρεια|ανωνυμη εταιρια
επε|εταιρεια περιορισμενης ευθυνης
ικε
ltd sti|limited sti|limited sirketi|san ve tic ltd sti|san tic ltd sti|sanayi ve ticaret ltd sti|sanayi ve ticaret limited sirketi|sanayi ticaret limited sirketi|tic ltd sti|tic ve san ltd sti|ticaret ltd sti|ticaret limited sirketi
pt|perseroan terbatas
cv|persekutuan komanditer
tbk
ud
sdn bhd|sendirian berhad
bhd|berhad
kk|k k|kabushiki kaisha|kabushiki gaisha
gk|godo kaisha
株式会社
有限会社
合同会社
有限公司
有限责任公司
股份有限公司
주식회사
유한회사
cong ty tnhh|cong ty trach nhiem huu han
cong ty co phan|ctcp
บริษัท
จำกัด
fze
fzco
wll|w l l
eg|eingetragene genossenschaft
hb|handelsbolag|handelsbolaget
kb|kommanditbolag|kommanditbolaget
ek for|ekonomisk forening
ans|ansvarlig selskap
hf|hlutafelag
ehf|einkahlutafelag
i s|interessentskab|interessentskabet
k s|kommanditselskab|kommandittselskap|komanditni spolecnost|komanditna spolocnost
p s|partnerselskab
ivs
amba|andelsselskab med begraenset ansvar
fmba
smba
ky|kommandiittiyhtio
tmi|toiminimi
osk|osuuskunta
og|offene gesellschaft
gesbr|gesnbr
ev|e v|eingetragener verein
bt|beteti tarsasag
kkt|kozkereseti tarsasag
rt|reszvenytarsasag
kht
v o s|verejna obchodni spolecnost|verejna obchodna spolocnost
z s|zapsany spolek
s c|spolka cywilna
sp p|spolka partnerska
ska|spolka komandytowo akcyjna
psa|prosta spolka akcyjna
scoop|s coop|sociedad cooperativa
sll|s l l|sociedad laboral limitada|sociedad limitada laboral
slne
slp|s l p|sociedad limitada profesional
sal|s a l|sociedad anonima laboral
saa|sociedad anonima abierta
sac|s a c|sociedad anonima cerrada
cb|c b|comunidad de bienes
eirl|e i r l|empresa individual de responsabilidad limitada|entreprise individuelle a responsabilite limitee
s en c|sociedad en comandita
epp|empresa de pequeno porte
mei|microempreendedor individual
sgps|sociedade gestora de participacoes sociais
crl|cooperativa de responsabilidade limitada
sapa|societa in accomandita per azioni
scarl|s c a r l|societa consortile a responsabilita limitata
scrl|s c r l
soc coop|societa cooperativa|soc cooperativa|soc coop arl|soc coop a r l
scop
sca|societe en commandite par actions|societate in comandita pe actiuni
scs|societe en commandite simple|societate in comandita simpla
sci|societe civile immobiliere
scp|societe civile professionnelle
gie|groupement d interet economique
gaec
selarl
selas
enr|enregistree
senc|s e n c
sencrl|s e n c r l
vzw|vereniging zonder winstoogmerk
asbl|a s b l|association sans but lucratif
comm v|commv|commanditaire vennootschap
maatschap
eenmanszaak
pfa|persoana fizica autorizata
oe|o e
ae|a e
epe|e p e
ike|i k e
dd|d d|delniska druzba|dionicko drustvo
jdoo|j d o o|jednostavno drustvo s ogranicenom odgovornoscu
kd|k d|komanditno drustvo
ad|a d|akcionarsko drustvo
dno|d n o
obrt
sh p k|shpk
sh a
ад
фоп
пп
пат
прат
тзов
fop
prat
mchj
mb|mazoji bendrija
ij|individuali imone
ik|individualais komersants
fie
בע מ|בעמ
ذ م م|ذمم|ش ذ م م
ش م م|شمم
sae|s a e
saoc
saog
fz llc|fz l l c
dmcc
psc
yk|y k|yugen kaisha|yugen gaisha
pcl|public company limited|pcl ltd|public co ltd
plt
opc pvt ltd|opc private limited
gte
cc|close corporation
npc
dac|designated activity company
clg|company limited by guarantee
cio|charitable incorporated organisation
ulc|unlimited liability company
pc|p c|professional corporation
pbc|public benefit corporation
na
fsb
in liquidation|in liqu|i l|in abwicklung|in insolvenz|en liquidation|en liquidacion|em liquidacao|in liquidazione|in liquidatie|w likwidacji|w upadlosci|v likvidaci|v likvidacii|u likvidaciji|i konkurs|under konkurs|felszamolas alatt|in administration|in receivership`;

/** In front of a name these are its form as well; short ones only where no name begins so (SAS Institute, AG Insurance). */
const leads = new Set(
  `pt cv ud пп пат прат фоп тзов gaec selarl shpk fop prat ооо оао зао пао ао нао ип тоо тов ooo oao zao pao tov jsc ojsc cjsc pjsc llc sarl eurl uab sia 株式会社 有限会社 合同会社 주식회사 유한회사 บริษัท`.split(
    ' ',
  ),
);

export type LegalForm = { words: readonly string[]; short: string };

const all: LegalForm[] = spellings.split('\n').flatMap((line) => {
  const [short = '', ...others] = line.split('|');
  return [short, ...others].map((spelling) => ({ words: spelling.split(' '), short }));
});
/** The longest first: "sdn bhd" goes before "bhd". */
const longest = all.toSorted((one, other) => other.words.length - one.words.length);
const byEnd = Map.groupBy(longest, ({ words }) => words.at(-1) as string);
const isLong = ({ words }: LegalForm): boolean => words.length > 2 || words.some((word) => word.length > 8);
const byStart = Map.groupBy(
  longest.filter((form) => leads.has(form.words.join(' ')) || isLong(form)),
  ({ words }) => words[0] as string,
);

/** The form a name ends with, unless it is all of the name. */
export const formBehind = (name: readonly string[]): LegalForm | undefined =>
  byEnd
    .get(name.at(-1) as string)
    ?.find(({ words }) => words.length < name.length && words.every((word, at) => name.at(at - words.length) === word));

/** So long that a slip leaves no other word: `aktiengeselschaft`, `joint stock compan`. By number of words. */
const spelt = [
  ...Map.groupBy(
    longest.filter(({ words }) => words.join(' ').length >= 11),
    ({ words }) => words.length,
  ),
].map(([count, forms]) => ({ count, forms: forms.map((form) => ({ form, text: form.words.join(' ') })) }));

/** The form a name ends with, misspelt by one letter: it is long enough to be told all the same. */
export function formMisspelt(name: readonly string[]): LegalForm | undefined {
  for (const { count, forms } of spelt) {
    if (count >= name.length) continue;
    const found = name.slice(-count).join(' ');
    if (found.length < 10) continue;
    const meant = forms.find(
      ({ text }) => text !== found && Math.abs(text.length - found.length) <= 1 && isOneSlip(text, found),
    );
    if (meant) return meant.form;
  }
  return undefined;
}

/** One letter more, less or another, or two exchanged. */
function isOneSlip(one: string, other: string): boolean {
  let [from, x, y] = [0, one.length, other.length];
  while (from < x && one[from] === other[from]) from += 1;
  while (x > from && y > from && one[x - 1] === other[y - 1]) [x, y] = [x - 1, y - 1];
  const [a, b] = [one.slice(from, x), other.slice(from, y)];
  return (a.length <= 1 && b.length <= 1) || (a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0]);
}

/** The form a name begins with, unless it is all of the name. */
export const formInFront = (name: readonly string[]): LegalForm | undefined =>
  byStart
    .get(name[0] as string)
    ?.find(({ words }) => words.length < name.length && words.every((word, at) => name[at] === word));
