/**
 * A machine that is on, from the first byte that is fetched for it until it is switched off. One AbortSignal is its
 * life: aborted, with the reason why, it ends everything that is under way for the machine.
 */
import type { AgentClient } from './agent.ts';
import { bootEnd } from './boot-watch.ts';
import { type Checkpoint, Checkpoints } from './checkpoint.ts';
import { ChunkStore } from './chunk-store.ts';
import { AGENT_CONSOLE, type Consoles } from './consoles.ts';
import { Disk } from './disk.ts';
import { Downloader, type Fetcher } from './downloader.ts';
import {
  Emulator,
  type EmulatorEvents,
  type EmulatorParts,
  type LostConnection,
  type TcpConnection,
} from './emulator.ts';
import { requestGuest } from './guest-http.ts';
import { ImageLoader, diskOfSnapshot } from './image-loader.ts';
import type { ImageManifest } from './image.ts';
import { serveConnection } from './internet.ts';
import { FetchedInternet } from './internet-source.ts';
import { crashed, NO_AGENT, problemOf, switchedOff, takesNoInput } from './problems.ts';
import { afterRunning } from './running-time.ts';
import { fits, imageName, type SavedAbout, type SavedOrigin } from './saved.ts';
import { SerialLines } from './serial-lines.ts';
import { Stalls, untilAborted } from './stalls.ts';
import { fetchParts, type Firmware } from './start-parts.ts';
import { type MachineState, type SavedMemory, wholePages } from './state.ts';
import { BLOCK_BYTES, Overlay } from './overlay.ts';
import { SandboxError, TERMINAL_COUNT } from './types.ts';
import type {
  HttpOutcome,
  HttpRequest,
  Prepared,
  SandboxProblem,
  SandboxState,
  StartOptions,
} from './types.ts';

/**
 * How much longer systemd may start services once there is a prompt, in seconds. What hangs then must not keep the
 * reader out, who has to find out why.
 */
const SERVICES_PATIENCE_S = 30;
/** How long the guest may take to shut down: systemd gives a service 90 seconds. Milliseconds. */
const LONGEST_STOP_MS = 150_000;
/** How long all of that, and setting the clock and the like, may take after a boot, milliseconds. */
const READY_PATIENCE_MS = 20_000 + SERVICES_PATIENCE_S * 1000;
/** How often the clock is looked at, and the gap that tells that the whole computer slept. Milliseconds. */
const CLOCK_LOOK_MS = 10_000;
const CLOCK_GAP_MS = 20_000;
/** By so much the guest's clock may be late because the machine stood still, milliseconds. */
const CLOCK_LATE_MS = 2000;
/** Ctrl+L: the shell clears the screen and shows its prompt, since a restored terminal starts blank. */
const REDRAW = '\x0c';

/** What the kernel writes on the serial port; by itself at the start of a line, or behind its time stamp. */
const POWER_DOWN = /^(?:\[ *\d+\.\d+\] )?reboot: (?:Power down|System halted)/;
const PANIC = /^(?:\[ *\d+\.\d+\] )?Kernel panic - not syncing/;

/** What outlives a machine: the consoles and the agent of whichever is on. */
export interface Surroundings {
  readonly fetcher: Fetcher;
  readonly consoles: Consoles;
  readonly agent: AgentClient;
  readonly onState: (state: SandboxState) => void;
  readonly onSerialLine: (line: string) => void;
}

/** A machine that was saved. */
export interface SavedMachine extends SavedMemory {
  readonly about: SavedAbout;
  readonly origin: SavedOrigin;
  /** Blocks of the disk that differ from the one that it began with, by number. */
  readonly blocks: Iterable<readonly [block: number, bytes: Uint8Array | 'zero']>;
  readonly connections: readonly LostConnection[];
}

/** What a machine itself says of it when it is saved. */
type MachineAbout = Pick<SavedAbout, 'image' | 'snapshot' | 'recipe' | 'v86Version'>;

const NO_ORIGIN: SavedOrigin = { base: null, diskChanges: {}, prefetch: [] };

interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** What is there once the parts are. It outlives a reboot. */
interface Hardware {
  readonly image: ImageManifest;
  readonly firmware: Firmware;
  disk: Disk;
  /** What it is compared with when it is saved. */
  readonly origin: SavedOrigin;
}

/** An emulator that is connected, or about to be. */
interface Connection {
  /** Aborted when the emulator is taken away. */
  readonly life: AbortController;
  /** The boot that has taken its place, once the guest has reset itself. */
  restart: Promise<void> | null;
}

export class PoweredMachine {
  readonly #around: Surroundings;
  readonly #life = new AbortController();
  readonly #downloader: Downloader;
  readonly #loader: ImageLoader;
  readonly #store: ChunkStore;
  readonly #stalls: Stalls;
  readonly #internet: FetchedInternet;
  readonly #sizes = new Map<number, TerminalSize>();
  readonly #imageUrl: string;
  #about: MachineAbout | null = null;
  #hardware: Hardware | null = null;
  /** What is left of the disk for a report, once the machine has ended. */
  #lastOfDisk: Readonly<Record<string, unknown>> | null = null;
  #emulator: Emulator | null = null;
  /** Events of any other emulator are ignored. */
  #connection: Connection | null = null;
  /** What the machine does, apart from standing still for the network. */
  #phase: SandboxState = { status: 'fetching', loadedBytes: 0, totalBytes: 0 };
  /** What does not work although the machine does. */
  #lack: SandboxProblem | null = null;
  #stalledBy: SandboxProblem | null = null;
  #isFlooded = false;
  #isCaptured = false;
  /** Settled when it is released; `null` once it is, or when it was never held. */
  #hold: Promise<void> | null;
  #letGo: () => void = () => {};
  /** What {@link prepared} resolves with. */
  #tellPrepared: (prepared: Prepared) => void = () => {};
  /** How far a machine that is held has come: all that can be done ahead is done. Never rejects. */
  readonly prepared: Promise<Prepared>;
  /** Settled when a restored machine has a random pool, a clock and marks of its own: what is typed waits for it. */
  #own: Promise<void> = Promise.resolve();
  #cancelStopTimer: () => void = () => {};
  #clockTimer: ReturnType<typeof setInterval> | null = null;
  readonly #checkpoints = new Checkpoints(async () => {
    const base = this.#hardware?.origin.base;
    return base ? wholePages(await this.#store.getFile(base)) : [];
  });

  /** Where it comes from: as in {@link StartOptions}. `isHeld`: its start waits for {@link release}. */
  constructor(
    { imageUrl, manifestHashes }: Pick<StartOptions, 'imageUrl' | 'manifestHashes'>,
    around: Surroundings,
    { isHeld = false }: { readonly isHeld?: boolean } = {},
  ) {
    this.#around = around;
    this.#imageUrl = imageUrl;
    this.#hold = isHeld ? new Promise((resolve) => (this.#letGo = resolve)) : null;
    this.prepared = new Promise((resolve) => (this.#tellPrepared = resolve));
    this.signal.addEventListener('abort', () => this.#tellPrepared('failed'));
    this.#downloader = new Downloader(around.fetcher, {
      signal: this.#life.signal,
      mayFetch: () => this.#released('in part'),
    });
    this.#loader = new ImageLoader(this.#downloader, imageUrl, manifestHashes);
    this.#store = new ChunkStore(this.#downloader, new URL('../', imageUrl).href);
    this.#stalls = new Stalls({
      signal: this.#life.signal,
      onChange: (problem) => {
        // Nobody waits for it: a start begins anew.
        if (problem && this.#hold) void this.end(switchedOff());
        this.#stalledBy = problem;
        this.#publish();
      },
    });
    this.#internet = new FetchedInternet({
      loader: this.#loader,
      store: this.#store,
      stalls: this.#stalls,
      onGone: (problem) => this.#goWithout(problem),
    });
  }

  /** Aborted when the machine has ended; the reason is a {@link SandboxError}. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  get phase(): SandboxState {
    return this.#phase;
  }

  /**
   * Fetches, restores or boots. As `Sandbox.start`. A machine that is held fetches its manifests, and goes on when all
   * else is here already: until it is as good as running, with its memory in place. `saved`: goes on where that was.
   */
  async start(
    snapshot: StartOptions['snapshot'],
    coming: Promise<SavedMachine> | null = null,
  ): Promise<void> {
    this.#publish();
    // Whoever makes the machine hears of it.
    coming?.catch(ignoreOff);
    await this.#orEnd(async () => {
      const { image, firmware, from } = await fetchParts(
        {
          loader: this.#loader,
          store: this.#store,
          stalls: this.#stalls,
          mayFetch: async (files) => {
            if (this.#hold && !(await this.#store.has(files))) await this.#released('in part');
          },
          onProgress: (loadedBytes, totalBytes) =>
            this.#enter({ status: 'fetching', loadedBytes, totalBytes }),
        },
        snapshot,
        coming,
      );
      const saved = await coming;
      this.signal.throwIfAborted();
      if (saved && !fits(saved.about, image)) throw anotherVersion();
      this.#about = {
        image: imageName({ imageUrl: this.#imageUrl }),
        snapshot: snapshot ?? '',
        recipe: image.recipe,
        v86Version: image.v86Version,
      };
      const origin = from.kind === 'snapshot' ? from.origin : NO_ORIGIN;
      const disk = this.#makeDisk(image, origin, saved);
      this.#hardware = { image, firmware, disk, origin };
      if (from.kind === 'snapshot') await this.#restore(this.#hardware, from.state, saved);
      else await this.#boot(this.#hardware, from.kernel, 'Starting the kernel');
    });
    this.#requireOn();
  }

  /** The reader wants it: it goes on, and says what it does from now on. */
  release(): void {
    this.#hold = null;
    this.#letGo();
    this.#publish();
  }

  /** Boots from the disk of a machine that has switched itself off. As `Sandbox.switchOn`. */
  async switchOn(): Promise<void> {
    if (this.#phase.status !== 'halted') return;
    await this.#orEnd(() => this.#bootAgain('Switching on'));
    this.#requireOn();
  }

  /** From `running` only. */
  async pause(reason: 'hidden' | 'reader'): Promise<void> {
    if (this.#phase.status !== 'running' || this.#stalledBy) return;
    this.#enter({ status: 'paused', reason });
    await this.#emulator?.stop();
  }

  resume(): void {
    if (this.#phase.status !== 'paused') return;
    this.#enterRunning();
    void this.#setClock();
  }

  /** Tries at once what could not be fetched. */
  retry(): void {
    this.#downloader.retryNow();
    this.#stalls.retry();
  }

  /** `onOutcome` is as in {@link requestGuest}. */
  async http(request: HttpRequest, onOutcome?: (outcome: HttpOutcome) => void): Promise<HttpOutcome> {
    const emulator = this.#emulator;
    const connection = this.#connection;
    if (!emulator || !connection) return { kind: 'broken', message: 'The machine is off.' };
    return untilAborted(
      requestGuest(
        (port) => emulator.openTcp(port),
        request,
        () => this.standsStill,
        onOutcome,
      ),
      connection.life.signal,
    ).catch((): HttpOutcome => ({ kind: 'broken', message: 'The machine was switched off.' }));
  }

  /** Types into a console. Rejects with `switched-off` while nobody can be there to read it. */
  async type(index: number, bytes: Uint8Array): Promise<void> {
    const takesInput = this.#phase.status === 'running' || this.#phase.status === 'paused';
    if (!takesInput) throw takesNoInput();
    await this.#own;
    await this.#around.consoles.write(index, bytes);
  }

  /** Tells the guest the size of a terminal, as soon as there is one. Throws `switched-off` when none is to come. */
  resize(index: number, size: TerminalSize): void {
    if (this.signal.aborted || this.#phase.status === 'halted') throw switchedOff();
    this.#sizes.set(index, size);
    this.#emulator?.resizeConsole(index, size.cols, size.rows);
  }

  /** Ends the machine, whatever it does, for a reason that everything under way rejects with. */
  async end(reason: SandboxError): Promise<void> {
    if (this.signal.aborted) return;
    this.#life.abort(reason);
    // A failed machine may be looked at for long: its memory and its disk are not kept for that.
    this.#lastOfDisk = this.#hardware?.disk.diagnose() ?? null;
    this.#hardware = null;
    await this.#disconnect(reason.problem);
  }

  /**
   * Stops the machine while `work` looks at it and its disk. The machine must be idle. Rejects when the emulator is
   * taken away meanwhile.
   */
  async whileStill<T>(work: (emulator: Emulator, disk: Disk) => Promise<T>): Promise<T> {
    const emulator = this.#emulator;
    const disk = this.#hardware?.disk;
    const signal = this.#connection?.life.signal;
    if (!emulator || !disk || !signal) throw new Error('There is no machine that runs.');
    // The guest has to run for this.
    await untilAborted(emulator.zeroFreeMemory(), signal);
    this.#isCaptured = true;
    try {
      await untilAborted(emulator.stop(), signal);
      await untilAborted(disk.whenIdle(), signal);
      return await untilAborted(work(emulator, disk), signal);
    } finally {
      this.#isCaptured = false;
      this.#runOrStandStill();
    }
  }

  /**
   * Takes what the machine is now, while it runs on. `null` when it cannot be taken: it is not up, or waits for the
   * network. Rejects when the machine ends meanwhile.
   */
  async checkpoint(): Promise<Checkpoint | null> {
    const emulator = this.#emulator;
    const disk = this.#hardware?.disk;
    const signal = this.#connection?.life.signal;
    if (!emulator || !disk || !signal || !this.#isUp()) return null;
    await untilAborted(this.#checkpoints.prepare(emulator), signal);
    // Nothing of the guest comes between the end of this and what follows.
    await untilAborted(disk.whenIdle(), signal);
    return this.#isUp() && disk.isIdle ? this.#checkpoints.take(emulator, disk) : null;
  }

  /** What is to be said of it, and what it is a difference from. Throws before that is known. */
  get began(): { readonly about: MachineAbout; readonly origin: SavedOrigin } {
    if (!this.#about || !this.#hardware) throw new Error('the machine has not begun');
    return { about: this.#about, origin: this.#hardware.origin };
  }

  /** The last checkpoint was not kept. */
  forgetCheckpoint(): void {
    this.#checkpoints.forget();
  }

  #isUp(): boolean {
    return (this.#phase.status === 'running' || this.#phase.status === 'paused') && this.#stalledBy === null;
  }

  diagnose(): Readonly<Record<string, unknown>> {
    return {
      phase: this.#phase,
      stalledBy: this.#stalledBy,
      isFlooded: this.#isFlooded,
      emulator: this.#emulator?.diagnose() ?? null,
      disk: this.#hardware?.disk.diagnose() ?? this.#lastOfDisk,
      downloads: this.#downloader.diagnose(),
    };
  }

  async #restore(
    hardware: Hardware,
    coming: Promise<MachineState>,
    saved: SavedMachine | null,
  ): Promise<void> {
    const state = coming.then((come) => {
      this.signal.throwIfAborted();
      this.#enter({ status: 'restoring' });
      return come;
    });
    await this.#powerUp(hardware, { state }, this.#newConnection(), saved);
    this.#announceSizes();
    if (saved) {
      // The agent may have been saved in the middle of a line.
      void this.#around.consoles.write(AGENT_CONSOLE, new TextEncoder().encode('\n')).catch(ignoreOff);
    } else {
      for (let index = 0; index < TERMINAL_COUNT; index++) {
        void this.#around.consoles.write(index, new TextEncoder().encode(REDRAW)).catch(ignoreOff);
      }
    }
    // The prompts need not wait for it.
    this.#own = untilAborted(this.#makeOwn(), this.signal);
    this.#own.catch(ignoreOff);
    this.#enterRunning();
    await this.#own;
    void hardware.disk.prefetch(hardware.origin.prefetch, (hash) => this.#store.get(hash));
  }

  async #boot(hardware: Hardware, kernel: Uint8Array, message: string): Promise<void> {
    this.#enter({ status: 'booting', message });
    const connection = this.#newConnection();
    try {
      await this.#untilUp(hardware, kernel, connection);
    } catch (error) {
      if (this.signal.aborted || !connection.life.signal.aborted) throw error;
      // The guest has reset itself, or switched itself off, before it was up.
      await connection.restart;
    }
  }

  async #untilUp(hardware: Hardware, kernel: Uint8Array, connection: Connection): Promise<void> {
    const { agent, consoles } = this.#around;
    const { signal } = connection.life;
    const end = bootEnd(agent, consoles, { signal, standsStill: () => this.standsStill });
    end.catch(ignoreOff);
    await this.#powerUp(hardware, { kernel, commandLine: hardware.image.kernelCommandLine }, connection);
    const { hasAgent } = await end;
    // A machine without its agent is the reader's to mend: nothing here may keep them out of it.
    if (hasAgent) {
      const patience = String(SERVICES_PATIENCE_S);
      // A machine whose Nginx is about to start looks like one whose Nginx does not start.
      const started = () =>
        agent.exec(['timeout', patience, 'systemctl', 'is-system-running', '--wait'], {
          timeoutMs: 2 * SERVICES_PATIENCE_S * 1000,
        });
      const ready = this.#withLimit(this.#makeOwn().then(started), READY_PATIENCE_MS);
      await untilAborted(ready, signal);
    }
    signal.throwIfAborted();
    this.#announceSizes();
    this.#lack = hasAgent ? null : NO_AGENT;
    this.#enterRunning();
    if (!hasAgent) void this.#whenAgentComes(signal).catch(ignoreOff);
  }

  /** The agent was late, or the reader has started it. */
  async #whenAgentComes(signal: AbortSignal): Promise<void> {
    let stop = (): void => {};
    const came = new Promise<void>((resolve) => (stop = this.#around.agent.onReady(resolve)));
    await untilAborted(came, signal).finally(() => stop());
    this.#lack = null;
    if (this.#phase.status === 'running') this.#enterRunning();
    await this.#makeOwn();
  }

  #announceSizes(): void {
    for (const [index, { cols, rows }] of this.#sizes) this.#emulator?.resizeConsole(index, cols, rows);
  }

  /** A new machine over the same disk: v86 puts a kernel into memory only once. */
  async #bootAgain(message: string): Promise<void> {
    const hardware = this.#hardware;
    if (!hardware) return;
    this.#enter({ status: 'booting', message });
    await this.#disconnect({ code: 'switched-off', message: 'The machine restarts.' });
    const kernel = await this.#stalls.wait((progress) =>
      this.#store.getFile(hardware.image.kernel, progress),
    );
    hardware.disk = hardware.disk.reopen();
    await this.#boot(hardware, kernel, message);
  }

  /** Boots in the place of an emulator whose guest has reset itself, or should have. */
  #restart(connection: Connection | null): void {
    const restart = this.#orEnd(() => this.#bootAgain('Restarting'));
    restart.catch(ignoreOff);
    if (connection) connection.restart = restart;
  }

  async #halt(): Promise<void> {
    this.#enter({ status: 'halted' });
    await this.#disconnect({ code: 'switched-off', message: 'The server is switched off.' });
  }

  async #released(prepared: Prepared): Promise<void> {
    if (!this.#hold) return;
    this.#tellPrepared(prepared);
    await untilAborted(this.#hold, this.signal);
  }

  #newConnection(): Connection {
    this.signal.throwIfAborted();
    this.#connection = { life: new AbortController(), restart: null };
    return this.#connection;
  }

  /** Makes the emulator and lets it run. */
  async #powerUp(
    hardware: Hardware,
    from: EmulatorParts['from'],
    connection: Connection,
    saved: SavedMachine | null = null,
  ): Promise<void> {
    const { consoles } = this.#around;
    const making = Emulator.create(
      { ...hardware.firmware, disk: hardware.disk, memoryBytes: hardware.image.memoryBytes, from },
      this.#eventsOf(connection),
    );
    let emulator: Emulator;
    try {
      emulator = await untilAborted(making, this.signal);
      await this.#released('whole');
      // The machine may have ended in the very moment in which it came.
      this.signal.throwIfAborted();
    } catch (error) {
      // It may still come, or wait for a disk that reads no more.
      making.then((late) => late.destroy()).catch(ignoreOff);
      throw error;
    }
    this.#emulator = emulator;
    if (saved) {
      this.#checkpoints.continueFrom(emulator, hardware.disk);
      emulator.resetConnections(saved.connections);
    }
    consoles.connect((index, bytes) => emulator.offerToConsole(index, bytes), {
      onBacklog: (large) => {
        this.#isFlooded = large;
        this.#runOrStandStill();
      },
      onError: (error) => this.#fail(error),
    });
    // Before it runs: a kernel that boots asks for the first console's as soon as it opens it. The others are told once
    // it is up.
    this.#announceSizes();
    this.#watchClock();
    this.#runOrStandStill();
  }

  #eventsOf(connection: Connection): EmulatorEvents {
    const isCurrent = (): boolean => !this.signal.aborted && this.#connection === connection;
    const serial = new SerialLines((line) => {
      if (isCurrent()) this.#serialLine(line);
    });
    return {
      onConsole: (index, bytes) => {
        if (isCurrent()) this.#around.consoles.receive(index, bytes);
      },
      onSerial: (byte) => serial.push(byte),
      onTcp: (tcp) => this.#tcpOpened(tcp, connection.life.signal),
      onReset: () => {
        if (isCurrent()) this.#restart(connection);
      },
      onCrash: (error) => {
        if (isCurrent()) this.#fail(error);
      },
    };
  }

  #tcpOpened(tcp: TcpConnection, signal: AbortSignal): void {
    if (tcp.sport !== 80) return;
    serveConnection(tcp, this.#internet.source(signal));
  }

  /** The guest goes on without something; the reader is told once. */
  #goWithout(problem: SandboxProblem): void {
    if (this.#lack !== null) return;
    this.#lack = problem;
    if (this.#phase.status === 'running') this.#enterRunning();
  }

  #serialLine(line: string): void {
    this.#around.onSerialLine(line);
    if (this.#phase.status === 'booting') this.#enter({ status: 'booting', message: line });
    if (POWER_DOWN.test(line)) void this.#halt();
    if (PANIC.test(line)) this.#fail(new SandboxError(crashed(line)));
  }

  /** The guest has begun to shut itself down. */
  shutdownBegun(then: 'restart' | 'power-off'): void {
    if (this.#phase.status !== 'running') return;
    this.#enter({ status: 'stopping', then });
    this.#cancelStopTimer = afterRunning(
      LONGEST_STOP_MS,
      () => this.standsStill,
      () => {
        if (this.#phase.status !== 'stopping') return;
        if (then === 'restart') this.#restart(this.#connection);
        else void this.#halt();
      },
    );
  }

  /** Seeds the random pool, sets the clock, and gives the shell the key of its marks. */
  async #makeOwn(): Promise<void> {
    const { agent } = this.#around;
    await Promise.all([agent.seed(), agent.setClock(), this.#giveMarkKey()]);
  }

  async #giveMarkKey(): Promise<void> {
    const { agent, consoles } = this.#around;
    const key = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    try {
      await agent.setMarkKey(key);
      consoles.setMarkKey(key);
    } catch (error) {
      // Without a key all marks count. That is no reason to keep the reader out of the machine.
      if (!(error instanceof SandboxError && error.problem.code === 'internal')) throw error;
    }
  }

  /** An agent that is silent is no reason to stop: the guest is the reader's. */
  async #setClock(): Promise<void> {
    await this.#around.agent.setClock().catch(ignoreOff);
  }

  /** Sets the clock after a while in which the machine stood still, or the computer slept: it tells no tab, but timers come late. */
  #watchClock(): void {
    if (this.#clockTimer !== null) clearInterval(this.#clockTimer);
    let before = Date.now();
    let late = 0;
    this.#clockTimer = setInterval(() => {
      const now = Date.now();
      const stoodStillMs = this.#emulator?.stoodStillMs ?? 0;
      const isWrong = now - before > CLOCK_GAP_MS || stoodStillMs - late > CLOCK_LATE_MS;
      before = now;
      if (!isWrong || this.#phase.status !== 'running' || this.standsStill) return;
      late = stoodStillMs;
      void this.#setClock();
    }, CLOCK_LOOK_MS);
  }

  #makeDisk(image: ImageManifest, { diskChanges }: SavedOrigin, saved: SavedMachine | null): Disk {
    const manifest = diskOfSnapshot(image.disk, diskChanges);
    const overlay = new Overlay(manifest.sizeBytes);
    // A block of zeros was noted because it lies over bytes of the image.
    for (const [block, bytes] of saved?.blocks ?? [])
      overlay.set(block, bytes === 'zero' ? new Uint8Array(BLOCK_BYTES) : bytes, false);
    return new Disk(
      manifest,
      {
        read: (hash) => this.#stalls.wait((progress) => this.#store.get(hash, progress)),
        onError: (error) => this.#fail(error),
        signal: this.signal,
      },
      overlay,
    );
  }

  /** Does work that the machine ends with when it fails. Rejects with the reason of the machine's end. */
  async #orEnd(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.signal.throwIfAborted();
    } catch (error) {
      this.#fail(error);
      throw this.signal.reason;
    }
  }

  /** Ends the machine with the state `failed`. */
  #fail(error: unknown): void {
    if (this.signal.aborted) return;
    const problem = problemOf(error);
    void this.end(new SandboxError(problem, { cause: error }));
    this.#around.onState({ status: 'failed', problem });
  }

  /** Takes the emulator away from consoles and agent, and ends it. */
  async #disconnect(reason: SandboxProblem): Promise<void> {
    const emulator = this.#emulator;
    const connection = this.#connection;
    this.#emulator = null;
    this.#connection = null;
    this.#isFlooded = false;
    this.#cancelStopTimer();
    if (this.#clockTimer !== null) clearInterval(this.#clockTimer);
    this.#around.consoles.disconnect();
    this.#around.agent.abandon(reason);
    connection?.life.abort(new SandboxError(reason));
    await emulator?.destroy();
  }

  #enter(phase: SandboxState): void {
    this.#phase = phase;
    this.#publish();
  }

  #enterRunning(): void {
    this.#enter({ status: 'running', ...(this.#lack && { problem: this.#lack }) });
  }

  #publish(): void {
    if (this.signal.aborted) return;
    // A guest that has switched itself off waits for nothing.
    const problem = this.#phase.status === 'halted' ? null : this.#stalledBy;
    this.#around.onState(problem ? { status: 'waiting', problem } : this.#phase);
    this.#runOrStandStill();
  }

  /** Whether the guest stands still: limits of what it does must not count such time. */
  get standsStill(): boolean {
    return this.#stalledBy !== null || this.#phase.status === 'paused' || this.#isFlooded || this.#isCaptured;
  }

  /** The promise, or nothing when it rejects or the guest takes too long. */
  #withLimit(promise: Promise<unknown>, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = afterRunning(milliseconds, () => this.standsStill, resolve);
      const end = (): void => {
        cancel();
        resolve();
      };
      promise.then(end, end);
    });
  }

  #runOrStandStill(): void {
    if (this.signal.aborted) return;
    if (this.standsStill) void this.#emulator?.stop();
    else this.#emulator?.run();
  }

  /** Throws for a guest that has switched itself off while it booted. */
  #requireOn(): void {
    if (this.#phase.status === 'halted') throw switchedOff();
  }
}

/** Work left undone at power-off is dropped on purpose. */
function ignoreOff(): void {}

function anotherVersion(): SandboxError {
  return new SandboxError({
    code: 'not-saved',
    message:
      'Your machine was saved by another version of this site, whose files are no longer here, so it cannot go on. Nothing of it was deleted. Start a machine anew.',
  });
}
