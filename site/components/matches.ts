/** Whether a text has all words of a query, or parts of words; capitals and kinds of quotes do not matter. */
export function matches(text: string, query: string): boolean {
  const plain = simplified(text);
  return simplified(query)
    .split(/\s+/)
    .every((word) => plain.includes(word));
}

function simplified(text: string): string {
  return text.toLowerCase().replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"');
}
