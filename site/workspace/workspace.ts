/**
 * `<tl-workspace>`: joins the machine, the terminals, the browser pane and the checks to the chapter beside them.
 * Everything that the reader presses comes here.
 */
import './split.ts';
import { TypealongBrowserPane } from '../pane/browser-pane.ts';
import type { ShownPage } from '../pane/browser-pane.ts';
import { hostName, parseTypedAddress } from '../pane/address.ts';
import type { VisitAction } from '../chapter/model.ts';
import { openProgress } from '../progress/open.ts';
import { hasStartedBefore } from '../sandbox/chunk-cache.ts';
import { savesRoom } from '../sandbox/saves-room.ts';
import type { ShellMark } from '../sandbox/shell-marks.ts';
import { SandboxError } from '../sandbox/types.ts';
import type { Diagnosis, Sandbox, StartOptions } from '../sandbox/types.ts';
import { announce, notify } from './announcer.ts';
import { BusyTerminals, busyInWords, endInWords, isWaitedFor } from './busy-terminals.ts';
import { listenToActions } from './chapter-actions.ts';
import { ChapterNavigation } from './chapter-navigation.ts';
import { ChapterSession } from './chapter-session.ts';
import { readChapterData } from './chapter-data.ts';
import type { ChapterData } from './chapter-data.ts';
import { TypealongChecks } from './checks-panel.ts';
import { ask, dialogNamed } from './dialogs.ts';
import { optionsToGoOn } from './going-on.ts';
import { MachineKeeper } from './machine-keeper.ts';
import { browserLocks, machineLockName, MachineLock, openBrowserChannel } from './machine-lock.ts';
import { Machine } from './machine.ts';
import type { MachineState } from './machine.ts';
import { renderCover, savingInWords, showElapsed, showRunningFor, stateInWords } from './machine-view.ts';
import type { Elsewhere } from './machine-view.ts';
import { MachineMenu } from './machine-menu.ts';
import { openOutside } from './outside-link.ts';
import type { SavedView } from './saved-view.ts';
import { Tabs } from './tabs.ts';
import { isAtRest, type LeaveDirection, type TypealongTerminal } from './terminal.ts';
import type { TypealongSplit } from './split.ts';
import { timeInWords } from './time-in-words.ts';
import { WarmUp } from './warm-up.ts';
import { isSparing, whenIdle } from './when-idle.ts';
import { WorkNotes } from './work-notes.ts';
import type { WorkRecorder } from './work-notes.ts';

const NO_PANE = { history: [], index: -1, cookies: [] };

