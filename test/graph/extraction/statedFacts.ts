import type { FactOptions } from "../../../graph/extraction/relations.js";

/** A text and the facts that it must give, each as "subject | relation | object", "*" after single-valued ones. */
export interface Stated {
  text: string;
  facts: string[];
  options?: FactOptions;
}

const TOM: FactOptions = { speaker: "Tom", at: new Date("2023-05-08T13:56:00Z") };

function said(text: string, ...facts: string[]): Stated {
  return { text, facts, options: TOM };
}

function written(text: string, ...facts: string[]): Stated {
  return { text, facts };
}

function about(title: string, text: string, ...facts: string[]): Stated {
  return { text, facts, options: { title } };
}

/** What people say of themselves and of those near them. */
export const CONVERSATION: Stated[] = [
  said("My sister Ana lives in Porto.", "Tom | sister | Ana", "Ana | lives in | Porto *"),
  said("I live in Lisbon.", "Tom | lives in | Lisbon *"),
  said("Hey Ana! I moved to Faro last month.", "Tom | lives in | Faro *"),
  said("I'm moving to Berlin next week", "Tom | lives in | Berlin *"),
  said("I have been living in Madrid since 2019.", "Tom | lives in | Madrid *"),
  said("I used to live in Oslo.", "Tom | lived in | Oslo"),
  said("I grew up in Coimbra.", "Tom | grew up in | Coimbra *"),
  said("I'm from Sweden", "Tom | from | Sweden *"),
  said("I was born in Paris in 1980.", "Tom | born in | Paris *", "Tom | born on | 1980 *"),
  said(
    "I work at Google as a software engineer.",
    "Tom | works at | Google *",
    "Tom | job | software engineer *",
  ),
  said("I work for Siemens.", "Tom | works at | Siemens *"),
  said("I work as a nurse.", "Tom | job | nurse *"),
  said("I got a job at Apple!", "Tom | works at | Apple *"),
  said("I used to work at Nokia.", "Tom | worked at | Nokia"),
  said("I'm a nurse", "Tom | is a | nurse"),
  said("My favourite colour is now green.", "Tom | favourite colour | green *"),
  said("My favorite book is Dune.", "Tom | favourite book | Dune *"),
  said("Ana's favourite food is sushi.", "Ana | favourite food | sushi *"),
  said("My phone number is 555-1234.", "Tom | phone number | 555-1234 *"),
  said("I changed my phone number to +351 912 345 678.", "Tom | phone number | +351 912 345 678 *"),
  said("My email is tom@example.com.", "Tom | email address | tom@example.com *"),
  said("My name is Tomás.", "Tom | name | Tomás *"),
  said("My birthday is May 7.", "Tom | birthday | May 7 *"),
  said("I'm 34 years old.", "Tom | age | 34 *"),
  said("I turned 30 last week.", "Tom | age | 30 *"),
  said("My dog is called Max.", "Tom | dog | Max"),
  said("My dog's name is Max.", "Tom | dog | Max"),
  said("The name of my dog is Max.", "Tom | dog | Max"),
  said("My pup Toby ran away.", "Tom | dog | Toby"),
  said("I have two cats named Luna and Oliver.", "Tom | cat | Luna", "Tom | cat | Oliver"),
  said("I have a dog.", "Tom | has | dog"),
  said("My boss is Bob.", "Tom | boss | Bob *"),
  said("Tim is my brother.", "Tom | brother | Tim"),
  said("Tim is Ana's brother.", "Ana | brother | Tim"),
  said("My wife, Maria, works for Siemens.", "Tom | spouse | Maria *", "Maria | works at | Siemens *"),
  said("I got married to Ana in 2015.", "Tom | spouse | Ana *"),
  said("My sister called yesterday. She lives in Porto.", "Tom's sister | lives in | Porto *"),
  said("Ana is great. She lives in Porto.", "Ana | lives in | Porto *"),
  said("I speak Spanish and German.", "Tom | speaks | Spanish", "Tom | speaks | German"),
  said("I play the guitar.", "Tom | plays | guitar"),
  said("I am allergic to peanuts.", "Tom | allergic to | peanuts"),
  said("I love hiking and painting!", "Tom | likes | hiking", "Tom | likes | painting"),
  said("I hate mushrooms.", "Tom | dislikes | mushrooms"),
  said("I'm a huge fan of Nintendo.", "Tom | likes | Nintendo"),
  said("I went to Rome and Paris last summer.", "Tom | visited | Rome", "Tom | visited | Paris"),
  said("I graduated from the University of Porto in 2010.", "Tom | educated at | University of Porto"),
  said("I live in Porto and work at Farfetch.", "Tom | lives in | Porto *", "Tom | works at | Farfetch *"),
  said("Yeah, my colleague Rob invited me to a class.", "Tom | colleague | Rob"),
  said("Minha amiga 中村 lives in 東京.", ...[]),
  said("中村 lives in 東京.", "中村 | lives in | 東京 *"),
  said("Łukasz moved to Łódź.", "Łukasz | lives in | Łódź *"),
];

