/** The machine in this thread: in a page that is the worker's, in Node the main one. */
import { AgentClient } from './agent.ts';
import { capture, type Capture } from './capture.ts';
import type { Fetcher } from './downloader.ts';
import { AGENT_CONSOLE, Consoles } from './consoles.ts';
import { tellEach } from './listeners.ts';
import { PoweredMachine, type SavedMachine } from './powered-machine.ts';
import { switchedOff } from './problems.ts';
import type { SavedMachines } from './saved-machines.ts';
import type { SaveReport, SaveRequest } from './saved.ts';
import { StateEvents } from './state-events.ts';
import { isSameStart, TERMINAL_COUNT } from './types.ts';
import type {
  Diagnosis,
  GuestAgent,
  HttpOutcome,
  HttpRequest,
  Prepared,
  Sandbox,
  SandboxState,
  StartOptions,
  TerminalPort,
} from './types.ts';

/** A machine whose start waits for the reader. */
interface HeldMachine {
  readonly options: StartOptions;
  readonly machine: PoweredMachine;
  readonly started: Promise<void>;
}

export class LocalSandbox implements Sandbox {
  readonly #fetcher: Fetcher;
  readonly #saves: SavedMachines | null;
  readonly #state = new StateEvents();
  readonly #consoles = new Consoles();
  readonly #agent: AgentClient;
  readonly #serialListeners = new Set<(line: string) => void>();
  #machine: PoweredMachine | null = null;
  #prepared: HeldMachine | null = null;

  /** `saves`: where the machine can be saved; `null` for nowhere. */
  constructor(fetcher: Fetcher, saves: SavedMachines | null = null) {
    this.#fetcher = fetcher;
    this.#saves = saves;
    this.#agent = new AgentClient(
      (bytes) => this.#consoles.write(AGENT_CONSOLE, bytes),
      () => this.#machine?.standsStill === true,
    );
    this.#consoles.onAgentData((bytes) => this.#agent.receive(bytes));
    this.#agent.onShutdown((then) => this.#machine?.shutdownBegun(then));
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
    if (!(index >= 0 && index < TERMINAL_COUNT)) throw new RangeError(`there is no terminal ${index}`);
    return {
      onData: (listener) => this.#consoles.onData(index, listener),
      onMark: (listener) => this.#consoles.onMark(index, listener),
      write: async (data) => {
        if (!this.#machine) throw switchedOff();
        await this.#machine.type(index, typeof data === 'string' ? new TextEncoder().encode(data) : data);
      },
      resize: async (cols, rows) => {
        if (!this.#machine) throw switchedOff();
        this.#machine.resize(index, { cols, rows });
      },
    };
  }

  /** Kernel and boot messages, a line at a time. For the build and for tests. Returns an unsubscribe function. */
  onSerialLine(listener: (line: string) => void): () => void {
    this.#serialListeners.add(listener);
    return () => this.#serialListeners.delete(listener);
  }

  async prepare(options: StartOptions): Promise<Prepared> {
    if (this.#machine) return 'failed';
    this.#discardPrepared();
    const machine = this.#make(options, { isHeld: true });
    const started = machine.start(options.snapshot, this.#saved(options, machine));
    // Whoever starts it hears of it.
    started.catch(() => {});
    this.#prepared = { options, machine, started };
    return machine.prepared;
  }

  async start(options: StartOptions): Promise<void> {
    const old = this.#machine;
    const prepared = this.#prepared;
    this.#prepared = null;
    if (prepared && !prepared.machine.signal.aborted && isSameStart(prepared.options, options)) {
      this.#machine = prepared.machine;
      this.#state.set({ status: 'fetching', loadedBytes: 0, totalBytes: 0 });
      prepared.machine.release();
      await prepared.started;
      return;
    }
    const machine = this.#make(options, { isHeld: false });
    this.#machine = machine;
    await prepared?.machine.end(switchedOff());
    await old?.end(switchedOff());
    machine.signal.throwIfAborted();
    await machine.start(options.snapshot, this.#saved(options, machine));
  }

  async save(request: SaveRequest, view: () => Promise<string>): Promise<SaveReport | null> {
    const machine = this.#machine;
    return machine && this.#saves ? this.#saves.save(machine, request, view) : null;
  }

  /** The saved machine that a start goes on with; `null` for none. */
  #saved({ saved }: StartOptions, machine: PoweredMachine): Promise<SavedMachine> | null {
    if (saved === undefined) return null;
    if (!this.#saves) throw new Error('this machine was given no place to save to');
    return this.#saves.load(saved, machine);
  }

  #make(options: StartOptions, { isHeld }: { readonly isHeld: boolean }): PoweredMachine {
    const machine = new PoweredMachine(
      options,
      {
        fetcher: this.#fetcher,
        consoles: this.#consoles,
        agent: this.#agent,
        onState: (state) => {
          if (this.#machine === machine) this.#state.set(state);
        },
        onSerialLine: (line) => {
          if (this.#machine === machine) tellEach(this.#serialListeners, (listener) => listener(line));
        },
      },
      { isHeld },
    );
    return machine;
  }

  #discardPrepared(): void {
    void this.#prepared?.machine.end(switchedOff());
    this.#prepared = null;
  }

  async switchOn(): Promise<void> {
    await this.#machine?.switchOn();
  }

  /** `onOutcome` hears of it first, in the middle of the guest's time. */
  async http(request: HttpRequest, onOutcome?: (outcome: HttpOutcome) => void): Promise<HttpOutcome> {
    return this.#machine?.http(request, onOutcome) ?? { kind: 'broken', message: 'The machine is off.' };
  }

  async pause(reason: 'hidden' | 'reader'): Promise<void> {
    await this.#machine?.pause(reason);
  }

  async resume(): Promise<void> {
    this.#machine?.resume();
  }

  async retry(): Promise<void> {
    this.#machine?.retry();
  }

  async powerOff(): Promise<void> {
    const machine = this.#machine;
    this.#machine = null;
    this.#discardPrepared();
    if (this.#state.get().status !== 'off') this.#state.set({ status: 'off' });
    await machine?.end(switchedOff());
  }

  async diagnose(): Promise<Diagnosis | null> {
    if (!this.#machine) return null;
    return {
      ...this.#machine.diagnose(),
      consoles: this.#consoles.diagnose(),
      lastSave: this.#saves?.report ?? null,
    };
  }

  /** Takes memory and disk of one instant. The machine must be idle. For the build. */
  async capture(): Promise<Capture> {
    if (!this.#machine) throw new Error('There is no machine that runs.');
    return capture(this.#machine);
  }
}
