/** A folder that should hold a file is not there: which part of the way is missing, and how it comes back. */
import type { CheckContext } from '../../guest/context.ts';
import { adviseInstall, adviseReinstall, FIND_INSTALLER, parseInstaller } from '../../guest/installer.ts';
import { quote, survey } from '../../guest/survey.ts';
import type { Trouble } from '../../verdict.ts';

const NGINX = '/etc/nginx';

/** The uppermost folder on the way to `folder` that is not there. */
function findTop(folder: string): string {
  return `d=${quote(folder)}; while [ ! -d "$d" ]; do t=$d; d=$(dirname "$d"); done; echo "$t"`;
}

/** There is no `folder`, which should hold a file `name`. */
export async function missingFolderTrouble(
  folder: string,
  name: string,
  context: CheckContext,
): Promise<Trouble> {
  const { top, program, installer } = await survey(context, {
    top: findTop(folder),
    program: 'command -v nginx',
    installer: FIND_INSTALLER,
  });
  const missing = top.output.trim() || folder;
  const trouble = {
    cause: 'folder-missing',
    found: `There is no folder ${missing}, so there is no ${name} in ${missing === folder ? 'it' : folder}.`,
  };

  if (missing === NGINX || folder.startsWith(`${NGINX}/`)) {
    const manager = parseInstaller(installer);
    if (program.code !== 0) {
      return {
        cause: 'nginx-not-installed',
        found: 'Nginx is not installed.',
        advice: `Install it: ${adviseInstall('nginx', manager)}.`,
      };
    }
    if (missing === NGINX) {
      return {
        cause: 'nginx-folder-missing',
        found: `The folder ${NGINX} is gone, and Nginx’s whole configuration with it.`,
        advice: `${adviseReinstall(manager)} After that, write your server block again. Or reset the machine to the start of this chapter.`,
      };
    }
  }
  const inHome = missing.startsWith(`${context.home}/`);
  const environment = /^(.+)\/([^/]+)\/bin$/.exec(folder);
  const project = environment?.[1] ?? '';
  if (environment !== null && missing.startsWith(`${project}/`)) {
    return {
      ...trouble,
      cause: 'environment-missing',
      advice: `Create the virtual environment: \`cd ${project}\`, then \`${inHome ? '' : 'sudo '}virtualenv ${environment[2] ?? ''}\`. If there was one before, install again what was in it, or reset the machine to the start of this chapter.`,
    };
  }
  return {
    ...trouble,
    advice: `Create the folder: \`${inHome ? '' : 'sudo '}mkdir -p ${folder}\`. If it was there before, its files are gone as well: write them again, or reset the machine to the start of this chapter.`,
  };
}
