import type { CheckContext } from './context.ts';

/** What one question of a survey gave: the exit status, and standard output and error as they came. */
export interface Reading {
  readonly code: number;
  readonly output: string;
}

/** Time for all questions of a survey together, in milliseconds. */
const SURVEY_TIMEOUT_MS = 60_000;

/**
 * Asks the guest several questions, each a shell command, in one run of the agent: to start a program
 * costs 50 to 300 ms in the emulator, and most of it is saved by asking together. What `context.memory` knows is not
 * asked again.
 *
 * A question whose command fails is a reading like any other; the survey throws only when the guest
 * could not be asked at all.
 */
export async function survey<Name extends string>(
  context: CheckContext,
  questions: Readonly<Record<Name, string>>,
  timeoutMs = SURVEY_TIMEOUT_MS,
): Promise<Record<Name, Reading>> {
  context.signal?.throwIfAborted();
  const { memory } = context;
  const names = Object.keys(questions) as Name[];
  const known = new Map<string, Reading>();
  /** The questions that are asked, each once, with a name for a message. */
  const open = new Map<string, Name>();
  for (const name of names) {
    const question = questions[name];
    const reading = memory?.recall(question);
    if (reading !== undefined) known.set(question, reading);
    else if (!open.has(question)) open.set(question, name);
  }
  if (open.size > 0) {
    for (const [question, reading] of await ask(context, open, timeoutMs)) {
      known.set(question, reading);
      memory?.keep(question, reading);
    }
  }
  return Object.fromEntries(names.map((name) => [name, known.get(questions[name])])) as Record<Name, Reading>;
}

/** Asks in one run of the agent. `questions`: with a name each. */
async function ask(
  context: CheckContext,
  questions: ReadonlyMap<string, string>,
  timeoutMs: number,
): Promise<ReadonlyMap<string, Reading>> {
  // A random mark, so that no file of the reader's can look like the end of an answer.
  const mark = `--typealong-${crypto.randomUUID()}--`;
  const script = [...questions.keys()]
    .map((question) => `{ ${question}\n} 2>&1 </dev/null\nprintf '\\n%s %d\\n' '${mark}' $?\n`)
    .join('');
  const { code, stdout, stderr } = await context.agent.exec(['sh', '-c', script], {
    timeoutMs,
  });
  context.signal?.throwIfAborted();

  const readings = new Map<string, Reading>();
  let rest = stdout;
  for (const [question, name] of questions) {
    const end = rest.indexOf(`\n${mark} `);
    if (end < 0) {
      throw new Error(
        code === -1
          ? `The machine took longer than ${timeoutMs / 1000} seconds to answer (${name}). It may be busy: try again in a moment.`
          : `The machine's answer ended early (${name}): exit status ${code}. ${stderr}`.trim(),
      );
    }
    const afterMark = end + mark.length + 2;
    const lineEnd = rest.indexOf('\n', afterMark);
    readings.set(question, {
      code: Number.parseInt(rest.slice(afterMark, lineEnd), 10),
      output: rest.slice(0, end),
    });
    rest = rest.slice(lineEnd + 1);
  }
  return readings;
}

/** A question that asks nothing, where one is only asked in some cases. */
export const NOTHING = ': nothing asked';

/** A word that the shell takes as it stands. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The output of a reading whose program must be there; a missing program is the image's fault, not the reader's. */
export function outputOf(reading: Reading, program: string): string {
  if (reading.code === 127) throw new Error(`The machine has no ${program}, which this check needs.`);
  return reading.output;
}
