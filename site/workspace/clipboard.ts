/** The clipboard, which a browser may refuse: without HTTPS there is none, and the reader can forbid it. */

/** Copies text. Rejects with a sentence when the browser does not let the page do that. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (cause) {
    throw new Error('The browser did not allow copying. Select the text and copy it with the keyboard.', {
      cause,
    });
  }
}
