import { join } from "node:path";

/** Programs that start MCP servers, and whose configuration we know. */
export const MCP_HOSTS = ["claude", "cursor", "vscode", "windsurf"] as const;

export type McpHost = (typeof MCP_HOSTS)[number];

/** Where programs keep their settings on a machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** `APPDATA` of Windows, `XDG_CONFIG_HOME` elsewhere, where it is set. */
  readonly settings?: string | undefined;
}

export interface HostConfiguration {
  /** For people. */
  readonly title: string;
  readonly file: string;
  /** The field that servers are under. */
  readonly field: "mcpServers" | "servers";
  /** What the program wants to see in an entry beside the command. */
  readonly fixed: Readonly<Record<string, string>>;
}

export function hostConfiguration(host: McpHost, machine: Machine): HostConfiguration {
  const { home } = machine;
  switch (host) {
    case "claude":
      return {
        title: "Claude Desktop",
        file: join(settingsOf(machine), "Claude", "claude_desktop_config.json"),
        field: "mcpServers",
        fixed: {},
      };
    case "cursor":
      return { title: "Cursor", file: join(home, ".cursor", "mcp.json"), field: "mcpServers", fixed: {} };
    case "vscode":
      return {
        title: "VS Code",
        file: join(settingsOf(machine), "Code", "User", "mcp.json"),
        field: "servers",
        fixed: { type: "stdio" },
      };
    case "windsurf":
      return {
        title: "Windsurf",
        file: join(home, ".codeium", "windsurf", "mcp_config.json"),
        field: "mcpServers",
        fixed: {},
      };
  }
}

function settingsOf({ platform, home, settings }: Machine): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  return settings ?? (platform === "win32" ? join(home, "AppData", "Roaming") : join(home, ".config"));
}
