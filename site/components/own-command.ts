/**
 * What is kept of a command line that is none of the chapter's, where no assignment asks for the chapter: its first word.
 * What follows may hold a password, or anything else that is nobody's business.
 */
export function ownCommand(text: string): string {
  const line = text.trim();
  // The name of a variable that is set, and not its value.
  const [word = ''] = /^[\w.+~/@-]*/.exec(line) ?? [];
  if (word === line) return word;
  return word === '' ? '…' : `${word} …`;
}
