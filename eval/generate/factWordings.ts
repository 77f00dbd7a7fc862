/** What a name names. */
export type Sort =
  | "person"
  | "city"
  | "country"
  | "continent"
  | "company"
  | "school"
  | "work"
  | "product"
  | "club"
  | "sport"
  | "position"
  | "language"
  | "religion"
  | "music"
  | "field";

/** How a relation is stated and asked for; S is the subject, O the object. */
export interface Wordings {
  readonly statements: readonly string[];
  readonly questions: readonly string[];
  /** The value as a part of a longer question: "the author of S". */
  readonly phrases: readonly string[];
}

export interface FactRelation {
  readonly name: string;
  readonly subject: Sort;
  readonly object: Sort;
  readonly seen: Wordings;
  /** Further wordings, written before anything was measured on them and never used to change what reads them. */
  readonly unseen: Wordings;
}

function relation(
  name: string,
  subject: Sort,
  object: Sort,
  statements: string,
  questions: string,
  phrases: string,
  unseen: readonly [statements: string, questions: string, phrases: string],
): FactRelation {
  const of = (list: string) => list.split("|");
  return {
    name,
    subject,
    object,
    seen: { statements: of(statements), questions: of(questions), phrases: of(phrases) },
    unseen: { statements: of(unseen[0]), questions: of(unseen[1]), phrases: of(unseen[2]) },
  };
}

