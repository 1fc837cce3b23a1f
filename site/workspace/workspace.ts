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
import { Machine } from './machine.ts';
import type { MachineState } from './machine.ts';
import { renderCover, showElapsed, showRunningFor, stateInWords } from './machine-view.ts';
import { MachineMenu } from './machine-menu.ts';
import { openOutside } from './outside-link.ts';
import { Tabs } from './tabs.ts';
import { isAtRest, type LeaveDirection, type TypealongTerminal } from './terminal.ts';
import type { TypealongSplit } from './split.ts';
import { WarmUp } from './warm-up.ts';
import { isSparing, whenIdle } from './when-idle.ts';

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

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const data = readChapterData(document);
    this.#machine = new Machine(data.machine !== null, {
      // Before it starts: the first thing that it prints may be the prompt.
      onLoad: (sandbox) => this.#openTerminals(sandbox),
    });
    this.#machine.followVisibility(signal);
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
      () => void this.start().catch((error: unknown) => this.report(error)),
      { signal },
    );
    this.#split?.addEventListener('tl-shown', () => this.#shownTerminal?.fit(), { signal });
    window.addEventListener('beforeunload', (event) => this.#beforeUnload(event), { signal });
    this.#machine.onState((state) => this.#stateChanged(state));
    this.#clock = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    if (this.#clock !== null) clearInterval(this.#clock);
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
    });
    this.#drawCover(this.#machine.state);
    delete this.dataset['warm'];
    void this.#warm();
    this.#prepare();
  }

  /**
   * Uses the time in which a reader who has started a machine before reads. Nothing of it is fetched for others before
   * they ask.
   */
  #prepare(): void {
    const signal = this.#listening?.signal;
    const options = this.#startOptions;
    if (!signal || !options || isSparing()) return;
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

  get #startOptions(): StartOptions | null {
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
  async ensureRunning(): Promise<Sandbox> {
    const options = this.#startOptions;
    if (options === null) throw new Error('This copy of the site has no machine.');
    const isRunning = this.#runningSandbox() !== null;
    if (!isRunning) this.#split?.show('workspace');
    // What happens to the machine is shown over the terminals.
    const fromBrowser = !isRunning && this.dataset['tab'] === 'browser';
    if (fromBrowser) this.showTab('terminal-1');
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

  /** Starts the machine, or switches it on. */
  async start(): Promise<void> {
    const running = this.ensureRunning();
    const hasPicture = this.#isStarting && this.#hasPicture;
    if (hasPicture) this.#shownTerminal?.focus();
    await running;
    // Who typed into the picture may have gone elsewhere since.
    if (!hasPicture || isAtRest(document.activeElement)) this.#shownTerminal?.focus();
  }

  /** Back to the chapter's start, without asking. */
  async reset(): Promise<void> {
    await this.#machine.powerOff();
    await this.start();
  }

  async resetAfterAsking(): Promise<void> {
    if ((await ask('reset')) === 'yes') await this.reset();
  }

  async powerOffAfterAsking(): Promise<void> {
    const howToKeep = dialogNamed('power-off').querySelector<HTMLElement>('[data-how-to-keep]');
    if (howToKeep) howToKeep.hidden = this.#machine.state.status !== 'running';
    if (this.#hasWork && (await ask('power-off')) !== 'yes') return;
    await this.powerOff();
  }

  async powerOff(): Promise<void> {
    await this.#machine.powerOff();
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
          onOutput: (number, text) => this.session.tracker.output(number, text),
          onTyped: (number, data) => this.#busy.typed(number, data),
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
    const undo = this.#busy.typed(terminal, data);
    try {
      await sandbox.terminal(terminal - 1).write(data);
    } catch (error) {
      undo();
      throw error;
    }
    this.#terminal(terminal)?.focus();
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
        this.session.commandStarted(terminal, mark.commandLine);
        break;
      case 'command-end':
        if (before !== null && isWaitedFor(before)) announce(endInWords(before, mark.status));
        this.session.commandEnded(terminal, mark.status);
        break;
    }
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
        this.#newMachine();
        this.#pane.forgetCookies();
        this.session.reset();
        this.#showPicture();
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
        this.#isRebooting = false;
        for (const terminal of this.#terminals) terminal.handKeysOver();
        void this.#announceSizes();
        void this.#warm();
        break;
      case 'off':
      case 'halted':
      case 'failed':
        this.#isRebooting = false;
        // Nobody will read what was typed ahead.
        if (this.#isStarting) for (const terminal of this.#terminals) terminal.clear();
        this.#busy.clear();
        this.session.stopped();
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

  /** Forgets what was shown, run and loaded ahead: the machine is another one, or has restarted. */
  #newMachine(): void {
    this.#busy.clear();
    this.#warmUp = new WarmUp();
    delete this.dataset['warm'];
    delete this.dataset['prepared'];
    for (const terminal of this.#terminals) terminal.clear();
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
    if (this.#hasWork) event.preventDefault();
  }

  /** Whether anything would be lost with the machine: nobody has worked on one that is still on its way. */
  get #hasWork(): boolean {
    return this.#machine.holdsWork && !this.#isStarting;
  }
}

customElements.define('tl-workspace', TypealongWorkspace);
