/** Addresses that lead out of the page. What a terminal prints is not trusted, so the reader is asked before one opens. */
import { dialogNamed } from './dialogs.ts';

/** Shows where an address leads, and opens it in a new tab if the reader wants that. */
export function openOutside(url: string): void {
  const dialog = dialogNamed('outside-link');
  const address = dialog.querySelector('[data-address]');
  const link = dialog.querySelector<HTMLAnchorElement>('a[data-confirm]');
  if (address === null || link === null) throw new Error('The dialog of outside links is not complete.');
  address.textContent = url;
  link.href = url;
  // The link itself opens the tab, so pop-up blockers let it through.
  link.onclick = () => dialog.close();
  dialog.showModal();
}
