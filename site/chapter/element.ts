/** JSX elements of a chapter: their attributes as plain data, and what Press, Visit and Check make of them. */
import { z } from 'zod';
import { checkSchema, withHome, type Check } from '../checks/model.ts';
import type { Report } from './error.ts';
import { areKeys, KEYS_IN_WORDS } from './keys.ts';
import type { GuideHeader } from './model.ts';
import type { JsxElement } from './tree.ts';
import { conform } from './yaml.ts';

/** Attributes as plain data: text, `true` for a bare one, and whatever JSON stands in `{…}`. */
type Attributes = Readonly<Record<string, unknown>>;

/** Components that a chapter may use. */
export const COMPONENTS = ['Press', 'Visit', 'Check', 'Hint', 'Note', 'Summary', 'Figure'] as const;

/** Elements of HTML that a chapter may use. */
export const HTML_ELEMENTS: readonly string[] = ['kbd', 'abbr', 'dfn'];

const text = z.string('must be text').trim().min(1, 'must not be empty');

const pressSchema = z.strictObject({
  keys: text.refine(areKeys, KEYS_IN_WORDS),
  terminal: z
    .int('a number in braces')
    .min(1, 'terminals are 1 to 3')
    .max(3, 'terminals are 1 to 3')
    .default(1),
});

const visitSchema = z.strictObject({
  url: text.regex(/^http:\/\/[^\s/]+(?:\/\S*)?$/, 'an address that begins with http://'),
  expect: text.optional(),
  outcome: z
    .union(
      [z.enum(['timeout', 'refused']), z.coerce.number().int().min(100).max(599)],
      'timeout, refused or a status like 404',
    )
    .default(200),
});

const hintSchema = z.strictObject({ title: text });

const noteSchema = z.strictObject({
  kind: z.enum(['deviation', 'warning', 'tip'], 'deviation, warning or tip'),
  title: text.optional(),
});

/** `request` draws the guide's `chain`, `walk` its `walk`; `failures` is the same in every guide. */
const figureSchema = z.strictObject({
  name: z.enum(['request', 'walk', 'failures'], 'request, walk or failures'),
});

export type Press = z.output<typeof pressSchema>;
export type Visit = z.output<typeof visitSchema>;

export function readPress(element: JsxElement, line: number, report: Report): Press | null {
  return readElement(pressSchema, element, line, report);
}

export function readVisit(element: JsxElement, line: number, report: Report): Visit | null {
  return readElement(visitSchema, element, line, report);
}

/** Reports a figure that there is not, or for which guide.yaml has nothing to draw. */
export function checkFigure(
  element: JsxElement,
  { chain, walk }: Pick<GuideHeader, 'chain' | 'walk'>,
  line: number,
  report: Report,
): void {
  if (element.children.length > 0) report(line, '<Figure>', 'takes no content; close it with />');
  const figure = readElement(figureSchema, element, line, report);
  if (figure?.name === 'request' && chain.length === 0)
    report(line, '<Figure> name', 'draws the chain of guide.yaml, which has none');
  if (figure?.name === 'walk' && walk === undefined)
    report(line, '<Figure> name', 'draws the walk of guide.yaml, which has none');
}

/** Reports what is wrong with a Hint, Note or Summary itself; what it holds is the reader's. */
export function checkBox(element: JsxElement, line: number, report: Report): void {
  const schema = { Hint: hintSchema, Note: noteSchema, Summary: z.strictObject({}) }[element.name ?? ''];
  if (schema) readElement(schema, element, line, report);
  if (element.children.length === 0) report(line, `<${element.name}>`, 'nothing in it');
}

/** A check and its title, or `null` with its mistakes reported. `~` in its paths becomes `home`. */
export function readCheck(
  element: JsxElement,
  home: string,
  line: number,
  report: Report,
): { readonly title: string; readonly check: Check } | null {
  if (element.children.length > 0) report(line, '<Check>', 'takes no content; close it with />');
  const { title, ...declared } = readAttributes(element, line, report);
  if (typeof title !== 'string' || title.trim() === '') {
    report(line, '<Check> title', 'missing: what the reader sees beside the tick');
  }
  const schema = checkSchema.options.find((option) => option.shape.kind.value === declared['kind']);
  if (!schema) {
    const kinds = checkSchema.options.map((option) => option.shape.kind.value);
    const found = 'kind' in declared ? `no check is of kind ${JSON.stringify(declared['kind'])}` : 'missing';
    report(line, '<Check> kind', `${found}; kinds are ${kinds.join(', ')}`);
    return null;
  }
  const check = conform(schema, declared, ['title', ...Object.keys(schema.shape)], (path, message) => {
    report(line, `<Check> ${path.map(String).join('.')}`, message);
  });
  return check && typeof title === 'string' ? { title, check: withHome(check, home) } : null;
}

function readElement<Schema extends z.ZodObject>(
  schema: Schema,
  element: JsxElement,
  line: number,
  report: Report,
): z.output<Schema> | null {
  const attributes = readAttributes(element, line, report);
  return conform(schema, attributes, Object.keys(schema.shape), (path, message) => {
    report(line, `<${element.name}> ${path.map(String).join('.')}`, message);
  });
}

function readAttributes(element: JsxElement, line: number, report: Report): Attributes {
  const attributes: Record<string, unknown> = {};
  for (const attribute of element.attributes) {
    if (attribute.type === 'mdxJsxExpressionAttribute') {
      report(
        line,
        `<${element.name}>`,
        'attributes cannot be spread from an expression; write each as key="value"',
      );
    } else if (attribute.value === null || attribute.value === undefined) {
      attributes[attribute.name] = true;
    } else if (typeof attribute.value === 'string') {
      attributes[attribute.name] = attribute.value;
    } else {
      try {
        attributes[attribute.name] = JSON.parse(attribute.value.value) as unknown;
      } catch {
        report(
          line,
          `<${element.name}> ${attribute.name}`,
          `{${attribute.value.value}} is not JSON, such as {5000}, {false} or {["a", "b"]}`,
        );
      }
    }
  }
  return attributes;
}
