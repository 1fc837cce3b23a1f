/** Messages of the checks write commands and paths between backticks, as Markdown does; in the page they are code. */
export function withCode(words: string): (Node | string)[] {
  return words.split(/`([^`]+)`/).map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement('code');
    code.textContent = part;
    return code;
  });
}
