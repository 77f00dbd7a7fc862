"""More ways to say and to ask for what memories hold, to learn from alone.

A small model understands a phrasing that it has never seen only where it has seen many. What `phrasings.json` holds out
is left out here as well: a held-out template is never learned from.
"""

_FAVOURITE = {
    "say": [
        "{o} is {s}'s favourite {x}.", "{o} is the favourite {x} of {s}.", "The {x} that {s} prefers is {o}.",
        "{s} named {o} as favourite {x}.", "{s} thinks {o} is the best {x}.", "For {s} no {x} is better than {o}.",
        "{s} chose {o} as favourite {x}.", "If {s} has to choose a {x}, it is {o}.", "{s} likes {o} best of every {x}.",
        "The best {x} for {s} is {o}.", "The {x} {s} loves most is {o}.",
    ],
    "ask": [
        "What {x} does {s} prefer?", "Which {x} is {s}'s favourite?", "What is the best {x} for {s}?", "What {x} does {s} love most?",
        "Which {x} does {s} love most?", "What would {s} choose as a {x}?", "Of all, what does {s} like best as a {x}?",
    ],
    "clause": ["which {x} {s} likes best", "what {x} {s} prefers", "what {s}'s favourite {x} is", "which {x} {s} prefers"],
    "own_say": [
        "{o} is my favourite {x}.", "The {x} I like best is {o}.", "The {x} that I prefer is {o}.", "For me no {x} is better than {o}.",
        "I think {o} is the best {x}.", "I chose {o} as favourite {x}.",
    ],
    "own_ask": ["What {x} do I prefer?", "Which {x} is my favourite?", "What is the best {x} for me?", "Which {x} do I love most?"],
    "own_clause": ["which {x} I like best", "what {x} I prefer", "what my favourite {x} is", "which {x} I prefer"],
}
_PET = {
    "say": [
        "{o} is {s}'s {x}.", "{o} is the {x} of {s}.", "{s} calls the {x} {o}.", "{s} got a {x} called {o}.", "{s} takes care of a {x} called {o}.",
        "The {x} of {s} is called {o}.", "The {x} of {s} is named {o}.", "The {x} of {s} is {o}.", "{s} bought a {x} named {o}.",
        "{o} is the name of {s}'s {x}.", "{s} owns a {x} named {o}.",
    ],
    "ask": [
        "What is the name of the {x} of {s}?", "What does {s} call the {x}?", "How is {s}'s {x} called?", "Which name has the {x} of {s}?",
        "What is {s}'s {x} named?", "What is the {x} of {s} named?",
    ],
    "clause": ["what {s}'s {x} is called", "what the {x} of {s} is called", "the name of the {x} of {s}", "which name {s}'s {x} has"],
    "own_say": [
        "{o} is my {x}.", "I own a {x} called {o}.", "My {x} is named {o}.", "I call my {x} {o}.", "I got a {x} called {o}.",
        "{o} is the name of my {x}.",
    ],
    "own_ask": ["What is my {x} named?", "How is my {x} called?", "What do I call my {x}?"],
    "own_clause": ["what my {x} is called", "which name my {x} has", "what my {x} is named"],
}
_PERSON = {
    "say": [
        "{s} has a {x} called {o}.", "The {x} of {s} is called {o}.", "{o} is the name of {s}'s {x}.", "{s} told us about the {x}, {o}.",
        "{s} introduced {o} as the {x}.", "{s} calls {o} a {x}.", "As a {x}, {s} has {o}.", "The name of the {x} of {s} is {o}.",
        "{s} has {o} for a {x}.", "{s}'s {x} is named {o}.", "{o} was introduced as the {x} of {s}.",
    ],
    "ask": [
        "What is the name of the {x} of {s}?", "How is {s}'s {x} called?", "Who has {s} for a {x}?", "What is {s}'s {x} named?",
        "Which person is {s}'s {x}?", "Which person is the {x} of {s}?",
    ],
    "clause": ["who the {x} of {s} is", "what {s}'s {x} is called", "the name of {s}'s {x}", "the name of the {x} of {s}"],
    "own_say": [
        "I have a {x} called {o}.", "{o} is the name of my {x}.", "{o} is a {x} of mine.", "My {x} is named {o}.", "As a {x} I have {o}.",
    ],
    "own_ask": ["What is my {x} named?", "How is my {x} called?", "Which person is my {x}?"],
    "own_clause": ["what my {x} is called", "the name of my {x}", "what the name of my {x} is"],
}
_SINGLE = {
    "home": {
        "say": [
            "{s} stays in {o}.", "{s} has a house in {o}.", "{s} rents a room in {o}.", "{s} settled in {o}.", "{o} is where {s} lives.",
            "The flat of {s} is in {o}.", "{s}'s flat is in {o}.", "{s} lives in the city of {o}.", "{s} is at home in {o}.",
            "{o} is the home of {s}.", "{o} is {s}'s home.",
        ],
        "ask": [
            "Where is the home of {s}?", "In which city is the home of {s}?", "What city does {s} live in?", "Where does {s} reside?",
            "Which city is {s}'s home?", "Where is {s} at home?", "Where is {s}'s flat?", "In what city does {s} live?",
        ],
        "clause": ["where {s} lives", "which city {s} lives in", "where {s}'s home is", "in which city {s} lives", "where {s} is at home"],
        "own_say": ["I stay in {o}.", "I have a house in {o}.", "{o} is where I live.", "My flat is in {o}.", "I reside in {o}.", "{o} is my home."],
        "own_ask": ["What city do I live in?", "Where do I reside?", "Which city is my home?", "Where am I at home?", "Where is my flat?"],
        "own_clause": ["which city I live in", "where my home is", "in which city I live", "where I am at home"],
    },
    "birthplace": {
        "say": [
            "{o} is where {s} was born.", "{s} is from {o}.", "{s} first saw the light in {o}.", "{s} spent the childhood in {o}.",
            "{s} was born in the city of {o}.", "{s}'s birthplace is {o}.", "{o} is the birthplace of {s}.", "{s} has roots in {o}.",
            "{s} is a child of {o}.", "By birth {s} is from {o}.",
        ],
        "ask": [
            "Where is {s} from?", "Which city was {s} born in?", "What is {s}'s birthplace?", "In which city did {s} grow up?",
            "Where is {s} originally from?", "What city does {s} come from?", "From which city does {s} come?",
        ],
        "clause": ["where {s} comes from", "which city {s} comes from", "where {s} grew up", "in which city {s} was born", "what {s}'s birthplace is"],
        "own_say": ["{o} is where I was born.", "I am from {o}.", "I am originally from {o}.", "The place of my birth is {o}.", "{o} is my birthplace."],
        "own_ask": ["Where am I from?", "Where was it that I was born?", "What is my birthplace?", "What city do I come from?", "Where am I originally from?"],
        "own_clause": ["where I was born", "where I come from", "which city I come from", "where I grew up"],
    },
    "employer": {
        "say": [
            "{o} employs {s}.", "{s} has started at {o}.", "{s} got a job at {o}.", "{s} has worked for {o} since spring.", "{o} is where {s} works.",
            "{o} is the employer of {s}.", "{s} is with the company {o}.", "{s} is on the staff of {o}.", "The company {s} works for is {o}.",
            "{s} was hired by {o}.",
        ],
        "ask": [
            "Which company employs {s}?", "Where does {s} have a job?", "What company does {s} work for?", "What company is {s} with?",
            "For which company does {s} work?", "At what company does {s} work?", "Where is {s} employed?",
        ],
        "clause": ["which company {s} works for", "who {s} works for", "who {s}'s employer is", "at which company {s} works", "who employs {s}"],
        "own_say": ["{o} employs me.", "{o} is where I work.", "I am working at {o}.", "I got a job at {o}.", "I was hired by {o}.", "{o} is my employer."],
        "own_ask": ["Which company employs me?", "Where do I have a job?", "What company do I work for?", "Where am I employed?", "Where am I working?"],
        "own_clause": ["which company I work for", "who I work for", "who my employer is", "who employs me"],
    },
    "job": {
        "say": [
            "{s} is employed as a {o}.", "{s} makes money as a {o}.", "{s}'s profession is {o}.", "By trade {s} is a {o}.", "{s} became a {o}.",
            "{s} trained as a {o}.", "{s} has a job as a {o}.", "The work of {s} is that of a {o}.", "As a {o}, {s} earns money.",
        ],
        "ask": [
            "Which job does {s} have?", "What job does {s} have?", "What is the work of {s}?", "How does {s} earn a living?",
            "As what does {s} work?", "Which profession does {s} have?", "What does {s} do for work?",
        ],
        "clause": ["what {s} works as", "which job {s} has", "what {s}'s job is", "what {s} does for a living", "which profession {s} has"],
        "own_say": ["I am a {o} by profession.", "I am employed as a {o}.", "By trade I am a {o}.", "I make money as a {o}.", "I have a job as a {o}."],
        "own_ask": ["Which job do I have?", "How do I earn a living?", "What job do I have?", "Which profession do I have?", "As what do I work?"],
        "own_clause": ["what I work as", "which job I have", "what I do for a living", "what my job is"],
    },
    "birthday": {
        "say": [
            "{s} turns a year older on {o}.", "On {o} {s} has a birthday.", "On {o} it is the birthday of {s}.", "{s} came into the world on {o}.",
            "{o} is {s}'s birthday.", "{o} is the birthday of {s}.", "We celebrate the birthday of {s} on {o}.", "The date of {s}'s birth is {o}.",
        ],
        "ask": [
            "On which date is {s}'s birthday?", "What is the date of {s}'s birthday?", "Which day is the birthday of {s}?", "What day is {s}'s birthday?",
            "On what day was {s} born?", "When was {s} born?", "When do we celebrate {s}'s birthday?",
        ],
        "clause": ["when the birthday of {s} is", "on which day {s}'s birthday is", "when {s} was born", "when {s} has a birthday", "what day {s}'s birthday is"],
        "own_say": ["{o} is my birthday.", "On {o} I have a birthday.", "I was born on {o}.", "I turn a year older on {o}.", "The date of my birth is {o}."],
        "own_ask": ["On which date is my birthday?", "What is the date of my birthday?", "When was I born?", "What day is my birthday?"],
        "own_clause": ["on which day my birthday is", "when I was born", "when I have a birthday", "what day my birthday is"],
    },
    "hobby": {
        "say": [
            "{s} loves {o} in free time.", "{s} has {o} for a hobby.", "{o} is {s}'s hobby.", "{o} is the hobby of {s}.", "{s} took up {o}.",
            "{s} spends free time with {o}.", "As a hobby {s} has taken up {o}.", "{s} likes {o} as a hobby.", "On Sundays {s} enjoys {o}.",
        ],
        "ask": [
            "How does {s} spend every weekend?", "What does {s} enjoy in the evening?", "What does {s} do in free time?", "Which hobby is {s}'s?",
            "What is {s} fond of?", "What does {s} have for a hobby?",
        ],
        "clause": ["what {s}'s hobby is", "which hobby {s} has", "what {s} is keen on", "what {s} does in free time", "what {s} is fond of"],
        "own_say": ["{o} is my hobby.", "I took up {o}.", "I am fond of {o} as a hobby.", "I spend free time with {o}.", "I love {o} in free time."],
        "own_ask": ["How do I spend every weekend?", "What do I do in free time?", "What am I fond of?", "What do I enjoy in the evening?"],
        "own_clause": ["what my hobby is", "which hobby I have", "what I am keen on", "what I am fond of"],
    },
    "language": {
        "say": [
            "{s} is fluent in {o}.", "{s} talks in {o}.", "{o} is the mother tongue of {s}.", "{o} is {s}'s mother tongue.", "{o} is {s}'s language.",
            "{s}'s language is {o}.", "{s} grew up with {o} as a language.", "{s} can speak {o}.", "At home {s} speaks {o}.",
        ],
        "ask": [
            "In which language does {s} talk?", "Which language is {s} learning?", "What language is {s} learning?", "Which language is {s}'s?",
            "What is {s}'s language?", "Which language does {s} speak at home?", "What does {s} speak at home?",
        ],
        "clause": ["what language {s} speaks", "what {s}'s mother tongue is", "which language {s} is learning", "what the language of {s} is"],
        "own_say": ["I am fluent in {o}.", "{o} is my mother tongue.", "{o} is my language.", "At home I speak {o}.", "I can speak {o}."],
        "own_ask": ["Which language am I learning?", "What is my language?", "What do I speak at home?", "Which language do I speak at home?"],
        "own_clause": ["what language I speak", "what my mother tongue is", "which language I am learning"],
    },
    "instrument": {
        "say": [
            "{s} makes music on the {o}.", "{s} is learning the {o}.", "The {o} is {s}'s instrument.", "The {o} is the instrument of {s}.",
            "{s} performs on the {o}.", "{s} takes lessons on the {o}.", "In a band {s} plays the {o}.", "{s} is skilled at the {o}.",
        ],
        "ask": [
            "On which instrument does {s} make music?", "Which instrument does {s} practise?", "What instrument does {s} practise?",
            "Which instrument is {s}'s?", "What instrument is {s} learning?", "What does {s} play in a band?",
        ],
        "clause": ["what instrument {s} plays", "what {s} plays", "which instrument {s} practises", "what the instrument of {s} is"],
        "own_say": ["I make music on the {o}.", "I am good at the {o}.", "The {o} is my instrument.", "I am learning the {o}.", "I perform on the {o}."],
        "own_ask": ["Which instrument do I practise?", "Which instrument is mine?", "What instrument am I learning?", "What do I practise?"],
        "own_clause": ["what instrument I play", "what I play", "which instrument I practise", "which instrument I play"],
    },
    "allergy": {
        "say": [
            "{s} must not eat {o}.", "{s} becomes sick from {o}.", "{o} makes {s} ill.", "{s} reacts badly to {o}.", "{s} does not tolerate {o}.",
            "{s} suffers from an allergy to {o}.", "The allergy of {s} is {o}.", "{s} falls ill after eating {o}.", "{s} has to avoid {o}.",
        ],
        "ask": [
            "What must {s} not eat?", "What makes {s} ill?", "What does {s} have an allergy to?", "What is the allergy of {s}?",
            "What does {s} have to avoid?", "What can {s} never eat?", "To what is {s} allergic?",
        ],
        "clause": ["what {s} cannot eat", "which allergy {s} has", "what {s}'s allergy is", "what makes {s} ill", "what {s} has to avoid"],
        "own_say": ["I must not eat {o}.", "I get ill from {o}.", "{o} makes me ill.", "I do not tolerate {o}.", "I have to avoid {o}."],
        "own_ask": ["What must I not eat?", "What makes me ill?", "What do I have to avoid?", "To what am I allergic?", "What do I have an allergy to?"],
        "own_clause": ["what I cannot eat", "which allergy I have", "what makes me ill", "what I have to avoid"],
    },
    "meeting": {
        "say": [
            "On {o} we meet {s}.", "A meeting with {s} is planned for {o}.", "On {o} there is a meeting with {s}.", "{s}'s meeting is on {o}.",
            "The meeting of {s} is on {o}.", "The next meeting of {s} is on {o}.", "{s} expects us on {o}.", "{s} will be in a meeting on {o}.",
        ],
        "ask": [
            "On which date is the meeting with {s}?", "When is the next meeting of {s}?", "When is the next meeting with {s}?", "When is {s}'s meeting?",
            "On which day do we meet {s}?", "On what day is the meeting with {s}?", "What is the date of {s}'s next meeting?",
        ],
        "clause": ["when the meeting with {s} is", "when {s} has a meeting", "on which day we meet {s}", "when {s}'s next meeting is"],
        "own_say": ["On {o} I have a meeting.", "A meeting of mine is planned for {o}.", "My meeting takes place on {o}.", "The next meeting for me is on {o}."],
        "own_ask": ["On which date is my next meeting?", "When do I meet?", "What is the date of my next meeting?", "On what day is my meeting?"],
        "own_clause": ["when my next meeting is", "when I have a meeting", "on which day my meeting is"],
    },
}
_GENERIC = {
    "say": [
        "{o} is the {r} of {s}.", "{o} is {s}'s {r}.", "As {r}, {s} has {o}.", "For {s}, the {r} is {o}.", "{s} named {o} as the {r}.",
        "{s} told us that the {r} is {o}.", "Note: the {r} of {s} is {o}.",
    ],
    "ask": [
        "What does {s} have as {r}?", "What {r} does {s} have?", "{s}'s {r}?", "What is the {r} that {s} has?", "What did {s} name as the {r}?",
    ],
    "clause": ["what {s}'s {r} is", "what the {r} of {s} is", "the {r} of {s}", "which {r} {s} has"],
}
_FRAMES = [
    "Tell me {c}.", "Can you tell me {c}?", "Do you know {c}?", "I would like to know {c}.", "Please say {c}.", "Remind me {c}.",
    "Could you say {c}?", "Do you remember {c}?", "Let me know {c}.", "I forgot {c}.",
]


