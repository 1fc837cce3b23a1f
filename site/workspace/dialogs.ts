/** Questions to the reader, in the page's own dialogs (`site/components/Dialogs.astro`). */

export function dialogNamed(name: string): HTMLDialogElement {
  const dialog = document.querySelector(`dialog[data-dialog="${name}"]`);
  if (!(dialog instanceof HTMLDialogElement))
    throw new Error(`dialog[data-dialog="${name}"] is missing in the page.`);
  return dialog;
}

/**
 * Shows a dialog until a button in it is pressed. Resolves with the button's `value`; with `''` when it was
 * closed with Escape or `[data-cancel]`.
 */
export function ask(name: string): Promise<string> {
  const dialog = dialogNamed(name);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
  });
}
