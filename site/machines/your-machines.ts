/**
 * `<tl-machines>`: the machines that this browser keeps, and what can be done with them. `site/pages/machines.astro` has
 * its parts. What a machine is called is text, wherever it came from.
 */
import { saveFile } from '../save-file.ts';
import { MOST_COPIES } from '../saves/copies.ts';
import type { SaveFiles } from '../saves/files.ts';
import { asSaveError } from '../saves/save-error.ts';
import { ask, dialogNamed } from '../workspace/dialogs.ts';
import type { MachineGuide } from './guides.ts';
import { heldMachines } from './hold-machine.ts';
import { type ListedMachine, nameOf } from './kept-machine.ts';
import { KeptMachines } from './machines-client.ts';
import type { OnProgress } from './machine-room.ts';
import {
  copyName,
  factsOf,
  keepingInWords,
  kindOf,
  obstacleOf,
  roomInWords,
  sizeInWords,
  titleOf,
} from './words.ts';

/** What takes longer shows how far it is, milliseconds. */
const PATIENCE_MS = 1000;

type Act = 'put-back' | 'keep-copy' | 'rename' | 'download' | 'delete';

const ACTS: Readonly<Record<Act, string>> = {
  'put-back': 'Put it back',
  'keep-copy': 'Keep a copy',
  rename: 'Rename',
  download: 'Download',
  delete: 'Delete',
};

class TypealongMachines extends HTMLElement {
  #listening: AbortController | null = null;
  #guides: readonly MachineGuide[] = [];
  #kept: KeptMachines | null = null;
  #machines: readonly ListedMachine[] = [];
  #held: ReadonlySet<string> = new Set();
  #floor: SaveFiles['floor'] = 'none';
  #isBusy = false;

  connectedCallback(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#guides = JSON.parse(
      this.querySelector('script[data-guides]')?.textContent ?? '[]',
    ) as MachineGuide[];
    this.#open();
    this.addEventListener('click', (event) => this.#clicked(event), { signal });
    const input = this.#input;
    input.addEventListener(
      'change',
      () => {
        const files = [...(input.files ?? [])];
        // The same file can be chosen again.
        input.value = '';
        void this.#take(files);
      },
      { signal },
    );
    this.#listenToDrops(signal);
    // Another tab may have saved, or let a machine go.
    window.addEventListener('focus', () => void this.#refresh(), { signal });
    void this.#begin();
  }

  disconnectedCallback(): void {
    this.#listening?.abort();
    this.#kept?.close();
  }

  get #store(): KeptMachines {
    if (!this.#kept) throw new Error('tl-machines is not in a page.');
    return this.#kept;
  }

  #open(): void {
    this.#kept?.close();
    this.#kept = new KeptMachines(this.#guides);
  }

