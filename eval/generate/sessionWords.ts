export const RELATIVES = [
  "sister",
  "brother",
  "cousin",
  "uncle",
  "aunt",
  "neighbour",
  "colleague",
  "flatmate",
];

export const PETS = {
  dog: ["Biscuit", "Marlow", "Tundra", "Pickle", "Otis", "Juniper"],
  cat: ["Saffron", "Domino", "Pebble", "Mochi", "Sable", "Fig"],
  parrot: ["Captain", "Mango", "Zephyr", "Quill", "Indigo", "Rio"],
  rabbit: ["Clover", "Thistle", "Nutmeg", "Hazel", "Bramble", "Dandelion"],
  tortoise: ["Ferdinand", "Basalt", "Olive", "Gus", "Methuselah", "Cobble"],
} as const;

export const MEALS = [
  "ramen",
  "dumplings",
  "tapas",
  "seafood",
  "breakfast",
  "pizza",
  "curry",
  "pastries",
  "falafel",
];
export const CITIES = [
  "Lisbon",
  "Kyoto",
  "Bergen",
  "Porto",
  "Ghent",
  "Tallinn",
  "Oaxaca",
  "Hobart",
  "Cork",
  "Izmir",
];
export const CLUBS = [
  "The Copper Kettle",
  "Casa Amarela",
  "Harbour Lantern",
  "Nine Herons",
  "Old Mill Kitchen",
  "The Velvet Spoon",
  "Saltwater Table",
  "Blue Door",
  "Marigold House",
  "The Quiet Fox",
];

export const ACTIVITIES = [
  { name: "the five kilometre run", measure: "time", unit: "minutes" },
  { name: "juggling", measure: "streak", unit: "catches" },
  { name: "holding a plank", measure: "time", unit: "seconds" },
  { name: "typing", measure: "score", unit: "words a minute" },
  { name: "pull-ups", measure: "set", unit: "repetitions" },
  { name: "chess puzzles", measure: "streak", unit: "puzzles in a row" },
  { name: "swimming lengths", measure: "session", unit: "lengths" },
] as const;

export const HOBBIES = [
  {
    name: "cycling",
    gear: ["a helmet", "a pair of lights", "a saddle bag", "a chain lubricant set", "padded gloves"],
  },
  {
    name: "watercolour painting",
    gear: ["a sable brush", "a pad of cold-pressed paper", "a travel palette", "masking fluid"],
  },
  { name: "baking", gear: ["a proofing basket", "a dough scraper", "a cast-iron pot", "a kitchen scale"] },
  { name: "gardening", gear: ["a pair of secateurs", "a watering can", "a bag of compost", "a cold frame"] },
  { name: "climbing", gear: ["a chalk bag", "a harness", "a pair of climbing shoes", "a belay device"] },
  { name: "photography", gear: ["a tripod", "a polarising filter", "a camera strap", "a second-hand lens"] },
] as const;

export const ITEMS = [
  "a lamp",
  "a winter coat",
  "a rug",
  "concert tickets",
  "a suitcase",
  "a desk chair",
  "a kettle",
];

/** Things that one does on one day, as "I ..." continues. */
export const GOODS = [
  "repaired the kitchen tap",
  "visited the maritime museum",
  "finished the pottery course",
  "handed in the tax return",
  "planted the cherry tree",
  "met the new landlord",
  "gave the talk at the library",
  "sold the old piano",
  "ran the charity race",
  "joined the rowing club",
  "moved into the new flat",
  "adopted the beehive on the roof",
];

export const MONTHS = ["February", "March", "April", "May", "June", "August", "October", "November"];

/** What an assistant begins with; as in the topics, `{n}`, `{city}` and `{month}` are filled in. */
export const SMALL_TALK = [
  "That sounds like a good plan for {month}.",
  "Happy to help with that, {n} minutes will do.",
  "Here is what most people in {city} find useful.",
  "It depends a little on whether you have {n} days.",
  "Let me give you {n} ideas.",
  "Thank you for telling me before {month}.",
  "There are {n} ways to go about it.",
];

