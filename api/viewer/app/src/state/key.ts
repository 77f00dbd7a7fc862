const NAME = "memos-key";

/** The API key of this tab: gone when the tab is closed, and in no address. */
export function keyOfSession(): string {
  return sessionStorage.getItem(NAME) ?? "";
}

export function setKeyOfSession(key: string): void {
  if (key === "") sessionStorage.removeItem(NAME);
  else sessionStorage.setItem(NAME, key);
}
