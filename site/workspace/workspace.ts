/**
 * `<tl-workspace>`: joins the machine, the terminals, the browser pane and the checks to the chapter beside them.
 * Everything that the reader presses comes here.
 */
import './split.ts';
import './terminal.ts';
import { TypealongBrowserPane } from '../pane/browser-pane.ts';
import type { ShownPage } from '../pane/browser-pane.ts';
import { hostName, parseTypedAddress } from '../pane/address.ts';
import { openProgress } from '../progress/open.ts';
import type { ShellMark } from '../sandbox/shell-marks.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { announce, notify } from './announcer.ts';
import { listenToActions } from './chapter-actions.ts';
import { ChapterNavigation } from './chapter-navigation.ts';
import { ChapterSession } from './chapter-session.ts';
import { readChapterData } from './chapter-data.ts';
import type { ChapterData } from './chapter-data.ts';
import { TypealongChecks } from './checks-panel.ts';
import { ask } from './dialogs.ts';
import { Machine } from './machine.ts';
import type { MachineState } from './machine.ts';
import { renderCover, stateInWords } from './machine-view.ts';
import { MachineMenu } from './machine-menu.ts';
import { openOutside } from './outside-link.ts';
import { Tabs } from './tabs.ts';
import type { LeaveDirection, TypealongTerminal } from './terminal.ts';
import type { TypealongSplit } from './split.ts';
import { WarmUp } from './warm-up.ts';

export class TypealongWorkspace extends HTMLElement {
  #listening: AbortController | null = null;
  #machine = new Machine(false);
  #session: ChapterSession | null = null;
  #tabs: Tabs | null = null;
  /** What runs in each terminal, by number; a terminal that is not here shows its prompt. */
  readonly #busy = new Map<number, string>();
  /** What else is asked of the machine just now: checks, files that are written or compared. */
  readonly #requests = new Set<object>();
  #warmUp = new WarmUp();
  #before: MachineState['status'] = 'off';
  #hasTyped = false;
  #bootClock: ReturnType<typeof setInterval> | null = null;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const data = readChapterData(document);
    this.#machine = new Machine(data.machine !== null);
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
    this.#pane.addEventListener('tl-machine-wanted', () => void this.start(), { signal });
    this.#split?.addEventListener('tl-shown', () => this.#shownTerminal?.fit(), { signal });
    window.addEventListener('beforeunload', (event) => this.#beforeUnload(event), { signal });
    this.#machine.onState((state) => this.#stateChanged(state));
    this.dataset['ready'] = '';
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    void this.#machine.powerOff();
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
  }