export class TypealongWorkspace extends HTMLElement {
  #listening: AbortController | null = null;
  #machine = new Machine(false);
  #session: ChapterSession | null = null;
  #tabs: Tabs | null = null;
  readonly #busy = new BusyTerminals();
  /** The terminals, joined to the machine's consoles. */
  #opened: Promise<void> | null = null;
  /** What else is asked of the machine just now: checks, files that are written or compared. */
  readonly #requests = new Set<object>();
  #warmUp = new WarmUp();
  #before: MachineState['status'] = 'off';
  #toldProblem: string | null = null;
  #clock: ReturnType<typeof setInterval> | null = null;
  #bootSeconds = 0;
  /** It is fetched or restored, and may have to wait for the network meanwhile. */
  #isStarting = false;
  /** The terminals show pictures of their prompts, for a machine that is on its way. */
  #hasPicture = false;
  /** It boots, and may have to wait for the network meanwhile. */
  #isRebooting = false;
  readonly #keeper = new MachineKeeper({
    sandbox: () =>
      ['running', 'paused'].includes(this.#machine.state.status) ? this.#machine.sandbox : null,
    describe: () => {
      const { guide, chapter } = this.session.data;
      const { slug, number, title } = chapter;
      return { guide: guide.slug, chapter: { slug, number, title } };
    },
    view: () => this.#view(),
    onChange: () => {
      this.#showSaving();
      this.#drawCover(this.#machine.state);
    },
  });
  #lock: MachineLock | null = null;
  #takingBack: Promise<void> | null = null;
  /** Another tab has the guide's machine. */
  #elsewhere: Elsewhere | null = null;
  /** What was shown of the saved machine that is on its way. */
  #returning: SavedView | null = null;
  readonly #notes = new WorkNotes(() => {
    this.dispatchEvent(new CustomEvent('tl-unrecorded', { bubbles: true }));
  });
  /** What a button has typed, by the number of the terminal, until the shell tells of a command there. */
  readonly #pressed = new Map<number, string>();
  /** How the machine that is on its way begins; `null` when none is. */
  #beginning: 'started' | 'resumed' | 'reset' | null = null;
  #isResetting = false;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const data = readChapterData(document);
    this.#machine = new Machine(data.machine !== null, {
      // Before it starts: the first thing that it prints may be the prompt.
      onLoad: (sandbox) => this.#openTerminals(sandbox),
    });
    this.#machine.followVisibility(signal);
    this.#lock = this.#makeLock(data.guide.slug);
    window.addEventListener('focus', () => void this.#lookAgain(), { signal });
    this.openChapter(data);
    const list = this.querySelector<HTMLElement>('[role=tablist]');
    if (list) this.#tabs = new Tabs(list, (tab) => this.#tabShown(tab));
    new MachineMenu(this, this, signal);
    listenToActions(this, signal);
    new ChapterNavigation(this, this.#machine, signal);
    this.#pane.addEventListener(
      'tl-page',
      (event) => this.#pageShown((event as CustomEvent<ShownPage>).detail),
      { signal },
    );
    this.#pane.addEventListener(
      'tl-machine-wanted',
      () => void this.start(this.#startOptions).catch((error: unknown) => this.report(error)),
      { signal },
    );
    this.#split?.addEventListener('tl-shown', () => this.#shownTerminal?.fit(), { signal });
    window.addEventListener('beforeunload', (event) => this.#beforeUnload(event), { signal });
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.hidden) void this.#keeper.now();
      },
      { signal },
    );
    this.#machine.onState((state) => this.#stateChanged(state));
    this.#clock = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    if (this.#clock !== null) clearInterval(this.#clock);
    this.#lock?.close();
    void this.#machine.powerOff().catch(() => {});
  }

  get session(): ChapterSession {
    if (!this.#session) throw new Error('The workspace has no chapter yet.');
    return this.#session;
  }

  get checksPanel(): TypealongChecks {
    return this.#part('tl-checks', TypealongChecks);
  }

  /** Joins the workspace to the chapter that the page shows now. The machine stays as it is. */
  openChapter(data: ChapterData): void {
    this.#session?.stopped();
    this.dataset['guide'] = data.guide.slug;
    this.dataset['chapter'] = data.chapter.slug;
    this.#session = new ChapterSession({
      data,
      panel: this.checksPanel,
      progress: openProgress(),
      runningSandbox: () => this.#runningSandbox(),
      onBusy: (busy) => this.#setBusy(this.checksPanel, busy),
      notes: this.#notes,
    });
    this.#drawCover(this.#machine.state);
    delete this.dataset['warm'];
    void this.#warm();
    if (this.#machine.holdsWork) return;
    void this.#lookElsewhere();
    void this.#lookForSaved().then(() => this.#prepare());
  }

  /** Tells `recorder` what the reader does from now on, and what was done before it came. */
  record(recorder: WorkRecorder): void {
    this.#notes.record(recorder);
  }

  /** Looks for what is saved, and shows it. */
  async #lookForSaved(): Promise<void> {
    await this.#keeper.look(this.session.data.guide.slug);
    this.#showSavedScreen();
  }

  /** The reader comes back to the page: another one may have put another machine in the saved one’s place. */
  async #lookAgain(): Promise<void> {
    if (this.#machine.holdsWork) return;
    await this.#lookElsewhere();
    const before = this.#keeper.found;
    await this.#keeper.look(this.session.data.guide.slug);
    const { found } = this.#keeper;
    if (found?.about.savedAtMs === before?.about.savedAtMs) return;
    // What was shown of a machine that is deleted now.
    if (!found) for (const terminal of this.#terminals) terminal.clear();
    this.#showSavedScreen();
  }

  #makeLock(guide: string): MachineLock {
    return new MachineLock(machineLockName(savesRoom(), guide), {
      locks: browserLocks(),
      openChannel: openBrowserChannel,
      giveUp: async () => {
        const sandbox = this.#runningSandbox();
        // Saving has the worker to itself.
        await sandbox?.pause('hidden').catch(() => {});
        const isSafe = await this.saveBeforeLeaving();
        if (!isSafe) {
          await sandbox?.resume().catch(() => {});
          return false;
        }
        this.#elsewhere = 'taken';
        await this.#machine.powerOff();
        return true;
      },
      onLost: () => void this.#lost(),
      onFreed: () => void this.#lookElsewhere(),
    });
  }

  /** Another tab has the machine now. */
  async #lost(): Promise<void> {
    this.#elsewhere = 'taken';
    await this.#machine.powerOff();
    this.#drawCover(this.#machine.state);
  }

  /** Whether another tab has the machine may have changed. */
  async #lookElsewhere(): Promise<void> {
    if (this.#machine.holdsWork || !this.#lock) return;
    const before = this.#elsewhere;
    const isElsewhere = await this.#lock.isElsewhere();
    this.#elsewhere = isElsewhere ? (before ?? 'open') : null;
    if (before !== null && !isElsewhere) await this.#lookForSaved();
    this.#drawCover(this.#machine.state);
  }

  /** The machine before the last fresh start is offered again, in place of the one that is saved now. */
  async takeBack(): Promise<void> {
    this.#takingBack ??= this.#takeBack().finally(() => (this.#takingBack = null));
    await this.#takingBack;
  }

  async #takeBack(): Promise<void> {
    // Nobody else may save it meanwhile.
    if (this.#lock?.isOwn === false) await this.#requireOwn();
    try {
      await this.#keeper.takeBack(this.session.data.guide.slug);
    } finally {
      this.#lock?.release();
    }
    this.#showSavedScreen();
  }

  /** Brings the machine here from the tab that has it. */
  async takeOver(): Promise<void> {
    if ((await this.#lock?.takeOver()) === 'refused') {
      this.#elsewhere = 'refused';
      this.#drawCover(this.#machine.state);
      return;
    }
    this.#elsewhere = null;
    await this.#lookForSaved();
    await (this.#savedOptions ? this.goOn() : this.start());
  }

  async #requireOwn(): Promise<void> {
    if (!this.#lock || (await this.#lock.acquire())) return;
    this.#elsewhere ??= 'open';
    this.#drawCover(this.#machine.state);
    throw new Error('This guide’s machine is open in another tab.');
  }

  /**
   * Uses the time in which a reader who has started a machine before reads. Nothing of it is fetched for others before
   * they ask.
   */
  #prepare(): void {
    const signal = this.#listening?.signal;
    const options = this.#startOptions;
    if (!signal || !options || isSparing() || this.#elsewhere !== null || this.#keeper.found) return;
    whenIdle(() => {
      void this.#prepareFor(options, signal);
    }, signal);
  }

  async #prepareFor(options: StartOptions, signal: AbortSignal): Promise<void> {
    if (!(await hasStartedBefore(options.imageUrl)) || signal.aborted) return;
    const isPrepared = await this.#machine.prepare(options);
    // For tests and the bench: a reader sees nothing of it.
    this.toggleAttribute('data-prepared', isPrepared);
  }

  /** What the machine starts with: the chapter's start, or what was saved of it in this chapter. */
  get #startOptions(): StartOptions | null {
    const { found } = this.#keeper;
    const isOfChapter = found?.about.chapter.slug === this.session.data.chapter.slug;
    return (isOfChapter ? this.#savedOptions : null) ?? this.#freshOptions;
  }

  /** `null` when the site was built without machines, nothing is saved, or what is saved cannot go on here. */
  get #savedOptions(): StartOptions | null {
    const { found } = this.#keeper;
    const { machine } = this.session.data;
    return found && machine && optionsToGoOn(machine, found.about, location.href);
  }

  get #freshOptions(): StartOptions | null {
    const { machine } = this.session.data;
    return (
      machine && {
        imageUrl: new URL(machine.imagePath, location.href).href,
        snapshot: machine.snapshot,
        manifestHashes: machine.manifestHashes,
      }
    );
  }

  /**
   * Makes the machine run, if it does not: starts it, switches it on, resumes it or waits for it. Rejects when it
   * cannot run; the cover then says why. Everything that needs the machine goes through here. On a narrow screen a
   * machine that does not run yet is shown; one that runs does what it is asked for beside the text.
   */
  async ensureRunning(options = this.#startOptions): Promise<Sandbox> {
    if (options === null) throw new Error('This copy of the site has no machine.');
    if (this.#takingBack) await this.#takingBack.catch(() => {});
    const isRunning = this.#runningSandbox() !== null;
    if (!isRunning) this.#split?.show('workspace');
    // What happens to the machine is shown over the terminals.
    const fromBrowser = !isRunning && this.dataset['tab'] === 'browser';
    if (fromBrowser) this.showTab('terminal-1');
    if (this.#lock?.isOwn === false) await this.#requireOwn();
    const sandbox = await this.#machine.ensureRunning(options);
    if (this.#opened === null) this.#openTerminals(sandbox);
    await this.#opened;
    if (fromBrowser) {
      this.showTab('browser');
      // What was pressed in the pane was hidden meanwhile, and lost the focus.
      if (document.activeElement === document.body) this.#tabs?.focus();
    }
    return sandbox;
  }

  /** The saved machine goes on, in whatever chapter it is. */
  async goOn(): Promise<void> {
    // Which machine that is, is being settled.
    await this.#takingBack;
    await this.start(this.#savedOptions);
  }

  /** Starts the machine, or switches it on. */
  async start(options = this.#freshOptions): Promise<void> {
    if (this.#lock?.isOwn === false) await this.#requireOwn();
    const running = this.ensureRunning(options);
    const hasPicture = this.#isStarting && this.#hasPicture;
    if (hasPicture) this.#shownTerminal?.focus();
    await running;
    // Who typed into the picture may have gone elsewhere since.
    if (!hasPicture || isAtRest(document.activeElement)) this.#shownTerminal?.focus();
  }

  /** Back to the chapter's start, without asking. */
  async reset(): Promise<void> {
    await this.#keeper.now();
    await this.#machine.powerOff();
    this.#isResetting = true;
    await this.start().finally(() => (this.#isResetting = false));
  }

  async resetAfterAsking(): Promise<void> {
    if ((await ask('reset')) === 'yes') await this.reset();
  }

  async powerOffAfterAsking(): Promise<void> {
    const howToKeep = dialogNamed('power-off').querySelector<HTMLElement>('[data-how-to-keep]');
    if (howToKeep) howToKeep.hidden = this.#machine.state.status !== 'running';
    await this.#keeper.now();
    if (this.#hasWork && !this.#keeper.isSafe && (await ask('power-off')) !== 'yes') return;
    await this.powerOff();
  }

  /** Switches the machine off, as it was last saved. */
  async powerOff(): Promise<void> {
    await this.#machine.powerOff();
  }

  /** Saves the machine before the page goes. Whether nothing is lost with it. */
  async saveBeforeLeaving(): Promise<boolean> {
    await this.#keeper.now();
    return !this.#hasWork || this.#keeper.isSafe;
  }

  async pause(): Promise<void> {
    await this.#machine.sandbox?.pause('reader');
  }

  async resume(): Promise<void> {
    await this.#machine.sandbox?.resume();
    this.#shownTerminal?.focus();
  }

  async retry(): Promise<void> {
    await this.#machine.sandbox?.retry();
  }

  /** Types a command and Enter, as the reader would; a terminal that is busy is left alone. */
  async run(command: string, terminal: number): Promise<void> {
    this.#split?.show('workspace');
    const sandbox = await this.ensureRunning();
    this.showTab(`terminal-${terminal}`);
    const occupation = await this.#busy.known(terminal);
    if (occupation !== null) {
      notify(busyInWords(terminal, occupation));
      return;
    }
    this.#pressed.set(terminal, command);
    // Ctrl+U removes what may have been typed already.
    await this.#type(sandbox, terminal, `\x15${command}\r`);
  }

  /** Sends keys to a terminal. */
  async press(bytes: string, terminal: number): Promise<void> {
    this.#split?.show('workspace');
    const sandbox = await this.ensureRunning();
    this.showTab(`terminal-${terminal}`);
    await this.#type(sandbox, terminal, bytes);
  }

  /** Opens a page of the guest in the browser pane; `action` is the `<Visit>` that was pressed, if it was one. */
  async visit(url: string, action: VisitAction | null = null): Promise<void> {
    this.#split?.show('workspace');
    await this.ensureRunning();
    if (action !== null) this.session.visitAsked(action);
    this.showTab('browser');
    await this.#pane.visit(url);
  }

  /** What the machine does inside, for tests and reports. */
  async diagnose(): Promise<Diagnosis | null> {
    return (await this.#machine.sandbox?.diagnose()) ?? null;
  }

  /** Tells the reader what went wrong, unless the machine's cover does. */
  report(error: unknown): void {
    const { status } = this.#machine.state;
    if (status === 'failed') return;
    const isSwitchedOff = error instanceof SandboxError && error.problem.code === 'switched-off';
    if (isSwitchedOff && (status === 'off' || status === 'halted' || status === 'fetching')) return;
    notify(error instanceof Error ? error.message : String(error));
  }

  showTab(tab: string): void {
    this.#tabs?.show(tab);
  }

  /** Shows that the machine is at work, with whatever else it is asked for meanwhile. */
  async whileBusy(work: () => Promise<void>): Promise<void> {
    this.#setBusy(work, true);
    try {
      await work();
    } finally {
      this.#setBusy(work, false);
      this.#keeper.changed();
    }
  }

  async checkSteps(steps: ChapterData['chapter']['steps']): Promise<void> {
    const { status } = this.#machine.state;
    if (status === 'none') throw new Error('This copy of the site has no machine.');
    if (status === 'off' || status === 'halted' || status === 'failed') {
      notify('The machine is off, so there is nothing to check. Start it first.');
      return;
    }
    const { session } = this;
    this.#split?.show('workspace');
    this.checksPanel.setOpen(true);
    const [first] = steps;
    if (steps.length === 1 && first) this.checksPanel.showGroup(first.id);
    if (status !== 'running' && status !== 'paused') notify('The checks run as soon as the machine does.');
    await this.ensureRunning();
    if (session === this.session) await session.checks.run(steps);
  }

  get #pane(): TypealongBrowserPane {
    return this.#part('tl-browser-pane', TypealongBrowserPane);
  }

  get #split(): TypealongSplit | null {
    return this.closest<TypealongSplit>('tl-split');
  }

  get #terminals(): readonly TypealongTerminal[] {
    return [...this.querySelectorAll<TypealongTerminal>('tl-terminal')];
  }

  get #terminalPanels(): NodeListOf<HTMLElement> {
    return this.querySelectorAll<HTMLElement>('.terminal-panel');
  }

  get #shownTerminal(): TypealongTerminal | null {
    return this.querySelector<TypealongTerminal>('[role=tabpanel]:not([hidden]) > tl-terminal');
  }

  #terminal(number: number): TypealongTerminal | null {
    return this.querySelector<TypealongTerminal>(`tl-terminal[data-terminal="${number}"]`);
  }

  #part<Part extends HTMLElement>(selector: string, kind: new () => Part): Part {
    const element = this.querySelector(selector);
    if (!(element instanceof kind)) throw new Error(`tl-workspace: ${selector} is missing in the page.`);
    return element;
  }

  #runningSandbox(): Sandbox | null {
    return this.#machine.state.status === 'running' ? this.#machine.sandbox : null;
  }

  #openTerminals(sandbox: Sandbox): void {
    const opened = Promise.all(
      this.#terminals.map((terminal) =>
        terminal.open(sandbox.terminal(terminal.terminal - 1), {
          onMark: (number, mark) => this.#marked(number, mark),
          onOutput: (number, text) => {
            this.session.tracker.output(number, text);
            this.#notes.printed(this.session.data.guide.slug, number, text, terminal.size);
          },
          onTyped: (number, data) => {
            return this.#typed(number, data);
          },
          onLeave: (direction) => this.#leaveTerminal(direction),
          onLink: (url) => this.#linkClicked(url),
        }),
      ),
    ).then(
      () => this.#shownTerminal?.fit(),
      (error: unknown) => {
        this.#opened = null;
        throw error;
      },
    );
    // Whoever asked for the machine waits for it.
    opened.catch(() => {});
    this.#opened = opened;
  }

  async #type(sandbox: Sandbox, terminal: number, data: string): Promise<void> {
    const undo = this.#typed(terminal, data);
    try {
      await sandbox.terminal(terminal - 1).write(data);
    } catch (error) {
      undo();
      throw error;
    }
    this.#terminal(terminal)?.focus();
  }

  /** Something is typed into a terminal. What it returns takes that back. */
  #typed(terminal: number, data: string): () => void {
    this.#keeper.changed();
    this.#notes.used(this.session.data.guide.slug, terminal, this.#terminal(terminal)?.size ?? null);
    return this.#busy.typed(terminal, data);
  }

  #marked(terminal: number, mark: ShellMark): void {
    const before = this.#busy.of(terminal);
    this.#busy.marked(terminal, mark);
    this.#showRunningFor();
    switch (mark.kind) {
      case 'prompt':
        void this.#warm();
        break;
      case 'command-start':
        this.#rest();
        this.session.commandStarted(terminal, mark.commandLine, this.#typist(terminal, mark.commandLine));
        break;
      case 'command-end':
        if (before !== null && isWaitedFor(before)) announce(endInWords(before, mark.status));
        this.session.commandEnded(terminal, mark.status);
        this.#keeper.commandEnded();
        break;
    }
  }

  #typist(terminal: number, commandLine: string): 'typed' | 'pressed' {
    const isPressed = this.#pressed.get(terminal)?.trim() === commandLine.trim();
    this.#pressed.delete(terminal);
    return isPressed ? 'pressed' : 'typed';
  }

  #stateChanged(state: MachineState): void {
    const before = this.#before;
    this.#before = state.status;
    this.dataset['state'] = state.status;
    const words = this.querySelector('[data-state-words]');
    if (words) words.textContent = stateInWords(state);
    if (state.status !== before) {
      announce(`Machine: ${stateInWords(state)}.`);
      this.#statusChanged(before, state.status);
    }
    this.#tellProblem(state);
    // What cannot go on is not offered again.
    if (state.status === 'failed' && state.problem.code === 'not-saved') this.#keeper.forget();
    this.#drawCover(state);
  }

  /** Tells once what does not work although the machine runs: a pause, or waiting for a file, is no news. */
  #tellProblem(state: MachineState): void {
    if (state.status === 'paused' || state.status === 'waiting') return;
    const message = state.status === 'running' ? (state.problem?.message ?? null) : null;
    if (message !== null && message !== this.#toldProblem) notify(message);
    this.#toldProblem = message;
  }

  #statusChanged(before: MachineState['status'], now: MachineState['status']): void {
    const sandbox = this.#machine.sandbox;
    this.#pane.http = now === 'running' && sandbox ? (request) => sandbox.http(request) : null;
    this.#pane.machineState = now;
    switch (now) {
      case 'fetching':
        // It may have had to wait for the network.
        if (before === 'waiting') break;
        this.#beginning = this.#machine.goesOn ? 'resumed' : this.#isResetting ? 'reset' : 'started';
        this.#newMachine();
        this.#keeper.end();
        this.#pane.forgetCookies();
        this.session.reset();
        this.#returning = this.#machine.goesOn ? (this.#keeper.found?.view ?? null) : null;
        if (this.#returning) this.#showReturning(this.#returning);
        else this.#showPicture();
        break;
      case 'stopping':
        this.session.interrupted();
        break;
      case 'booting':
        if (this.#isRebooting) break;
        this.#newMachine();
        this.session.interrupted();
        this.#bootSeconds = 0;
        this.#isRebooting = true;
        break;
      case 'running':
        if (this.#isRebooting) this.session.tracker.rebooted();
        if (this.#beginning !== null) this.session.did({ kind: 'machine', what: this.#beginning });
        else if (this.#isRebooting) this.session.did({ kind: 'machine', what: 'rebooted' });
        this.#beginning = null;
        this.#isRebooting = false;
        this.#keeper.begin();
        if (this.#returning) this.#resume(this.#returning);
        this.#returning = null;
        for (const terminal of this.#terminals) terminal.handKeysOver();
        void this.#announceSizes();
        void this.#warm();
        break;
      case 'off':
      case 'halted':
      case 'failed':
        // One that never ran was never told of.
        if (before !== 'off' && before !== 'halted' && before !== 'failed' && this.#beginning === null)
          this.session.did({ kind: 'machine', what: 'off' });
        this.#beginning = null;
        this.#isRebooting = false;
        // Nobody will read what was typed ahead.
        if (this.#isStarting) for (const terminal of this.#terminals) terminal.clear();
        this.#busy.clear();
        this.#keeper.end();
        this.session.stopped();
        if (now === 'halted') break;
        // Unless it goes to another tab.
        if (this.#elsewhere === null) this.#lock?.release();
        void this.#lookForSaved();
        break;
      case 'none':
      case 'restoring':
      case 'paused':
      case 'waiting':
        break;
    }
  }

  /** Shows prompts that take keys until the machine is there, if all of the terminals will have one. */
  #showPicture(): void {
    const screens = this.session.data.machine?.screens ?? [];
    this.#hasPicture = screens.length > 0 && screens.every((screen) => screen !== '');
    if (!this.#hasPicture) return;
    this.#terminals.forEach((terminal, index) => terminal.showPicture(screens[index] ?? ''));
    announce('You can start typing.');
  }

  /** Shows what is saved, dimly, behind the offer to go on with it. */
  #showSavedScreen(): void {
    const { found } = this.#keeper;
    if (!found || this.#machine.holdsWork) return;
    found.view.terminals.forEach((view, index) => {
      const isWanted = (): boolean => !this.#machine.holdsWork;
      if (view) this.#terminals[index]?.showStill(view, isWanted).catch(() => {});
    });
  }

  /** Shows what was shown when the machine was saved, until it goes on. */
  #showReturning(view: SavedView): void {
    this.#hasPicture = true;
    view.terminals.forEach((terminal, index) => {
      if (terminal) this.#terminals[index]?.showSaved(terminal);
    });
    this.#pane.restoreState(view.pane ?? NO_PANE);
    this.showTab(view.tab);
  }

  /** The saved machine runs: what ran in it does, too. */
  #resume(view: SavedView): void {
    if (view.chapter === this.session.data.chapter.slug) this.session.tracker.restore(view.actions);
    view.terminals.forEach((terminal, index) => {
      if (terminal?.command === null || terminal?.command === undefined) return;
      this.#busy.marked(index + 1, { kind: 'command-start', commandLine: terminal.command });
    });
  }

  async #view(): Promise<SavedView> {
    const actions = this.session.tracker.statuses;
    const commands = this.#terminals.map(({ terminal }) => this.#busy.of(terminal)?.commandLine ?? null);
    const pane = this.#pane.saveState();
    const tab = this.dataset['tab'] ?? 'terminal-1';
    // All of them are asked before anything is waited for.
    const views = await Promise.all(this.#terminals.map((terminal) => terminal.view()));
    const terminals = views.map((view, index) => view && { ...view, command: commands[index] ?? null });
    return { terminals, tab, pane, chapter: this.session.data.chapter.slug, actions };
  }

  #showSaving(): void {
    const { state } = this.#keeper;
    this.dataset['saving'] = state.kind;
    this.toggleAttribute('data-unsaved', this.#keeper.isDirty);
    const words = this.querySelector<HTMLElement>('[data-saving-words]');
    if (!words) return;
    words.textContent = savingInWords(state);
    words.title = state.kind === 'saved' ? `Saved in this browser, ${timeInWords(state.atMs)}` : '';
  }

  /** Forgets what was shown, run and loaded ahead: the machine is another one, or has restarted. */
  #newMachine(): void {
    this.#busy.clear();
    this.#pressed.clear();
    this.#warmUp = new WarmUp();
    delete this.dataset['warm'];
    delete this.dataset['prepared'];
    for (const terminal of this.#terminals) {
      terminal.clear();
      this.#notes.renewed(terminal.terminal);
    }
  }

  async #announceSizes(): Promise<void> {
    this.#shownTerminal?.fit();
    const size = (this.#shownTerminal ?? this.#terminal(1))?.size ?? null;
    await Promise.all(this.#terminals.map((terminal) => terminal.announceSize(size)));
  }

  /** Uses the time in which nothing is asked of the machine. */
  async #warm(): Promise<void> {
    const agent = this.#runningSandbox()?.agent;
    if (!agent || this.#busy.all.size > 0) return;
    const { chapter } = this.session.data;
    const warmUp = this.#warmUp;
    const isWarm = await warmUp.run(agent, chapter);
    const isCurrent = warmUp === this.#warmUp && chapter === this.session.data.chapter;
    if (isCurrent) this.toggleAttribute('data-warm', isWarm);
  }

  #setBusy(request: object, busy: boolean): void {
    if (busy) this.#requests.add(request);
    else this.#requests.delete(request);
    this.toggleAttribute('data-busy', this.#requests.size > 0);
  }

  #rest(): void {
    const agent = this.#runningSandbox()?.agent;
    if (agent) this.#warmUp.rest(agent);
  }

  #tick(): void {
    const { status } = this.#machine.state;
    if (status === 'booting') {
      this.#bootSeconds++;
      showElapsed(this, this.#bootSeconds);
    }
    if (status === 'running') this.#busy.tick();
    this.#showRunningFor();
  }

  #showRunningFor(): void {
    for (const terminal of this.#terminals)
      terminal.showRunning(this.#busy.of(terminal.terminal)?.seconds ?? null);
    const chip = this.querySelector<HTMLElement>('[data-machine] [data-running-for]');
    if (!chip) return;
    const isRunning = this.#runningSandbox() !== null;
    const { tracker } = this.session;
    const waitedFor = [...this.#busy.all].filter(
      ([terminal, command]) => isRunning && isWaitedFor(command) && !tracker.isReady(terminal),
    );
    const shown = this.#shownTerminal?.terminal;
    showRunningFor(chip, waitedFor.find(([terminal]) => terminal === shown) ?? waitedFor[0] ?? null);
  }

  #drawCover(state: MachineState): void {
    const { machine, chapter } = this.session.data;
    const cover = this.querySelector<HTMLElement>('[data-cover]');
    if (!cover) return;
    this.#isStarting =
      state.status === 'fetching' ||
      state.status === 'restoring' ||
      (state.status === 'waiting' && this.#isStarting);
    const isPicture = this.#isStarting && this.#hasPicture;
    const wasPicture = cover.hasAttribute('data-picture');
    const isCovered = this.#isStarting && !isPicture;
    // First: the focus may go from the cover to a terminal.
    if (!isCovered) for (const panel of this.#terminalPanels) panel.inert = false;
    renderCover(
      cover,
      state,
      {
        fetchBytes: machine?.fetchBytes ?? null,
        wasHidden: this.#machine.offReason === 'hidden',
        chapterNumber: chapter.number,
        isPicture,
        saved: this.#keeper.found?.about ?? null,
        canGoOn: this.#savedOptions !== null,
        before: this.#keeper.found?.before ?? null,
        elsewhere: this.#elsewhere,
      },
      () => this.#shownTerminal?.focus(),
    );
    const focused = [...this.#terminalPanels].some((panel) => panel.contains(document.activeElement));
    // There was a terminal to type into.
    if (wasPicture && !isPicture && !cover.hidden && focused)
      (cover.querySelector<HTMLElement>('button.primary') ?? cover).focus();
    if (!isCovered) return;
    if (focused) cover.focus();
    for (const panel of this.#terminalPanels) panel.inert = true;
  }

  #tabShown(tab: string): void {
    this.dataset['tab'] = tab;
    this.#shownTerminal?.fit();
  }

  #pageShown({ asked, shown, result, text }: ShownPage): void {
    const outcome =
      typeof result === 'number' || result === 'timeout' || result === 'refused' ? result : 'other';
    this.#keeper.changed();
    this.session.pageShown({ urls: asked === null ? [shown] : [asked, shown], outcome, text });
  }

  #leaveTerminal(direction: LeaveDirection): void {
    if (direction === 'tabs') this.#tabs?.focus();
    else if (direction === 'checks') this.querySelector<HTMLElement>('[data-checks-toggle]')?.focus();
    else {
      this.#split?.show('text');
      document.querySelector<HTMLElement>('[data-pane=text]')?.focus();
    }
  }

  /** Addresses of the machine open in the browser pane, others in a new tab if the reader wants that. */
  #linkClicked(url: string): void {
    const typed = parseTypedAddress(url);
    // The pane says itself that there is no HTTPS.
    const isGuest =
      typed.kind !== 'invalid' &&
      [...this.session.data.guide.hosts, '127.0.0.1', '0.0.0.0', 'localhost'].includes(
        hostName(typed.address.host),
      );
    if (isGuest) this.visit(url).catch((error: unknown) => this.report(error));
    else openOutside(url);
  }

  #beforeUnload(event: BeforeUnloadEvent): void {
    if (!this.#hasWork || this.#keeper.isKeeping || this.#keeper.isSafe) return;
    event.preventDefault();
  }

  /** Whether anything would be lost with the machine: nobody has worked on one that is still on its way. */
  get #hasWork(): boolean {
    return this.#machine.holdsWork && !this.#isStarting;
  }
}

customElements.define('tl-workspace', TypealongWorkspace);
