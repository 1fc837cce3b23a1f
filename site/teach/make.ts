/** Elements of a page in one expression. Whatever text is given is text: nothing here reads HTML. */

type Attributes = Readonly<Record<string, string | boolean>>;

/** An element with attributes and children; `true` sets an attribute without a value, `false` sets none. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** A file's name from a title: letters and digits of any script, joined by hyphens. */
export function fileName(title: string, ending: string): string {
  return `${wordsOfFile(title) || 'assignment'}.${ending}`;
}

/** The letters and digits of a text as a part of a file's name; empty when it has none. */
export function wordsOfFile(text: string): string {
  const words = text.toLowerCase().match(/[\p{Letter}\p{Number}\p{Mark}]+/gu) ?? [];
  return words.join('-').slice(0, 60);
}
