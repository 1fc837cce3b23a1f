/** A folder that should hold a file is not there: which part of the way is missing, and how it comes back. */
import type { CheckContext } from '../../guest/context.ts';
import { FIND_INSTALLER, installationOf, parseInstaller } from '../../guest/installer.ts';
import { quote, survey } from '../../guest/survey.ts';
import { trouble, type Trouble } from '../../words/index.ts';

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
  if (missing === NGINX || folder.startsWith(`${NGINX}/`)) {
    const found = parseInstaller(installer);
    if (program.code !== 0)
      return trouble('nginx-not-installed', { install: installationOf('nginx', found) });
    if (missing === NGINX) return trouble('nginx-folder-missing', { folder: NGINX, installer: found });
  }
  const facts = { folder, top: missing, name, needsSudo: !missing.startsWith(`${context.home}/`) };
  const [, project = '', environment = ''] = /^(.+)\/([^/]+)\/bin$/.exec(folder) ?? [];
  return environment !== '' && missing.startsWith(`${project}/`)
    ? trouble('environment-missing', { at: 'file', missing: facts, project, environment })
    : trouble('folder-missing', facts);
}
