/**
 * v86, in the few things of it that we use; `guarded-network.ts`, what that imports, and `retransmitter.ts` mend what its
 * network lacks, and nothing else knows it (but for tests). It makes a machine from parts that are already in memory and exposes
 * those few things, typed by what they are rather than by v86's own typings (which miss half
 * of them). Pinned to npm v86 0.5.462: the fields of `Internals` are not a public interface of v86.
 */
// Before v86.
import './no-nested-worker.ts';
import { V86 } from 'v86';
import { GuestClock } from './guest-clock.ts';
import { guardNetwork, type GuardableAdapter, type GuardableConnection } from './guarded-network.ts';
import { PAGE_BYTES } from './page-hash.ts';
import type { MachineState } from './state.ts';
import { LOOK_MS, Retransmitter, type TimedConnection } from './retransmitter.ts';
import { TCP_FLAGS, tcpFrame, type Ends } from './tcp-frame.ts';

/** Must be the version in package.json; a state made by another version is never restored. */
export const V86_VERSION = '0.5.462';

/** What v86 asks of a disk (see its `buffer.js`). Offsets and lengths are bytes, multiples of 512. */
export interface DiskBuffer {
  readonly byteLength: number;
  onload: ((event: object) => void) | undefined;
  onprogress: ((event: object) => void) | undefined;
  load(): void;
  get(start: number, length: number, done: (data: Uint8Array) => void): void;
  /** As `get`; v86 reads the first sector through it before a boot. */
  get_and_cache(start: number, length: number, done: (data: Uint8Array) => void): void;
  /** The bytes if they are at hand. */
  get_from_cache(start: number, length: number): Uint8Array | undefined;
  set(start: number, data: Uint8Array, done: () => void): void;
  get_buffer(done: (buffer?: ArrayBuffer) => void): void;
  get_state(): unknown[];
  set_state(state: unknown): void;
}

/** A TCP connection of v86's own network stack; the far end is the guest. */
export interface TcpConnection {
  /** The port on the page's side: 80 for a request of the guest to a web server. */
  readonly sport: number;
  readonly state: string;
  /** What was written and the guest has not acknowledged. */
  readonly send_buffer: { readonly length: number };
  /** `drain`: the guest has acknowledged some of what was written. */
  on(event: 'connect' | 'shutdown' | 'close' | 'drain', handler: () => void): void;
  on(event: 'data', handler: (data: Uint8Array) => void): void;
  accept(): void;
  connect(): void;
  write(data: Uint8Array): void;
  close(): void;
  release(): void;
}

interface V86Connection extends TcpConnection, TimedConnection, GuardableConnection {
  state: string;
  seq: number;
  readonly send_buffer: GuardableConnection['send_buffer'];
  connect(): void;
  release(): void;
}

interface VirtioQueue {
  /** Raised by the driver once it has set the queue up. */
  readonly enabled: boolean;
  readonly size: number;
  is_configured(): boolean;
  has_request(): boolean;
  /** The driver's flags: 1 asks for no interrupt when a buffer has been used. */
  avail_get_flags: () => number;
  /** Buffers that the guest offers. */
  count_requests(): number;
}

interface IdeDevice {
  readonly status_reg: number;
  readonly current_command: number;
}

