import type { UnitUwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** What a shell says that should prepare the way for uWSGI (`bash -c 'cd …; source …; uwsgi …'`). */
export function shellTrouble({ unit, log }: UnitUwsgiFacts): Trouble | null {
  if (!unit.launch.byShell) return null;
  const again = `Then \`sudo systemctl daemon-reload\` and \`sudo systemctl restart ${unit.name}\`.`;
  const said = (pattern: RegExp): { readonly word: string; readonly evidence: string } | null => {
    const line = log.findLast((candidate) => pattern.test(candidate));
    return line === undefined ? null : { word: pattern.exec(line)?.[1] ?? '', evidence: line };
  };

  const folder = said(/cd: (.+): (?:No such file or directory|Permission denied|Not a directory)$/);
  if (folder !== null) {
    return {
      cause: 'working-directory-missing',
      found: `The unit's shell should go to ${folder.word}, which is not there or may not be entered.`,
      advice: `In ${unit.file}, in the line \`ExecStart=\`, let \`cd\` name the folder of your project. ${again}`,
      evidence: folder.evidence,
    };
  }
  const activate = said(/(\S+)\/bin\/activate: No such file or directory$/);
  if (activate !== null) {
    const path = unit.launch.environment ?? activate.word;
    return trouble('environment-missing', { at: 'unit', path, unit }, activate.evidence);
  }
  const command = said(/(\S+): command not found$/);
  if (command === null) return null;
  return command.word === 'uwsgi'
    ? {
        cause: 'uwsgi-not-in-environment',
        found:
          "The unit's shell finds no program uwsgi: it is not installed in the environment that the unit enters.",
        advice: `Install it there: \`source ${unit.launch.environment ?? ''}/bin/activate\`, then \`pip install uwsgi\`. Then \`sudo systemctl restart ${unit.name}\`.`,
        evidence: command.evidence,
      }
    : trouble('exec-start-misspelt', { wrong: 'command', command: command.word, unit }, command.evidence);
}
