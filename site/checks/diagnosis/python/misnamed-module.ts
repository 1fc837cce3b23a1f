/** The file of a module is there under a name by which Python does not import it. */
import type { FoundLine } from '../../guest/code-facts.ts';
import type { UwsgiFacts } from '../../guest/facts.ts';
import { trouble, type Trouble } from '../../words/index.ts';
import { misnamedAs } from '../files/missing-file.ts';

/** An editor has given it another ending, or it has none; `importedAt`: the line that imports it. */
export function misnamedModule(
  name: string,
  importedAt: Pick<FoundLine, 'file' | 'line'> | undefined,
  evidence: string,
  { besideCode, codeFolder: folder, keeper }: Pick<UwsgiFacts, 'besideCode' | 'codeFolder' | 'keeper'>,
): Trouble | null {
  const near = misnamedAs(`${name}.py`, 'file', besideCode);
  // Of two Python files with names that are alike, each may be meant.
  if (near === null || near.endsWith('.py') || !near.startsWith(name)) return null;
  return trouble('module-misnamed', { name, near, folder, importedAt, keeper }, evidence);
}
