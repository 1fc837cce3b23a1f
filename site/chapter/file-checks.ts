import type { Check } from '../checks/model.ts';
import type { Chapter, Guide } from './model.ts';

/**
 * What the chapters up to this one want to stand in files, as the last of them that speaks of a file has it: later
 * chapters change what earlier ones wrote. To whom a file belongs may have changed without a further check.
 */
export function fileChecksUpTo(
  { chapters }: Pick<Guide, 'chapters'>,
  { number }: Pick<Chapter, 'number'>,
): readonly Check[] {
  const last = new Map<string, Check[]>();
  for (const chapter of chapters) {
    if (chapter.number > number) continue;
    const own = new Map<string, Check[]>();
    for (const { check } of chapter.steps.flatMap(({ checks }) => checks)) {
      if (check.kind === 'file' && isAboutContent(check))
        own.set(check.path, [...(own.get(check.path) ?? []), check]);
    }
    for (const [path, checks] of own) last.set(path, checks);
  }
  return [...last.values()].flat();
}

function isAboutContent({
  contains,
  lacks,
  syntax,
  target,
  recursive,
}: Extract<Check, { kind: 'file' }>): boolean {
  return [contains, lacks, syntax, target].some((wanted) => wanted !== undefined) && recursive !== true;
}
