import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import type { Screen } from "../../screens.js";
import { KeyHelp } from "./KeyHelp.js";
import { Link } from "./parts/Link.js";
import { Loading } from "./parts/Notice.js";
import { ScopePicker } from "./ScopePicker.js";
import { Cube } from "./screens/Cube.js";
import { Entity } from "./screens/Entity.js";
import { Memories } from "./screens/Memories.js";
import { Review } from "./screens/Review.js";
import { Search } from "./screens/Search.js";
import { Shelves } from "./screens/Shelves.js";
import { Timeline } from "./screens/Timeline.js";
import { Work } from "./screens/Work.js";
import { go, href, useAddress } from "./state/address.js";
import { useKeys, useSequence } from "./state/keys.js";
import { setTheme, type Theme, useTheme } from "./state/theme.js";

// What draws the graph is as large as everything else together.
const Graph = lazy(() => import("./screens/Graph.js"));

const NAMES: Readonly<Record<Exclude<Screen, "memory">, string>> = {
  search: "Search",
  memories: "Memories",
  graph: "Graph",
  timeline: "Timeline",
  entity: "Entities",
  shelves: "Shelves",
  work: "Work",
  review: "Review",
};

const THEMES: Readonly<Record<Theme, { next: Theme; name: string }>> = {
  system: { next: "light", name: "system" },
  light: { next: "dark", name: "light" },
  dark: { next: "system", name: "dark" },
};

function shown(screen: Screen, id: string): ReactNode {
  switch (screen) {
    case "search":
      return <Search />;
    case "memories":
      return <Memories />;
    case "memory":
      return <Cube key={id} id={id} />;
    case "graph":
      return (
        <Suspense fallback={<Loading what="the graph" />}>
          <Graph />
        </Suspense>
      );
    case "timeline":
      return <Timeline />;
    case "entity":
      return <Entity />;
    case "shelves":
      return <Shelves />;
    case "work":
      return <Work />;
    case "review":
      return <Review />;
  }
}

/** Two keys, one after the other: g and the first letter of a screen. */
const GO: Readonly<Record<string, Screen>> = {
  s: "search",
  m: "memories",
  g: "graph",
  t: "timeline",
  e: "entity",
  h: "shelves",
  w: "work",
  r: "review",
};

export function App() {
  const { screen, id } = useAddress();
  const theme = useTheme();
  const [help, setHelp] = useState(false);
  const name = screen === "memory" ? "Memory" : NAMES[screen];
  useEffect(() => {
    document.title = `${name} · MemOS`;
  }, [name]);

  useSequence("g", (key) => {
    const to = GO[key];
    if (to !== undefined) go(href(to));
    return to !== undefined;
  });
  useKeys({
    "?": () => setHelp(true),
    "/": () => {
      // At once: what is typed next must not get lost.
      if (screen !== "search") flushSync(() => go(href("search")));
      document.getElementById("query")?.focus();
    },
    Escape: () => {
      if (screen === "memory" && history.length > 1) history.back();
    },
  });

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <Link className="name" href={href("search")}>
          MemOS
        </Link>
        <nav aria-label="Screens">
          {(Object.keys(NAMES) as (keyof typeof NAMES)[]).map((to) => (
            <Link key={to} href={href(to)} aria-current={to === screen ? "page" : undefined}>
              {NAMES[to]}
            </Link>
          ))}
        </nav>
        <div className="bar-end">
          <ScopePicker />
          <button
            type="button"
            className="ghost"
            title="Change the theme"
            onClick={() => setTheme(THEMES[theme].next)}
          >
            Theme: {THEMES[theme].name}
          </button>
          <button type="button" className="ghost" aria-label="Keys" onClick={() => setHelp(true)}>
            ?
          </button>
          <a className="ghost" href="/docs">
            API
          </a>
        </div>
      </header>
      <main id="main" tabIndex={-1} aria-label={name}>
        {shown(screen, id)}
      </main>
      {help && <KeyHelp onClose={() => setHelp(false)} />}
    </>
  );
}
