/**
 * Given names that people have, in lower case and without accents: the commoner names of the 1990 census of the United States (US Census Bureau,
 * public domain; as in the package `names` 0.3.0 of Trey Hunter, MIT), and others of some forty countries. Two of them are two names,
 * not one and a misspelling, unless nicknames.ts knows them as forms or spellings of one.
 */
const listed = `
aaron abby abel abigail abraham ada adam addie adela adele adeline adi aditya adrian adriana adrienne afonso agnes
agneta agnieszka agung agus agustin ahmed ahmet aida aidan aiden aileen aimee aino aisha ajay akash akira akos al alain
alan alana alasdair alba albert alberta alberto aldo alejandra alejandro aleksander aleksandr aleksandra aleksei
aleksey alessandra alessandro alessia alex alexander alexandra alexandria alexandru alexey alexis alfie alfonso alfred
alfreda alfredo ali alice alicia aline alisa alisha alison alissa allan allen allie allison allyson alma alonzo alta
althea alton alvaro alvin alyce alyona alyson alyssa amalia amanda amber amelia amelie amie amina amir amit amos amparo
amrita amy ana anais anand anastasia anatoly anders andi andras andre andrea andreas andrei andres andrew andrey
andrzej andy angel angela angelia angelica angelina angeline angelique angelita angelo angie anil anita anja anjali
ankit ann anna annabelle anne anneke annelie annette annie annika annmarie anthony antje antoine antoinette anton
antonella antonia antonio antti anup aoife aparna april araceli archie ariana arianna arif arjun arkady arlene arline
arlo armand armando armelle arnaud arne arnold aron artem arthur arturo arun ashlee ashley ashok asma astrid attila
aubrey audra audrey augusta aurelia aurelie aurelien aurora aurore austin autumn ava avis ayaan ayden ayesha ayla aylin
ayse ayu aziz bagus bailey balazs bambang baptiste barbara barbra barnaby barry bart bartosz bas bayu beatrice beatriz
becky bela belinda bella ben benedetta bengt benita benjamin bennie benny benoit bernadette bernadine bernard bernice
bert berta bertha bertie beryl bessie beth bethany betsy bette bettie bettina betty bettye beulah beverley beverly
bharat bhavna bianca bilal bill billie billy birger birgit birgitta bjorn blake blanca blanche bob bobbi bobbie bobby
bodil bogdan bohumil bonita bonnie boris borja boyd bozena brad braden bradford bradley bram brandi brandie brandon
brandy brayden brenda brendan brent brett brian briana brianna bridget bridgett bridgette brigitte britney brittany
brittney brooke brooklyn bruce bryan bryant budi bulent burak byron caden caio caitlin caleb callie callum calvin
camden cameron camila camille candace candice candy caoimhe cara carey carissa carl carla carlene carlo carlos carlton
carly carmela carmella carmen carol carole carolina caroline carolyn carrie carroll cary casandra casey cassandra
cassie catalin catalina caterina cathal catherine cathleen cathryn cathy cecelia cecil cecile cecilia cedric celeste
celia celina celine cem cemal cesar chad chandra chantal charity charlene charles charlie charlotte charmaine chase
chasity chelsea cheri cherie cherry cheryl chester chiara chie chris christa christelle christer christi christian
christie christina christine christophe christopher christy chrystal cian ciara cindy cinzia citra claire clara clare
clarence clarice clarissa clark claude claudette claudia claudine clay clayton clemence cleo clifford clifton clint
clinton clyde cody colby coleen colette colin colleen concepcion concetta connie conor conrad constance consuelo cora
corentin corey corina corine corinne cornelia cornelis cornelius corrine cory courtney craig cristian cristiano
cristina crystal curtis cynthia czeslaw daan dagmar daisuke daisy dakota dale dallas damien damon dan dana daniel
daniela danielle danny daphne darcy daren daria darin dariusz darla darlene darnell darrel darrell darren darrin darryl
daryl dave david davide dawn dean deana deann deanna deanne debbie debora deborah debra declan dedi dee deena deepa
deepak deidre deirdre delbert delia della delores deloris delphine dena denis denise deniz dennis derek derrick desi
desiree devi devin dewey dewi dexter diana diane diann dianna dianne didier dina dinesh diogo dionne dita divya dixie
dmitri dmitry dollie dolly dolores domenico domingo dominic dominick dominique don dona donald donatella donna donnie
dora doreen doris dorota dorothea dorothy dorthy doug douglas doyle drew duane duarte dustin dwayne dwi dwight dylan
earl earlene earline earnest earnestine easton ebony ed eda eddie edgar edith edmond edmund edna edouard edson eduardo
edward edwin edwina edyta eero effie eileen einar eka ekaterina eko elaine elba elbert eleanor elena eliana elias elif
elijah elinor eliot elisa elisabet elisabeth elisabetta elise eliza elizabeth elke ella ellen elliana elliot ellis elma
elmer elnora elodie eloise els elsa elsie elva elvia elvira elzbieta emanuel emanuele emi emil emilia emilio emily
emine emma emmanuelle emmett emre encarnacion endang enid enrico enrique enzo eoin erdem eric erica erick ericka erik
erika erin erma erna ernest ernestine ernesto ervin esmeralda esperanza esra essie esteban estela estella estelle ester
esther eszter ethel etienne etta eugene eugenia eugenie eula eunice eva evan evangelina evangeline eve evelyn everett
everton evgeni evgenia evgeny ezra fabiana fabien fabienne fabio fabrice fabrizio fadi faisal faith fajar fannie fanny
farah farid fatih fatima fatma fay faye federica federico fedor felecia felicia felipe felix femke ferenc fergus fern
fernanda fernando filippo finley finn fiona fitri floor flora florence florian florin florine flossie floyd forrest
fran frances francesca francesco francine francis francisca francisco franco francois frank frankie franklin frantisek
franziska fred freda freddie frederick frederik fredrick fredrik freida freya frieda friederike gabor gabriel gabriela
gabrielle gaelle gail gale galih galina ganesh gareth garrett garry gary gaurav gavin gay gayle geert geeta gemma gena
gene geneva genevieve gennady gennaro geoffrey george georges georgette georgi georgia georgina geraint gerald
geraldine gerard gerardo gergely gerrit gert gertrude geza gheorghe ghislaine giacomo gianluca gianni gilbert gilberto
gilda gill gilles gina ginger giorgia giorgio giovanna giovanni gisela giulia giulio giuseppe gladys glen glenda glenn
glenna gloria goldie goncalo gonzalo gopal goran gordon govind grace gracie graciela grady grant grayson grazia greg
gregg gregory greta gretchen grigori grzegorz guadalupe guido guillaume guillermo gulsen gunilla gunnar gustav gustavo
guy gwen gwendolyn gyorgy habib hadi hakan hakim haley halil hallie hamish hamza hana hanna hannah hanneke hans hari
harish harm harold harper harriet harriett harry haruka haruki harvey hasan hassan hatice hattie hayden hazel heather
hector heidi heike heikki heinz helen helena helene helga helio helmut heloisa hemant hendra hendri hendrik henk henri
henrietta henrik henrique henry henryk herbert herman herminia herve hester hideki hilary hilda hillary hiroshi holden
holger hollie holly homer hope horace horst howard hubert hudson hugh hugo huguette hunter huseyin hussein iain ian
ibrahim ichiro ida ignacio igor ila ilaria ildiko ilene ilian ilya imelda imogen imogene imran imre ina inacio indah
indira indra ineke ines inez inga ingrid ingvar inmaculada inna ioana ion ionut ira irene irfan irina iris irma irvin
irving isaac isabel isabella isabelle isla ismael ismail israel istvan iulia iva ivan ivana ivano ivy iwona jaap jace
jacek jack jackie jacklyn jackson jaclyn jacob jacqueline jacquelyn jacques jade jaden jaime jake jakob jamal james
jami jamie jan jana jane janell janelle janet janette janice janie janine janis janna janneke jannie janos janusz jared
jari jarmila jaroslav jaroslaw jasmine jason javier jaxon jay jaya jayden jayne jean jeanette jeanie jeanine jeanne
jeannette jeannie jeannine jeff jeffery jeffrey jenifer jenna jennie jennifer jenny jens jerald jeremiah jeremy jeri
jermaine jeroen jerome jerri jerry jerzy jesper jesse jessica jessie jesus jewel jewell jill jillian jim jimena jimmie
jimmy jiri jirina jo joan joann joanna joanne joao joaquin jocelyn jochen jodi jodie jody joe joel joerg joey johan
johanna john johnathan johnnie johnny joke joko jolanta jolene jon jonas jonathan jonathon joni joost jordan jorg jorge
joris jos jose josefa josefina joseph josephine josette josh joshua josie joy joyce jozef jozsef juan juana juanita
jude judith judy juergen juha jukka julia julian juliana julianne julie julien juliet juliette julio julius june jurgen
justin justine justyna jyoti kaden kadir kai kaitlin kalle kamal kamil kamila kaori kara karel karen kari karim karin
karina karl karla karolina karsten kartika karyn kasey katalin katarzyna kate katelyn katerina katharine katherine
katheryn kathie kathleen kathrine kathryn kathy katie katina katja katrin katrina katy katya kavita kay kaye kayla
kazimierz kees keiko keisha keith kelley kelli kellie kelly kelsey kelvin kemal ken kendall kendra kenji kenneth kenny
kent kenta kenya kenzie keri kerri kerry kerstin ketut kevin khadija khaled khalid kiara kieran kim kimberley kimberly
kimmo kinsley kiran kirill kirk kirsten kitty kjell klaus knut koen konstantin kris krishna krista kristen kristi
kristie kristin kristina kristine kristopher kristy krisztina krystal krzysztof ksenia kumar kurt kyle lacey lachlan
lacy ladislav ladonna laetitia lakeisha lakisha lakshmi lalita lamar lana lance lara larisa larry lars laszlo latasha
latisha latonya latoya laura laurel lauren laurence laurent lauri laurie laverne lavonne lawanda lawrence layla layton
lea leah leann leanna leanne lee leigh leighton leila lela leland lelia lena lenka lenora lenore leo leola leon leona
leonard leonid leonor leroy lesa lesley leslie lessie lestari lester leszek leta letha leticia letitia lev levent levi
lewis lia liam libor lidia lieke liesel liisa lila lilia lilian liliana liliane lillian lillie lilly lily lina lincoln
linda lindsay lindsey linnea lionel lisa liviu liz liza lizzie lloyd logan loic lois lola lolita lonnie lora loraine
loren lorena lorene lorenzo loretta lori lorie lorna lorraine lorrie lothar lotte lottie lou louella louis louisa
louise lourdes lowell luann luca lucas lucia luciana lucie lucien lucile lucille lucinda lucy ludmila ludovic luella
luigi luis luisa luiz lukas lukasz luke lula lupe luther luz lydia lyle lynda lynette lynn lynne lynnette lyudmila
maaike maarten mabel mable mack mackenzie maddox made madeleine madeline madelyn madge madhu madison mae maelle maeve
magdalena maggie magnus mahesh mahmoud mai mairi maisie maja makayla makoto maksim malcolm malgorzata malik malin
malinda mallory mamie mandy manfred manish manoj manon mansour manuel manuela mara marc marcel marcella marcello marci
marcia marcie marcin marco marcos marcus marcy marek margaret margarita margaux margery margie margo margret marguerite
mari maria marian mariana marianne maribel maricela marie marieke marietta marijke marilyn marina mario marion marisa
marisol marissa maritza marius mariusz marja marjorie mark marketa marla marlene marlies marlon marquita marsha
marshall marta martha martijn martin martina martine marton marty marva marvin mary maryann maryanne maryellen marylou
marzena mason massimo mateo mateusz matheus mathew mathieu mathilde matias matilda mats matt matteo matthew matthias
matti mattie maude maura maureen maurice maurizio mavis max maxim maxime maximilian maxine maxwell may maya mayra
meadow meagan meena meera mega megan meghan mehmet melanie melba melinda melisa melissa melody melva melvin mercedes
meredith merle merve mia michael micheal michel michela michele michelle michiko midori mieke miguel mihaela mihai mike
mikhail mikko miklos mila milada milagros milan mildred millicent millie milos miloslav milton mina mindy minerva
minnie miranda miriam mirko miroslav miroslaw misty mitchell mitzi mohamed mohammad mohan mollie molly mona monica
monique montserrat morgan moritz morris morten moses muhammad mukesh murat muriel murilo mustafa myra myrna myron
myrtle nadezhda nadia nadine nancy nanda nandini nanette nannie naoko naomi nasser natalia natalie natasha nathalie
nathan nathaniel naveen neal neeraj neha neil nelda nele nell nellie nelson nerea nettie neva nevaeh niall niamh
nicholas nichole nick nicola nicolae nicolas nicole niels nienke nigel nikhil nikki niklas nikolai nikolay nils nina
ningsih nisha nita nitin noah nobu noel noelle noemi noemie nola nona nora noreen noriko norma norman nour nova nur
nura nuria nyoman odessa odette odile ofelia oisin oksana ola olaf olav oldrich ole oleg olga olive oliver olivia
olivier olli ollie omar ondrej opal ophelia ora orla orlando ornella orsolya orville osamu oscar oskar osman otis owen
ozgur paavo pablo padma padraig paige paisley paivi paloma pam pamela pankaj pansy paola paolo parker pascal pascale
pat patrica patrice patricia patrick patrizia patsy patti patty paul paula paulette pauline paulo pavel pavla pawel
payton pearl pearlie peder pedro peggy pekka penelope penny per percy pernille perry pertti pete peter petr petra
peyton phil philip philippe phillip phoebe phyllis piero pierre piet pieter pietro piotr piper pirjo polly pooja poppy
pradeep prakash pramod prasad praveen premysl preston priscilla priya przemyslaw putra putri putu pyotr queen quinn
rachael rachel rachelle radek radka radu rae rafael rafal raffaele ragnar rahmat rahul rainer raisa raj rajesh rajiv
rakesh ralph raluca ram ramesh ramiro ramon ramona randal randall randi randolph randy rani rania raphael raquel rashid
rasmus ratna raul ravi ray raymond reagan reba rebecca rebekah reese regina reginald regine reinhard rekha remco remi
rena renata renate renato rene renee retno reva rex reyna rhea rhoda rhonda rhys rianne ricardo richard rick rickey
ricky riitta riley rina rini rita rizki robbie robert roberta roberto robin robyn rochelle rocio roderick rodney
rodolfo rodrigo roel rogelio roger rogerio rohit roisin roland rolando rolf romain roman ron ronald ronda ronnie
roosevelt rory rosa rosalie rosalind rosalinda rosalyn rosanna rosanne rosario rose roseann rosella rosemarie rosemary
rosetta rosie roslyn ross rowan rowena roxanne roxie roy ruben ruby rudi rudiger rudolph rudy ruediger rufus rui rune
ruslan russell ruth ruthie ruud ryan ryder ryker rylan ryo ryszard sabina sabine sabrina sachiko sadie sakura salim
sallie sally salvador salvatore sam samantha sami samir sammy samuel sandeep sander sandor sandra sandrine sandy sanjay
sanjeev sanne santiago santos santosh saoirse sara sarah sarita sascha sasha saskia satish satoshi satria saul saundra
savannah savita sawyer scarlett scott seamus sean sebastien selena selim selma semyon seppo serena serenity sergei
sergey sergio serkan seth severine sevgi shana shane shanna shannon shanti shari sharlene sharon sharron shaun shauna
shawn shawna sheena sheila shelby sheldon shelia shelley shelly sheree sheri sherman sherri sherrie sherry sheryl
shigeru shilpa shinji shirley shiv shreya shyam sian sidney sienna signe sigrid sigurd silke silvana silvia silvio
simon simona simone sinead sita siti sjoerd skye skylar skyler slamet slawomir sloane sneha socorro sofia sofie solange
sonal sondra sonia sonja sonya sophia sophie soren spencer sri stacey staci stacie stacy stanislav stanislaw stanley
stefan stefania stefanie stefano steffen stella stepan stephanie stephen steve steven stewart stig stijn stina stuart
subhash sudhir sue sugeng summer sunil sunita suresh surya susan susana susanna susanne susanti sushil susi susie
suzanne suzette svante sven svenja svetlana swati swen sybil sylvain sylvester sylvia sylvie sylwia szilvia szymon
tabatha tabitha tadeusz tadhg takashi takeshi tamara tamas tameka tamera tami tamika tammi tammie tammy tamra tania
tanisha tanja tanya tapio tara taras tarek tariq tasha tatiana taylor teagan ted terence teresa tereza teri terra
terrance terrell terrence terri terrie terry tessa thais thelma theo theodore theresa therese thiago thibault thierry
thijs thomas thorsten tia tiago tibor tiffany tim timmy timo timofey timothy tina tisha tiziana tjeerd tobias toby todd
tolga tom tomas tomasz tommaso tommie tommy tomoko toni tonia tony tonya tor torbjorn tore torsten tracey traci tracie
tracy travis trevor tri tricia trina trisha tristan troy trudy tuti tuula tuva twila tyler tyrone tyson udo ulf ulla
ulrich ulrike uma umberto umut ursula urszula usha uta utami uwe vaclav vadim valarie valentina valentino valeria
valerie van vandana vanessa vasco vasile vasily velma vera verna vernon veronica veronique vicente vicki vickie vicky
victor victoria vidar vijay vikas vikram viktor viktoria ville vilma vinay vincent vincenzo vinod viola violet viorel
virgie virgil virginia virginie vishal vitaly vito vitor vittoria vittorio vivek vivian vladimir vladislav vojtech
volker vonda vyacheslav wade wagner wahyu waldemar walid wallace walter wanda wanderson warren wati wawan wayan wayne
wendell wendi wendy werner wesley whitney widya wiebke wieslaw wilbert wilbur wilda wilfred wilfried will willa willard
willem william willie willis willow wilma wilson wim winifred winnie winston witold wm wojciech wolfgang woodrow wouter
wyatt xander xavier ximena yana yann yannick yanti yaroslav yasin yasmin yasuo yegor yelena yesenia yoko yolanda
yoshiko young youssef yudi yuki yuli yulia yumi yuri yury yusuf yves yvette yvonne zachary zahra zainab zane zara
zbigniew zdenek zdenka zdzislaw zelma zeynep ziad zinaida zoe zoltan zsolt zsuzsanna zuzana zygmunt
`;

