/** For tests: v86's own network adapter, without a guest. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { V86 } from 'v86';
import type { TcpConnection } from '../sandbox/emulator.ts';
import type { GuardableAdapter, GuardableConnection } from '../sandbox/guarded-network.ts';

export type Connection = TcpConnection & GuardableConnection;

export interface V86Network {
  readonly adapter: GuardableAdapter<Connection>;
  /** Sends a frame as the guest's network card does. */
  send(frame: Uint8Array): void;
  /** Frames for the guest, in order; to be emptied by the test. */
  readonly received: Uint8Array[];
  onTcp(listener: (connection: Connection) => void): void;
  destroy(): Promise<void>;
}

interface Machine {
  readonly network_adapter: GuardableAdapter<Connection> & {
    readonly bus: { readonly pair: { send(event: string, value: unknown): void } };
  };
  add_listener(event: string, listener: (value: never) => void): void;
  destroy(): Promise<void>;
}

export async function openV86Network(): Promise<V86Network> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve('v86/build/v86.wasm')));
  const machine = new V86({
    wasm_fn: async (env: WebAssembly.Imports) => (await WebAssembly.instantiate(wasm, env)).instance.exports,
    memory_size: 16 * 1024 * 1024,
    vga_memory_size: 1024 * 1024,
    net_device: { type: 'virtio', relay_url: 'fetch', mtu: 32768 },
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    autostart: false,
  } as never) as unknown as Machine;
  await new Promise<void>((resolve) => machine.add_listener('emulator-loaded', () => resolve()));
  const adapter = machine.network_adapter;
  const received: Uint8Array[] = [];
  adapter.receive = (frame) => void received.push(frame.slice());
  return {
    adapter,
    send: (frame) => adapter.bus.pair.send('net0-send', frame),
    received,
    onTcp: (listener) => machine.add_listener('tcp-connection', listener),
    destroy: () => machine.destroy(),
  };
}