interface Internals {
  /** Makes the machine, once v86's program is there. */
  continue_init: (v86: Internals['v86'], options: unknown) => unknown;
  readonly v86: {
    init: (settings: unknown) => void;
    restore_state: (state: ArrayBuffer) => void;
    save_state(): ArrayBuffer;
    /** Calls {@link yield_callback} with the same tick, after a pause. */
    yield: (milliseconds: number, tick: number) => void;
    yield_callback: (tick: number) => void;
    readonly running: boolean;
    readonly tick_counter: number;
    run(): void;
    /** The loop ends at its next turn, and says `emulator-stopped`. */
    stop(): void;
    destroy(): void;
    /** Called when the machine is destroyed. */
    unregister_yield: () => void;
    readonly cpu: {
      reboot_internal: () => void;
      readonly in_hlt: Uint8Array;
      /** Counts up to 2 ** 32 and begins again. */
      readonly instruction_counter: Int32Array;
      readonly mem8: Uint8Array;
      /** Called while a state is restored: v86 would fill the memory from it. */
      unpack_memory: () => void;
      /** Called while a state is saved. */
      pack_memory: () => {
        readonly bitmap: { get_buffer(): ArrayBuffer };
        readonly packed_memory: Uint8Array;
      };
      readonly wm: {
        readonly exports: {
          readonly memory: WebAssembly.Memory;
          set_jit_config(setting: number, value: number): void;
          get_pic_addr_master(): number;
          get_pic_addr_slave(): number;
        };
      };
      readonly devices: {
        readonly virtio_net: {
          readonly virtio: { readonly queues: readonly [VirtioQueue, ...VirtioQueue[]] };
        };
        readonly virtio_console: {
          cols: number;
          rows: number;
          readonly virtio: { readonly queues: readonly VirtioQueue[]; readonly isr_status: number };
        };
        readonly ide?: {
          readonly primary?: { readonly master: IdeDevice; readonly dma_status: number };
        };
        readonly virtio_balloon: { fp_cmd: number; Cleanup(done: (bytes: number) => void): void };
      };
    };
  };
  readonly network_adapter: GuardableAdapter<V86Connection>;
  readonly bus: { send(event: string, data: unknown): void };
  add_listener(event: string, listener: (value: unknown) => void): void;
  save_state(): Promise<ArrayBuffer>;
}

/** Everything that a machine is made of, in memory. */
export interface EmulatorParts {
  readonly wasm: Uint8Array;
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
  readonly disk: DiskBuffer;
  readonly memoryBytes: number;
  /** A state to restore, which may still be on its way, or a kernel for a real boot. */
  readonly from:
    { readonly state: Promise<MachineState> } | { readonly kernel: Uint8Array; readonly commandLine: string };
}

/** Where a guest's memory lies. */
export interface GuestMemory {
  readonly wasm: WebAssembly.Memory;
  /** Of its first byte. */
  readonly address: number;
  readonly length: number;
}

/** A connection that a machine had when it was saved. */
export interface LostConnection extends Ends {
  /** Sequence number of the next byte of the page. */
  readonly seq: number;
  /** Sequence number of the guest's byte that is expected next. */
  readonly ack: number;
}

/** What happens inside, as events. */
export interface EmulatorEvents {
  /** A run of bytes from virtio console 0 to 3. */
  onConsole(index: number, bytes: Uint8Array): void;
  /** A byte of the serial port (kernel and boot messages). */
  onSerial(byte: number): void;
  /** The guest opened a connection to some host; accept it synchronously or leave it to be refused. */
  onTcp(connection: TcpConnection): void;
  /** The guest asked for a reset. The machine has been stopped; make a new one over the same disk. */
  onReset(): void;
  /** The machine's loop ended with an exception. It never runs again. */
  onCrash(error: unknown): void;
}

/** Largest run of bytes that a console of the guest takes at once. */
const CONSOLE_INPUT_BYTES = 1024;
/** A loop that has not ended by then is dead, milliseconds. */
const STOP_PATIENCE_MS = 500;
/** So often and so many times in a row a guest is looked at before it counts as idle; and so many times at most. */
const IDLE_LOOK_MS = 20;
const IDLE_LOOKS = 5;
const MOST_LOOKS = 1000;
/** The queue of virtio-console that takes orders of ours, such as a new size. */
const CONTROL_QUEUE = 2;
/** Of the first console at a boot, until its terminal tells another. */
const DEFAULT_SIZE = { cols: 80, rows: 24 } as const;
/**
 * Limits of v86's compiler to WebAssembly: pages of guest code in one function, and blocks of code that are no jump's
 * target. v86 takes 3 and 250, and functions of 110 KB, over which the browser's own optimizing compiler sits for so
 * long, on both cores of a small machine, that the guest takes half as long again for everything. Small functions
 * cost next to nothing.
 */
