/** `<tl-records data-titles>`: the records of what the reader did, a line for each guide, and how to delete them. */
import { eventsRoom } from '../evidence/events-room.ts';
import { WorkLog } from '../evidence/work-log.ts';
import { ask, dialogNamed } from '../workspace/dialogs.ts';

class Records extends HTMLElement {
  #log: WorkLog | null = null;

  connectedCallback(): void {
    void this.#begin();
  }

  disconnectedCallback(): void {
    this.#log?.close();
  }

  async #begin(): Promise<void> {
    try {
      this.#log = await WorkLog.open(indexedDB, eventsRoom());
      await this.#show(this.#log);
    } catch {
      this.#say('This browser keeps no record.');
    }
    // For tests.
    this.dataset['read'] = '';
  }

  async #show(log: WorkLog): Promise<void> {
    const titles = JSON.parse(this.dataset['titles'] ?? '{}') as Readonly<Record<string, string>>;
    const records = [...(await log.guides())];
    const status = this.querySelector('[data-status]')?.textContent;
    const list = document.createElement('ul');
    list.append(...records.map(([guide, count]) => this.#entry(log, guide, titles[guide] ?? guide, count)));
    this.querySelector('[data-list]')?.replaceChildren(...(records.length > 0 ? [list] : []));
    if (records.length === 0 && status === '') this.#say('There is no record in this browser.');
  }

  #entry(log: WorkLog, guide: string, title: string, count: number): HTMLElement {
    const entry = document.createElement('li');
    entry.dataset['record'] = guide;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Delete';
    button.setAttribute('aria-label', `Delete the record of “${title}”`);
    button.addEventListener('click', () => {
      this.#delete(log, guide, title).catch((error: unknown) =>
        this.#say(error instanceof Error ? error.message : String(error)),
      );
    });
    entry.append(`${title}: ${count} ${count === 1 ? 'event' : 'events'} `, button);
    return entry;
  }

  async #delete(log: WorkLog, guide: string, title: string): Promise<void> {
    const body = dialogNamed('delete-record').querySelector('[data-body]');
    if (body)
      body.textContent = `The record of what you did in “${title}” is deleted. If you hand in, nothing from before will be in the file.`;
    if ((await ask('delete-record')) !== 'yes') return;
    await log.clear(guide);
    const others = new BroadcastChannel(eventsRoom());
    others.postMessage(guide);
    others.close();
    this.#say(`The record of “${title}” is deleted.`);
    await this.#show(log);
    this.querySelector('h2')?.focus();
  }

  #say(words: string): void {
    const status = this.querySelector('[data-status]');
    if (status) status.textContent = words;
  }
}

customElements.define('tl-records', Records);
