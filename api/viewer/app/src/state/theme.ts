import { useSyncExternalStore } from "react";

const NAME = "memos-theme";

export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();

function stored(): Theme {
  const value = localStorage.getItem(NAME);
  return value === "light" || value === "dark" ? value : "system";
}

function show(): void {
  document.documentElement.dataset["theme"] = stored();
}

export function setTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, theme);
  show();
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, stored);
}

show();
