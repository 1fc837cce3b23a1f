/** Tells the reader something: in the live region for screen readers, and in a note that goes away for everybody. */

const NOTE_MS = 7000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Only for screen readers: something that is to be seen elsewhere anyway. */
export function announce(words: string): void {
  const region = document.querySelector('[data-announcer]');
  if (region) region.textContent = words;
}

/** A short note at the foot of the workspace. */
export function notify(words: string): void {
  announce(words);
  const note = document.querySelector<HTMLElement>('[data-note]');
  if (!note) return;
  note.textContent = words;
  note.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    note.hidden = true;
  }, NOTE_MS);
}

/** Takes the note away: what it was about is over. */
export function dismissNote(): void {
  clearTimeout(timer);
  const note = document.querySelector<HTMLElement>('[data-note]');
  if (note) note.hidden = true;
}