  async #begin(): Promise<void> {
    await this.#refresh();
    // What is left over takes room, and is nothing that a reader could do about. Another page may be at work for long.
    void this.#store.tidy().catch(() => {});
  }

  /** With a new worker, since the program of the last one may not have come. */
  async #tryAgain(): Promise<void> {
    this.#open();
    await this.#refresh();
    this.#part('h1').focus();
  }

  /** Reads everything again and shows it; a failure is shown in its place. */
  async #refresh(): Promise<void> {
    if (this.#isBusy) return;
    try {
      const { floor, machines } = await this.#store.list();
      this.#held = await heldMachines(this.#guides.map(({ slug }) => slug)).catch(() => new Set<string>());
      this.#floor = floor;
      this.#machines = machines;
      this.#draw();
    } catch (error) {
      this.#drawFailure(asSaveError(error).message);
    }
    await this.#drawStorage();
    // For tests.
    this.dataset['read'] = '';
  }

  #clicked({ target }: MouseEvent): void {
    const button = target instanceof Element ? target.closest('button') : null;
    if (!button) return;
    if ('tryAgain' in button.dataset) void this.#tryAgain();
    else if ('persist' in button.dataset) void this.#persist();
    else if ('choose' in button.dataset) this.#input.click();
    const { act } = button.dataset;
    const key = button.closest<HTMLElement>('[data-machine]')?.dataset['machine'];
    const machine = this.#machines.find((one) => one.key === key);
    if (act !== undefined && machine) void this.#do(act as Act, machine);
  }

  async #do(act: Act, machine: ListedMachine): Promise<void> {
    const title = titleOf(machine);
    switch (act) {
      case 'put-back':
        await this.#putBack(machine);
        break;
      case 'keep-copy': {
        if (this.#copiesOf(machine.guide).length >= MOST_COPIES) {
          this.#say(
            `This guide has ${MOST_COPIES} copies, which is as many as it can have. Delete one first.`,
          );
          break;
        }
        const name = await this.#askName('Keep a copy', copyName(machine));
        if (name === null) break;
        await this.#work('Keeping a copy', machine.key, act, async () => {
          await this.#store.keepCopy(machine.key, name);
          return `A copy is kept as “${name}”.`;
        });
        break;
      }
      case 'rename': {
        const name = await this.#askName('Rename the copy', title);
        if (name === null) break;
        await this.#work('Renaming', machine.key, act, async () => {
          await this.#store.rename(machine.key, name);
          return `The copy is called “${name}” now.`;
        });
        break;
      }
      case 'download':
        await this.#work('Packing the machine', machine.key, act, async (onProgress) => {
          const { blob, name } = await this.#store.download(machine.key, onProgress);
          saveFile(name, blob);
          return `Downloaded as ${name}, ${sizeInWords(blob.size)}.`;
        });
        break;
      case 'delete':
        this.#dialogText('delete', `${this.#guideTitle(machine)}. ${title}. ${factsOf(machine)}.`);
        if ((await ask('delete')) !== 'yes') break;
        await this.#work('Deleting', null, act, async () => {
          await this.#store.remove(machine.key);
          return `“${title}” is deleted.`;
        });
        break;
    }
  }

  async #putBack(machine: ListedMachine): Promise<void> {
    const own = this.#find(machine.guide, 'own');
    const before = this.#find(machine.guide, 'before');
    // Only one is set aside.
    if (machine.role === 'copy' && own && before) {
      this.#dialogText('put-back', `${titleOf(before)}. ${factsOf(before)}.`);
      if ((await ask('put-back')) !== 'yes') return;
    }
    await this.#work('Putting the machine back', machine.guide, 'go-on', async () => {
      await this.#store.putBack(machine.key);
      const aside = own ? ' The machine that was in its place is set aside.' : '';
      return `“${titleOf(machine)}” is back: go on with it.${aside}`;
    });
  }

  async #take(files: readonly File[]): Promise<void> {
    const [file] = files;
    if (!file) return;
    if (files.length > 1) {
      this.#say('One machine at a time: choose a single file.');
      return;
    }
    await this.#work('Opening the file', null, 'choose', async (onProgress) => {
      const { role, guide, about } = await this.#store.upload(file, onProgress);
      const title = this.#guides.find(({ slug }) => slug === guide)?.title ?? guide;
      return role === 'own'
        ? `The machine is here: go on with it in “${title}”.`
        : `“${title}” has a machine already, so the one from the file is kept as the copy “${about?.name ?? ''}”.`;
    });
  }

  /**
   * Does one thing at a time, shows how far it is when it takes long, and says what came of it. The focus then goes to
   * the button `act` of the machine `key`, or to the heading when that is gone.
   */
  async #work(
    what: string,
    key: string | null,
    act: string,
    work: (onProgress: OnProgress) => Promise<string>,
  ): Promise<void> {
    if (this.#isBusy) {
      this.#say('Something else is still being done. Try again in a moment.');
      return;
    }
    this.#isBusy = true;
    this.#say('');
    const progress = this.#part('[data-progress]');
    const bar = this.#bar;
    this.#part('[data-progress-words]').textContent = `${what} …`;
    bar.removeAttribute('value');
    const timer = setTimeout(() => (progress.hidden = false), PATIENCE_MS);
    let words: string;
    let isError = false;
    try {
      words = await work((done) => (bar.value = done));
    } catch (error) {
      words = asSaveError(error).message;
      isError = true;
    }
    clearTimeout(timer);
    progress.hidden = true;
    this.#isBusy = false;
    await this.#refresh();
    this.#say(words, isError);
    this.#focus(key, act);
  }

  /** A name for a copy; `null` when the reader wants none of it. */
  async #askName(heading: string, name: string): Promise<string | null> {
    const dialog = dialogNamed('name');
    const title = dialog.querySelector('h2');
    const input = dialog.querySelector('input');
    if (!title || !input) throw new Error('dialog[data-dialog="name"] has no field.');
    title.textContent = heading;
    input.value = name;
    const asked = ask('name');
    input.select();
    const cancel = dialog.querySelector('[data-cancel]');
    cancel?.addEventListener('click', () => dialog.close(), { once: true });
    if ((await asked) !== 'yes') return null;
    return nameOf(input.value) || name;
  }

  #dialogText(name: string, text: string): void {
    const body = dialogNamed(name).querySelector('[data-body]');
    if (body) body.textContent = text;
  }

  async #persist(): Promise<void> {
    const isKept = await navigator.storage.persist().catch(() => false);
    await this.#drawStorage();
    if (isKept) this.#part('h1').focus();
    this.#say(
      isKept
        ? 'The browser keeps your machines until you delete them.'
        : 'The browser does not promise it. Some browsers do once you use a site often or add it to your bookmarks. A downloaded machine is safe in any case.',
    );
  }

  #listenToDrops(signal: AbortSignal): void {
    const zone = this.#part('[data-drop]');
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      // Anywhere in the page: a file that misses the place must not be opened in place of the page.
      event.preventDefault();
      zone.toggleAttribute('data-over', event.type !== 'drop');
      if (event.type === 'drop') void this.#take([...event.dataTransfer.files]);
    };
    document.addEventListener('dragover', over, { signal });
    document.addEventListener('drop', over, { signal });
    document.addEventListener('dragleave', () => zone.removeAttribute('data-over'), { signal });
  }

  #draw(): void {
    const list = this.#part('[data-list]');
    const focused = document.activeElement;
    const act = focused instanceof HTMLElement && list.contains(focused) ? focused.dataset['act'] : undefined;
    const key = focused?.closest<HTMLElement>('[data-machine]')?.dataset['machine'];
    this.#part('[data-failure]').hidden = true;
    this.#part('[data-empty]').hidden = this.#machines.length > 0;
    const slugs = [...new Set(this.#machines.map(({ guide }) => guide))];
    list.replaceChildren(...slugs.map((slug) => this.#section(slug)));
    if (act !== undefined && key !== undefined) this.#focus(key, act);
  }

  #drawFailure(message: string): void {
    this.#part('[data-list]').replaceChildren();
    this.#part('[data-empty]').hidden = true;
    const failure = this.#part('[data-failure]');
    failure.hidden = false;
    const words = failure.querySelector('p');
    if (words) words.textContent = message;
  }

  async #drawStorage(): Promise<void> {
    // Not everywhere, and not without HTTPS.
    const storage = navigator.storage as StorageManager | undefined;
    const persisted = (await storage?.persisted().catch(() => null)) ?? null;
    const estimate = (await storage?.estimate().catch(() => ({}))) ?? {};
    this.#part('[data-keeping]').textContent = keepingInWords(this.#floor, persisted);
    this.#part('[data-room]').textContent = roomInWords(estimate);
    this.#part('[data-persist]').hidden = persisted !== false || this.#floor === 'none';
  }

  #section(slug: string): HTMLElement {
    const section = document.createElement('section');
    const heading = document.createElement('h2');
    heading.textContent = this.#guides.find((guide) => guide.slug === slug)?.title ?? slug;
    const list = document.createElement('ul');
    list.className = 'machines';
    const order = { own: 0, before: 1, copy: 2 } as const;
    const machines = this.#machines
      .filter(({ guide }) => guide === slug)
      .toSorted((one, other) => order[one.role] - order[other.role]);
    list.append(...machines.map((machine) => this.#item(machine)));
    section.append(heading, list);
    return section;
  }

  #item(machine: ListedMachine): HTMLElement {
    const item = document.createElement('li');
    item.dataset['machine'] = machine.key;
    const title = document.createElement('h3');
    title.append(isolated(titleOf(machine)));
    const isOpen = machine.role === 'own' && this.#held.has(machine.guide);
    for (const words of [kindOf(machine), isOpen ? 'open in another tab' : '']) {
      if (words === '') continue;
      const tag = document.createElement('span');
      tag.className = 'tag';
      tag.textContent = words;
      title.append(' ', tag);
    }
    const obstacle = obstacleOf(machine);
    const buttons = document.createElement('div');
    buttons.className = 'machine-buttons';
    buttons.append(...goOn(machine), ...actsOf(machine).map((act) => button(act, machine)));
    item.append(title, small(factsOf(machine)), ...(obstacle === '' ? [] : [small(obstacle)]), buttons);
    return item;
  }

  #copiesOf(slug: string): readonly ListedMachine[] {
    return this.#machines.filter(({ guide, role }) => guide === slug && role === 'copy');
  }

  #find(slug: string, wanted: ListedMachine['role']): ListedMachine | null {
    return this.#machines.find(({ guide, role }) => guide === slug && role === wanted) ?? null;
  }

  #guideTitle({ guide }: ListedMachine): string {
    return this.#guides.find(({ slug }) => slug === guide)?.title ?? guide;
  }

  #focus(key: string | null, act: string): void {
    const within = key === null ? this : this.querySelector(`[data-machine="${CSS.escape(key)}"]`);
    const button = within?.querySelector<HTMLElement>(`[data-act="${CSS.escape(act)}"]`);
    const isAnyDelete = key === null && act === 'delete';
    (isAnyDelete || !button ? this.#part('h1') : button).focus();
  }

  #say(words: string, isError = false): void {
    const status = this.#part('[data-status]');
    status.textContent = words;
    status.toggleAttribute('data-error', isError);
  }

  get #input(): HTMLInputElement {
    return this.#part('input[type=file]') as HTMLInputElement;
  }

  get #bar(): HTMLProgressElement {
    return this.#part('progress') as HTMLProgressElement;
  }

  #part(selector: string): HTMLElement {
    const part = this.querySelector<HTMLElement>(selector);
    if (!part) throw new Error(`tl-machines: ${selector} is missing in the page.`);
    return part;
  }
}

