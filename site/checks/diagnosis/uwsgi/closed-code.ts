/** The login as which uWSGI works may not read the code. */
import type { UwsgiFacts } from '../../guest/facts.ts';
import { may, READ, SEARCH } from '../../guest/path-access.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** The first folder on the way that it may not pass through, or the first file that it may not read. */
export function closedCodeTrouble({
  wayToCode,
  login,
  loginGroups,
  codeFolder,
  keeper,
}: UwsgiFacts): Trouble | null {
  if (login === 'root') return null;
  const groups = [...loginGroups];
  for (const part of wayToCode) {
    const isFolder = part.type === 'directory';
    // Python lists the folder of a module to find it.
    const needed = !isFolder ? READ : part.path === codeFolder ? READ | SEARCH : SEARCH;
    if (part.type !== 'socket' && !may(part, login, groups, needed)) {
      return trouble('code-not-readable', { part, isFolder, login, keeper });
    }
  }
  return null;
}
