import { useSyncExternalStore } from "react";
import { MEMORY_SCREEN, SCREENS, type Screen } from "../../../screens.js";
import type { ScopeChoice } from "../api.js";

/** What is shown: the address holds all of it, so that the back button and a copied link work. */
export interface Address {
  readonly screen: Screen;
  /** The id of the memory, on its screen. */
  readonly id: string;
  readonly params: URLSearchParams;
}

const SCOPE_NAMES = ["tenant", "user", "agent", "app", "session"] as const;

const listeners = new Set<() => void>();
let current = read();

function read(): Address {
  const [, view, name = "", id = ""] = location.pathname.split("/");
  const params = new URLSearchParams(location.search);
  if (view === "view" && name === MEMORY_SCREEN) return { screen: MEMORY_SCREEN, id, params };
  const screen = SCREENS.find((known) => known === name) ?? SCREENS[0];
  return { screen, id: "", params };
}

function changed(): void {
  current = read();
  for (const listener of listeners) listener();
}

addEventListener("popstate", changed);

export function useAddress(): Address {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

export function scopeOf({ params }: Address): ScopeChoice {
  const chosen = SCOPE_NAMES.map((name) => [name, params.get(name) ?? ""] as const);
  return Object.fromEntries(chosen.filter(([, value]) => value !== ""));
}

type Params = Readonly<Record<string, string | undefined>>;

/** The address of a screen in the scope that is looked at now. */
export function href(screen: Screen, params: Params = {}, id = ""): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...scopeOf(current), ...params }))
    if (value !== undefined && value !== "") query.set(name, value);
  const path =
    screen === SCREENS[0] ? "/" : `/view/${screen}${id === "" ? "" : `/${encodeURIComponent(id)}`}`;
  return query.size === 0 ? path : `${path}?${query}`;
}

export function memoryHref(id: string, params: Params = {}): string {
  return href(MEMORY_SCREEN, params, id);
}

export function go(to: string): void {
  history.pushState(null, "", to);
  changed();
  scrollTo(0, 0);
}

/** Changes some parameters of the screen that is shown. `undefined` and "" take one away. */
export function setParams(change: Params, { replace = false } = {}): void {
  const params = new URLSearchParams(current.params);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === "") params.delete(name);
    else params.set(name, value);
  }
  const to = params.size === 0 ? location.pathname : `${location.pathname}?${params}`;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  changed();
}
