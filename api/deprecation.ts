import type { Response } from "express";

/** That a route will go, since when, when at the earliest, and what takes its place. */
export interface Deprecation {
  /** Days in UTC, as 2027-01-31. */
  readonly since: string;
  readonly sunset?: string;
  /** A path that does what it did. */
  readonly instead: `/v1/${string}`;
}

/** Says so in every answer: `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a link to the successor. */
export function sayDeprecated(response: Response, { since, sunset, instead }: Deprecation): void {
  response.setHeader("deprecation", `@${Date.parse(since) / 1_000}`);
  if (sunset !== undefined) response.setHeader("sunset", new Date(sunset).toUTCString());
  response.setHeader("link", `<${instead}>; rel="successor-version"`);
}