  /** The machine, started if it is off. Rejects when it cannot run; the cover then says why. */
  async ensureRunning(): Promise<Sandbox> {
    const { machine } = this.session.data;
    if (machine === null) throw new Error('This copy of the site has no machine.');
    this.#split?.show('workspace');
    const sandbox = await this.#machine.load();
    const opened = this.#openTerminals(sandbox);
    await this.#machine.ensureRunning({
      imageUrl: new URL(machine.imagePath, location.href).href,
      snapshot: machine.snapshot,
      manifestHashes: machine.manifestHashes,
    });
    await opened;
    return sandbox;
  }

  async start(): Promise<void> {
    try {
      await this.ensureRunning();
      this.#terminal(1)?.focus();
    } catch {
      // The state is `failed` or `waiting`, and the cover says what happened and what to do.
    }
  }

  /** Back to the chapter's start, without asking. */
  async reset(): Promise<void> {
    await this.#machine.powerOff();
    await this.start();
  }

  async resetAfterAsking(): Promise<void> {
    if ((await ask('reset')) === 'yes') await this.reset();
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
    const sandbox = await this.ensureRunning();
    this.showTab(`terminal-${terminal}`);
    const busyWith = this.#busy.get(terminal);
    if (busyWith !== undefined) {
      notify(
        `Terminal ${terminal} is busy with “${busyWith}”. End that first (Ctrl+C stops most commands), or use another terminal.`,
      );
      return;
    }
    // Ctrl+U takes away what may have been typed already.
    await sandbox.terminal(terminal - 1).write(`\x15${command}\r`);
    this.#terminal(terminal)?.focus();
  }

  /** Sends keys to a terminal. */
  async press(bytes: string, terminal: number): Promise<void> {
    const sandbox = await this.ensureRunning();
    this.showTab(`terminal-${terminal}`);
    await sandbox.terminal(terminal - 1).write(bytes);
    this.#terminal(terminal)?.focus();
  }

  /** Opens a page of the guest in the browser pane. */
  async visit(url: string): Promise<void> {
    this.#split?.show('workspace');
    this.showTab('browser');
    await this.#pane.visit(url);
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

  async checkSteps(steps: ChapterData['chapter']['steps']): Promise<boolean> {
    if (this.#runningSandbox() === null) {
      notify('The machine does not run, so there is nothing to check. Start it first.');
      return false;
    }
    this.checksPanel.setOpen(true);
    const [first] = steps;
    if (steps.length === 1 && first) this.checksPanel.showGroup(first.id);
    return this.session.checks.run(steps);
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

  async #openTerminals(sandbox: Sandbox): Promise<void> {
    await Promise.all(
      this.#terminals.map((terminal) =>
        terminal.open(sandbox.terminal(terminal.terminal - 1), {
          onMark: (number, mark) => this.#marked(number, mark),
          onOutput: (number, text) => this.session.tracker.output(number, text),
          onLeave: (direction) => this.#leaveTerminal(direction),
          onLink: (url) => this.#linkClicked(url),
        }),
      ),
    );
    this.#shownTerminal?.fit();
  }

  #marked(terminal: number, mark: ShellMark): void {
    switch (mark.kind) {
      case 'prompt':
        this.#busy.delete(terminal);
        void this.#warm();
        break;
      case 'command-start':
        this.#hasTyped = true;
        this.#rest();
        this.#busy.set(terminal, mark.commandLine);
        this.session.checks.forgetSecondLooks();
        this.session.tracker.commandStarted(terminal, mark.commandLine);
        break;
      case 'command-end': {
        const known = this.session.tracker.isFollowing(terminal);
        this.#busy.delete(terminal);
        this.session.tracker.commandEnded(terminal, mark.status);
        if (!known) this.session.otherCommandEnded();
        break;
      }
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
    this.#drawCover(state);
  }

  #statusChanged(before: MachineState['status'], now: MachineState['status']): void {
    const sandbox = this.#machine.sandbox;
    this.#pane.http = now === 'running' && sandbox ? (request) => sandbox.http(request) : null;
    this.#pane.machineState = now;
    if (this.#bootClock !== null) clearInterval(this.#bootClock);
    this.#bootClock = null;
    switch (now) {
      case 'fetching':
        this.#newMachine();
        this.#pane.forgetCookies();
        if (before !== 'waiting') this.session.reset();
        break;
      case 'booting': {
        this.#newMachine();
        const since = Date.now();
        this.#bootClock = setInterval(() => this.#tickBoot(since), 1000);
        break;
      }
      case 'running':
        if (before === 'booting') this.session.tracker.rebooted();
        void this.#announceSizes();
        void this.#warm();
        break;
      case 'off':
      case 'halted':
      case 'failed':
        this.#busy.clear();
        this.session.stopped();
        break;
      case 'none':
      case 'restoring':
      case 'stopping':
      case 'paused':
      case 'waiting':
        break;
    }
  }

  /** What was shown, run and loaded ahead was another machine's, as it is after a restart too. */
  #newMachine(): void {
    this.#busy.clear();
    this.#warmUp = new WarmUp();
    delete this.dataset['warm'];
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
    if (!agent || this.#busy.size > 0) return;
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

  #tickBoot(since: number): void {
    const elapsed = this.querySelector('[data-elapsed]');
    if (elapsed) elapsed.textContent = `${Math.round((Date.now() - since) / 1000)} s`;
  }

  #drawCover(state: MachineState): void {
    const { machine, chapter } = this.session.data;
    const cover = this.querySelector<HTMLElement>('[data-cover]');
    if (!cover) return;
    renderCover(cover, state, {
      fetchBytes: machine?.fetchBytes ?? null,
      wasHidden: this.#machine.offReason === 'hidden',
      chapterNumber: chapter.number,
    });
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
    const isGuest =
      typed.kind === 'page' &&
      [...this.session.data.guide.hosts, '127.0.0.1', '0.0.0.0', 'localhost'].includes(
        hostName(typed.address.host),
      );
    if (isGuest) void this.visit(url);
    else openOutside(url);
  }

  #beforeUnload(event: BeforeUnloadEvent): void {
    if (this.#machine.isOn && this.#hasTyped) event.preventDefault();
  }
}

customElements.define('tl-workspace', TypealongWorkspace);
