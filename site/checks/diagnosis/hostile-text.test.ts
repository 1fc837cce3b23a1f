/** Files and logs of a guest that wants to stop the page: no expression may take long for them. */
import { describe, expect, it } from 'vitest';
import type { NginxFacts, UnitUwsgiFacts } from '../guest/facts.ts';
import { lineWithoutSemicolon } from '../guest/nginx-syntax.ts';
import { parseProcesses } from '../guest/processes.ts';
import { parseFirewall } from '../guest/ufw.ts';
import { processorMs } from '../testing/processor-time.ts';
import { excerpt } from '../text.ts';
import { say, trouble } from '../words/index.ts';
import { isCopy } from './nginx/duplicate.ts';
import { invalidTrouble } from './nginx/invalid-trouble.ts';
import { ownErrorTrouble } from './nginx/own-rule.ts';
import { shellTrouble } from './systemd/shell-trouble.ts';

const LENGTH = 100_000;
const SERVICE = { restart: '', reload: '', start: '', byScript: false };
const BLOCK = { file: '', line: 1, names: [], listens: [], directives: [] };

function fill(part: string): string {
  return part.repeat(LENGTH / part.length);
}

function refused(message: string, text: string): unknown {
  const file = { path: '/etc/nginx/x', text };
  const verdict = `nginx: [emerg] ${message} in /etc/nginx/x:1`;
  return invalidTrouble({
    verdict,
    files: [file],
    blocks: [],
    brokenLinks: [],
    available: [],
    service: SERVICE,
  } as unknown as NginxFacts);
}

function shellSays(line: string): unknown {
  const unit = { launch: { byShell: true }, execStart: '' };
  return shellTrouble({ unit, log: [line], projectFolder: null } as unknown as UnitUwsgiFacts);
}

function ufwOf(output: string): unknown {
  const none = { output: '', code: 0 };
  return parseFirewall({ ufwEnabled: { output, code: 0 }, ufwRules: none, ufwProfiles: none });
}

describe('takes no time', () => {
  it.for<[string, () => unknown]>([
    ['digits in the error log', () => ownErrorTrouble({ service: SERVICE } as NginxFacts, BLOCK, fill('0'))],
    ['blanks in quotes', () => refused('invalid number of arguments', `uwsgi_pass "${fill(' ')}';`)],
    ['empty lines', () => refused('"x" directive is not allowed here', fill('\n'))],
    ['signs of comments', () => lineWithoutSemicolon(`a;${fill(' #')}\r`)],
    ['one long word of a shell', () => shellSays(fill('x'))],
    ['one long path of a shell', () => shellSays(fill('/bin/activate'))],
    ['folders of a shell', () => shellSays(fill('cd: '))],
    ['brackets on a page', () => excerpt(fill('<'))],
    ['a name like that of a copy', () => isCopy(`/x${fill('~')}!`, '/x')],
    [
      'slashes of an address',
      () =>
        say(
          trouble('proxy-pass-instead', { path: '', pass: { line: 1, text: fill('/') }, service: SERVICE }),
        ),
    ],
    ['a group of processes', () => parseProcesses(`1 1 root root ${fill('x')} x`)],
    ['the settings of ufw', () => ufwOf(`ENABLED=no\n${fill('\n')}`)],
  ])('%s', async ([, read]) => {
    expect(await processorMs(read)).toBeLessThan(500);
  });
});