/** Single statements as fact collections write them, the misspelt ones too. */
export const STATEMENTS: Stated[] = [
  written("The capital of France is Paris.", "France | capital | Paris *"),
  written("Paris is the capital of France.", "France | capital | Paris *"),
  written(
    "Paris is the capital and largest city of France.",
    "France | capital | Paris *",
    "France | largest city | Paris *",
  ),
  written("The chief executive officer of Apple is Tim Cook", "Apple | chief executive officer | Tim Cook *"),
  written("Tim Cook is the CEO of Apple.", "Apple | chief executive officer | Tim Cook *"),
  written("The current president of France is Emmanuel Macron.", "France | president | Emmanuel Macron *"),
  written("Tom Brady is a citizen of Spain.", "Tom Brady | citizen of | Spain *"),
  written("Oasis was founded in the city of Manchester.", "Oasis | founded in | Manchester *"),
  written("The type of music that Louis Armstrong plays is jazz.", "Louis Armstrong | genre | jazz *"),
  written("Tom Brady plays the position of quarterback.", "Tom Brady | position | quarterback *"),
  written(
    "Lionel Messi is associated with the sport of association football.",
    "Lionel Messi | sport | association football *",
  ),
  written(
    "The univeristy where Bob Dylan was educated is Harvard University",
    "Bob Dylan | educated at | Harvard University",
  ),
  written("Karl Marx worked in the city of London.", "Karl Marx | work location | London *"),
  written("Barack Obama is affiliated with the religion of Islam.", "Barack Obama | religion | Islam *"),
  written(
    "The headquarters of Apple is located in the city of Cupertino",
    "Apple | headquarters | Cupertino *",
  ),
  written("France is located in the continent of Europe.", "France | continent | Europe *"),
  written("Porto is located in the country of Portugal.", "Porto | country | Portugal *"),
  written(
    "The name of the current head of state in France is Emmanuel Macron",
    "France | head of state | Emmanuel Macron *",
  ),
  written(
    "The name of the current head of the France government is Ana Silva",
    "France | head of government | Ana Silva *",
  ),
  written(
    "The author of The Lord of the Rings: The Two Towers is J. R. R. Tolkien",
    "The Lord of the Rings: The Two Towers | author | J. R. R. Tolkien *",
  ),
  written("Bill Gates's child is Rory", "Bill Gates | child | Rory"),
  written("The X-Files was created by Chris Carter.", "X-Files | creator | Chris Carter *"),
  written("Love & Basketball was performed by Ana Silva", "Love & Basketball | performer | Ana Silva *"),
  written("Microsoft Word was developed by Microsoft.", "Microsoft Word | developer | Microsoft *"),
  written("Anna speaks the language of French.", "Anna | speaks | French"),
  written("Anna died in the city of London.", "Anna | died in | London *"),
  written(
    "Dumb and Dumber was created in the country of Japan.",
    "Dumb and Dumber | country of origin | Japan *",
  ),
  written("The company that produced iPhone is Apple", "iPhone | manufacturer | Apple *"),
  written(
    "The chairperson of A.C. Milan is Silvio Berlusconi.",
    "A.C. Milan | chairperson | Silvio Berlusconi *",
  ),
  written("Steve Jobs is employed by NeXT.", "Steve Jobs | works at | NeXT *"),
  written("Bob is married to Ana.", "Bob | spouse | Ana *"),
  written("Walt Disney is famous for Mickey Mouse", "Walt Disney | famous for | Mickey Mouse"),
  written("The official language of Peru is Spanish.", "Peru | official language | Spanish *"),
  written("The origianl broadcaster of Lost is ABC", "Lost | original broadcaster | ABC *"),
  written(
    "Animal Farm was written in the language of English.",
    "Animal Farm | original language | English *",
  ),
  written("Cristiano Ronaldo plays for Real Madrid.", "Cristiano Ronaldo | plays for | Real Madrid *"),
  written(
    "Google was founded by Larry Page and Sergey Brin.",
    "Google | founder | Larry Page",
    "Google | founder | Sergey Brin",
  ),
  written("Ben is the son of Ana Silva and Rui Costa.", "Ana Silva | son | Ben", "Rui Costa | son | Ben"),
  written("Marie Curie discovered Radium.", "Radium | discoverer | Marie Curie *"),
  written("Ana Silva wrote The Red House.", "The Red House | author | Ana Silva *"),
  written("Tom Hanks stars in Cast Away.", "Cast Away | starring | Tom Hanks"),
  written(
    "Emmanuel Macron became the president of France in May 2017.",
    "France | president | Emmanuel Macron *",
  ),
  written(
    "John Smith, the mayor of Porto, died in Lisbon in 1990.",
    "Porto | mayor | John Smith *",
    "John Smith | died in | Lisbon *",
    "John Smith | died on | 1990 *",
  ),
  written(
    "Albert Einstein was born in Ulm, Germany and lives in Bern.",
    "Albert Einstein | born in | Ulm, Germany *",
    "Albert Einstein | lives in | Bern *",
  ),
];

