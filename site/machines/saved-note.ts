/** `<tl-saved-note data-guide data-url>`: says that machines of a guide are saved in this browser, and where they are. */
import { savesRoom } from '../sandbox/saves-room.ts';
import { hasSaveFiles } from '../saves/has-files.ts';

class SavedNote extends HTMLElement {
  connectedCallback(): void {
    void this.#show();
  }

  async #show(): Promise<void> {
    // Nothing more is fetched for a reader who never had a machine.
    if (!(await hasSaveFiles(savesRoom()))) return;
    try {
      const { countMachines } = await import('./count-machines.ts');
      const count = await countMachines(this.dataset['guide'] ?? '');
      if (count === 0) return;
      const words = document.createElement('p');
      const link = document.createElement('a');
      link.href = this.dataset['url'] ?? '';
      link.textContent = 'Your machines';
      words.append(
        count === 1 ? 'A machine' : `${count} machines`,
        count === 1 ? ' of this guide is' : ' of this guide are',
        ' saved in this browser: ',
        link,
      );
      this.replaceChildren(words);
    } catch {
      // A storage that cannot be read: that page says so.
    }
  }
}

customElements.define('tl-saved-note', SavedNote);
