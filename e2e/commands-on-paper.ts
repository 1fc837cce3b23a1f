/** Whether the commands of a guide stand in the text of its PDF, as they must be typed. */

/**
 * Those of `commands` that do not stand in `text` (what `pdftotext -raw` prints), each behind a prompt and on lines of
 * its own, one after the other in this order. A command may wrap: between words, where the line break stands for the
 * blank, and in a word that is longer than the line.
 */
export function missingOnPaper(text: string, commands: readonly string[]): readonly string[] {
  let from = 0;
  return commands.filter((command) => {
    const pattern = new RegExp(String.raw`^\$ ${wrapped(command)}$`, 'gm');
    pattern.lastIndex = from;
    if (!pattern.test(text)) return true;
    from = pattern.lastIndex;
    return false;
  });
}

/** A regular expression for a command with line breaks wherever it may wrap. */
function wrapped(command: string): string {
  return Array.from(command)
    .map((character) =>
      character === ' ' ? String.raw`[ \n]` : character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`),
    )
    .join(String.raw`\n?`);
}
