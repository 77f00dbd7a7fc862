/** Wordings of one intent; the last is kept for questions, so that half of what is asked is worded anew. */
export interface Intent {
  readonly name: string;
  readonly wordings: readonly string[];
}

/** What all intents speak of: none of these words tells one from another. */
export const SLOTS: Readonly<Record<string, readonly string[]>> = {
  when: [
    "today",
    "this morning",
    "on Monday",
    "on Friday",
    "last night",
    "before lunch",
    "at the weekend",
    "next week",
  ],
  who: [
    "my sister",
    "my father",
    "a friend",
    "the shop",
    "my landlord",
    "a colleague",
    "the hotel",
    "my neighbour",
  ],
  what: ["shoes", "a train ticket", "the concert", "a lamp", "dinner", "the garden", "a bicycle", "the trip"],
};

export const BANK_INTENTS: readonly Intent[] = [
  {
    name: "lost_card",
    wordings: [
      "I lost my card {when}",
      "my card is gone since I bought {what}",
      "I can't find my card, maybe {who} has it",
      "where do I report a missing card, it was there {when}",
    ],
  },
  {
    name: "declined",
    wordings: [
      "my payment for {what} was declined",
      "why did you decline what I paid {when}",
      "the terminal declined my card when I paid {who}",
      "paying for {what} didn't work, the payment was declined",
    ],
  },
  {
    name: "exchange_rate",
    wordings: [
      "which exchange rate did you use for {what}",
      "the rate you exchanged my euros at {when} looks wrong",
      "is the exchange rate better if {who} changes the money",
      "what rate do I get for dollars {when}",
    ],
  },
  {
    name: "transfer_pending",
    wordings: [
      "my transfer to {who} is still pending",
      "the money I sent {when} has not arrived",
      "how long is a transfer for {what} pending",
      "{who} still waits for the transfer that I sent",
    ],
  },
  {
    name: "change_pin",
    wordings: [
      "how do I change my PIN {when}",
      "I want another PIN because {who} knows mine",
      "can I choose a new PIN before I buy {what}",
      "I forgot my PIN when I paid {who}, how is it changed",
    ],
  },
  {
    name: "top_up",
    wordings: [
      "how can I top up my account {when}",
      "topping up by {who} failed",
      "I need to top up before I buy {what}",
      "my top up from {when} does not show",
    ],
  },
  {
    name: "refund",
    wordings: [
      "I want a refund for {what}",
      "{who} promised to refund me {when}",
      "when will the refund of {what} be on my account",
      "please give the money back, I return {what}",
    ],
  },
  {
    name: "extra_fee",
    wordings: [
      "why was I charged a fee {when}",
      "there is an extra fee on the payment for {what}",
      "do I pay a fee when {who} withdraws cash",
      "you charged more than {what} costs, what is that fee",
    ],
  },
];

export const ASSISTANT_INTENTS: readonly Intent[] = [
  {
    name: "alarm",
    wordings: [
      "set an alarm for {when}",
      "wake me up {when} please",
      "I need an alarm so that I don't miss {what}",
      "ring an alarm when {who} should be up {when}",
    ],
  },
  {
    name: "weather",
    wordings: [
      "what is the weather like {when}",
      "will it rain {when}",
      "do I need an umbrella for {what}",
      "is it going to be sunny where {who} lives, any rain",
    ],
  },
  {
    name: "music",
    wordings: [
      "play some music for {who}",
      "play the song that I heard {when}",
      "put on music that fits {what}",
      "start the playlist of {who} and play it loud",
    ],
  },
  {
    name: "shopping_list",
    wordings: [
      "add {what} to my shopping list",
      "what is on the shopping list for {when}",
      "put what {who} needs on the list",
      "take {what} off the shopping list",
    ],
  },
  {
    name: "translate",
    wordings: [
      "how do you say {what} in Spanish",
      "translate what {who} wrote into French",
      "what does the word for {what} mean in German",
      "say good luck {when} in Italian, translate it",
    ],
  },
  {
    name: "call",
    wordings: [
      "call {who} {when}",
      "dial the number of {who}",
      "ring up the people with {what}, call them",
      "phone {who}, I want to call about {what}",
    ],
  },
  {
    name: "traffic",
    wordings: [
      "how is the traffic {when}",
      "is there a jam on the way to {who}",
      "how long do I drive to get {what} in this traffic",
      "are the roads to {who} busy, any jam",
    ],
  },
  {
    name: "joke",
    wordings: [
      "tell me a joke about {what}",
      "do you know something funny for {who}",
      "make me laugh, I had a bad time {when}",
      "a funny joke for {who} please",
    ],
  },
  {
    name: "timer",
    wordings: [
      "start a timer for {what}",
      "set the timer to ten minutes, {who} is cooking",
      "how many minutes are left on the timer from {when}",
      "stop the timer that I started for {what}",
    ],
  },
  {
    name: "lights",
    wordings: [
      "turn the lights off {when}",
      "make the light in the room of {who} brighter",
      "dim the lights for {what}",
      "switch the lights on before {who} comes",
    ],
  },
];

