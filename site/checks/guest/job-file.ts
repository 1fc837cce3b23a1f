/** What Upstart says of a job file that it does not understand, in words. */

/** A mistake that init-checkconf names. */
export interface JobMistake {
  readonly path: string;
  /** From 1; 0 when it is about no line. */
  readonly line: number;
  readonly message: string;
}

/** `/etc/init/uwsgi.conf:4: Unknown stanza`, the last line of what init-checkconf prints of a file that is wrong. */
export function parseMistake(output: string): JobMistake | null {
  for (const text of output.slice(0, 4096).split('\n')) {
    const match = /^(\/etc\/init\/[^:]+):(?:(\d{1,9}):)? (.+)$/.exec(text);
    if (match !== null) return { path: match[1] ?? '', line: Number(match[2] ?? 0), message: match[3] ?? '' };
  }
  return null;
}

/** What the job's `exec` is given, its variables filled in from the `env` lines: `/usr/local/bin/uwsgi --master …`. */
export function commandOfJob(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const variables = new Map(
    lines.flatMap((line) => {
      const match = /^env\s+(\w+)=(.*)$/.exec(line);
      return match === null
        ? []
        : [[match[1] ?? '', (match[2] ?? '').slice(0, 4096).replaceAll(/["']/g, '')] as const];
    }),
  );
  const command = lines.findLast((line) => /^exec\s/.test(line))?.slice('exec'.length) ?? '';
  return command
    .trim()
    .slice(0, 8192)
    .replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => variables.get(name) ?? whole)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** What a job's files say of its start. */
export interface JobStart {
  /** What stands after `start on`, and where; `''` when nothing does, or when `manual` has cleared it. */
  readonly on: string;
  readonly file: string;
  /** From 1; 0 when no line says `start on`. */
  readonly line: number;
  /** The line `manual` that no `start on` follows. */
  readonly manual: { readonly file: string; readonly line: number } | null;
}

/** Reads a job's file and its override as Upstart does: what comes later counts. */
export function startOf(files: readonly { readonly file: string; readonly text: string }[]): JobStart {
  let start: JobStart = { on: '', file: '', line: 0, manual: null };
  for (const { file, text } of files) {
    for (const [index, row] of text.split('\n').entries()) {
      const [first, second, ...condition] = (row.split('#')[0] ?? '').trim().split(/\s+/);
      if (first === 'start' && second === 'on')
        start = { on: condition.join(' '), file, line: index + 1, manual: null };
      if (first === 'manual') start = { ...start, on: '', manual: { file, line: index + 1 } };
    }
  }
  return start;
}

/** What follows an option: `--logto FILE` or `--logto=FILE`. */
export function optionOf(command: readonly string[], option: string): string | undefined {
  const at = command.indexOf(option);
  return at >= 0
    ? command[at + 1]
    : command.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1);
}