/** What sessions are otherwise about: what is asked, and what is answered. */
export const TOPICS = [
  {
    subject: "the trip",
    questions: [
      "Which part of {month} is best for a walking holiday near {city}?",
      "How do I pack for {n} days in {city} with hand luggage only?",
      "Is it worth buying a rail pass for {n} days around {city}?",
      "What should I look at when I book a guest house in {city}?",
    ],
    advice: [
      "{month} is mild there and less crowded than the summer.",
      "Roll your clothes, wear the heaviest shoes, and plan {n} sets for {month}.",
      "A pass pays off from about {n} long journeys on.",
      "Read the newest {n} reviews first, and look for a kitchen if you stay longer.",
    ],
  },
  {
    subject: "the kitchen",
    questions: [
      "How long can I keep {n} portions of cooked rice in the fridge?",
      "What can I cook for {n} people from chickpeas and spinach?",
      "Why does my sourdough stay so flat after {n} hours?",
      "Which oil from {city} is right for frying at high heat?",
    ],
    advice: [
      "Cool rice quickly and eat it within {n} hours.",
      "A stew with tomatoes, cumin and a squeeze of lemon takes {n} minutes.",
      "Flat loaves are mostly proofed too long or shaped too loosely, more so in {month}.",
      "Use an oil with a high smoke point, and change it after {n} rounds.",
    ],
  },
  {
    subject: "work",
    questions: [
      "How do I begin a difficult conversation with my boss in {city}?",
      "Can you help me to structure a presentation of {n} minutes?",
      "What is a polite way to turn down {n} meetings in {month}?",
      "How do other people get through {n} mails a day?",
    ],
    advice: [
      "Say what you have observed since {month}, what it does to you, and what you would like instead.",
      "One message for each of {n} slides, and begin with the result.",
      "Offer to answer by mail within {n} hours, or ask for the notes afterwards.",
      "Read mail {n} minutes at fixed times, and decide about each message once.",
    ],
  },
  {
    subject: "training",
    questions: [
      "How many rest days does a beginner need after {n} sessions?",
      "What should I eat before a long walk of {n} hours?",
      "Which stretches help against a neck that is stiff since {month}?",
      "Is it better to train in the morning or in the evening in {month}?",
    ],
    advice: [
      "Rest for {n} hours between hard sessions, that is enough for most people.",
      "Something light with carbohydrates, {n} minutes before you start.",
      "Turn the head slowly to each side and hold it for {n} seconds.",
      "The best time is the one that you can keep up until {month}.",
    ],
  },
  {
    subject: "the house",
    questions: [
      "How do I get candle wax out of a tablecloth from {city}?",
      "Which {n} plants do well in a dark hallway?",
      "How often should {n} smoke detectors be tested?",
      "What helps against damp in the cellar in {month}?",
    ],
    advice: [
      "Let the wax harden for {n} minutes, scrape it off, and iron the rest into paper.",
      "A cast-iron plant forgives {n} weeks without a thought.",
      "Press the button once a month, and change the battery every {month}.",
      "Air it for {n} minutes on cold, dry days and keep furniture away from the walls.",
    ],
  },
  {
    subject: "reading",
    questions: [
      "Which novel set in {city} would you give to somebody who never reads?",
      "How do I remember more of the {n} books that I read?",
      "What makes {n} pages a novella and not a short story?",
      "Can you name {n} authors who write about {city}?",
    ],
    advice: [
      "Something of about {n}0 pages with a strong plot works best.",
      "Write down {n} sentences for every chapter, in your own words.",
      "A novella has room for a whole {month}, a short story for one moment.",
      "There are whole shelves of them in {city}, from sailors' diaries to modern novels.",
    ],
  },
] as const;
