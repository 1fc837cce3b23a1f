import { trimSlashes } from '../text.ts';

/** What a unit's `ExecStart=` really starts: a program, or a shell that prepares the way for one. */
export interface Launch {
  /** The program that does the work, its path resolved as far as it is known, and its arguments. */
  readonly command: readonly string[];
  /** Where a shell goes before it starts the program (`cd …`). */
  readonly directory?: string;
  /** The virtual environment that a shell enters first (`source …/bin/activate`), absolute if that is known. */
  readonly environment?: string;
  /** A shell stands between systemd and the program. */
  readonly byShell: boolean;
}

/**
 * Reads the words of `ExecStart=` as systemd shows them, joined by blanks and without their quotes:
 * `/usr/bin/bash -c cd /home/user/myapp; source myappenv/bin/activate; uwsgi --ini myapp.ini`.
 */
export function readLaunch(execStart: string, workingDirectory: string): Launch {
  const script = /^(?:\S*\/)?(?:ba|da)?sh (?:-\w+ )*?-\w*c (.+)$/.exec(execStart)?.[1];
  if (script === undefined) return { command: wordsOf(execStart), byShell: false };

  let directory: string | undefined;
  let environment: string | undefined;
  let command: readonly string[] = [];
  for (const part of script.split(/;|&&|\n/)) {
    const words = wordsOf(part).filter((word, index) => index > 0 || word !== 'exec');
    const [first, argument = ''] = words;
    if (first === undefined) continue;
    if (first === 'cd') directory = below(directory ?? workingDirectory, argument);
    else if (first === 'source' || first === '.')
      environment = below(directory ?? workingDirectory, argument.replace(/\/bin\/activate$/, ''));
    else command = words;
  }
  const [program = '', ...rest] = command;
  const inEnvironment = environment !== undefined && program !== '' && !program.includes('/');
  return {
    command: inEnvironment ? [`${environment}/bin/${program}`, ...rest] : command,
    ...(directory === undefined ? {} : { directory }),
    ...(environment === undefined ? {} : { environment }),
    byShell: true,
  };
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function below(directory: string, path: string): string {
  const plain = trimSlashes(path.replace(/^\.\//, ''));
  return plain.startsWith('/') || directory === '' ? plain : `${directory}/${plain}`;
}
