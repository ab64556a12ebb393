// Holds the parts people's names are put together from, by country: compact lists of our own, multiplied by combination.

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const englishRoots =
  words(`Ash Black Brad Bram Brook Bur Calder Carl Cart Chad Clay Cran Dal Den Dun East Elm Fair Farn Glen
  Gold Had Hal Hart Haw Hol Hunt Kings Lang Lind Long Mar Mead Mil Nor Oak Pen Rad Ray Red Ridge Rock Rush Sand Sel Shel Stan
  Strat Thorn Wake Wal West Whit Win Wood`);
const englishEnds = words(
  `bury by combe cott croft dale den field ford ham hurst land ley man more ridge son stead ton way well wick worth`,
);
const germanRoots =
  words(`Acker Alt Berg Birken Blumen Braun Buch Eber Eich Engel Falken Feld Fried Gruen Hasel Hirsch Hoch Kirch Klein
  Koenig Kraut Lang Linden Loewen Neu Ober Reh Rosen Roth Sauer Schoen Schwarz Silber Stein Stern Tannen Unter Wald Weiss Winter Wolf`);
const germanEnds = words(
  'auer bach baum berger brand dorf eck feld hammer hauser heim hofer holz huber mann meier mueller stein thal wirth',
);
const frenchRoots =
  words(`Ar Bar Ber Bou Cal Car Char Cor Dal Dau Del Dor Fa Fon Gar Gau Gui Lam Lan Lau Mar Mau Mer Mon Mou Pal Per Poi
  Rau Ri Rou Sau Tour Val Ver Vil`);
const frenchEnds = words(
  'bert cier det dier douin geron let lier lin main nard neau nier raud reau rin ron tier vain vallon',
);
const indonesian =
  words(`Abimanyu Adiputra Anggara Anwar Ardiansyah Aryanto Atmaja Bachtiar Baskoro Budiman Cahyadi Cahyono Darmawan
  Dharma Effendi Fadillah Firmansyah Gunadi Gunawan Hadi Hakim Halim Handoko Hartono Harahap Hidayat Indrawan Irawan Iskandar Kartika
  Kurniawan Kusuma Laksana Lesmana Lubis Mahendra Manurung Maulana Mulyadi Nasution Nugraha Nugroho Pangestu Permana Pranata Prasetyo
  Pratama Purnomo Putra Rachman Rahardjo Rahmawan Ramadhan Salim Santosa Saputra Setiadi Setiawan Sihombing Simanjuntak Siregar Situmorang
  Soedarmo Subagyo Sudirman Sugiarto Suhendra Sulaiman Sumantri Suprapto Surya Susanto Sutanto Syahputra Tanjung Tanoto Utama Utomo
  Wahyudi Wardhana Wibisono Wibowo Wicaksono Widjaja Winata Yulianto Yusuf Zulkarnain`);
const worldwide =
  words(`Acosta Aguilar Ahmed Alvarado Banerjee Barros Benitez Bui Cabrera Calderon Castellanos Chandra Chang Cisneros
  Contreras Dang Delgado Deshmukh Dominguez Espinoza Fuentes Ganesan Gupta Hashimoto Huang Ibrahim Iyer Jimenez Kapoor Kaur Kim Kowalski
  Krishnan Kwon Lai Liang Lozano Malhotra Mbeki Medina Mendoza Molina Montoya Nakamura Navarro Nguyen Nowak Ochoa Okafor Okonkwo Ortega
  Pacheco Park Pham Quintana Rao Reyes Rivera Salazar Sandhu Sato Serrano Sharma Shimizu Soto Suarez Tanaka Tran Valdez Vargas Villalobos
  Watanabe Wongsakul Xu Yamada Yilmaz Zamora Zhao Zhou`);

const combine = (roots: readonly string[], ends: readonly string[]): readonly string[] =>
  roots.flatMap((root) => ends.filter((end) => root.slice(-1) !== end.charAt(0)).map((end) => root + end));

const english = [...combine(englishRoots, englishEnds), ...worldwide, ...worldwide];
const surnames = {
  US: english,
  GB: english,
  AU: english,
  DE: combine(germanRoots, germanEnds),
  FR: combine(frenchRoots, frenchEnds),
  ID: indonesian,
};

const englishGiven =
  words(`Abigail Adam Adrian Aidan Alan Alice Alison Amanda Amber Amelia Amy Andrea Andrew Angela Anna Anthony April
  Arthur Ashley Audrey Austin Barbara Beatrice Benjamin Beth Blake Brenda Brian Bridget Bruce Caleb Cameron Carla Caroline Catherine
  Cecilia Charles Charlotte Chloe Christine Christopher Clara Claire Colin Connor Craig Cynthia Daniel Daphne David Dawn Deborah Dennis
  Derek Diana Dominic Donna Douglas Duncan Dylan Edith Edward Eleanor Elena Elizabeth Ellen Elliot Emily Emma Eric Erin Esther Ethan
  Evan Evelyn Faith Fiona Florence Frances Frank Gabriel Gail Gareth Gavin George Gerald Gillian Gloria Gordon Grace Graham Gregory
  Hannah Harold Harriet Hazel Heather Helen Henry Holly Howard Hugh Ian Irene Isaac Isabel Jack Jacob Jacqueline James Janet Jasmine
  Jason Jean Jeffrey Jennifer Jeremy Jessica Jill Joan Joel Jonathan Joseph Joshua Joyce Judith Julia Julian June Justin Karen Katherine
  Keith Kelly Kenneth Kevin Kimberly Kirsten Kyle Laura Lawrence Leah Leonard Leslie Lewis Lillian Linda Lisa Logan Louise Lucas Lucy
  Lydia Malcolm Marcus Margaret Maria Marian Mark Martha Martin Mary Mason Matthew Maureen Megan Melissa Michael Michelle Miles Miriam
  Molly Monica Nancy Naomi Natalie Nathan Neil Nicholas Nicole Noah Nora Norman Oliver Olivia Oscar Owen Pamela Patricia Patrick Paul
  Penelope Peter Philip Phoebe Rachel Ralph Raymond Rebecca Richard Robert Robin Roger Ronald Rosemary Ruth Ryan Samantha Samuel Sandra
  Sarah Scott Sean Sharon Sheila Simon Sophia Spencer Stephanie Stephen Stuart Susan Sylvia Tamara Teresa Theodore Thomas Timothy Tracy
  Trevor Valerie Vanessa Vera Veronica Victor Victoria Vincent Virginia Walter Wendy William Yvonne Zachary Zoe`);
