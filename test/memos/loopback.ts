import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { atEnd, type Lifetime } from "./support.js";

/** Has a server listen on a free port of this machine until the test ends. @returns its address. */
export async function onLoopback(t: Lifetime, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(t, () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
