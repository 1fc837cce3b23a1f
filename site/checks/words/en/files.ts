import type { FileStat } from '../../../sandbox/types.ts';
import type { Installer } from '../../guest/installer.ts';
import type { Keeper } from '../../guest/keeper.ts';
import { folderOf } from '../../text.ts';
import type { ProgramWords } from '../words.ts';
import { afterConfiguration, startsAgain } from './keeper.ts';
import { adviseReinstall, FILE_TYPES, shellWord, sudoIf } from './phrases.ts';

/** A place in a file. */
interface Line {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** A file, and whether only root may write in its folder. */
interface Place {
  readonly path: string;
  readonly needsSudo: boolean;
}

/** Files and folders: there or not, whose, and what is in them. */
export const FILES = {
  'file-missing': ({ path, needsSudo, isFolder }: Place & { readonly isFolder: boolean }) => ({
    found: `There is no ${path}.`,
    advice: isFolder
      ? `Make the folder: \`${sudoIf(needsSudo)}mkdir ${shellWord(path)}\`.`
      : `Write it: \`${sudoIf(needsSudo)}nano ${shellWord(path)}\`, then save with Ctrl+O and Enter, and leave with Ctrl+X.`,
  }),

  'file-misnamed': ({ path, needsSudo, near }: Place & { readonly near: string }) => ({
    found: `There is no ${path}, but there is a ${near} in the same folder.`,
    advice: `If that is the one, rename it: \`${sudoIf(needsSudo)}mv ${shellWord(`${path.slice(0, path.lastIndexOf('/') + 1)}${near}`)} ${shellWord(path)}\`.`,
  }),

  'file-misplaced': ({ path, needsSudo, elsewhere }: Place & { readonly elsewhere: string }) => ({
    found: `There is no ${path}, but there is a ${elsewhere}.`,
    advice: `If that is the one, move it: \`${sudoIf(needsSudo)}mv ${shellWord(elsewhere)} ${shellWord(path)}\`.`,
  }),

  'file-wrong-type': ({
    path,
    type,
    wanted,
  }: {
    readonly path: string;
    readonly type: FileStat['type'];
    readonly wanted: FileStat['type'];
  }) => ({
    found: `${path} is ${FILE_TYPES[type]}, not ${FILE_TYPES[wanted]}.`,
    advice: `Move it away (\`sudo mv ${shellWord(path)} ${shellWord(`${path}.old`)}\`) and make it again as the text shows.`,
  }),

  'file-wrong-owner': ({
    path,
    owner,
    wanted,
    folder,
    inside,
  }: {
    readonly path: string;
    /** `sammy:www-data` */
    readonly owner: string;
    readonly wanted: string;
    /** The folder whose whole content should have this owner; `null` when only the file is meant. */
    readonly folder: string | null;
    /** The folder itself is right. */
    readonly inside: boolean;
  }) => ({
    found: `${path} belongs to ${owner}, not to ${wanted}.${
      inside ? ' Perhaps it was made after the `chown`, with sudo, or the `chown` had no `-R`.' : ''
    }`,
    advice:
      folder === null
        ? `Give it to them: \`sudo chown ${wanted} ${shellWord(path)}\`.`
        : `Change the owner of everything in it: \`sudo chown -R ${wanted} ${shellWord(folder)}/\`.`,
  }),

  'file-wrong-mode': ({
    path,
    mode,
    wanted,
  }: {
    readonly path: string;
    readonly mode: number;
    readonly wanted: string;
  }) => ({
    found: `Its permissions are ${mode.toString(8)}, not ${wanted}.`,
    advice: `Set them: \`sudo chmod ${wanted} ${shellWord(path)}\`.`,
  }),

  'file-empty': ({ path }: { readonly path: string }) => ({
    found: `${path} is empty.`,
    advice:
      'Write what the text shows into it, and save before you leave the editor (in nano: Ctrl+O, Enter, Ctrl+X).',
  }),

  'file-has-too-much': ({ path, text }: { readonly path: string; readonly text: string }) => ({
    found: `${path} still contains \`${text}\`.`,
    advice: 'Take that out and save the file.',
  }),

  'file-lacks-text': ({ path, wanted }: { readonly path: string; readonly wanted: string }) => ({
    found: `${path} does not contain \`${wanted}\`.`,
    advice: `Open the file, write \`${wanted}\` where the text shows it, and save.`,
  }),

  'file-line-differs': ({ path, line, text, wanted }: Line & { readonly wanted: string }) => ({
    found: `Line ${line} of ${path} is \`${text}\`, where \`${wanted}\` should be.`,
    advice: `Change line ${line} to \`${wanted}\` and save.`,
  }),

  'file-line-commented': ({ path, line, text, wanted }: Line & { readonly wanted: string }) => ({
    found: `Line ${line} of ${path} is a comment: \`${text}\`.`,
    advice: `Take away the sign at its beginning, so that it reads \`${wanted}\`, and save.`,
  }),

  'file-comment-behind': ({ path, line, text, wanted }: Line & { readonly wanted: string }) => ({
    found: `Line ${line} of ${path} is \`${text}\`. In this file a comment needs a line of its own: behind a value, it is taken as a part of the value.`,
    advice: `Change line ${line} to \`${wanted}\` and save.`,
  }),

  'nginx-pass-outside-location': ({ path, line, text }: Line) => ({
    found: `Line ${line} of ${path}, \`${text}\`, stands outside every \`location { … }\`, and Nginx refuses it there.`,
    advice: `Move it, and \`include uwsgi_params;\` with it, between \`location / {\` and the brace that closes it, and save.`,
  }),

  'python-run-at-margin': ({ path, line, text }: Line) => ({
    found: `Line ${line} of ${path}, \`${text}\`, stands at the left margin, so it runs whenever the file is imported, and the import never ends.`,
    advice: `Begin line ${line} with four blanks, so that it belongs to the line \`if __name__ == "__main__":\` above it, and save.`,
  }),

  'ini-syntax-error': ({
    path,
    line,
    text,
    keeper,
  }: Line & {
    /** Who starts the uWSGI that reads the file; `null` when only the file is looked at. */
    readonly keeper: Keeper | null;
  }) =>
    keeper === null
      ? {
          found: `Line ${line} of ${path}, \`${text}\`, is neither a section in brackets nor a \`key = value\`.`,
          advice: `Fix line ${line} and save the file.`,
        }
      : {
          found: `Line ${line} of ${path}, \`${text}\`, is not of the form \`key = value\`.`,
          advice: `Fix line ${line}. ${afterConfiguration(keeper)}`,
        },

  'link-missing': ({ path, needsSudo, target }: Place & { readonly target: string | undefined }) => ({
    found: `There is no ${path}.`,
    advice: `Make the link: \`${sudoIf(needsSudo)}ln -s ${shellWord(target ?? 'TARGET')} ${shellWord(folderOf(path))}\`.`,
  }),

  'link-broken': ({
    path,
    target,
    wanted,
  }: {
    readonly path: string;
    /** Where it leads to; `undefined` when that is not known. */
    readonly target: string | undefined;
    readonly wanted: string | undefined;
  }) => ({
    found: `${path} is a symbolic link to ${target ?? 'somewhere'}, where there is nothing.`,
    advice:
      wanted === undefined
        ? `Remove it with \`sudo rm ${shellWord(path)}\` and make it again with the whole path of the file that it should lead to.`
        : adviseLink(path, wanted),
  }),

  'link-elsewhere': ({
    path,
    target,
    wanted,
  }: {
    readonly path: string;
    readonly target: string;
    readonly wanted: string;
  }) => ({
    found: `${path} leads to ${target}.`,
    advice: adviseLink(path, wanted),
  }),

  'folder-missing': (facts: MissingFolder) => ({
    found: missingFolder(facts),
    advice: `Create the folder: \`${sudoIf(facts.needsSudo)}mkdir -p ${shellWord(facts.folder)}\`. If it was there before, its files are gone as well: write them again, or reset the machine to the start of this chapter.`,
  }),

  'folder-renamed': ({
    path,
    now,
    needsSudo,
    keeper,
  }: Place & {
    /** What it is called now, or where it is. */
    readonly now: string;
    /** Who starts the uWSGI whose folder it is; `null` when only a file in it is looked at. */
    readonly keeper: Keeper | null;
  }) => ({
    found: `There is no folder ${path}. It is ${now} now: the virtual environment there was made under the old path.`,
    advice:
      `An environment works only where it was made, so give the folder its old name back: \`${sudoIf(needsSudo)}mv ${shellWord(now)} ${shellWord(path)}\`. ${keeper === null ? '' : startsAgain(keeper)}`.trim(),
  }),

  'project-gone': ({
    path,
    keeper,
    unitFile,
  }: {
    /** The folder of the application, and of its environment. */
    readonly path: string;
    readonly keeper: Keeper;
    /** The unit's file, which names it; `null` when no unit does. */
    readonly unitFile: string | null;
  }) => ({
    found: `There is no folder ${path}, where the application and its virtual environment should be.`,
    advice: `${unitFile === null ? 'Make it' : `If your project is in another folder, change the paths in ${unitFile}. If there is none, make it`} and everything that belongs in it, as the text shows, or reset the machine to the start of this chapter. ${startsAgain(keeper)}`,
  }),

  'nginx-folder-missing': ({
    folder,
    installer,
  }: {
    readonly folder: string;
    readonly installer: Installer;
  }) => ({
    found: `The folder ${folder} is gone, and Nginx’s whole configuration with it.`,
    advice: `${adviseReinstall(installer)} After that, write your server block again. Or reset the machine to the start of this chapter.`,
  }),
} as const satisfies ProgramWords;

/** A folder that should hold a file is not there. */
export interface MissingFolder {
  readonly folder: string;
  /** The uppermost folder on the way to it that is not there. */
  readonly top: string;
  /** The file. */
  readonly name: string;
  readonly needsSudo: boolean;
}

/** That a folder is missing, as a sentence. */
export function missingFolder({ folder, top, name }: MissingFolder): string {
  return `There is no folder ${top}, so there is no ${name} in ${top === folder ? 'it' : folder}.`;
}

function adviseLink(path: string, target: string): string {
  return `Make it anew: \`sudo rm ${shellWord(path)}\`, then \`sudo ln -s ${shellWord(target)} ${shellWord(folderOf(path))}\`.`;
}
