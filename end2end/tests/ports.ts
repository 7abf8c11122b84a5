// Free ports for programs that cannot choose one themselves.

import { once } from 'node:events';
import { createServer } from 'node:net';

/** Ports of loopback that nobody listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const listeners = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(listeners.map((listener) => once(listener, 'listening')));
  const ports = listeners.map((listener) => (listener.address() as { port: number }).port);
  await Promise.all(listeners.map((listener) => once(listener.close(), 'close')));
  return ports;
}
