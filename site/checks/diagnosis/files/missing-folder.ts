/** A folder that should hold a file is not there: which part of the way is missing, and how it comes back. */
import type { CheckContext } from '../../guest/context.ts';
import { askGone, parseGone } from '../../guest/gone-folder.ts';
import { FIND_INSTALLER, installationOf, parseInstaller } from '../../guest/installer.ts';
import { survey } from '../../guest/survey.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { renamedTrouble } from './gone-folder.ts';

const NGINX = '/etc/nginx';

/** There is no `folder`, which should hold a file `name`. */
export async function missingFolderTrouble(
  folder: string,
  name: string,
  context: CheckContext,
): Promise<Trouble> {
  const { gone, program, installer } = await survey(context, {
    gone: askGone(folder),
    program: 'command -v nginx',
    installer: FIND_INSTALLER,
  });
  const found = parseGone(gone.output, context.home);
  const missing = found?.path ?? folder;
  if (missing === NGINX || folder.startsWith(`${NGINX}/`)) {
    const by = parseInstaller(installer);
    if (program.code !== 0) return trouble('nginx-not-installed', { install: installationOf('nginx', by) });
    if (missing === NGINX) return trouble('nginx-folder-missing', { folder: NGINX, installer: by });
  }
  const renamed = renamedTrouble(found, null);
  if (renamed !== null) return renamed;
  const facts = { folder, top: missing, name, needsSudo: !missing.startsWith(`${context.home}/`) };
  const [, project = '', environment = ''] = /^(.+)\/([^/]+)\/bin$/.exec(folder) ?? [];
  return environment !== '' && missing.startsWith(`${project}/`)
    ? trouble('environment-missing', { at: 'file', missing: facts, project, environment })
    : trouble('folder-missing', facts);
}