const given = {
  US: englishGiven,
  GB: englishGiven,
  AU: englishGiven,
  DE: words(`Anja Anke Annette Armin Axel Bastian Bernd Birgit Britta Carsten Claudia Dagmar Dieter Dirk Elke Eva Felix Florian Frauke Gerda
    Gisela Gregor Hannes Heike Heinz Holger Ilse Ines Jana Jens Joerg Juergen Jutta Karin Katja Klaus Konrad Lars Lena Lothar Lukas Maren Markus
    Matthias Mareike Moritz Nadine Nils Norbert Olaf Petra Rainer Ralf Renate Rolf Sabine Silke Stefan Svenja Tanja Thorsten Tobias Ulrich Ursula
    Uwe Verena Volker Werner Wiebke Wolfgang`),
  FR: words(`Adeline Agathe Alain Alexis Amandine Antoine Arnaud Aurelie Baptiste Benoit Brigitte Bruno Camille Cedric Chantal Clement Corinne
    Damien Delphine Denis Didier Edouard Elodie Emilie Etienne Fabien Fabrice Florent Franck Gaelle Gilles Guillaume Helene Herve Isabelle Jacques
    Jerome Josephine Julien Laurent Lucie Ludovic Manon Marcel Margaux Mathilde Maxime Michel Mireille Monique Nathalie Noemie Odile Olivier Pascal
    Pauline Philippe Pierre Quentin Regis Remi Rene Romain Sandrine Sebastien Solange Sylvie Thierry Valentin Veronique Yann Yves`),
  ID: words(`Adi Agus Ahmad Andi Anisa Arief Asep Ayu Bagus Bambang Bayu Bima Budi Citra Dedi Dewi Dian Dimas Dwi Eka Eko Endang Fajar Farah Fitri
    Galih Gita Hana Hendra Heru Ika Imam Indah Intan Irfan Joko Kartini Laras Lestari Lia Maya Mega Mira Nadia Nanda Novi Nur Nurul Oka Puji
    Putri Rani Ratna Reza Rian Rini Rizky Sari Sekar Sinta Siti Slamet Sri Teguh Tri Wahyu Wawan Wulan Yani Yoga Yudi Yuni Zahra`),
};

/** Everyday short forms: the way one person turns up under two given names. */
export const nicknames: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  `Abigail:Abby Andrew:Andy,Drew Anthony:Tony Barbara:Barb Benjamin:Ben Catherine:Cathy,Kate Charles:Charlie,Chuck Christine:Chris,Tina
  Christopher:Chris,Topher Cynthia:Cindy Daniel:Dan,Danny David:Dave Deborah:Deb,Debbie Douglas:Doug Edward:Ed,Ted Eleanor:Ellie
  Elizabeth:Liz,Beth,Betsy Frances:Fran Gabriel:Gabe Gerald:Jerry Gregory:Greg Jacqueline:Jackie James:Jim,Jamie Jeffrey:Jeff Jennifer:Jen,Jenny
  Jessica:Jess Jonathan:Jon Joseph:Joe Joshua:Josh Judith:Judy Katherine:Kathy,Katie Kenneth:Ken Kimberly:Kim Lawrence:Larry Leonard:Len Margaret:Maggie,Peggy
  Matthew:Matt Megan:Meg Melissa:Missy Michael:Mike Nathan:Nate Nicholas:Nick Pamela:Pam Patricia:Pat,Trish Patrick:Pat Penelope:Penny Peter:Pete
  Philip:Phil Raymond:Ray Rebecca:Becky Richard:Rick,Rich,Dick Robert:Bob,Rob,Bobby Ronald:Ron Samantha:Sam Samuel:Sam Stephanie:Steph Stephen:Steve
  Susan:Sue,Susie Teresa:Terri Theodore:Ted Thomas:Tom Timothy:Tim Valerie:Val Victoria:Vicky Vincent:Vince Virginia:Ginny Walter:Walt William:Bill,Will
  Zachary:Zach Juergen:Jo Matthias:Matze Wolfgang:Wolf Guillaume:Gui Ahmad:Mad Wahyu:Yuyu`
    .trim()
    .split(/\s+/)
    .map((entry) => entry.split(':'))
    .map(([name, short]) => [name, short?.split(',') ?? []]),
);

export type Country = keyof typeof given;
export const peopleNames: Readonly<Record<Country, { given: readonly string[]; surnames: readonly string[] }>> = {
  US: { given: given.US, surnames: surnames.US },
  GB: { given: given.GB, surnames: surnames.GB },
  AU: { given: given.AU, surnames: surnames.AU },
  DE: { given: given.DE, surnames: surnames.DE },
  FR: { given: given.FR, surnames: surnames.FR },
  ID: { given: given.ID, surnames: surnames.ID },
};