export const givenNames: ReadonlySet<string> = new Set(listed.trim().split(/\s+/));

/**
 * Names that 30,000 people and more were given in the United States since 1880, by the Social Security Administration (public domain), and
 * that the list above lacks. Many are family names and words as well, so they only tell one given name from another.
 */
const laterListed = `
aaliyah addison adrianna alaina alec alexa alexia aliyah alondra amari aria ariel asher ashleigh ashlyn ashton asia
athena aubree august avery axel beau bennett bentley blaine brady braxton breanna brennan brielle brock brody
brooklynn bryce bryson caitlyn carson carter cassidy cayden chance chandler charley chelsey cheyenne chloe cole collin
colton conner connor cooper corbin dalton damian dane dante darius dawson delaney delilah demetrius desmond destiny
devon diamond diego dillon donovan drake eden eli ellie elliott emerson emery emmanuel ethan ezekiel fabian gabriella
gage genesis gianna giselle graham greyson griffin hailey harley harrison hayley isaiah jada jaiden jalen jameson
jasmin jasper jaxson jayla jaylen jayson jazmin jazmine jonah jordyn josiah josue julianna junior justice kaiden
kaitlyn kaleb kameron kassandra kayden kaylee keegan kennedy khloe kira kyla kylee kyler kylie kyra laila landon lane
leilani leonardo london louie makenzie malachi mariah mckenna mckenzie micah michaela mickey mikayla miles mya myles
nickolas nolan otto paris quentin raven reed reid rylee sebastian sierra silas solomon sterling sydney tanner teddy
tori trent trenton trey trinity tucker weston zackary zion zoey
`;
export const laterNames: ReadonlySet<string> = new Set(laterListed.trim().split(/\s+/));
