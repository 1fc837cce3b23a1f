/** Writes HTML from templates. Whatever is put into one is text, unless it comes from a template itself. */

/** A piece of HTML; only {@link markup} makes one. */
class Markup {
  readonly #html: string;

  constructor(parts: readonly string[], values: readonly MarkupValue[]) {
    this.#html = parts.reduce((before, part, index) => `${before}${htmlOf(values[index - 1] ?? '')}${part}`);
  }

  toString(): string {
    return this.#html;
  }
}

/** What may stand in a template: in an element, or in an attribute with quotation marks. */
export type MarkupValue = string | Markup | readonly Markup[];

/** Tag of a template: `` markup`<p>${text}</p>` ``. */
export function markup(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(parts, values);
}

function htmlOf(value: MarkupValue): string {
  if (typeof value === 'string') return escape(value);
  return value instanceof Markup ? value.toString() : value.join('\n');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
