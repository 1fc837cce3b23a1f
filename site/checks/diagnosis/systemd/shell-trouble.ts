import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** What a shell says that should prepare the way for uWSGI (`bash -c 'cd …; source …; uwsgi …'`). */
export function shellTrouble({ unit, log }: UnitUwsgiFacts): Trouble | null {
  if (!unit.launch.byShell) return null;
  const said = (pattern: RegExp): { readonly word: string; readonly evidence: string } | null => {
    const line = log.findLast((candidate) => pattern.test(candidate));
    return line === undefined ? null : { word: pattern.exec(line)?.[1] ?? '', evidence: line };
  };

  const folder = said(/cd: (.+): (?:No such file or directory|Permission denied|Not a directory)$/);
  if (folder !== null) {
    return trouble('working-directory-missing', { unit, folder: folder.word, by: 'shell' }, folder.evidence);
  }
  const activate = said(/(\S+)\/bin\/activate: No such file or directory$/);
  if (activate !== null) {
    const path = unit.launch.environment ?? activate.word;
    return trouble('environment-missing', { at: 'unit', path, unit }, activate.evidence);
  }
  const command = said(/(\S+): command not found$/);
  if (command === null) return null;
  return command.word === 'uwsgi'
    ? trouble(
        'uwsgi-not-in-environment',
        { by: 'shell', unit, environment: unit.launch.environment ?? '' },
        command.evidence,
      )
    : trouble('exec-start-misspelt', { wrong: 'command', command: command.word, unit }, command.evidence);
}
