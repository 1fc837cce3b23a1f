import { expect, test } from 'vitest';
import { troubleIn } from './trouble.ts';

const printed = (text: string, ...red: string[]) => [{ text, red }];

test.each([
  'Call to Reboot failed: Access denied',
  'E: Unable to locate package nginxx',
  'mkdir: cannot create directory ‘a’: File exists',
  'bash: uwsgii: command not found',
  'ls: cannot access /nowhere: No such file or directory',
  'Traceback (most recent call last):',
  'ERROR: no such option',
  'Could not install packages',
  'Error: Could not find a version',
  'curl: (7) Failed to connect to port 80: Connection refused',
  'bind(): Permission denied [core/socket.c line 230]',
])('an error: %s', (text) => {
  expect(troubleIn(printed(text), { output: '' })).toContain(text);
});

test.each([
  'Setting up libgpg-error0:i386 (1.21-2ubuntu1.1) ...',
  '  error_log /var/log/nginx/error.log;',
  '0 errors, no errors, without failures',
  'nginx: configuration file /etc/nginx/nginx.conf test is successful',
  'python-errorhandler.noarch',
  'Rule added',
])('no error: %s', (text) => {
  expect(troubleIn(printed(text), { output: '' })).toBeNull();
});

test('red text is trouble, unless the chapter shows it', () => {
  expect(troubleIn(printed('flask.tar.gz here', 'flask.tar.gz'), { output: '' })).toBe(
    'in red: flask.tar.gz here',
  );
  expect(troubleIn(printed('flask.tar.gz here', 'flask.tar.gz'), { output: 'a  flask.tar.gz\n' })).toBeNull();
});

test('the speed of a download is not trouble, red as it is', () => {
  const line = printed('     ━━━━━━━━━━ 349.9/349.9 kB 2.2 MB/s eta 0:00:00', '2.2 MB/s');
  expect(troubleIn(line, { output: '' })).toBeNull();
});

test('an error that the chapter shows is no surprise; another is', () => {
  const output = 'curl: (7) Failed to connect to flask.example port 80: Connection refused';
  expect(troubleIn(printed('curl: (7) Failed to connect to x: Connection refused'), { output })).toBeNull();
  expect(troubleIn(printed('Failed: permission denied'), { output })).toContain('permission denied');
});

test('the words of an error inside of a name that the chapter shows excuse no error', () => {
  const output = 'nginx reads /var/log/nginx/error.log, libgpg-error0 and error_page';
  expect(troubleIn(printed('E: error: disk is broken'), { output })).toContain('disk is broken');
  expect(troubleIn(printed('unit failed'), { output: 'unit-failed.service, 0 failed' })).toContain('failed');
});

test('one line with all its errors is shown, not its words here and there', () => {
  const output = 'Job for nginx failed.\nls: permission denied';
  expect(troubleIn(printed('nginx failed: permission denied'), { output })).toBe(
    '"failed", "permission denied": nginx failed: permission denied',
  );
});
