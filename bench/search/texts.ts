import { syntheticTexts } from "../text.js";

/** What one tenant remembers, made anew wherever it is needed. */
export interface Tenant {
  readonly name: string;
  readonly cubes: number;
  /** Seed of its first text. */
  readonly firstText: number;
}

/** `cubes` cubes over `count` tenants, the same number each. */
export function tenantsOf(cubes: number, count: number): Tenant[] {
  const each = Math.ceil(cubes / count);
  return Array.from({ length: count }, (_, index) => ({
    name: `tenant-${index}`,
    cubes: each,
    firstText: index * each,
  }));
}

export function textsOf({ cubes, firstText }: Tenant): string[] {
  return syntheticTexts(cubes, firstText);
}
