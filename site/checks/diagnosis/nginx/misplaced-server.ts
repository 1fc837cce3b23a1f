import type { NginxService } from '../../guest/nginx-service.ts';
import { countBraces, enclosingBlocks } from '../../guest/nginx-syntax.ts';
import { unclosedBlock } from '../../guest/unclosed-block.ts';
import { trouble, type Trouble } from '../../words/index.ts';

/** Nginx met `server {` where none may stand; `null` when its complaint is another. */
export function misplacedServerTrouble(
  message: string,
  text: string,
  file: string,
  line: number,
  service: NginxService,
): Trouble | null {
  if (!message.startsWith('"server" directive is not allowed here')) return null;
  const around = enclosingBlocks(text, line);
  const braces = countBraces(text);
  if (braces.opened !== braces.closed) {
    return trouble(
      'nginx-missing-brace',
      { path: file, braces, unclosed: unclosedBlock(text), refused: { line, service } },
      message,
    );
  }
  return around.includes('server')
    ? trouble('server-block-nested', { path: file, line, service }, message)
    : trouble('server-block-outside-http', { path: file, line, inside: around.at(-1), service }, message);
}