/** The six coarse classes of questions; each of their two kinds is a fine one. */
export const QUESTION_CLASSES: Readonly<Record<string, readonly [Intent, Intent]>> = {
  abbreviation: [
    {
      name: "abbreviation",
      wordings: [
        "What is the abbreviation for {what} ?",
        "How is {what} abbreviated ?",
        "Which acronym does {who} use for {what} ?",
        "What is {what} abbreviated to {when} ?",
      ],
    },
    {
      name: "expansion",
      wordings: [
        "What does the acronym of {who} stand for ?",
        "What do the letters on {what} stand for ?",
        "What is the full form of what {who} wrote {when} ?",
        "What do these letters from {when} stand for ?",
      ],
    },
  ],
  description: [
    {
      name: "definition",
      wordings: [
        "What is the definition of {what} ?",
        "What is meant by {what} {when} ?",
        "Define {what} for {who} .",
        "What exactly is the meaning of {what} to {who} ?",
      ],
    },
    {
      name: "reason",
      wordings: [
        "Why did {who} leave {when} ?",
        "Why does {what} cost so much ?",
        "What is the reason that {who} was late {when} ?",
        "Why was {what} late {when} ?",
      ],
    },
  ],
  entity: [
    {
      name: "animal",
      wordings: [
        "What animal does {who} keep ?",
        "Which bird sings {when} ?",
        "What kind of dog ran after {what} ?",
        "Which animal came {when} ?",
      ],
    },
    {
      name: "food",
      wordings: [
        "What food does {who} like best ?",
        "Which dish is eaten {when} ?",
        "What kind of soup goes with {what} ?",
        "What dish did {who} cook {when} ?",
      ],
    },
  ],
  human: [
    {
      name: "individual",
      wordings: [
        "Who invented {what} ?",
        "Who visited {who} {when} ?",
        "Which man paid for {what} ?",
        "Who was the man that sold {what} {when} ?",
      ],
    },
    {
      name: "group",
      wordings: [
        "Which company makes {what} ?",
        "What team won {when} ?",
        "What organization does {who} belong to ?",
        "Which company or team did {who} join ?",
      ],
    },
  ],
  location: [
    {
      name: "city",
      wordings: [
        "In which city does {who} live ?",
        "What city is {what} from ?",
        "Which town hosts the fair {when} ?",
        "What city did {who} travel to {when} ?",
      ],
    },
    {
      name: "country",
      wordings: [
        "Which country exports {what} ?",
        "What country did {who} visit {when} ?",
        "In what country was {what} found ?",
        "Which country does {who} come from ?",
      ],
    },
  ],
  number: [
    {
      name: "date",
      wordings: [
        "When did {who} buy {what} ?",
        "What year was {what} made ?",
        "On what day was {who} here ?",
        "What day and year did {who} arrive ?",
      ],
    },
    {
      name: "count",
      wordings: [
        "How many people came {when} ?",
        "How many times did {who} call ?",
        "How many pieces does {what} have ?",
        "How many of them did {who} sell {when} ?",
      ],
    },
  ],
};
