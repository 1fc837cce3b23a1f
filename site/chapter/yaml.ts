import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Report } from './error.ts';

/** Where a key of a YAML text stands: the path of keys to its line. */
export type LineOf = (path: readonly PropertyKey[]) => number;

/** A YAML text as plain data, and where its keys stand. */
export interface YamlData {
  readonly data: unknown;
  readonly lineOf: LineOf;
}

/**
 * Reads YAML, reporting what does not parse. `firstLine` is the line of the file on which the text begins.
 * Returns `null` when there is nothing to go on with.
 */
export function readYaml(text: string, firstLine: number, report: Report): YamlData | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (offset: number) => firstLine - 1 + lines.linePos(offset).line;
  for (const error of document.errors) {
    report(lineAt(error.pos[0]), 'yaml', error.message.split('\n', 1)[0] ?? error.message);
  }
  if (document.errors.length > 0) return null;

  const lineOf: LineOf = (path) => {
    for (let length = path.length; length > 0; length--) {
      const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
      if (!isMap(parent)) continue;
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path[length - 1]);
      if (pair && isScalar(pair.key) && pair.key.range) return lineAt(pair.key.range[0]);
    }
    return firstLine;
  };
  return { data: document.toJS() as unknown, lineOf };
}

/**
 * Data as a zod schema wants it, or `null` with every problem reported by its key; unknown keys come with the
 * list of those that are allowed.
 */
export function conform<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  allowedKeys: readonly string[],
  report: (path: readonly PropertyKey[], message: string) => void,
): z.output<Schema> | null {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const allowed = issue.path.length === 0 ? `; known are ${allowedKeys.join(', ')}` : '';
        report([...issue.path, key], `unknown key${allowed}`);
      }
    } else if (isMissing(data, issue.path)) {
      report(issue.path, `missing: ${issue.message}`);
    } else {
      report(issue.path, issue.message);
    }
  }
  return null;
}

function isMissing(data: unknown, path: readonly PropertyKey[]): boolean {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value === undefined && path.length > 0;
}
