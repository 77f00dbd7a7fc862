/** What the system says of itself while it runs; pino and console both fit. Never content, never secrets. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const SILENT: Logger = { info() {}, warn() {}, error() {} };