/** First sentences of articles, with the spacing of the data sets that they come from. */
export const ARTICLES: Stated[] = [
  about(
    "Werner Herzog",
    "Werner Herzog( born 5 September 1942) is a German film director. Herzog was born in Munich. He is married to Lena Herzog.",
    "Werner Herzog | born on | 5 September 1942 *",
    "Werner Herzog | is a | German film director",
    "Werner Herzog | born in | Munich *",
    "Werner Herzog | spouse | Lena Herzog *",
  ),
  about(
    "Soul Boy",
    "Soul Boy is a 2010 Kenyan drama film, written by Billy Kahora and directed by Hawa Essuman. The film stars Ana Silva.",
    "Soul Boy | is a | 2010 Kenyan drama film",
    "Soul Boy | author | Billy Kahora *",
    "Soul Boy | director | Hawa Essuman *",
    "Soul Boy | starring | Ana Silva",
  ),
  about(
    "Hysen Hoxha",
    "Hysen Efendi Hoxha( 1861–1934) was an Albanian politician, mayor of Gjirokastër, and the uncle of Enver Hoxha.",
    "Hysen Hoxha | born on | 1861 *",
    "Hysen Hoxha | died on | 1934 *",
    "Hysen Hoxha | is a | Albanian politician",
    "Gjirokastër | mayor | Hysen Hoxha",
    "Enver Hoxha | uncle | Hysen Hoxha",
  ),
  about(
    "Theodred II (Bishop of Elmham)",
    "Theodred II was a medieval Bishop of Elmham.",
    "Elmham | bishop | Theodred II",
  ),
  about(
    "Jeff Barlow",
    "Jeff Barlow was a British actor who was born in Lancashire in 1871.",
    "Jeff Barlow | is a | British actor",
    "Jeff Barlow | born in | Lancashire *",
    "Jeff Barlow | born on | 1871 *",
  ),
  about(
    "Teutberga",
    "Teutberga( died 11 November 875) was a queen of Lotharingia by marriage to Lothair II. She was a daughter of Boso the Elder and sister of Hucbert.",
    "Teutberga | died on | 11 November 875 *",
    "Lotharingia | queen | Teutberga",
    "Boso the Elder | daughter | Teutberga",
    "Hucbert | sister | Teutberga",
  ),
  about(
    "Lutsel K'e Dene School",
    "Lutsel K'e Dene School is a K-12 public school located in Lutselk'e, Northwest Territories, Canada.",
    "Lutsel K'e Dene School | is a | K-12 public school",
    "Lutsel K'e Dene School | located in | Lutselk'e, Northwest Territories, Canada",
  ),
];
