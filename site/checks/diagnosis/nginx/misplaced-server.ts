import { countBraces, enclosingBlocks } from '../../guest/nginx-syntax.ts';
import type { Trouble } from '../../verdict.ts';

/** Nginx met `server {` where none may stand; `null` when its complaint is another. */
export function misplacedServerTrouble(
  message: string,
  text: string,
  file: string,
  line: number,
): Omit<Trouble, 'evidence'> | null {
  if (!message.startsWith('"server" directive is not allowed here')) return null;
  const around = enclosingBlocks(text, line);
  const { opened, closed } = countBraces(text);
  if (opened !== closed) {
    return {
      cause: 'nginx-missing-brace',
      found: `The braces of ${file} do not pair (noticed in line ${line}): ${opened} open and ${closed} close.`,
      advice: 'Each `{` needs its `}`: one for the location, one for the server.',
    };
  }
  if (around.includes('server')) {
    return {
      cause: 'server-block-nested',
      found: `The server block in line ${line} of ${file} stands inside another one.`,
      advice:
        'Move the whole block, from `server {` to its last brace, above the line `server {` that is around it.',
    };
  }
  return {
    cause: 'server-block-outside-http',
    found: `The server block in line ${line} of ${file} stands ${around.length === 0 ? 'outside' : `in \`${around.at(-1) ?? ''} { … }\`, not inside`} \`http { … }\`, the only place where Nginx takes one.`,
    advice: `Move the whole block, from \`server {\` to its last brace, into \`http { … }\`, right above the server block that is there already.`,
  };
}
