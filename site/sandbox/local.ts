/** The machine in this thread: in a page that is the worker's, in Node the main one. */
import { AgentClient } from './agent.ts';
import { ChunkStore, type Fetcher } from './chunk-store.ts';
import { Consoles } from './consoles.ts';
import { Disk } from './disk.ts';
import { Emulator, type EmulatorEvents, type EmulatorParts } from './emulator.ts';
import { requestGuest } from './guest-http.ts';
import { ImageLoader, diskOfSnapshot } from './image-loader.ts';
import { serveConnection } from './internet.ts';
import { SerialLines } from './serial-lines.ts';
import { ShellMarks } from './shell-marks.ts';
import { StateEvents } from './state-events.ts';
import { decodeState } from './state.ts';
import { SandboxError, TERMINAL_COUNT } from './types.ts';
import type { ChunkHash, ImageManifest, InternetManifest, SnapshotManifest, StoredFile } from './image.ts';
import type {
  Diagnosis,
  GuestAgent,
  HttpOutcome,
  HttpRequest,
  Sandbox,
  SandboxProblem,
  SandboxState,
  StartOptions,
  TerminalPort,
} from './types.ts';

const AGENT_CONSOLE = 3;
/** A boot that takes longer has failed; a slow laptop takes two minutes. */
const LONGEST_BOOT_MS = 360_000;
/**
 * How much longer systemd may start services once there is a prompt, in seconds. What hangs then must not keep the
 * reader out, who has to find out why.
 */
const SERVICES_PATIENCE_S = 30;
/** Ctrl+L: the shell clears the screen and shows its prompt, since a restored terminal starts blank. */
const REDRAW = '\x0c';

/** Memory and disk of one instant, as the build of snapshots takes them. */
export interface Capture {
  /** In v86's own encoding. */
  readonly state: Uint8Array;
  /** Blocks that differ from the disk that the machine was started with, by number. */
  readonly overlay: ReadonlyMap<number, Uint8Array>;
  /** Disk chunks that were read since the last capture, in order of first use. */
  readonly touchedChunks: readonly number[];
}

/** Everything that exists while a machine is on. */
interface Session {
  readonly image: ImageManifest;
  readonly loader: ImageLoader;
  readonly store: ChunkStore;
  readonly parts: { readonly wasm: Uint8Array; readonly bios: Uint8Array; readonly vgaBios: Uint8Array };
  emulator: Emulator | null;
  disk: Disk;
}

export class LocalSandbox implements Sandbox {
  readonly #fetcher: Fetcher;
  readonly #state = new StateEvents();
  readonly #consoles = new Consoles();
  readonly #agent: AgentClient;
  #session: Session | null = null;
  /** Raised by everything that ends a session, so that what it left under way knows that it is over. */
  #generation = 0;
  #manifest: Promise<InternetManifest> | null = null;
  #retries: (() => void)[] = [];
  #beforeWaiting: SandboxState | null = null;
  #serialListeners = new Set<(line: string) => void>();

  constructor(fetcher: Fetcher) {
    this.#fetcher = fetcher;
    this.#agent = new AgentClient((bytes) => this.#consoles.write(AGENT_CONSOLE, bytes));
    this.#consoles.onData(AGENT_CONSOLE, (bytes) => this.#agent.receive(bytes));
  }

  get agent(): GuestAgent {
    return this.#agent;
  }

  getState(): SandboxState {
    return this.#state.get();
  }

  onState(listener: (state: SandboxState) => void): () => void {
    return this.#state.subscribe(listener);
  }

  terminal(index: number): TerminalPort {
    if (index < 0 || index >= TERMINAL_COUNT) throw new RangeError(`there is no terminal ${index}`);
    return {
      onData: (listener) => this.#consoles.onData(index, (bytes) => void listener(bytes)),
      onMark: (listener) => {
        const marks = new ShellMarks(listener);
        return this.#consoles.onData(index, (bytes) => marks.feed(bytes));
      },
      write: (data) =>
        this.#consoles.write(index, typeof data === 'string' ? new TextEncoder().encode(data) : data),
      resize: (cols, rows) => this.#agent.resize(index, cols, rows),
    };
  }

