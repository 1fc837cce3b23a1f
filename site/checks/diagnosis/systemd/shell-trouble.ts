import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** What a shell says that should prepare the way for uWSGI (`bash -c 'cd …; source …; uwsgi …'`). */
export function shellTrouble({ unit, log, projectFolder }: UnitUwsgiFacts): Trouble | null {
  if (!unit.launch.byShell) return null;
  const said = (pattern: RegExp): { readonly word: string; readonly evidence: string } | null => {
    const line = log.findLast((candidate) => pattern.test(candidate));
    return line === undefined ? null : { word: pattern.exec(line)?.[1] ?? '', evidence: line };
  };

  // bash's words, and those of Debian's sh.
  const folder =
    said(/^.{0,100}?cd: (.+): (?:No such file or directory|Permission denied|Not a directory)$/) ??
    said(/^.{0,100}?cd: can't cd to (.+)$/);
  if (folder !== null) {
    const closed = /(?:Permission denied|Not a directory)$/.test(folder.evidence);
    return trouble(
      'working-directory-missing',
      { unit, folder: folder.word, by: 'shell', closed, project: projectFolder },
      folder.evidence,
    );
  }
  const source = said(/: (source): not found$/);
  if (source !== null) {
    const program = unit.execStart.split(' ')[0] ?? 'sh';
    return trouble('exec-start-misspelt', { wrong: 'no-bash', program, unit }, source.evidence);
  }
  const activate =
    said(/(?<!\S)(\S+)\/bin\/activate: No such file or directory$/) ??
    said(/cannot open (\S+)\/bin\/activate: No such file/) ??
    said(/\.: (\S+)\/bin\/activate: not found$/);
  if (activate !== null) {
    const { environment, directory } = unit.launch;
    const path = environment ?? activate.word;
    const goesNowhere = directory === undefined && !path.startsWith('/');
    const project = goesNowhere ? projectFolder : null;
    return trouble('environment-missing', { at: 'unit', path, unit, project }, activate.evidence);
  }
  const command = said(/(?<!\S)(\S+): (?:command )?not found$/);
  if (command === null) return null;
  return command.word === 'uwsgi'
    ? trouble(
        'uwsgi-not-in-environment',
        { by: 'shell', unit, environment: unit.launch.environment ?? '' },
        command.evidence,
      )
    : trouble('exec-start-misspelt', { wrong: 'command', command: command.word, unit }, command.evidence);
}
