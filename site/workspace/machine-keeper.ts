/**
 * Keeps the machine beyond the page: saves it while its reader works, and finds what was saved before. Knows no page;
 * the workspace says what happens, and shows what is found.
 */
import type { SaveReport, SavedAbout, SaveRequest } from '../sandbox/saved.ts';
import { savesRoom } from '../sandbox/saves-room.ts';
import { SandboxError } from '../sandbox/types.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { hasSaveFiles } from '../saves/has-files.ts';
import { notify } from './announcer.ts';
import { MachineSaving, type SavingState } from './machine-saving.ts';
import { decodeView, encodeView, type SavedView } from './saved-view.ts';

/** A saved machine that can go on. */
export interface FoundMachine {
  readonly about: SavedAbout;
  readonly view: SavedView;
  /** The machine whose place it has taken, and which can be taken back; `null` for none. */
  readonly before: SavedAbout | null;
}

export interface KeeperHost {
  /** The machine, while it is up. */
  readonly sandbox: () => Sandbox | null;
  readonly describe: () => SaveRequest;
  /** What is shown now. Called once for each save, in the middle of what the machine prints. */
  readonly view: () => Promise<SavedView>;
  /** What is said of saving, or found, is another. */
  readonly onChange: () => void;
}

export class MachineKeeper {
  readonly #host: KeeperHost;
  readonly #saving: MachineSaving;
  #found: FoundMachine | null = null;
  #looking: Promise<void> | null = null;
  /** What the reader has been told of, once. */
  #told: string | null = null;

  constructor(host: KeeperHost) {
    this.#host = host;
    this.#saving = new MachineSaving({ save: () => this.#save(), onState: (state) => this.#changed(state) });
  }

  /** The saved machine that the guide has, when there is one and none runs. */
  get found(): FoundMachine | null {
    return this.#found;
  }

  get state(): SavingState {
    return this.#saving.state;
  }

  /** Whether the page can go without anything being lost: nothing was done, or all of it is saved. */
  get isSafe(): boolean {
    return this.#saving.state.kind !== 'failed' && !this.#saving.isDirty;
  }

  /** Whether something has happened that no save holds. */
  get isDirty(): boolean {
    return this.#saving.isDirty;
  }

  /** Whether saving works. */
  get isKeeping(): boolean {
    return this.#saving.state.kind === 'saved';
  }

  /** Looks for the guide's saved machine. Nothing is fetched for a reader who never had one. */
  look(guide: string): Promise<void> {
    this.#looking ??= this.#look(guide).finally(() => (this.#looking = null));
    return this.#looking;
  }

  /** Takes back the machine that a fresh start has taken the place of. Rejects when that cannot be read. */
  async takeBack(guide: string): Promise<void> {
    const { takeBack } = await import('./read-saved.ts');
    await takeBack(guide);
    await this.look(guide);
  }

  /** A machine is up from now on. */
  begin(): void {
    this.#saving.begin();
  }

  /** There is none any more. */
  end(): void {
    this.#saving.end();
    this.#told = null;
  }

  /** The reader typed, or the page did something to the machine. */
  changed(): void {
    this.#saving.changed();
  }

  commandEnded(): void {
    this.#saving.commandEnded();
  }

  /** Saves at once what is not saved. Never rejects. */
  now(): Promise<void> {
    return this.#saving.now();
  }

  /** What was found cannot go on. */
  forget(): void {
    this.#found = null;
    this.#host.onChange();
  }

  async #look(guide: string): Promise<void> {
    if (!(await hasSaveFiles(savesRoom()))) return;
    try {
      const { readSaved } = await import('./read-saved.ts');
      const saved = await readSaved(guide);
      this.#found = saved && {
        about: saved.about,
        view: decodeView(saved.view),
        before: saved.before,
      };
    } catch {
      // A storage that cannot be read: the chapter starts as it would without.
      this.#found = null;
    }
    this.#host.onChange();
  }

  async #save(): Promise<SaveReport | null> {
    const sandbox = this.#host.sandbox();
    if (!sandbox) return null;
    const report = await sandbox.save(this.#host.describe(), async () => encodeView(await this.#host.view()));
    if (report?.setAside)
      notify(`Your machine of chapter ${report.setAside.number} is set aside under “Your machines”.`);
    return report;
  }

  #changed(state: SavingState): void {
    if (state.kind === 'failed') this.#tell(state.error);
    this.#host.onChange();
  }

  #tell(error: unknown): void {
    const code = error instanceof SandboxError ? error.problem.code : 'internal';
    // The machine went away meanwhile.
    if (code === 'switched-off' || code === this.#told) return;
    this.#told = code;
    notify(error instanceof Error ? error.message : String(error));
  }
}