def more(relation: str, forms: dict) -> dict[str, list[str]]:
    """What can be learned besides the forms of a relation: statements, questions, and both about the user."""
    kind, _, last = relation.rpartition(" ")
    if kind == "favourite":
        group = _FAVOURITE
    elif forms["object"] == "pet":
        group = _PET
    elif forms["object"] == "person":
        group = _PERSON
    else:
        group = _SINGLE[relation]
    noun = forms["answer"].removeprefix("The ").partition(" of {s}")[0]

    def written(templates: list[str]) -> list[str]:
        article = "an" if last[0] in "aeiou" else "a"
        return [text.replace("a {x}", article + " {x}").replace("{x}", last).replace("{r}", noun) for text in templates]

    def framed(clauses: list[str]) -> list[str]:
        return [frame.replace("{c}", clause) for frame in _FRAMES for clause in clauses]

    nouns = [f"{{s}}'s {noun}", f"the {noun} of {{s}}"]
    return {
        "statements": _learned(written(group["say"]), forms, "statements", "heldStatements"),
        "questions": _learned(written(group["ask"]) + written(framed(group["clause"] + nouns)), forms, "questions", "heldQuestions"),
        "ownStatements": _learned(written(group["own_say"]), forms, "ownStatements", "heldOwnStatements"),
        "ownQuestions": _learned(written(group["own_ask"]) + written(framed([*group["own_clause"], f"my {noun}"])), forms, "ownQuestions", "heldOwnQuestions"),
    }


def more_generic(forms: dict) -> dict[str, list[str]]:
    """The same for a relation that is named by any noun, `{r}`."""
    framed = [frame.replace("{c}", clause) for frame in _FRAMES for clause in [*_GENERIC["clause"], "{s}'s {r}"]]
    return {
        "statements": _learned(_GENERIC["say"], forms, "statements", "heldStatements"),
        "questions": _learned(_GENERIC["ask"] + framed, forms, "questions", "heldQuestions"),
    }


def _learned(templates: list[str], forms: dict, known: str, held: str) -> list[str]:
    return [text for text in dict.fromkeys(templates) if text not in forms[held] and text not in forms[known]]
