import type { z } from 'zod';
import { fileTrouble, TYPE_NAMES } from '../diagnosis/files/file-trouble.ts';
import type { CheckContext } from '../guest/context.ts';
import { absolutePath } from '../guest/survey.ts';
import type { CheckResult, fileCheck } from '../model.ts';
import { fail, pass } from '../verdict.ts';

type FileCheck = z.infer<typeof fileCheck>;

/** A file exists and is as it should be: type, owner, mode, content, syntax, where a link leads. */
export async function checkFile(check: FileCheck, context: CheckContext): Promise<CheckResult> {
  const path = absolutePath(check.path, context.home);
  const expected = describe(check, path);
  const trouble = await fileTrouble(check, path, context);
  return trouble === null ? pass(expected, `${path} is as it should be.`) : fail(expected, trouble);
}

function describe(check: FileCheck, path: string): string {
  const parts = [`There is ${TYPE_NAMES[check.type ?? 'file']} ${path}`];
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
