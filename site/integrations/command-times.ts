/** How long each command takes on this machine, as the replay measured it (`<image>/timings.json`). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadHeader } from '../chapter/load.ts';
import { sandboxFolder } from './sandbox-files.ts';

const timingsSchema = z.object({
  format: z.literal(1),
  /** Seconds, by `<guide>/<chapter>/<action id>`. */
  commands: z.record(z.string(), z.number().nonnegative()),
});

/** Commands that take no longer than this need no warning, in seconds. */
const SHORT = 5;

/** `takes about 20 s here`, or `null` for a command that takes a moment or was never measured. */
export function timeNote(seconds: number | undefined): string | null {
  if (seconds === undefined || seconds <= SHORT) return null;
  return `takes about ${roundedTime(seconds)} here`;
}

/** Steps of 5 seconds below a minute, of half a minute above: more would promise too much. */
function roundedTime(seconds: number): string {
  const rounded = Math.round(seconds / 5) * 5;
  if (rounded < 60) return `${rounded} s`;
  const halves = Math.round(seconds / 30);
  const whole = Math.floor(halves / 2);
  return `${whole}${halves % 2 === 1 ? '½' : ''} min`;
}

/** Seconds by action id of the chapter in `file`; empty when the images were built without measuring. */
export function chapterTimes(file: string | undefined): ReadonlyMap<string, number> {
  const [, guide, chapter] = /guides\/([^/]+)\/\d+-([^/]+)\.mdx$/.exec(file ?? '') ?? [];
  const folder = sandboxFolder();
  if (guide === undefined || chapter === undefined || folder === null) return new Map();
  const prefix = `${guide}/${chapter}/`;
  return new Map(
    Object.entries(imageTimes(join(folder, loadHeader(guide).image, 'timings.json')))
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, seconds]) => [key.slice(prefix.length), seconds]),
  );
}

function imageTimes(file: string): Readonly<Record<string, number>> {
  if (!existsSync(file)) return {};
  const parsed = timingsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(
      `${file} is not in the shape of this version. Run \`npm run images\` to write it again.\n${z.prettifyError(parsed.error)}`,
    );
  return parsed.data.commands;
}