const JIT_LIMITS = { pages: 1, extraBlocks: 20 };
/** The numbers that v86 knows these settings by. */
const JIT_SETTING = { pages: 1, extraBlocks: 3 };

/** What a new machine's memory is not all zero in: where v86 puts its firmware. */
const FIRMWARE_BYTES = 1024 * 1024;

/** Guest MTU: large, since a large segment costs the guest hardly more than a small one. */
const MTU = 32768;

export class Emulator {
  readonly #machine: Internals;
  readonly #clock: GuestClock;
  readonly #retransmitter = new Retransmitter();
  readonly #retransmitTimer: ReturnType<typeof setInterval>;
  #balloonCommand = Date.now() & 0x3fffffff;
  #destroyed = false;
  #crashed = false;
  /** The guest has asked for a reset: what its loop throws from then on is no crash. */
  #wasReset = false;
  /** Those who wait for the loop to end. */
  #stopWaiters: (() => void)[] = [];

  private constructor(machine: Internals, clock: GuestClock, events: EmulatorEvents) {
    this.#machine = machine;
    this.#clock = clock;
    this.#retransmitTimer = setInterval(() => {
      if (!machine.v86.running) return;
      this.#guarded(events, () => this.#retransmitter.look(Object.values(machine.network_adapter.tcp_conn)));
    }, LOOK_MS);
  }

  /**
   * Makes a machine that stands still. Rejects when WebAssembly refuses, when the machine cannot be made, or when its
   * state does not come or is damaged.
   */
  static async create(parts: EmulatorParts, events: EmulatorEvents): Promise<Emulator> {
    // It may fail to come before anybody waits for it.
    if ('state' in parts.from) parts.from.state.catch(() => {});
    const module = await WebAssembly.compile(exactBuffer(parts.wasm));
    let failed: (error: unknown) => void = () => {};
    const failure = new Promise<never>((_, reject) => (failed = reject));
    const clock = new GuestClock();
    const machine = new V86({
      wasm_fn: (env: WebAssembly.Imports) =>
        WebAssembly.instantiate(module, clock.replaceIn(env)).then(
          ({ exports }) => exports,
          (error: unknown) => {
            failed(error);
            return new Promise<never>(() => {});
          },
        ),
      memory_size: parts.memoryBytes,
      vga_memory_size: 1024 * 1024,
      bios: { buffer: exactBuffer(parts.bios) },
      vga_bios: { buffer: exactBuffer(parts.vgaBios) },
      hda: parts.disk,
      ...('kernel' in parts.from && {
        bzimage: { buffer: exactBuffer(parts.from.kernel) },
        cmdline: parts.from.commandLine,
      }),
      net_device: { type: 'virtio', relay_url: 'fetch', mtu: MTU },
      preserve_mac_from_state_image: true,
      virtio_console: true,
      virtio_balloon: true,
      acpi: false,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
      autostart: false,
    } as never) as unknown as Internals;
    hearOfFailure(machine, failed);
    const loaded = new Promise<void>((resolve) => machine.add_listener('emulator-loaded', () => resolve()));
    await Promise.race([loaded, failure]);
    // The guest's time begins when it runs: a machine may wait for its reader.
    clock.stop();
    if ('state' in parts.from) {
      try {
        restore(machine.v86, await parts.from.state);
      } catch (error) {
        machine.v86.destroy();
        throw error;
      }
    }
    const compiler = machine.v86.cpu.wm.exports;
    compiler.set_jit_config(JIT_SETTING.pages, JIT_LIMITS.pages);
    compiler.set_jit_config(JIT_SETTING.extraBlocks, JIT_LIMITS.extraBlocks);
    quietOutput(machine);
    yieldInThisThread(machine.v86);
    guardNetwork(machine.network_adapter, machine.v86.cpu.devices.virtio_net.virtio.queues[0], (error) =>
      console.error(error),
    );
    const emulator = new Emulator(machine, clock, events);
    emulator.#listen(events);
    // v86 would tell the driver 80 x 25 the wrong way round, and the shell would wrap its lines at 25 columns.
    if ('kernel' in parts.from) emulator.resizeConsole(0, DEFAULT_SIZE.cols, DEFAULT_SIZE.rows);
    return emulator;
  }

  #listen(events: EmulatorEvents): void {
    const machine = this.#machine;
    for (const index of [0, 1, 2, 3]) {
      machine.add_listener(`virtio-console${index}-output-bytes`, (value) => {
        events.onConsole(index, value as Uint8Array);
      });
    }
    machine.add_listener('serial0-output-byte', (value) => events.onSerial(value as number));
    // Registered after v86's own listener, so that ours has the last word on port 80 too.
    machine.add_listener('tcp-connection', (value) => {
      events.onTcp(value as TcpConnection);
    });
    machine.add_listener('emulator-stopped', () => {
      this.#clock.stop();
      this.#tellStopped();
    });
    // An exception in a turn leaves the loop without its next one, and nothing else would hear of it.
    const tick = machine.v86.yield_callback.bind(machine.v86);
    machine.v86.yield_callback = (count) => this.#guarded(events, () => tick(count));
    // v86 would start its BIOS again over a memory that no longer holds the kernel. Until it has stopped, the guest
    // goes on asking, in ever ruder ways, and ends with a fault that v86 does not know: so it is put to sleep.
    machine.v86.cpu.reboot_internal = () => {
      machine.v86.cpu.in_hlt[0] = 1;
      if (this.#wasReset) return;
      this.#wasReset = true;
      void this.stop();
      events.onReset();
    };
  }

  run(): void {
    if (this.#destroyed || this.#crashed) return;
    this.#clock.run();
    this.#machine.v86.run();
    // A stop that was overtaken is over: the loop that would have said so goes on.
    this.#tellStopped();
  }

  /** For how long the machine has stood still, milliseconds: so much is the guest's clock late. */
  get stoodStillMs(): number {
    return this.#clock.stoodStillMs;
  }

  /** Resolves when the machine stands still, or runs again by then. */
  async stop(): Promise<void> {
    if (this.#destroyed || this.#crashed || !this.#machine.v86.running) return;
    this.#machine.v86.stop();
    await new Promise<void>((resolve) => this.#stopWaiters.push(resolve));
  }

  /** Ends the machine for good, also one whose loop is dead. */
  async destroy(): Promise<void> {
    if (this.#destroyed) return;
    const dead = new Promise<void>((resolve) => setTimeout(resolve, STOP_PATIENCE_MS));
    await Promise.race([this.stop(), dead]);
    this.#destroyed = true;
    clearInterval(this.#retransmitTimer);
    this.#tellStopped();
    this.#machine.v86.destroy();
  }

  /** A TCP connection to a port of the guest, from outside its firewall. `connect()` opens it, once handlers are there. */
  openTcp(port: number): TcpConnection {
    return this.#machine.network_adapter.connect(port);
  }

  /** Gives bytes to a console. Returns how many it took: 0 when the guest has no room just now. */
  offerToConsole(index: number, bytes: Uint8Array): number {
    const queue = this.#machine.v86.cpu.devices.virtio_console.virtio.queues[inputQueue(index)];
    // A queue that no driver has set up lies at address 0: giving it bytes would overwrite the BIOS's own memory.
    if (!queue?.enabled || !queue.is_configured() || !queue.has_request()) return 0;
    const part = bytes.subarray(0, CONSOLE_INPUT_BYTES);
    this.#machine.bus.send(`virtio-console${index}-input-bytes`, part);
    return part.length;
  }

  /** Tells the guest the size of a console in character cells. Its driver keeps it for whoever opens the console next. */
  resizeConsole(index: number, cols: number, rows: number): void {
    const device = this.#machine.v86.cpu.devices.virtio_console;
    // v86 writes rows before columns, as Linux once read them; since 6.1.142 Linux keeps to the standard's order.
    if (device.virtio.queues[CONTROL_QUEUE]?.enabled === true) {
      this.#machine.bus.send(`virtio-console${index}-resize`, [rows, cols]);
    } else if (index === 0) {
      // What v86 tells the driver by itself, when that opens the first console.
      [device.cols, device.rows] = [rows, cols];
    }
  }

  /** What the machine does inside, for a report on one that stands still. */
  diagnose(): Readonly<Record<string, unknown>> {
    const { v86 } = this.#machine;
    const { devices, wm, in_hlt, instruction_counter } = v86.cpu;
    const { queues, isr_status } = devices.virtio_console.virtio;
    const pic = (address: number): number[] => [...new Uint8Array(wm.exports.memory.buffer, address, 13)];
    const ide = devices.ide?.primary;
    return {
      isRunning: v86.running,
      hasCrashed: this.#crashed,
      ticks: v86.tick_counter,
      // Modulo 2 ** 32.
      instructions: (instruction_counter[0] ?? 0) >>> 0,
      isHalted: in_hlt[0] === 1,
      consoleInterruptStatus: isr_status,
      // Buffers that the guest has not given back, a console each.
      consoleInputsOut: [0, 1, 2, 3].map((index) => {
        const queue = queues[inputQueue(index)];
        return queue ? queue.size - queue.count_requests() : null;
      }),
      // mask, map, isr, irr, …, as in v86's pic.rs
      picMaster: pic(wm.exports.get_pic_addr_master()),
      picSlave: pic(wm.exports.get_pic_addr_slave()),
      ide: ide && {
        status: ide.master.status_reg,
        command: ide.master.current_command,
        dmaStatus: ide.dma_status,
      },
      connections: Object.keys(this.#machine.network_adapter.tcp_conn).length,
    };
  }

  /**
   * Zeroes the guest's free pages, so that a state is small. Resolves when the guest has taken them back and rests, or
   * after a while if it does not rest.
   */
  async zeroFreeMemory(): Promise<void> {
    const { virtio_balloon: balloon } = this.#machine.v86.cpu.devices;
    await new Promise<number>((resolve) => {
      balloon.Cleanup(resolve);
      // v86 always says 2 here, but Linux answers a command only when its number is new.
      balloon.fp_cmd = ++this.#balloonCommand;
    });
    // Its kernel zeroes each page that it frees, and these are nearly all: a restored machine must not begin with that.
    await this.#rest();
  }

  /** Resolves when the guest has been halted for some looks in a row. */
  #rest(): Promise<void> {
    const { in_hlt } = this.#machine.v86.cpu;
    return new Promise((resolve) => {
      let idle = 0;
      let looks = 0;
      const timer = setInterval(() => {
        idle = in_hlt[0] === 1 ? idle + 1 : 0;
        if (idle < IDLE_LOOKS && ++looks < MOST_LOOKS && !this.#destroyed && !this.#crashed) return;
        clearInterval(timer);
        resolve();
      }, IDLE_LOOK_MS);
    });
  }

  /** The whole state in v86's encoding. The disk's contents are not in it. Stop first. */
  async saveState(): Promise<Uint8Array> {
    return new Uint8Array(await this.#machine.save_state());
  }

  /**
   * The state without the memory: the processor and the devices, in v86's encoding. In one go, so that no time goes by
   * in the guest; only while its disk is idle.
   */
  saveDevices(): Uint8Array {
    const { v86 } = this.#machine;
    const { cpu } = v86;
    const packMemory = cpu.pack_memory;
    const bitmap = new ArrayBuffer(cpu.mem8.length / PAGE_BYTES / 8);
    cpu.pack_memory = () => ({ bitmap: { get_buffer: () => bitmap }, packed_memory: new Uint8Array(0) });
    try {
      return new Uint8Array(v86.save_state());
    } finally {
      cpu.pack_memory = packMemory;
    }
  }

  /** The guest's memory, in v86's: to be read at once, since v86's may grow. */
  get memory(): GuestMemory {
    const { mem8, wm } = this.#machine.v86.cpu;
    return { wasm: wm.exports.memory, address: mem8.byteOffset, length: mem8.length };
  }

  /** The connections of the guest to the page, and of the page to the guest. */
  get connections(): readonly LostConnection[] {
    return Object.values(this.#machine.network_adapter.tcp_conn).map(
      ({ hsrc, hdest, psrc, pdest, sport, dport, seq, ack }) => ({
        ...{ hsrc: Uint8Array.from(hsrc), hdest: Uint8Array.from(hdest) },
        ...{ psrc: Uint8Array.from(psrc), pdest: Uint8Array.from(pdest) },
        ...{ sport, dport, seq: seq >>> 0, ack: ack >>> 0 },
      }),
    );
  }

  /** Tells the guest that connections of before are gone: it may wait for a word from them. */
  resetConnections(lost: readonly LostConnection[]): void {
    for (const connection of lost) {
      const { seq, ack } = connection;
      const flags = TCP_FLAGS.rst | TCP_FLAGS.ack;
      this.#machine.network_adapter.receive(tcpFrame(connection, { seq, ack, flags, window: 0 }));
    }
  }

  /** Does what calls into the guest; what that throws has ended the machine. */
  #guarded(events: EmulatorEvents, work: () => void): void {
    if (this.#crashed) return;
    try {
      work();
    } catch (error) {
      this.#crashed = true;
      this.#tellStopped();
      if (!this.#wasReset) events.onCrash(error);
    }
  }

  #tellStopped(): void {
    for (const resolve of this.#stopWaiters.splice(0)) resolve();
  }
}

/**
 * v86 makes a machine in a timer's turn: nobody would hear of what that throws, for instance when there is too little
 * memory.
 */
function hearOfFailure(machine: Internals, failed: (error: unknown) => void): void {
  const begin = machine.continue_init.bind(machine);
  machine.continue_init = (v86, options) => {
    const init = v86.init.bind(v86);
    v86.init = (settings) => {
      try {
        init(settings);
      } catch (error) {
        failed(error);
      }
    };
    return begin(v86, options);
  };
}

/**
 * Puts a state into a machine that has just been made. v86 would clear all of the memory and copy each page three times
 * on its way there.
 */
function restore(v86: Internals['v86'], state: MachineState): void {
  const { cpu } = v86;
  const { byteOffset, length } = cpu.mem8;
  if (state.memoryBytes !== length) throw new Error('the snapshot has another size of memory');
  cpu.unpack_memory = () => {
    // mem8 itself is a proxy, and slow.
    const memory = new Uint8Array(cpu.wm.exports.memory.buffer, byteOffset, length);
    memory.fill(0, 0, FIRMWARE_BYTES);
    state.writeMemory(memory);
  };
  v86.restore_state(exactBuffer(state.head));
  // The machine must not keep the snapshot in memory for as long as it lives.
  cpu.unpack_memory = () => {};
}

/**
 * Takes away the interrupt after each output of a console: Linux waits for the answer in a loop and has no use for it.
 * It is a third of what printing costs.
 */
function quietOutput(machine: Internals): void {
  const { queues } = machine.v86.cpu.devices.virtio_console.virtio;
  for (const index of [0, 1, 2, 3]) {
    const queue = queues[inputQueue(index) + 1];
    if (queue) queue.avail_get_flags = () => 1;
  }
}

/** The queue of virtio-console that takes a console's input. */
function inputQueue(index: number): number {
  return index === 0 ? 0 : index * 2 + 2;
}

/**
 * Between two slices of the guest's time v86 lets other work be done. In a page it would ask a second worker to wake it,
 * which loses a fifth of the time on a machine with two busy cores; a message to oneself does the same. In Node it
 * needs no such help.
 */
function yieldInThisThread(v86: Internals['v86']): void {
  if (typeof process !== 'undefined') return;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<number>) => v86.yield_callback(data);
  v86.yield = (milliseconds, tick) => {
    if (milliseconds < 1) port2.postMessage(tick);
    // By way of a message again: the browser slows down timers that timers set.
    else setTimeout(() => port2.postMessage(tick), milliseconds);
  };
  v86.unregister_yield = () => port1.close();
}

/** The bytes as an ArrayBuffer of just their length; copied only when they are a part of a larger one. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && bytes.byteOffset === 0 && bytes.byteLength === buffer.byteLength) {
    return buffer;
  }
  return bytes.slice().buffer;
}
