/** Writes down what the page says while a chapter is played: its words, notes and statuses, however shortly they stand. */
import type { Page } from '@playwright/test';

/** What has been seen since {@link watchPageWords}, each once. */
export interface PageWords {
  /** The machine's state, in the words of the bar. */
  readonly states: readonly string[];
  readonly notes: readonly string[];
  /** Checks that could not be run: their ids, and what they said. */
  readonly brokenChecks: readonly string[];
  /** Actions of the chapter by what became of them, as they stand now. */
  readonly actions: readonly (readonly [id: string, status: string])[];
}

/** Begins to watch the page that is open. */
export async function watchPageWords(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { states: new Set<string>(), notes: new Set<string>(), brokenChecks: new Set<string>() };
    const look = (): void => {
      const words = document.querySelector('[data-state-words]')?.textContent.trim();
      if (words) seen.states.add(words);
      const note = document.querySelector<HTMLElement>('[data-note]');
      if (note && !note.hidden && note.textContent) seen.notes.add(note.textContent.trim());
      for (const check of document.querySelectorAll('[data-check-id][data-status=error]')) {
        const found = check.querySelector('[data-found]')?.textContent.trim() ?? '';
        seen.brokenChecks.add(`${check.getAttribute('data-check-id') ?? ''}: ${found}`);
      }
    };
    look();
    new MutationObserver(look).observe(document.documentElement, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: ['hidden', 'data-status'],
    });
    Object.assign(globalThis, { pageWords: seen });
  });
}

/** What has been seen until now. */
export async function pageWords(page: Page): Promise<PageWords> {
  return page.evaluate(() => {
    const { pageWords: seen } = globalThis as unknown as {
      pageWords: Record<'states' | 'notes' | 'brokenChecks', Set<string>>;
    };
    const elements = [...document.querySelectorAll('[data-action-id]')];
    return {
      states: [...seen.states],
      notes: [...seen.notes],
      brokenChecks: [...seen.brokenChecks],
      actions: elements.map(
        (element) =>
          [
            element.getAttribute('data-action-id') ?? '',
            element.getAttribute('data-status') ?? 'pending',
          ] as const,
      ),
    };
  });
}

/** What has been done with a page. */
export interface Played {
  readonly restarts: boolean;
  /** Ids of the actions that must be done. */
  readonly played: ReadonlySet<string>;
  /** What the page has to say of it. */
  readonly notes: ReadonlySet<string>;
}

/** What of the page's words does not belong to a chapter that is played as written. */
export function troubleInWords(words: PageWords, { restarts, played, notes }: Played): readonly string[] {
  const expected = ['Running', ...(restarts ? ['Restarting', 'Starting up'] : [])];
  return [
    ...words.states.filter((state) => !expected.includes(state)).map((state) => `the machine: ${state}`),
    ...words.notes.filter((note) => !notes.has(note)).map((note) => `a note: ${note}`),
    ...words.brokenChecks.map((check) => `a check that broke: ${check}`),
    ...words.actions
      .filter(([id, status]) => played.has(id) && status !== 'done')
      .map(([id, status]) => `the action ${id}: ${status}, not done`),
  ];
}
