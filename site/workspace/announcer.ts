/** Tells the reader something: in the live region for screen readers, and in a note that goes away for everybody. */

const NOTE_MS = 7000;
/** How long a message stays in the live region: it may be said only after several others. Milliseconds. */
const MESSAGE_MS = 30_000;
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Only for screen readers: something that is to be seen elsewhere anyway. Each message is an element of its own,
 * so that one that follows soon does not take the place of one that has not been said yet.
 */
export function announce(words: string): void {
  const region = document.querySelector('[data-announcer]');
  if (!region) return;
  const message = document.createElement('p');
  message.textContent = words;
  region.append(message);
  setTimeout(() => message.remove(), MESSAGE_MS);
}

/** The note at the foot of the workspace, and the one that stands in for it where a narrow screen shows the text. */
function notes(): NodeListOf<HTMLElement> {
  return document.querySelectorAll('[data-note], [data-text-note]');
}

/** A short note at the foot of the page. */
export function notify(words: string): void {
  announce(words);
  for (const note of notes()) {
    note.textContent = words;
    note.hidden = false;
  }
  clearTimeout(timer);
  timer = setTimeout(dismissNote, NOTE_MS);
}

/** Takes the note away: what it was about is over. */
export function dismissNote(): void {
  clearTimeout(timer);
  for (const note of notes()) note.hidden = true;
}
