"""More ways to say and to ask for what memories hold, to learn from alone.

A small model understands a phrasing that it has never seen only where it has seen many. What `phrasings.json` holds out
is left out here as well: a held-out template is never learned from.
"""

_FAVOURITE = {
    "say": [
        "{o} is {s}'s favourite {x}.", "{o} is the favourite {x} of {s}.", "The {x} that {s} prefers is {o}.", "{s} named {o} as favourite {x}.",
        "{s} thinks {o} is the best {x}.", "For {s} no {x} is better than {o}.", "{s} chose {o} as favourite {x}.",
        "If {s} has to choose a {x}, it is {o}.", "{s} likes {o} best of every {x}.", "The best {x} for {s} is {o}.",
        "The {x} {s} loves most is {o}.", "{s}'s {x} of choice is {o}.", "When it comes to a {x}, {s} always picks {o}.",
        "{s} rates {o} above every other {x}.", "{s}'s top {x} is {o}.", "{o} is {s}'s number one {x}.", "{s} would pick {o} over any other {x}.",
        "As a {x}, {o} suits {s} best.", "{s} enjoys {o} more than any other {x}.", "The {x} closest to {s}'s heart is {o}.",
        "The {x} that {s} adores is {o}.", "{o} is the {x} that {s} likes the most.", "{s} has a soft spot for one {x}: {o}.",
        "Among every kind of {x}, {s} favours {o}.", "{s} goes for {o} as a {x} every time.", "{o} tops {s}'s list for {x}.",
        "{s}'s preferred {x} is {o}.", "In {s}'s opinion the finest {x} is {o}.", "{o} is the {x} {s} cares for most.",
    ],
    "ask": [
        "What {x} does {s} prefer?", "Which {x} is {s}'s favourite?", "What is the best {x} for {s}?", "What {x} does {s} love most?",
        "Which {x} does {s} love most?", "What would {s} choose as a {x}?", "Of all, what does {s} like best as a {x}?",
        "What is {s}'s preferred {x}?", "Which {x} would {s} pick first?", "What is {s}'s {x} of choice?", "Which {x} does {s} enjoy the most?",
        "What {x} does {s} favour?", "Which {x} does {s} rate highest?", "What is {s}'s number one {x}?", "Which {x} is at the top of {s}'s list?",
        "When it comes to a {x}, what does {s} go for?", "What {x} is closest to {s}'s heart?",
    ],
    "clause": [
        "which {x} {s} likes best", "what {x} {s} prefers", "what {s}'s favourite {x} is", "which {x} {s} prefers", "which {x} {s} likes the most",
        "what {s}'s preferred {x} is", "which {x} {s} would pick first", "what {x} {s} favours", "which {x} {s} enjoys most",
    ],
    "own_say": [
        "{o} is my favourite {x}.", "The {x} I like best is {o}.", "The {x} that I prefer is {o}.", "For me no {x} is better than {o}.",
        "I think {o} is the best {x}.", "I chose {o} as favourite {x}.", "My {x} of choice is {o}.", "When it comes to a {x}, I always pick {o}.",
        "I enjoy {o} more than any other {x}.", "My preferred {x} is {o}.", "{o} is my number one {x}.", "I rate {o} above every other {x}.",
        "The {x} I adore is {o}.", "My top {x} is {o}.", "The {x} closest to my heart is {o}.", "I would pick {o} over any other {x}.",
    ],
    "own_ask": [
        "What {x} do I prefer?", "Which {x} is my favourite?", "What is the best {x} for me?", "Which {x} do I love most?",
        "What is my preferred {x}?", "Which {x} do I enjoy the most?", "What is my {x} of choice?", "Which {x} would I pick first?",
        "What {x} do I favour?", "What is my number one {x}?",
    ],
    "own_clause": [
        "which {x} I like best", "what {x} I prefer", "what my favourite {x} is", "which {x} I prefer", "which {x} I like the most",
        "what my preferred {x} is", "which {x} I would pick first", "what {x} I enjoy most",
    ],
}
_PET = {
    "say": [
        "{o} is {s}'s {x}.", "{o} is the {x} of {s}.", "{s} calls the {x} {o}.", "{s} got a {x} called {o}.", "{s} takes care of a {x} called {o}.",
        "The {x} of {s} is called {o}.", "The {x} of {s} is named {o}.", "The {x} of {s} is {o}.", "{s} bought a {x} named {o}.",
        "{o} is the name of {s}'s {x}.", "{s} owns a {x} named {o}.", "{s} looks after a {x} named {o}.", "{s} keeps a {x} by the name of {o}.",
        "{s}'s {x} answers to {o}.", "{s}'s {x} goes by the name of {o}.", "{s} gave the {x} the name {o}.", "The {x} at {s}'s house is {o}.",
        "{s} feeds a {x} called {o} every day.", "{s} shares a home with a {x} named {o}.", "The {x} that {s} owns is called {o}.",
        "{s} adopted a {x} named {o}.", "{o} is a {x} and belongs to {s}.", "The {x} {o} belongs to {s}.", "{s} is the owner of a {x} named {o}.",
        "{o}, a {x}, lives with {s}.", "{s} has a pet {x} whose name is {o}.", "{s} picked the name {o} for the {x}.", "{s}'s pet {x} is {o}.",
        "{s} loves a little {x} called {o}.",
    ],
    "ask": [
        "What is the name of the {x} of {s}?", "What does {s} call the {x}?", "How is {s}'s {x} called?", "Which name has the {x} of {s}?",
        "What is {s}'s {x} named?", "What is the {x} of {s} named?", "What name did {s} give the {x}?", "What name does {s}'s {x} answer to?",
        "What does {s}'s {x} go by?", "What is the {x} that {s} owns called?", "What name has {s} chosen for the {x}?", "Which {x} belongs to {s}?",
        "What did {s} name the {x}?", "What is the name of the {x} at {s}'s house?", "By what name does {s} call the {x}?",
        "What is {s}'s pet {x} called?",
    ],
    "clause": [
        "what {s}'s {x} is called", "what the {x} of {s} is called", "the name of the {x} of {s}", "which name {s}'s {x} has",
        "what {s} named the {x}", "what name {s} gave the {x}", "what {s} calls the {x}", "what name {s}'s {x} answers to",
        "what {s}'s pet {x} is called",
    ],
    "own_say": [
        "{o} is my {x}.", "I own a {x} called {o}.", "My {x} is named {o}.", "I call my {x} {o}.", "I got a {x} called {o}.",
        "{o} is the name of my {x}.", "I look after a {x} named {o}.", "My {x} answers to {o}.", "I keep a {x} by the name of {o}.",
        "I gave my {x} the name {o}.", "My {x} goes by {o}.", "I adopted a {x} named {o}.", "The {x} at my house is {o}.",
        "I share my home with a {x} called {o}.", "The {x} {o} belongs to me.", "I am the owner of a {x} named {o}.",
    ],
    "own_ask": [
        "What is my {x} named?", "How is my {x} called?", "What do I call my {x}?", "What did I name my {x}?", "What name did I give my {x}?",
        "What name does my {x} answer to?", "What is my pet {x} called?", "Which {x} belongs to me?", "What does my {x} go by?",
    ],
    "own_clause": [
        "what my {x} is called", "which name my {x} has", "what my {x} is named", "what I named my {x}", "what I call my {x}",
        "what name I gave my {x}", "what name my {x} answers to",
    ],
}
_PERSON = {
    "say": [
        "{s} has a {x} called {o}.", "The {x} of {s} is called {o}.", "{o} is the name of {s}'s {x}.", "{s} told us about the {x}, {o}.",
        "{s} introduced {o} as the {x}.", "{s} calls {o} a {x}.", "As a {x}, {s} has {o}.", "The name of the {x} of {s} is {o}.",
        "{s} has {o} for a {x}.", "{s}'s {x} is named {o}.", "{o} was introduced as the {x} of {s}.", "{o} happens to be {s}'s {x}.",
        "{s}'s {x} goes by the name of {o}.", "The person {s} calls {x} is {o}.", "{s} knows {o} as a {x}.", "{o} is the one who is {s}'s {x}.",
        "To {s}, {o} is a {x}.", "{s} has somebody called {o} as a {x}.", "{s}'s {x} is a person called {o}.",
        "{s}'s {x} and {o} are the same person.", "Meet {o}, the {x} of {s}.", "This is {o}, {s}'s {x}.", "{s} says that {o} is the {x}.",
        "{s} mentioned a {x} by the name of {o}.", "When {s} talks about the {x}, it is about {o}.", "The role of {x} in {s}'s life belongs to {o}.",
        "The one who is {x} to {s} is {o}.", "{o} is {x} to {s}.", "{s} can count on {o} as a {x}.",
    ],
    "ask": [
        "What is the name of the {x} of {s}?", "How is {s}'s {x} called?", "Who has {s} for a {x}?", "What is {s}'s {x} named?",
        "Which person is {s}'s {x}?", "Which person is the {x} of {s}?", "Who is {x} to {s}?", "Who does {s} call a {x}?",
        "Who is it that {s} has as a {x}?", "What name does {s}'s {x} go by?", "Who is the person that is {s}'s {x}?",
        "Whom does {s} have as a {x}?", "Who exactly is {s}'s {x}?", "Who does {s} mean by the {x}?", "Who would {s} introduce as the {x}?",
        "By what name is {s}'s {x} known?",
    ],
    "clause": [
        "who the {x} of {s} is", "what {s}'s {x} is called", "the name of {s}'s {x}", "the name of the {x} of {s}", "who {s} has as a {x}",
        "who is {s}'s {x}", "which person is {s}'s {x}", "what name {s}'s {x} goes by", "who is {x} to {s}",
    ],
    "own_say": [
        "I have a {x} called {o}.", "{o} is the name of my {x}.", "{o} is a {x} of mine.", "My {x} is named {o}.", "As a {x} I have {o}.",
        "{o} happens to be my {x}.", "My {x} goes by the name of {o}.", "The person I call {x} is {o}.", "I know {o} as a {x}.", "{o} is {x} to me.",
        "This is {o}, my {x}.", "To me {o} is a {x}.", "The one who is my {x} is {o}.", "Meet my {x}, {o}.", "I have somebody called {o} as a {x}.",
    ],
    "own_ask": [
        "What is my {x} named?", "How is my {x} called?", "Which person is my {x}?", "Who do I have as a {x}?", "Who is {x} to me?",
        "What name does my {x} go by?", "Who is it that is my {x}?", "Who exactly is my {x}?", "Who would I introduce as my {x}?",
    ],
    "own_clause": [
        "what my {x} is called", "the name of my {x}", "what the name of my {x} is", "who I have as a {x}", "which person is my {x}",
        "what name my {x} goes by", "who is {x} to me",
    ],
}
_SINGLE = {
    "home": {
        "say": [
            "{s} stays in {o}.", "{s} has a house in {o}.", "{s} rents a room in {o}.", "{s} settled in {o}.", "{o} is where {s} lives.",
            "The flat of {s} is in {o}.", "{s}'s flat is in {o}.", "{s} lives in the city of {o}.", "{s} is at home in {o}.",
            "{o} is the home of {s}.", "{o} is {s}'s home.", "{s} makes a home in {o}.", "{s} dwells in {o}.", "{s} calls {o} home these days.",
            "{s} is based in {o}.", "{s}'s address is in {o}.", "{s} has moved to {o}.", "{s} shares a flat in {o}.",
            "{s} occupies an apartment in {o}.", "{s} is a resident of {o}.", "You can find {s}'s house in {o}.", "{s} has an apartment in {o}.",
            "These days {s} lives over in {o}.", "{s} inhabits a small place in {o}.", "{s}'s front door is in {o}.",
            "The place where {s} lives is {o}.", "After work {s} goes home to {o}.", "{s} put down roots and lives in {o}.",
            "{s}'s house stands in {o}.",
        ],
        "ask": [
            "Where is the home of {s}?", "In which city is the home of {s}?", "What city does {s} live in?", "Where does {s} reside?",
            "Which city is {s}'s home?", "Where is {s} at home?", "Where is {s}'s flat?", "In what city does {s} live?", "Where is {s} based?",
            "Where does {s} dwell?", "What place does {s} call home?", "In which town does {s} live?", "Where is {s}'s house?",
            "Where has {s} moved to?", "Where has {s} settled?", "Which city is {s} a resident of?", "Whereabouts does {s} live?",
            "Where does {s} have an apartment?",
        ],
        "clause": [
            "where {s} lives", "which city {s} lives in", "where {s}'s home is", "in which city {s} lives", "where {s} is at home",
            "where {s} is based", "where {s} resides", "which town {s} lives in", "what place {s} calls home", "where {s}'s house is",
        ],
        "own_say": [
            "I stay in {o}.", "I have a house in {o}.", "{o} is where I live.", "My flat is in {o}.", "I reside in {o}.", "{o} is my home.",
            "I am based in {o}.", "I make my home in {o}.", "I have moved to {o}.", "My address is in {o}.", "I am a resident of {o}.",
            "I call {o} home these days.", "My house stands in {o}.", "I have an apartment in {o}.", "The place where I live is {o}.",
            "I rent a flat in {o}.",
        ],
        "own_ask": [
            "What city do I live in?", "Where do I reside?", "Which city is my home?", "Where am I at home?", "Where is my flat?",
            "Where am I based?", "What place do I call home?", "Where is my house?", "In which town do I live?", "Whereabouts do I live?",
            "Where have I settled?",
        ],
        "own_clause": [
            "which city I live in", "where my home is", "in which city I live", "where I am at home", "where I reside", "where I am based",
            "which town I live in", "what place I call home",
        ],
    },
    "birthplace": {
        "say": [
            "{o} is where {s} was born.", "{s} is from {o}.", "{s} first saw the light in {o}.", "{s} spent the childhood in {o}.",
            "{s} was born in the city of {o}.", "{s}'s birthplace is {o}.", "{o} is the birthplace of {s}.", "{s} has roots in {o}.",
            "{s} is a child of {o}.", "By birth {s} is from {o}.", "{s} is a native of {o}.", "{s} hails from {o}.", "{s} entered the world in {o}.",
            "{s}'s hometown by birth is {o}.", "{s} is {o} born and bred.", "{s} originates from {o}.", "{s} was raised in {o}.",
            "{s}'s origins are in {o}.", "The town of {s}'s birth is {o}.", "{s}'s life began in {o}.", "{s}'s mother gave birth in {o}.",
            "The passport of {s} gives {o} as place of birth.", "{s} was delivered in a hospital in {o}.", "It was in {o} that {s} was born.",
            "{s} comes originally from {o}.", "{o} is the city that {s} originally comes from.",
        ],
        "ask": [
            "Where is {s} from?", "Which city was {s} born in?", "What is {s}'s birthplace?", "In which city did {s} grow up?",
            "Where is {s} originally from?", "What city does {s} come from?", "From which city does {s} come?", "Where does {s} hail from?",
            "Where was {s} raised?", "Where did {s}'s life begin?", "What town was {s} born in?", "Where does {s} originate from?",
            "Which city is {s} a native of?", "What place of birth is in {s}'s passport?", "Where are {s}'s origins?", "In what place was {s} born?",
            "Where did {s} come into the world?",
        ],
        "clause": [
            "where {s} comes from", "which city {s} comes from", "where {s} grew up", "in which city {s} was born", "what {s}'s birthplace is",
            "where {s} hails from", "where {s} was raised", "which city {s} is a native of", "what town {s} was born in",
            "where {s} is originally from",
        ],
        "own_say": [
            "{o} is where I was born.", "I am from {o}.", "I am originally from {o}.", "The place of my birth is {o}.", "{o} is my birthplace.",
            "I hail from {o}.", "I am a native of {o}.", "I was raised in {o}.", "My life began in {o}.", "I came into the world in {o}.",
            "My origins are in {o}.", "I come originally from {o}.", "It was in {o} that I was born.", "My passport gives {o} as place of birth.",
            "The town of my birth is {o}.",
        ],
        "own_ask": [
            "Where am I from?", "Where was it that I was born?", "What is my birthplace?", "What city do I come from?",
            "Where am I originally from?", "Where do I hail from?", "Where was I raised?", "What town was I born in?", "Where did my life begin?",
            "Which city am I a native of?", "In what place was I born?",
        ],
        "own_clause": [
            "where I was born", "where I come from", "which city I come from", "where I grew up", "where I hail from", "where I was raised",
            "what town I was born in", "where I am originally from",
        ],
    },
    "employer": {
        "say": [
            "{o} employs {s}.", "{s} has started at {o}.", "{s} got a job at {o}.", "{s} has worked for {o} since spring.",
            "{o} is where {s} works.", "{o} is the employer of {s}.", "{s} is with the company {o}.", "{s} is on the staff of {o}.",
            "The company {s} works for is {o}.", "{s} was hired by {o}.", "{s} is on the payroll of {o}.", "{s}'s salary comes from {o}.",
            "{o} pays {s}'s wages.", "{s} holds a position at {o}.", "{s} has joined {o} as an employee.", "{s} earns a living at {o}.",
            "{s} is a member of staff at {o}.", "{s}'s workplace is {o}.", "{o} has taken {s} on as an employee.", "{s} has an office at {o}.",
            "{s} signed a work contract with {o}.", "The firm that employs {s} is {o}.", "{s}'s company is {o}.", "{s} is in the employ of {o}.",
            "{s} does a full-time job for {o}.", "Every morning {s} goes to work at {o}.", "{s} is part of the workforce of {o}.",
            "{s} gets a pay cheque from {o}.",
        ],
        "ask": [
            "Which company employs {s}?", "Where does {s} have a job?", "What company does {s} work for?", "What company is {s} with?",
            "For which company does {s} work?", "At what company does {s} work?", "Where is {s} employed?", "Who pays {s}'s wages?",
            "Where does {s}'s salary come from?", "What firm does {s} work for?", "Which company has hired {s}?", "Whose payroll is {s} on?",
            "What is {s}'s workplace?", "Which firm employs {s}?", "Where does {s} go to work?", "Where is {s} on the staff?",
            "At which firm does {s} hold a position?",
        ],
        "clause": [
            "which company {s} works for", "who {s} works for", "who {s}'s employer is", "at which company {s} works", "who employs {s}",
            "which firm {s} works for", "where {s} is employed", "who pays {s}'s wages", "which company hired {s}", "what company {s} is with",
        ],
        "own_say": [
            "{o} employs me.", "{o} is where I work.", "I am working at {o}.", "I got a job at {o}.", "I was hired by {o}.", "{o} is my employer.",
            "I am on the payroll of {o}.", "My salary comes from {o}.", "{o} pays my wages.", "I hold a position at {o}.",
            "I am a member of staff at {o}.", "My workplace is {o}.", "I have joined {o} as an employee.", "The firm that employs me is {o}.",
            "Every morning I go to work at {o}.", "I signed a work contract with {o}.",
        ],
        "own_ask": [
            "Which company employs me?", "Where do I have a job?", "What company do I work for?", "Where am I employed?", "Where am I working?",
            "Who pays my wages?", "What firm do I work for?", "Which company has hired me?", "What is my workplace?",
            "Where does my salary come from?", "Where do I go to work?",
        ],
        "own_clause": [
            "which company I work for", "who I work for", "who my employer is", "who employs me", "which firm I work for", "where I am employed",
            "who pays my wages", "which company hired me",
        ],
    },
    "job": {
        "say": [
            "{s} is employed as a {o}.", "{s} makes money as a {o}.", "{s}'s profession is {o}.", "By trade {s} is a {o}.", "{s} became a {o}.",
            "{s} trained as a {o}.", "{s} has a job as a {o}.", "The work of {s} is that of a {o}.", "As a {o}, {s} earns money.",
            "{s} has a career as a {o}.", "{s} is a {o} for a living.", "{s}'s occupation is {o}.", "{s} pays the bills as a {o}.",
            "{s}'s day job is that of a {o}.", "{s} is a professional {o}.", "{s} is a qualified {o}.", "{s} works full time as a {o}.",
            "{s} practises the profession of {o}.", "{s}'s line of work is that of a {o}.", "{s}'s job title is {o}.", "{s} holds a post as a {o}.",
            "{s} found work as a {o}.", "In working life {s} is a {o}.", "The job {s} does is that of a {o}.", "{s} serves as a {o}.",
            "The business card of {s} says {o}.", "The occupation of {s} is {o}.",
        ],
        "ask": [
            "Which job does {s} have?", "What job does {s} have?", "What is the work of {s}?", "How does {s} earn a living?",
            "As what does {s} work?", "Which profession does {s} have?", "What does {s} do for work?", "What is {s}'s occupation?",
            "What line of work is {s} in?", "What is {s}'s job title?", "What kind of work does {s} do?", "What career does {s} have?",
            "What is {s}'s trade?", "How does {s} pay the bills?", "What is {s} by profession?", "What sort of job does {s} do?",
            "What is {s} employed as?",
        ],
        "clause": [
            "what {s} works as", "which job {s} has", "what {s}'s job is", "what {s} does for a living", "which profession {s} has",
            "what {s}'s occupation is", "what kind of work {s} does", "what line of work {s} is in", "how {s} earns a living",
            "what {s} is by profession",
        ],
        "own_say": [
            "I am a {o} by profession.", "I am employed as a {o}.", "By trade I am a {o}.", "I make money as a {o}.", "I have a job as a {o}.",
            "I have a career as a {o}.", "I am a {o} for a living.", "My occupation is {o}.", "I pay the bills as a {o}.",
            "I am a professional {o}.", "I work full time as a {o}.", "My job title is {o}.", "I found work as a {o}.",
            "My line of work is that of a {o}.", "I am a qualified {o}.",
        ],
        "own_ask": [
            "Which job do I have?", "How do I earn a living?", "What job do I have?", "Which profession do I have?", "As what do I work?",
            "What is my occupation?", "What line of work am I in?", "What is my job title?", "What kind of work do I do?",
            "What am I by profession?", "What am I employed as?",
        ],
        "own_clause": [
            "what I work as", "which job I have", "what I do for a living", "what my job is", "what my occupation is", "what kind of work I do",
            "how I earn a living", "what I am by profession",
        ],
    },
    "birthday": {
        "say": [
            "{s} turns a year older on {o}.", "On {o} {s} has a birthday.", "On {o} it is the birthday of {s}.", "{s} came into the world on {o}.",
            "{o} is {s}'s birthday.", "{o} is the birthday of {s}.", "We celebrate the birthday of {s} on {o}.", "The date of {s}'s birth is {o}.",
            "{s}'s date of birth is {o}.", "{s} blows out the candles on {o}.", "{s}'s birthday falls on {o}.", "{s} has a birthday party on {o}.",
            "{s} gets birthday presents on {o}.", "{s}'s big day is {o}, a birthday.", "Every year on {o}, {s} gets older.",
            "Wish {s} a happy birthday on {o}.", "There is birthday cake for {s} on {o}.", "The day {s} was born is {o}.",
            "Each year {s} ages by one on {o}.", "{s} marks another birthday on {o}.", "Send {s} a birthday card on {o}.",
            "The calendar shows {s}'s birthday on {o}.", "{s}'s birth date is {o}.", "Come {o}, {s} celebrates a birthday.",
            "{s}'s birthday comes round on {o}.",
        ],
        "ask": [
            "On which date is {s}'s birthday?", "What is the date of {s}'s birthday?", "Which day is the birthday of {s}?",
            "What day is {s}'s birthday?", "On what day was {s} born?", "When was {s} born?", "When do we celebrate {s}'s birthday?",
            "When does {s} turn a year older?", "When does {s}'s birthday fall?", "What is {s}'s date of birth?",
            "When does {s} blow out the candles?", "When should I wish {s} a happy birthday?", "On what date was {s} born?",
            "When does {s} get birthday presents?", "What is {s}'s birth date?", "When is {s} a year older?", "When do I send {s} a birthday card?",
        ],
        "clause": [
            "when the birthday of {s} is", "on which day {s}'s birthday is", "when {s} was born", "when {s} has a birthday",
            "what day {s}'s birthday is", "when {s} turns a year older", "what {s}'s date of birth is", "on which date {s} was born",
            "when {s}'s birthday falls", "when {s} celebrates a birthday",
        ],
        "own_say": [
            "{o} is my birthday.", "On {o} I have a birthday.", "I was born on {o}.", "I turn a year older on {o}.", "The date of my birth is {o}.",
            "My date of birth is {o}.", "My birthday falls on {o}.", "I blow out the candles on {o}.", "I get birthday presents on {o}.",
            "I came into the world on {o}.", "Wish me a happy birthday on {o}.", "The day I was born is {o}.", "I have a birthday party on {o}.",
            "My birth date is {o}.", "Every year on {o} I get older.",
        ],
        "own_ask": [
            "On which date is my birthday?", "What is the date of my birthday?", "When was I born?", "What day is my birthday?",
            "When do I turn a year older?", "What is my date of birth?", "When does my birthday fall?", "On what date was I born?",
            "When do I blow out the candles?", "When do I get birthday presents?",
        ],
        "own_clause": [
            "on which day my birthday is", "when I was born", "when I have a birthday", "what day my birthday is", "when I turn a year older",
            "what my date of birth is", "when my birthday falls", "on which date I was born",
        ],
    },
    "hobby": {
        "say": [
            "{s} loves {o} in free time.", "{s} has {o} for a hobby.", "{o} is {s}'s hobby.", "{o} is the hobby of {s}.", "{s} took up {o}.",
            "{s} spends free time with {o}.", "As a hobby {s} has taken up {o}.", "{s} likes {o} as a hobby.", "On Sundays {s} enjoys {o}.",
            "{s}'s pastime is {o}.", "{s} is mad about {o}.", "{s} is really into {o}.", "{s} is passionate about {o}.", "{s} does {o} for fun.",
            "{s} unwinds with {o}.", "After work {s} relaxes with {o}.", "{s}'s great passion is {o}.", "{s}'s spare time goes into {o}.",
            "{s} devotes every free hour to {o}.", "{s} is a keen fan of {o}.", "{s} fills the weekends with {o}.", "For pleasure {s} turns to {o}.",
            "{s} is crazy about {o}.", "{s}'s leisure activity is {o}.", "In leisure time {s} goes in for {o}.", "{s} gets a lot of joy out of {o}.",
            "{s} is hooked on {o}.",
        ],
        "ask": [
            "How does {s} spend every weekend?", "What does {s} enjoy in the evening?", "What does {s} do in free time?", "Which hobby is {s}'s?",
            "What is {s} fond of?", "What does {s} have for a hobby?", "What is {s}'s pastime?", "What does {s} do for fun?",
            "What is {s} passionate about?", "What is {s} into?", "How does {s} unwind?", "What does {s} do on days off?",
            "How does {s} relax after work?", "What fills {s}'s spare time?", "What is {s} mad about?", "What does {s} do for pleasure?",
        ],
        "clause": [
            "what {s}'s hobby is", "which hobby {s} has", "what {s} is keen on", "what {s} does in free time", "what {s} is fond of",
            "what {s} does for fun", "what {s}'s pastime is", "what {s} is passionate about", "how {s} spends free time", "what {s} is into",
        ],
        "own_say": [
            "{o} is my hobby.", "I took up {o}.", "I am fond of {o} as a hobby.", "I spend free time with {o}.", "I love {o} in free time.",
            "My pastime is {o}.", "I am really into {o}.", "I am passionate about {o}.", "I do {o} for fun.", "I unwind with {o}.",
            "My great passion is {o}.", "My spare time goes into {o}.", "I am mad about {o}.", "I fill my weekends with {o}.", "I am hooked on {o}.",
        ],
        "own_ask": [
            "How do I spend every weekend?", "What do I do in free time?", "What am I fond of?", "What do I enjoy in the evening?",
            "What do I do for fun?", "What is my pastime?", "What am I passionate about?", "What am I into?", "How do I unwind?",
            "What fills my spare time?",
        ],
        "own_clause": [
            "what my hobby is", "which hobby I have", "what I am keen on", "what I am fond of", "what I do for fun", "what my pastime is",
            "what I am passionate about", "how I spend my free time",
        ],
    },
    "language": {
        "say": [
            "{s} is fluent in {o}.", "{s} talks in {o}.", "{o} is the mother tongue of {s}.", "{o} is {s}'s mother tongue.",
            "{o} is {s}'s language.", "{s}'s language is {o}.", "{s} grew up with {o} as a language.", "{s} can speak {o}.",
            "At home {s} speaks {o}.", "{s} is a speaker of {o}.", "{s} is a native speaker of {o}.", "{s} converses in {o}.",
            "{s} chats with the family in {o}.", "{s} has a good command of {o}.", "{s}'s first language is {o}.", "{s} communicates in {o}.",
            "{s} understands and speaks {o}.", "You can talk to {s} in {o}.", "{s} writes letters in {o}.", "{s} thinks and dreams in {o}.",
            "{s} makes conversation in {o}.", "{s} has mastered {o}.", "The language that comes from {s}'s mouth is {o}.",
            "{s} uses the {o} language.", "The language {s} knows is {o}.",
        ],
        "ask": [
            "In which language does {s} talk?", "Which language is {s} learning?", "What language is {s} learning?", "Which language is {s}'s?",
            "What is {s}'s language?", "Which language does {s} speak at home?", "What does {s} speak at home?", "What language is {s} fluent in?",
            "What is {s}'s first language?", "What language does {s} use?", "In what language does {s} communicate?",
            "Which language does {s} know?", "What language can I talk to {s} in?", "Which language can {s} speak?", "What tongue does {s} speak?",
            "Which language has {s} mastered?", "What is {s} a native speaker of?",
        ],
        "clause": [
            "what language {s} speaks", "what {s}'s mother tongue is", "which language {s} is learning", "what the language of {s} is",
            "what language {s} is fluent in", "which language {s} uses", "what {s}'s first language is", "which language {s} knows",
            "in which language {s} communicates",
        ],
        "own_say": [
            "I am fluent in {o}.", "{o} is my mother tongue.", "{o} is my language.", "At home I speak {o}.", "I can speak {o}.",
            "I am a speaker of {o}.", "I am a native speaker of {o}.", "My first language is {o}.", "I communicate in {o}.",
            "I have a good command of {o}.", "I think and dream in {o}.", "You can talk to me in {o}.", "I use the {o} language.",
            "I converse in {o}.", "The language I know is {o}.",
        ],
        "own_ask": [
            "Which language am I learning?", "What is my language?", "What do I speak at home?", "Which language do I speak at home?",
            "What language am I fluent in?", "What is my first language?", "Which language do I use?", "In what language do I communicate?",
            "Which language can I speak?", "What tongue do I speak?",
        ],
        "own_clause": [
            "what language I speak", "what my mother tongue is", "which language I am learning", "what language I am fluent in",
            "what my first language is", "which language I use", "which language I know",
        ],
    },
    "instrument": {
        "say": [
            "{s} makes music on the {o}.", "{s} is learning the {o}.", "The {o} is {s}'s instrument.", "The {o} is the instrument of {s}.",
            "{s} performs on the {o}.", "{s} takes lessons on the {o}.", "In a band {s} plays the {o}.", "{s} is skilled at the {o}.",
            "{s} plays tunes on the {o}.", "{s} knows how to play the {o}.", "{s} can play the {o} well.", "{s} is a talented player of the {o}.",
            "{s} is studying the {o} at music school.", "{s} has mastered the {o}.", "{s} entertains friends on the {o}.",
            "{s} rehearses on the {o} every day.", "{s} plays songs with the {o}.", "In the orchestra {s} is on the {o}.",
            "{s} gives concerts on the {o}.", "{s} has a gift for the {o}.", "{s} picks up the {o} to make music.", "The {o} is what {s} plays.",
            "The neighbours hear {s} on the {o}.", "{s} has been playing the {o} for years.", "When there is music, {s} takes the {o}.",
            "{s} is a musician and plays the {o}.",
        ],
        "ask": [
            "On which instrument does {s} make music?", "Which instrument does {s} practise?", "What instrument does {s} practise?",
            "Which instrument is {s}'s?", "What instrument is {s} learning?", "What does {s} play in a band?", "What instrument can {s} play?",
            "Which instrument does {s} know how to play?", "What does {s} make music with?", "What does {s} play in the orchestra?",
            "What instrument has {s} mastered?", "On what does {s} play tunes?", "What musical instrument does {s} play?",
            "Which instrument is {s} good at?", "What does {s} give concerts on?", "What instrument does {s} perform on?",
        ],
        "clause": [
            "what instrument {s} plays", "what {s} plays", "which instrument {s} practises", "what the instrument of {s} is",
            "what musical instrument {s} plays", "which instrument {s} can play", "what {s} makes music on", "what instrument {s} is learning",
            "which instrument {s} performs on",
        ],
        "own_say": [
            "I make music on the {o}.", "I am good at the {o}.", "The {o} is my instrument.", "I am learning the {o}.", "I perform on the {o}.",
            "I know how to play the {o}.", "I can play the {o} well.", "I play tunes on the {o}.", "I rehearse on the {o} every day.",
            "In the orchestra I am on the {o}.", "I have mastered the {o}.", "The {o} is what I play.", "I give concerts on the {o}.",
            "I have been playing the {o} for years.", "I am a musician and play the {o}.",
        ],
        "own_ask": [
            "Which instrument do I practise?", "Which instrument is mine?", "What instrument am I learning?", "What do I practise?",
            "What instrument can I play?", "What do I make music with?", "What musical instrument do I play?", "Which instrument am I good at?",
            "What do I play in the orchestra?", "What instrument do I perform on?",
        ],
        "own_clause": [
            "what instrument I play", "what I play", "which instrument I practise", "which instrument I play", "what musical instrument I play",
            "which instrument I can play", "what I make music on", "what instrument I am learning",
        ],
    },
    "allergy": {
        "say": [
            "{s} must not eat {o}.", "{s} becomes sick from {o}.", "{o} makes {s} ill.", "{s} reacts badly to {o}.", "{s} does not tolerate {o}.",
            "{s} suffers from an allergy to {o}.", "The allergy of {s} is {o}.", "{s} falls ill after eating {o}.", "{s} has to avoid {o}.",
            "{s} breaks out in a rash from {o}.", "{s} is hypersensitive to {o}.", "{o} triggers an allergic reaction in {s}.",
            "{s} has an intolerance to {o}.", "{o} gives {s} a rash.", "{s} is sensitive to {o} and gets ill.",
            "Keep {o} away from {s}, who is allergic.", "{s} has an allergic reaction to {o}.", "{s} steers clear of {o} because of an allergy.",
            "{s}'s body rejects {o}.", "{s} comes out in hives from {o}.", "{o} is dangerous for {s}.", "{s} starts to itch because of {o}.",
            "{o} upsets {s}'s body.", "The doctor says {s} is allergic to {o}.", "{s}'s allergy is caused by {o}.", "{s} swells up from {o}.",
        ],
        "ask": [
            "What must {s} not eat?", "What makes {s} ill?", "What does {s} have an allergy to?", "What is the allergy of {s}?",
            "What does {s} have to avoid?", "What can {s} never eat?", "To what is {s} allergic?", "What gives {s} a rash?",
            "What triggers {s}'s allergy?", "What is {s} sensitive to?", "What does {s} react badly to?", "What should {s} stay away from?",
            "What causes {s}'s allergy?", "What makes {s} sick?", "What should we keep away from {s}?", "What intolerance does {s} have?",
        ],
        "clause": [
            "what {s} cannot eat", "which allergy {s} has", "what {s}'s allergy is", "what makes {s} ill", "what {s} has to avoid",
            "what {s} is allergic to", "what gives {s} a rash", "what {s} reacts badly to", "what triggers {s}'s allergy",
            "what {s} should stay away from",
        ],
        "own_say": [
            "I must not eat {o}.", "I get ill from {o}.", "{o} makes me ill.", "I do not tolerate {o}.", "I have to avoid {o}.",
            "I break out in a rash from {o}.", "{o} gives me a rash.", "I have an intolerance to {o}.", "I am hypersensitive to {o}.",
            "{o} triggers my allergy.", "I react badly to {o}.", "My allergy is caused by {o}.", "Keep {o} away from me, I am allergic.",
            "{o} is dangerous for me.", "I come out in hives from {o}.",
        ],
        "own_ask": [
            "What must I not eat?", "What makes me ill?", "What do I have to avoid?", "To what am I allergic?", "What do I have an allergy to?",
            "What gives me a rash?", "What triggers my allergy?", "What do I react badly to?", "What should I stay away from?",
            "What is dangerous for me?", "What am I sensitive to?",
        ],
        "own_clause": [
            "what I cannot eat", "which allergy I have", "what makes me ill", "what I have to avoid", "what I am allergic to",
            "what gives me a rash", "what I react badly to", "what triggers my allergy",
        ],
    },
    "meeting": {
        "say": [
            "On {o} we meet {s}.", "A meeting with {s} is planned for {o}.", "On {o} there is a meeting with {s}.", "{s}'s meeting is on {o}.",
            "The meeting of {s} is on {o}.", "The next meeting of {s} is on {o}.", "{s} expects us on {o}.", "{s} will be in a meeting on {o}.",
            "{s} has an appointment on {o}.", "We are seeing {s} on {o}.", "The meeting with {s} is scheduled for {o}.",
            "{s} has arranged a meeting for {o}.", "{s} is due to meet us on {o}.", "We sit down with {s} on {o}.",
            "The appointment with {s} is set for {o}.", "{s} set up a meeting for {o}.", "{s} put a meeting in the diary for {o}.",
            "We get together with {s} on {o}.", "{s} has a meeting booked for {o}.", "The meeting {s} called takes place on {o}.",
            "{s} is available to meet on {o}.", "{o} is the date of the meeting with {s}.", "{s} attends a meeting on {o}.",
            "{s} agreed to meet on {o}.", "The talks with {s} are on {o}.", "{o} is the day we meet {s}.",
        ],
        "ask": [
            "On which date is the meeting with {s}?", "When is the next meeting of {s}?", "When is the next meeting with {s}?",
            "When is {s}'s meeting?", "On which day do we meet {s}?", "On what day is the meeting with {s}?",
            "What is the date of {s}'s next meeting?", "When are we seeing {s}?", "When is {s}'s appointment?",
            "For which date is the meeting with {s} scheduled?", "When do we get together with {s}?", "When does {s} meet us?",
            "When does the meeting with {s} take place?", "When do we sit down with {s}?", "For when has {s} arranged a meeting?",
            "What day is the meeting with {s}?", "On what day does {s} have an appointment?",
        ],
        "clause": [
            "when the meeting with {s} is", "when {s} has a meeting", "on which day we meet {s}", "when {s}'s next meeting is",
            "when we are seeing {s}", "when {s}'s appointment is", "for when the meeting with {s} is scheduled", "what day the meeting with {s} is",
            "when we get together with {s}",
        ],
        "own_say": [
            "On {o} I have a meeting.", "A meeting of mine is planned for {o}.", "My meeting takes place on {o}.",
            "The next meeting for me is on {o}.", "I have an appointment on {o}.", "My meeting is scheduled for {o}.",
            "I have a meeting booked for {o}.", "I arranged a meeting for {o}.", "My appointment is set for {o}.", "I am due at a meeting on {o}.",
            "I put a meeting in my diary for {o}.", "{o} is the date of my meeting.", "I attend a meeting on {o}.", "I set up a meeting for {o}.",
        ],
        "own_ask": [
            "On which date is my next meeting?", "When do I meet?", "What is the date of my next meeting?", "On what day is my meeting?",
            "When is my appointment?", "For which date is my meeting scheduled?", "What day is my meeting?", "When does my meeting take place?",
            "When am I due at a meeting?", "On what day do I have an appointment?",
        ],
        "own_clause": [
            "when my next meeting is", "when I have a meeting", "on which day my meeting is", "when my appointment is", "what day my meeting is",
            "for when my meeting is scheduled", "when my meeting takes place",
        ],
    },
}
_GENERIC = {
    "say": [
        "{o} is the {r} of {s}.", "{o} is {s}'s {r}.", "As {r}, {s} has {o}.", "For {s}, the {r} is {o}.", "{s} named {o} as the {r}.",
        "{s} told us that the {r} is {o}.", "Note: the {r} of {s} is {o}.", "When it comes to the {r}, {s} has {o}.", "{s}'s {r} happens to be {o}.",
        "The {r} that belongs to {s} is {o}.", "{o} serves as the {r} of {s}.", "{s} gave {o} as the {r}.", "In {s}'s case the {r} is {o}.",
        "{s} put down {o} as the {r}.", "Under {r}, {s} wrote {o}.", "We know {o} to be {s}'s {r}.", "Remember that {s}'s {r} is {o}.",
        "{s} says: my {r} is {o}.", "{s} went with {o} for the {r}.", "With {s} the {r} is {o}.", "The {r} for {s} is {o}.",
        "The {r} {s} has is {o}.", "{s} listed {o} as the {r}.",
    ],
    "ask": [
        "What does {s} have as {r}?", "What {r} does {s} have?", "{s}'s {r}?", "What is the {r} that {s} has?", "What did {s} name as the {r}?",
        "What would {s} give as the {r}?", "What do we know about the {r} of {s}?", "And {s}'s {r}, what is it?",
        "What is it that {s} has for the {r}?", "In {s}'s case, what is the {r}?", "What is listed as {s}'s {r}?",
        "What did {s} put down as the {r}?", "What is the {r} for {s}?",
    ],
    "clause": [
        "what {s}'s {r} is", "what the {r} of {s} is", "the {r} of {s}", "which {r} {s} has", "what {s} has as the {r}", "what the {r} for {s} is",
        "what {s} gave as the {r}", "what {r} {s} has", "what is listed as {s}'s {r}",
    ],
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
