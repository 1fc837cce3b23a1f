import type { z } from 'zod';
import { fileTrouble } from '../diagnosis/files/file-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { fail, pass, type CheckResult } from '../verdict.ts';
import { FILE_TYPES } from '../words/en/phrases.ts';
import { defineCheck, type Zod } from './define-check.ts';
import { octalMode } from './fields.ts';

const schema = (z: Zod) =>
  z.strictObject({
    path: z.string(),
    type: z.enum(['file', 'directory', 'symlink', 'socket']).optional(),
    /**
     * Text that it must contain, outside comments and as whole words, compared without regard to runs of
     * blanks and to blanks around `=`; several in an array.
     */
    contains: z.union([z.string(), z.array(z.string())]).optional(),
    /** Text that it must not contain, compared in the same way. */
    lacks: z.string().optional(),
    owner: z.string().optional(),
    group: z.string().optional(),
    /** Of a folder: owner and group are those of everything in it as well. */
    recursive: z.boolean().optional(),
    mode: octalMode(z).optional(),
    /** Where a symbolic link leads, resolved. */
    target: z.string().optional(),
    /** `python`: it compiles; `ini`: sections and keys parse; `nginx`: statements end in semicolons, and braces pair. */
    syntax: z.enum(['python', 'ini', 'nginx']).optional(),
  });

type FileCheck = z.infer<ReturnType<typeof schema>>;

/** A file exists, with these properties; those that are absent do not matter. */
export const fileCheck = defineCheck({
  kind: 'file',
  schema,
  paths: ['path', 'target'],
  settles: null,
  run: checkFile,
});

/** A file exists and is as it should be: type, owner, mode, content, syntax, where a link leads. */
async function checkFile(check: FileCheck, context: CheckContext): Promise<CheckResult> {
  const { path } = check;
  const expected = describe(check, path);
  const trouble = await fileTrouble(check, path, context);
  return trouble === null ? pass(expected, `${path} is as it should be.`) : fail(expected, trouble);
}

function describe(check: FileCheck, path: string): string {
  const parts = [`There is ${FILE_TYPES[check.type ?? 'file']} ${path}`];
  if (check.target !== undefined) parts.push(`that leads to ${check.target}`);
  if (check.owner !== undefined || check.group !== undefined) {
    parts.push(`of ${[check.owner, check.group].filter((name) => name !== undefined).join(':')}`);
    if (check.recursive === true) parts.push('with all that is in it');
  }
  if (check.mode !== undefined) parts.push(`with the permissions ${check.mode}`);
  if (check.contains !== undefined) {
    parts.push(
      `with ${[check.contains]
        .flat()
        .map((text) => `\`${text.trim()}\``)
        .join(', ')}`,
    );
  }
  if (check.lacks !== undefined) parts.push(`without \`${check.lacks}\``);
  if (check.syntax === 'python') parts.push('that Python can read');
  return `${parts.join(' ')}.`;
}