function actsOf({ role, fate, about }: ListedMachine): readonly Act[] {
  if (!about) return ['delete'];
  if (fate !== 'fits') return ['download', 'delete'];
  switch (role) {
    case 'own':
      return ['keep-copy', 'download', 'delete'];
    case 'before':
      return ['put-back', 'keep-copy', 'download', 'delete'];
    case 'copy':
      return ['put-back', 'rename', 'download', 'delete'];
  }
}

function goOn(machine: ListedMachine): HTMLElement[] {
  if (machine.role !== 'own' || machine.url === null) return [];
  const link = document.createElement('a');
  link.className = 'button primary';
  link.href = machine.url;
  link.dataset['act'] = 'go-on';
  link.append('Go on', spoken(machine));
  return [link];
}

function button(act: Act, machine: ListedMachine): HTMLElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.dataset['act'] = act;
  element.append(ACTS[act], spoken(machine));
  return element;
}

/** Which machine a button is about, for those who hear only it. */
function spoken(machine: ListedMachine): HTMLElement {
  const words = document.createElement('span');
  words.className = 'visually-hidden';
  words.append(': ', isolated(titleOf(machine)));
  return words;
}

/** A name that is written from right to left leaves what stands beside it where it is. */
function isolated(name: string): HTMLElement {
  const element = document.createElement('bdi');
  element.textContent = name;
  return element;
}

function small(words: string): HTMLElement {
  const element = document.createElement('p');
  element.className = 'small';
  element.textContent = words;
  return element;
}

customElements.define('tl-machines', TypealongMachines);