/** The relations of generated facts, after those of Wikidata that people are asked about most. */
export const FACT_RELATIONS: readonly FactRelation[] = [
  relation(
    "citizenship",
    "person",
    "country",
    "S is a citizen of O|S holds the citizenship of O",
    "What is the country of citizenship of S?|Which country is S a citizen of?|What is the nationality of S?",
    "the country of citizenship of S|the country that S is a citizen of",
    [
      "S is a national of O|S carries a passport of O",
      "Of which nation does S hold a passport?|What citizenship does S have?",
      "the nation whose passport S holds|the nation to which S belongs as a citizen",
    ],
  ),
  relation(
    "birthplace",
    "person",
    "city",
    "S was born in the city of O|The birthplace of S is O",
    "Which city was S born in?|What is the place of birth of S?|Where was S born?",
    "the city where S was born|the birthplace of S",
    [
      "S came into the world in the city of O|S is a native of the city of O",
      "In what town did S come into the world?|What is the birth city of S?",
      "the town in which S came into the world|the native city of S",
    ],
  ),
  relation(
    "deathplace",
    "person",
    "city",
    "S died in the city of O|The place of death of S is O",
    "Which city did S die in?|Where did S die?",
    "the city where S died|the place of death of S",
    [
      "S passed away in the city of O|S breathed their last in O",
      "In which location did S pass away?|Where did the life of S come to an end?",
      "the city in which S passed away",
    ],
  ),
  relation(
    "spouse",
    "person",
    "person",
    "S is married to O|The spouse of S is O",
    "Who is S married to?|Who is the spouse of S?",
    "the spouse of S|the person S is married to",
    [
      "S tied the knot with O|S is the life partner of O",
      "Who is the better half of S?|To whom is S wed?",
      "the person wedded to S|the husband or wife of S",
    ],
  ),
  relation(
    "employer",
    "person",
    "company",
    "S is employed by O|S works for O",
    "Who employs S?|Who is the employer of S?|Which company does S work for?",
    "the employer of S|the company that employs S",
    [
      "S is on the payroll of O|O pays the wages of S",
      "Which organisation has S on its staff?|For which firm does S work?",
      "the firm S works for|the organisation that has hired S",
    ],
  ),
  relation(
    "education",
    "person",
    "school",
    "The univeristy where S was educated is O|S was educated at O",
    "Which university was S educated at?|Which university did S attend?",
    "the university where S was educated|the alma mater of S",
    [
      "S earned a degree from O|S completed a degree at O",
      "At which institution did S study?|What is the name of the college that S graduated from?",
      "the institution S graduated from",
    ],
  ),
  relation(
    "religion",
    "person",
    "religion",
    "S is affiliated with the religion of O|S follows the religion of O",
    "Which religion is S affiliated with?|What is the religion of S?",
    "the religion of S|the religion that S is affiliated with",
    [
      "S is an adherent of O|S professes the faith of O",
      "What faith does S profess?|To which creed does S adhere?",
      "the faith that S follows",
    ],
  ),
  relation(
    "sport",
    "person",
    "sport",
    "S is associated with the sport of O|S plays the sport of O",
    "Which sport is S associated with?|What sport does S play?",
    "the sport associated with S|the sport that S plays",
    [
      "S competes in O|S takes part in the sport of O",
      "In which sport does S compete?|What is the athletic discipline of S?",
      "the sport in which S competes",
    ],
  ),
  relation(
    "language spoken",
    "person",
    "language",
    "S speaks the language of O|The language that S speaks is O",
    "Which language does S speak?|What language does S speak?",
    "the language spoken by S|the language that S speaks",
    [
      "S is fluent in O|S converses in the language of O",
      "In which tongue does S converse?|What language is S fluent in?",
      "the language S is fluent in",
    ],
  ),
  relation(
    "work city",
    "person",
    "city",
    "S worked in the city of O|S works in the city of O",
    "Which city did S work in?|What is the work location of S?",
    "the city where S worked|the city that S works in",
    [
      "S had a job in the city of O|S was active in the city of O",
      "In what city was S professionally active?|Where is the place of work of S?",
      "the city where S pursued a career",
    ],
  ),
  relation(
    "child",
    "person",
    "person",
    "S's child is O|The child of S is O",
    "Who is the child of S?|Who is S's child?",
    "the child of S|S's child",
    [
      "S is the parent of O|S has a child named O",
      "Who is the offspring of S?|Whose parent is S?",
      "the offspring of S",
    ],
  ),
  relation(
    "fame",
    "person",
    "work",
    "S is famous for O|S is known for O",
    "What is S famous for?|What is S known for?",
    "the work that S is famous for|the thing S is known for",
    [
      "S is celebrated for O|S is renowned for O",
      "For what is S renowned?|What made S famous?",
      "the notable work of S",
    ],
  ),
  relation(
    "position",
    "person",
    "position",
    "S plays the position of O|The position that S plays is O",
    "What position does S play?|Which position does S play?",
    "the position that S plays|the position played by S",
    [
      "S plays in the position of O|S lines up as O",
      "In what role does S appear on the team?|Which spot does S fill on the team?",
      "the role of S on the team",
    ],
  ),
  relation(
    "position sport",
    "position",
    "sport",
    "S is associated with the sport of O|S belongs to the sport of O",
    "Which sport is S associated with?|What sport does S belong to?",
    "the sport associated with S|the sport that S belongs to",
    ["S is a role in the sport of O", "In which sport is there a S?", "the sport in which S is a role"],
  ),
  relation(
    "field",
    "person",
    "field",
    "S works in the field of O|The field of work of S is O",
    "Which field does S work in?|What is the field of work of S?",
    "the field that S works in|the field of work of S",
    [
      "S is active in the field of O|S specialises in the field of O",
      "What is the line of work of S?|What is the profession of S?",
      "the occupation of S",
    ],
  ),
  relation(
    "author",
    "work",
    "person",
    "The author of S is O|S was written by O",
    "Who is the author of S?|Who wrote S?",
    "the author of S|the person who wrote S",
    [
      "O is the writer of S|S was penned by O",
      "Who penned S?|Whose pen did S come from?",
      "the writer behind S",
    ],
  ),
  relation(
    "creator",
    "work",
    "person",
    "S was created by O|The creator of S is O",
    "Who created S?|Who is the creator of S?",
    "the creator of S|the person who created S",
    [
      "S is a creation of O|S was devised by O",
      "Who is the mind behind S?|By whom was S devised?",
      "the person who came up with S",
    ],
  ),
  relation(
    "performer",
    "work",
    "person",
    "S was performed by O|The performer of S is O",
    "Who performed S?|Who is the performer of S?",
    "the performer of S|the artist who performed S",
    [
      "S was sung by O|S was recorded by O",
      "Which artist recorded S?|Who is the singer of S?",
      "the artist who recorded S",
    ],
  ),
  relation(
    "broadcaster",
    "work",
    "company",
    "The origianl broadcaster of S is O|S was originally broadcast by O",
    "Who is the original broadcaster of S?|Which company originally broadcast S?",
    "the original broadcaster of S",
    [
      "S first aired on O|S premiered on the network O",
      "On which network did S first air?|Which channel aired S?",
      "the network that first aired S",
    ],
  ),
  relation(
    "original language",
    "work",
    "language",
    "S was written in the language of O|The original language of S is O",
    "Which language was S written in?|What is the original language of S?",
    "the language S was written in|the original language of S",
    [
      "S was composed in the language of O",
      "In what tongue was S composed?",
      "the tongue in which S was composed",
    ],
  ),
  relation(
    "origin",
    "work",
    "country",
    "S was created in the country of O|The country of origin of S is O",
    "Which country was S created in?|What is the country of origin of S?",
    "the country where S was created|the country of origin of S",
    [
      "S originates from the country of O",
      "From which country does S come?|What country does S originate from?",
      "the country S comes from",
    ],
  ),
  relation(
    "sport origin",
    "sport",
    "country",
    "S was created in the country of O|S originated in the country of O",
    "Which country was S created in?|What is the country of origin of S?",
    "the country where S was created|the country of origin of S",
    [
      "S has its origin in O",
      "Which country is the birthplace of S?|Where does S have its roots?",
      "the country in which S has its roots",
    ],
  ),
  relation(
    "maker",
    "product",
    "company",
    "The company that produced S is O|S is manufactured by O",
    "Which company produced S?|What company is the manufacturer of S?",
    "the company that produced S|the manufacturer of S",
    ["O makes S|S is made by O", "Who makes S?|Which firm is behind the production of S?", "the maker of S"],
  ),
  relation(
    "developer",
    "product",
    "company",
    "S was developed by O|The developer of S is O",
    "Who developed S?|Who is the developer of S?",
    "the developer of S|the company that developed S",
    [
      "S was built and developed by O",
      "Which firm engineered S?|Who was in charge of developing S?",
      "the firm that engineered S",
    ],
  ),
  relation(
    "headquarters",
    "company",
    "city",
    "The headquarters of S is located in the city of O|S is headquartered in O",
    "Which city is the headquarters of S located in?|Where is the headquarters of S?",
    "the city where S is headquartered|the city where the headquarters of S is located",
    [
      "S has its head office in O|The main office of S is in O",
      "In what city does S have its head office?|Where is S based?",
      "the city S is based in",
    ],
  ),
  relation(
    "chief executive",
    "company",
    "person",
    "The chief executive officer of S is O|O is the CEO of S",
    "Who is the chief executive officer of S?|Who is the CEO of S?",
    "the chief executive officer of S|the CEO of S",
    [
      "The top executive of S is O|S is run by chief executive O",
      "Who runs S?|Who is the top executive at S?",
      "the top executive of S",
    ],
  ),
  relation(
    "chairperson",
    "company",
    "person",
    "The chairperson of S is O|The chair of S is O",
    "Who is the chairperson of S?|Who chairs S?",
    "the chairperson of S|the person who chairs S",
    [
      "S is chaired by O",
      "Who presides over the board of S?|Who is the chair of S?",
      "the head of the board of S",
    ],
  ),
  relation(
    "founder",
    "company",
    "person",
    "S was founded by O|The founder of S is O",
    "Who founded S?|Who is the founder of S?",
    "the founder of S|the person who founded S",
    [
      "O established S|S was set up by O",
      "Who established S?|By whom was S started?",
      "the person who established S",
    ],
  ),
  relation(
    "foundation city",
    "company",
    "city",
    "S was founded in the city of O|The place of foundation of S is O",
    "Which city was S founded in?|Where was S founded?",
    "the city where S was founded",
    [
      "S was established in the city of O",
      "In which city did S start out?|In what town was S established?",
      "the city in which S was established",
    ],
  ),
  relation(
    "faith founder",
    "religion",
    "person",
    "S was founded by O|The founder of S is O",
    "Who founded S?|Who is the founder of S?",
    "the founder of S|the person who founded S",
    ["S was established by O", "Who established S?|Who started S?", "the person who established S"],
  ),
  relation(
    "coach",
    "club",
    "person",
    "The head coach of S is O|S is coached by O",
    "Who is the head coach of S?|Who coaches S?",
    "the head coach of S|the coach of S",
    ["O coaches S", "Who trains S?|Which person has the job of coach at S?", "the trainer of S"],
  ),
  relation(
    "capital",
    "country",
    "city",
    "The capital of S is O|O is the capital of S",
    "What is the capital of S?|Which city is the capital of S?",
    "the capital of S|the capital city of S",
    [
      "S has O as its capital|The capital city of S is O",
      "Which city serves as the seat of government of S?|What city is S governed from as its capital?",
      "the city that serves as the capital of S",
    ],
  ),
  relation(
    "continent",
    "country",
    "continent",
    "S is located in the continent of O|The continent of S is O",
    "Which continent is S located in?|What continent is S on?",
    "the continent where S is located|the continent that S is located in",
    [
      "S lies on the continent of O|S belongs to the continent of O",
      "To which continent does S belong?|On what landmass does S lie?",
      "the continent S belongs to",
    ],
  ),
  relation(
    "official language",
    "country",
    "language",
    "The official language of S is O|O is the official language of S",
    "What is the official language of S?|Which language is the official language of S?",
    "the official language of S",
    [
      "S has O as its official language",
      "What language does the government of S use officially?|Which tongue is official in S?",
      "the language that is official in S",
    ],
  ),
  relation(
    "head of state",
    "country",
    "person",
    "The name of the current head of state in S is O|The head of state of S is O",
    "Who is the current head of state in S?|What is the name of the current head of state of S?",
    "the head of state of S|the current head of state in S",
    [
      "The chief of state of S is O|O is the head of state of S",
      "Who serves as the chief of state of S?|Who is at the head of the state of S?",
      "the chief of state of S",
    ],
  ),
  relation(
    "head of government",
    "country",
    "person",
    "The name of the current head of the S government is O|The head of government of S is O",
    "Who is the current head of the S government?|Who is the head of government of S?",
    "the head of government of S|the head of the S government",
    [
      "The government of S is headed by O|O is the head of the government of S",
      "Who leads the government of S?|Who is in charge of the S government?",
      "the leader of the S government",
    ],
  ),
];
