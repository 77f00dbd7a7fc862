import type { FactRelation, Sort } from "../../../eval/generate/factWordings.js";

/**
 * Relations in the words of a stranger: written without a look at the vocabulary, and never added to it. Each is
 * its name, the sorts of its subject and object, its statements, questions, and phrases that nest.
 */
const WORDINGS = `
author work person
O penned S|S came from the pen of O
Who wrote S?|Whose pen did S come from?|By whom was S authored?
the person who wrote S|the writer behind S

citizenship person country
S holds O nationality papers|S carries a passport of O
Which country is S a citizen of?|What is S's nationality?|What nation's passport does S hold?
the country that S is a citizen of|S's country of nationality

birthplace person city
S came into the world in O|O is the native town of S
Where was S born?|In what town did S come into the world?|Which city is S a native of?
the town in which S was born|S's place of birth

deathplace person city
S passed away in O|It was in O that S breathed a last breath
Where did S die?|In which city did S pass away?|What was the place of S's death?
the city where S died|S's place of death

workcity person city
S does business in O|S used to work out of O
In which city did S work?|Where has S been professionally active?|What town is the workplace of S in?
the city where S worked|S's place of work

residence person city
S makes a home in O|S is a resident of O
Where does S live?|In which city does S reside?|What is S's home town at the moment?
the city S lives in|S's place of residence

spouse person person
S wed O|S tied the knot with O
Who is S married to?|Who is the husband or wife of S?|To whom is S wed?
the spouse of S|the person S married

child person person
S is the parent of O|O is the offspring of S
Who is S's child?|What is the name of the son or daughter of S?|Whom did S bring up as a child?
the child of S|S's son or daughter

parent person person
The father of S is called O|S was fathered by O
Who is the father of S?|Who fathered S?|What is the name of S's dad?
the father of S|S's dad

sibling person person
S has a brother named O|S is a sibling of O
Who is the brother or sister of S?|Which sibling does S have?|What is S's brother called?
the sibling of S|S's brother or sister

headofstate country person
O is the president of S|As head of state, S has O
Who is the head of state of S?|Who serves as president of S?|What is the name of S's current head of state?
the head of state of S|S's president

headofgovernment country person
S is governed by prime minister O|O leads the government of S
Who is the prime minister of S?|Who leads the government in S?|What is the name of the head of S's government?
the prime minister of S|the person who leads the government of S

capital country city
S has its seat of government in O|O serves as capital to S
What is the capital of S?|Which city is S's capital?|What city serves as the capital of S?
the capital of S|S's capital city

continent country continent
S lies on the continent of O|S can be found in O
On which continent is S?|Which continent does S belong to?|What continent is home to S?
the continent S is located in|S's continent

officiallanguage country language
O has official status in S|The law of S makes O its official tongue
What is the official language of S?|Which tongue is official in S?|Which language has official status in S?
the official language of S|S's official tongue

languagespoken person language
S talks in O|O is the mother tongue of S
What language does S speak?|In which tongue does S talk?|Which language is spoken by S?
the language S speaks|S's language

languagewritten person language
S composes texts in O|The writings of S are in O
In what language does S write?|Which tongue are S's writings in?|What is the language in which S writes?
the language S writes in|the language of S's writings

religion person religion
S follows the faith of O|S is a believer in O
What is the religion of S?|Which faith does S follow?|To what religion does S adhere?
the religion of S|the faith S follows

sport person sport
S competes in O|O is the sport S plays
What sport does S play?|In which sport does S compete?|Which sport is S associated with?
the sport S plays|S's sport

position person position
S lines up as O|On the pitch, S takes the role of O
What position does S play?|In which position does S line up?|What is S's role on the pitch?
the position S plays|S's position on the team

team person club
S turns out for O|S is on the roster of O
Which team does S play for?|What club is S a member of?|On whose roster is S?
the team S plays for|S's club

founder company person
O set up S|S was established by O
Who founded S?|Who set up S?|By whom was S established?
the founder of S|the person who established S

creator work person
O dreamed up S|S is the brainchild of O
Who created S?|Whose creation is S?|Who is the creator of S?
the creator of S|the person who created S

developer product company
O engineered S|S was built by the developers at O
Who developed S?|Which company is the developer of S?|By which company was S developed?
the developer of S|the company that developed S

manufacturer product company
O makes S|S rolls off the production line of O
Which company manufactures S?|Who is the maker of S?|By what company is S produced?
the manufacturer of S|the company that makes S

performer work person
O sings S|S was recorded by O
Who performed S?|Who is the singer of S?|By whom was S sung?
the performer of S|the artist who recorded S

director work person
O was in the director's chair for S|S was helmed by O
Who directed S?|Who is the director of S?|Under whose direction was S made?
the director of S|the person who directed S

ceo company person
O runs S as its CEO|S has O as chief executive
Who is the CEO of S?|Who is the chief executive of S?|Who runs S as chief executive officer?
the CEO of S|S's chief executive

chairperson company person
O chairs S|The chair of S is held by O
Who is the chairperson of S?|Who chairs S?|Who sits at the head of the board of S?
the chairperson of S|the person who chairs S

employer person company
O has S on its payroll|S has a job at O
Who employs S?|Which organization does S work for?|Where does S have a job?
the employer of S|the company S works for

education person school
S got a degree from O|S is an alumnus of O
Where was S educated?|Which university did S attend?|What is the alma mater of S?
the university S attended|S's alma mater

field person field
S earns a living in O|S is active in the field of O
What field does S work in?|What is the occupation of S?|Which line of work is S in?
the field S works in|S's field of work

famousfor person work
S made a name with O|S owes fame to O
What is S famous for?|What made S famous?|What is S best known for?
the thing S is famous for|S's claim to fame

notablework person work
The masterpiece of S is O|Among the works of S, O is the most notable
What is a notable work of S?|Which work of S is most notable?|What is S's masterpiece?
the notable work of S|S's masterpiece

broadcaster work company
O first aired S|S premiered on O
Which network originally broadcast S?|On which channel did S first air?|Who was the original broadcaster of S?
the original broadcaster of S|the network that first aired S

headquarters company city
S has its head office in O|S is based in O
Where is the headquarters of S?|In which city is S based?|Where does S have its head office?
the city where S is headquartered|the location of S's head office

origin product country
S stems from O|O is where S originated
Which country does S come from?|In which country did S originate?|What is the country of origin of S?
the country S comes from|S's country of origin

genre person music
S makes O music|The style of music of S is O
What genre of music does S play?|Which style of music is S known for?|What is the musical genre of S?
the genre of S|the kind of music S makes

party person company
S belongs to the party O|S ran for office under the banner of O
Which political party is S a member of?|What is S's political affiliation?|To which party does S belong?
the political party of S|the party S belongs to

award person product
S took home O|O went to S
What award did S win?|Which prize was S given?|What honour has S received?
the award S won|the prize given to S

instrument person product
S is a player of the O|S has mastered the O
What instrument does S play?|Which musical instrument is S skilled at?|On what instrument does S perform?
the instrument S plays|S's musical instrument

`;

export const STRANGERS_RELATIONS: readonly FactRelation[] = WORDINGS.trim()
  .split("\n\n")
  .map((block) => {
    const [head, statements, questions, phrases] = block.trim().split("\n") as [
      string,
      string,
      string,
      string,
    ];
    const [name, subject, object] = head.split(" ") as [string, Sort, Sort];
    const wordings = {
      statements: statements.split("|"),
      questions: questions.split("|"),
      phrases: phrases.split("|"),
    };
    return { name, subject, object, seen: wordings, unseen: wordings };
  });