  /** Kernel and boot messages, a line at a time. For the build and for tests. */
  onSerialLine(listener: (line: string) => void): () => void {
    this.#serialListeners.add(listener);
    return () => this.#serialListeners.delete(listener);
  }

  async start(options: StartOptions): Promise<void> {
    await this.powerOff();
    const generation = this.#generation;
    try {
      await this.#start(options, generation);
    } catch (error) {
      if (generation !== this.#generation) throw error;
      const problem = problemOf(error);
      await this.powerOff();
      this.#state.set({ status: 'failed', problem });
      throw error instanceof SandboxError ? error : new SandboxError(problem, { cause: error });
    }
  }

  async http(request: HttpRequest): Promise<HttpOutcome> {
    const emulator = this.#session?.emulator;
    if (!emulator) return { kind: 'broken', message: 'The machine is off.' };
    return requestGuest((port) => emulator.openTcp(port), request);
  }

  async pause(reason: 'hidden' | 'reader'): Promise<void> {
    if (this.#state.get().status !== 'running') return;
    this.#state.set({ status: 'paused', reason });
    await this.#session?.emulator?.stop();
  }

  async resume(): Promise<void> {
    const emulator = this.#session?.emulator;
    if (this.#state.get().status !== 'paused' || !emulator) return;
    await emulator.run();
    await this.#agent.setClock();
    this.#state.set({ status: 'running' });
  }

  async switchOn(): Promise<void> {
    return Promise.reject(new Error('not built yet'));
  }

  async diagnose(): Promise<Diagnosis | null> {
    return Promise.resolve(null);
  }

  async retry(): Promise<void> {
    const retries = this.#retries;
    this.#retries = [];
    for (const again of retries) again();
  }

  async powerOff(): Promise<void> {
    this.#generation++;
    const session = this.#session;
    this.#session = null;
    this.#manifest = null;
    this.#retries = [];
    this.#beforeWaiting = null;
    this.#consoles.connect(null);
    this.#agent.abandon();
    await session?.emulator?.destroy();
    this.#state.set({ status: 'off' });
  }

  /** Stops the machine for good measure, saves it, and lets it run on. The machine must be idle. */
  async capture(): Promise<Capture> {
    const session = this.#session;
    if (!session?.emulator) throw new Error('no machine to capture');
    await session.emulator.zeroFreeMemory();
    await session.emulator.stop();
    await session.disk.whenIdle();
    const capture = {
      state: await session.emulator.saveState(),
      overlay: new Map(session.disk.overlay),
      touchedChunks: session.disk.takeTouchedChunks(),
    };
    await session.emulator.run();
    return capture;
  }

  async #start(options: StartOptions, generation: number): Promise<void> {
    this.#state.set({ status: 'fetching', loadedBytes: 0, totalBytes: 0 });
    const loader = new ImageLoader(this.#fetcher, options.imageUrl);
    const store = new ChunkStore(this.#fetcher, new URL('../', options.imageUrl).href);
    const image = await loader.image();
    const snapshot = options.snapshot === null ? null : await loader.snapshot(image, options.snapshot);
    const base = snapshot?.base ? await loader.snapshot(image, snapshot.base) : null;
    const read = this.#countedReader(store, generation, [
      image.wasm,
      image.bios,
      image.vgaBios,
      ...(snapshot ? [snapshot.state] : [image.kernel]),
      ...(base ? [base.state] : []),
    ]);
    const [wasm, bios, vgaBios, kernel, snapshotState, baseState] = await Promise.all([
      read(image.wasm),
      read(image.bios),
      read(image.vgaBios),
      snapshot ? null : read(image.kernel),
      snapshot ? read(snapshot.state) : null,
      base ? read(base.state) : null,
    ]);
    this.#requireCurrent(generation);
    const disk = new Disk(diskOfSnapshot(image.disk, snapshot?.diskChanges ?? {}), (hash) =>
      this.#readChunk(store, hash, generation),
    );
    this.#session = { image, loader, store, parts: { wasm, bios, vgaBios }, emulator: null, disk };
    if (snapshot && snapshotState) {
      await this.#restore(this.#session, snapshot, snapshotState, baseState);
    } else if (kernel) {
      await this.#boot(this.#session, kernel);
    }
  }

  async #restore(
    session: Session,
    snapshot: SnapshotManifest,
    encoded: Uint8Array,
    encodedBase: Uint8Array | null,
  ): Promise<void> {
    const generation = this.#generation;
    this.#state.set({ status: 'restoring' });
    const emulator = await this.#create(session, {
      state: decodeState(encoded, encodedBase && decodeState(encodedBase, null)),
    });
    this.#requireCurrent(generation);
    this.#connect(session, emulator);
    await emulator.run();
    // Before the reader can type: a pool and a clock of the machine's own.
    await Promise.all([this.#agent.seed(), this.#agent.setClock()]);
    this.#requireCurrent(generation);
    this.#state.set({ status: 'running' });
    for (let index = 0; index < TERMINAL_COUNT; index++) {
      void this.terminal(index).write(REDRAW).catch(ignoreOff);
    }
    void session.disk.prefetch(snapshot.prefetch, (hash) => session.store.get(hash));
  }

  async #boot(session: Session, kernel: Uint8Array): Promise<void> {
    const generation = this.#generation;
    this.#state.set({ status: 'booting', message: 'Starting the kernel' });
    const stopListening = this.onSerialLine((line) => {
      if (this.#state.get().status !== 'booting') return;
      this.#state.set({ status: 'booting', message: line });
    });
    try {
      const emulator = await this.#create(session, {
        kernel,
        commandLine: session.image.kernelCommandLine,
      });
      const ready = this.#agent.nextReady();
      const prompt = this.#nextPrompt();
      this.#connect(session, emulator);
      await emulator.run();
      await withDeadline(Promise.all([ready, prompt]), LONGEST_BOOT_MS);
      await Promise.all([this.#agent.seed(), this.#agent.setClock()]);
      // A machine whose Nginx is about to start looks like one whose Nginx does not start.
      const patience = String(SERVICES_PATIENCE_S);
      await this.#agent.exec(['timeout', patience, 'systemctl', 'is-system-running', '--wait'], {
        timeoutMs: 2 * SERVICES_PATIENCE_S * 1000,
      });
      this.#requireCurrent(generation);
      this.#state.set({ status: 'running' });
    } finally {
      stopListening();
    }
  }

  /** `sudo reboot`: a new machine over the same disk. */
  async #reboot(session: Session): Promise<void> {
    const generation = this.#generation;
    this.#state.set({ status: 'booting', message: 'Restarting' });
    this.#consoles.connect(null);
    this.#agent.abandon({ code: 'switched-off', message: 'The machine restarts.' });
    try {
      const old = session.emulator;
      session.emulator = null;
      await old?.destroy();
      const read = this.#reader(session.store, generation);
      const kernel = await read(session.image.kernel, () => {});
      session.disk = session.disk.reopen();
      await this.#boot(session, kernel);
    } catch (error) {
      if (generation !== this.#generation) return;
      const problem = problemOf(error);
      await this.powerOff();
      this.#state.set({ status: 'failed', problem });
    }
  }

  #create(session: Session, from: EmulatorParts['from']): Promise<Emulator> {
    const serial = new SerialLines((line) => {
      if (this.#session === session) this.#receiveSerial(line);
    });
    const events: EmulatorEvents = {
      onConsole: (index, bytes) => {
        if (this.#session === session) this.#consoles.receive(index, bytes);
      },
      onSerial: (byte) => serial.push(byte),
      onTcp: (connection) => {
        if (connection.sport !== 80) return;
        serveConnection(connection, {
          manifest: () => (this.#manifest ??= session.loader.internet()),
          chunk: (hash) => this.#readChunk(session.store, hash, this.#generation),
        });
      },
      onReset: () => {
        if (this.#session === session) void this.#reboot(session);
      },
    };
    return Emulator.create(
      { ...session.parts, disk: session.disk, memoryBytes: session.image.memoryBytes, from },
      events,
    );
  }

  #connect(session: Session, emulator: Emulator): void {
    session.emulator = emulator;
    this.#consoles.connect((index, bytes) => emulator.offerToConsole(index, bytes));
  }

  #nextPrompt(): Promise<void> {
    return new Promise((resolve) => {
      const marks = new ShellMarks((mark) => {
        if (mark.kind !== 'prompt') return;
        stop();
        resolve();
      });
      const stop = this.#consoles.onData(0, (bytes) => marks.feed(bytes));
    });
  }

  #receiveSerial(line: string): void {
    for (const listener of this.#serialListeners) listener(line);
    if (line.includes('reboot: Power down') || line.includes('reboot: System halted')) void this.powerOff();
    if (line.includes('Kernel panic')) void this.#crash(line);
  }

  async #crash(line: string): Promise<void> {
    await this.powerOff();
    this.#state.set({
      status: 'failed',
      problem: {
        code: 'guest-crashed',
        message: 'The machine has crashed. Reset it to go on from the start of the chapter.',
        subject: line,
      },
    });
  }

  /** Reads stored files and tells the state how far they are. */
  #countedReader(
    store: ChunkStore,
    generation: number,
    files: readonly StoredFile[],
  ): (file: StoredFile) => Promise<Uint8Array> {
    const totalBytes = files.reduce((sum, file) => sum + file.transferBytes, 0);
    const read = this.#reader(store, generation);
    let loadedBytes = 0;
    return (file) =>
      read(file, (count) => {
        loadedBytes = Math.min(totalBytes, loadedBytes + count);
        if (this.#state.get().status === 'fetching') {
          this.#state.set({ status: 'fetching', loadedBytes, totalBytes });
        }
      });
  }

  /** Reads a stored file; what fails waits for `retry()`. */
  #reader(store: ChunkStore, generation: number) {
    return (file: StoredFile, onBytes: (count: number) => void): Promise<Uint8Array> =>
      this.#orWait(generation, () => store.getFile(file, onBytes));
  }

  #readChunk(store: ChunkStore, hash: ChunkHash, generation: number): Promise<Uint8Array> {
    return this.#orWait(generation, () => store.get(hash));
  }

  /**
   * Does `work`; while it fails, the machine stands still and the reader is told, until `retry()`. Of a session
   * that has ended nothing ever resolves: its machine is gone, and a rejection would only reach its ruins.
   */
  async #orWait<T>(generation: number, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await work();
        this.#goOn(generation);
        return result;
      } catch (error) {
        if (generation !== this.#generation) return new Promise<T>(() => {});
        await this.#session?.emulator?.stop();
        const state = this.#state.get();
        if (state.status !== 'waiting') this.#beforeWaiting = state;
        this.#state.set({ status: 'waiting', problem: problemOf(error) });
        await new Promise<void>((resolve) => this.#retries.push(resolve));
      }
    }
  }

  /** After a success: if it was the last that the machine waited for, run on (once the guest has its data). */
  #goOn(generation: number): void {
    const before = this.#beforeWaiting;
    if (!before || this.#retries.length > 0 || generation !== this.#generation) return;
    this.#beforeWaiting = null;
    this.#state.set(before);
    const emulator = this.#session?.emulator;
    if (emulator && before.status !== 'paused') setTimeout(() => void emulator.run(), 0);
  }

  #requireCurrent(generation: number): void {
    if (generation === this.#generation) return;
    throw new SandboxError({ code: 'internal', message: 'The machine was switched off while it started.' });
  }
}

function problemOf(error: unknown): SandboxProblem {
  if (error instanceof SandboxError) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError || /out of memory|allocat/i.test(message)) {
    return {
      code: 'out-of-memory',
      message:
        'There is not enough memory for the machine: it needs about 600 MB. Close other tabs and try again.',
      subject: message,
    };
  }
  return {
    code: 'internal',
    message: 'The machine could not go on. Reset it to try again.',
    subject: message,
  };
}

function withDeadline<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          new SandboxError({
            code: 'guest-crashed',
            message: 'The machine did not come up. Reset it to go on from the start of the chapter.',
          }),
        ),
      milliseconds,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Input to a machine that has been switched off meanwhile is nobody's loss. */
function ignoreOff(): void {}
