import { expect, it } from 'vitest';
import { missingOnPaper } from './commands-on-paper.ts';

const TEXT = `Type this:
$ sudo nano /etc/a.conf
and then
$ echo "deb http://nginx.org/" | sudo
tee -a /etc/apt/sources.list
deb http://nginx.org/
$ ls
a.conf
`;

it('finds commands in their order, also where they wrap', () => {
  const commands = [
    'sudo nano /etc/a.conf',
    'echo "deb http://nginx.org/" | sudo tee -a /etc/apt/sources.list',
    'ls',
  ];
  expect(missingOnPaper(TEXT, commands)).toEqual([]);
  expect(missingOnPaper('$ cat /a/very/long/na\nme\n', ['cat /a/very/long/name'])).toEqual([]);
});

it('names what is missing, incomplete, changed, without a prompt, or not there as often as it should be', () => {
  expect(missingOnPaper(TEXT, ['whoami'])).toEqual(['whoami']);
  expect(missingOnPaper(TEXT, ['sudo nano /etc/a.con'])).toEqual(['sudo nano /etc/a.con']);
  expect(missingOnPaper(TEXT, ['sudo nano /etc/a.conf.d'])).toEqual(['sudo nano /etc/a.conf.d']);
  expect(missingOnPaper(TEXT, ['sudo nano /etc/aXconf'])).toEqual(['sudo nano /etc/aXconf']);
  expect(missingOnPaper(TEXT, ['and then'])).toEqual(['and then']);
  expect(missingOnPaper(TEXT, ['ls', 'ls'])).toEqual(['ls']);
  expect(missingOnPaper('$ ls  -l\n', ['ls -l'])).toEqual(['ls -l']);
});
