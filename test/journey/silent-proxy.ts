/** A TCP proxy that can fall silent: its connections stay open on both sides and nothing passes, as through a firewall that forgot them. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type SilentProxy = Awaited<ReturnType<typeof startSilentProxy>>;

/** `port`: where an earlier one was, which answers again. */
export async function startSilentProxy(target: { host?: string; port: number }, port = 0) {
  const sockets = new Set<Socket>();
  /** Pairs that still pass bytes on. */
  let alive = new Set<Socket>();
  let isSilent = false;

  const pass = (from: Socket, to: Socket) => {
    from.on('data', (chunk: Buffer) => {
      // Bytes of a dead connection are read and lost, so that no kernel notices.
      if (!alive.has(from)) return;
      if (!to.write(chunk)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('close', () => {
      sockets.delete(from);
      if (alive.has(from)) to.destroy();
    });
    from.on('error', () => {});
  };

  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    if (isSilent) return void client.resume();
    const upstream = connect(target.port, target.host ?? '127.0.0.1');
    sockets.add(upstream);
    alive.add(client).add(upstream);
    pass(client, upstream);
    pass(upstream, client);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    /** No connection passes anything any more, and new ones are taken but never answered. */
    silence(): void {
      isSilent = true;
      alive = new Set();
    },
    /** New connections pass again; the old ones stay dead without a word. */
    heal(): void {
      isSilent = false;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
