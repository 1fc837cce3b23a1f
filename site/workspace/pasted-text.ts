/** Text from the clipboard, on its way to a shell. */

/**
 * Takes the control characters out, apart from tabs and ends of lines. A shell marks pasted text with escape sequences
 * at both ends; text that held such an end itself, or a Ctrl+C, could go on as if it had been typed.
 */
export function withoutControlCharacters(text: string): string {
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, '');
}
