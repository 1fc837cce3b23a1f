import { describe, expect, it } from 'vitest';
import { mentions } from './mutation.ts';
import { lineMutations, misspell, misspellValue, wrongPaths } from './line-mutations.ts';

describe('misspell', () => {
  it.each([
    ['socket', 'sokcet'],
    ['User', 'Uesr'],
    ['die-on-term', 'die-no-term'],
    ['WorkingDirectory', 'WorkingDriectory'],
    ['fi', 'if'],
  ])('%s becomes %s', (word, wrong) => expect(misspell(word)).toBe(wrong));

  it.each(['', 'a', 'll', '}'])('leaves "%s", in which nothing can be exchanged', (word) =>
    expect(misspell(word)).toBeNull(),
  );
});

it('misspells the last word of a value, or shortens its last number', () => {
  expect(misspellValue('unix:/home/sammy/my.sock')).toBe('unix:/home/sammy/my.scok');
  expect(misspellValue('660')).toBe('66');
  expect(misspellValue('5')).toBeNull();
});

it('makes every absolute path of a value wrong, one at a time', () => {
  expect(wrongPaths("/usr/bin/bash -c 'cd /home/user/myapp; uwsgi --ini myapp.ini'")).toEqual([
    "/usr/ibn/bash -c 'cd /home/user/myapp; uwsgi --ini myapp.ini'",
    "/usr/bin/bash -c 'cd /home/uesr/myapp; uwsgi --ini myapp.ini'",
  ]);
  expect(wrongPaths('unix:/run/uwsgi/myapp.sock')).toEqual(['unix:/run/uswgi/myapp.sock']);
  expect(wrongPaths('%(base)/venv and my/file')).toEqual([]);
});

describe('lineMutations', () => {
  const shown = (content: string, syntax: Parameters<typeof lineMutations>[1]) =>
    lineMutations(content, syntax).map(({ line, what }) => `${line} ${what}`);

  it('takes every line of an .ini file that says something', () => {
    expect(shown('[uwsgi]\n\n# a comment\nmodule = wsgi:app\nmaster = true\n', 'ini')).toMatchInlineSnapshot(`
      [
        "1 deleted: [uwsgi]",
        "1 key misspelt: [uswgi]",
        "1 comment behind it: [uwsgi] # comment",
        "4 deleted: module = wsgi:app",
        "4 key misspelt: moudle = wsgi:app",
        "4 value misspelt: module = wsgi:pap",
        "4 comment behind it: module = wsgi:app # comment",
        "4 value in quotes: module = "wsgi:app"",
        "4 swapped with the next: module = wsgi:app",
        "5 deleted: master = true",
        "5 key misspelt: matser = true",
        "5 value misspelt: master = ture",
        "5 comment behind it: master = true # comment",
        "5 value in quotes: master = "true"",
      ]
    `);
  });

  it('takes the lines of a server block', () => {
    expect(shown('server {\n    listen 80;\n}\n', 'nginx')).toMatchInlineSnapshot(`
      [
        "1 deleted: server {",
        "1 key misspelt: sevrer {",
        "1 swapped with the next: server {",
        "2 deleted: listen 80;",
        "2 key misspelt: litsen 80;",
        "2 value misspelt: listen 8;",
        "2 value in quotes: listen "80";",
        "2 swapped with the next: listen 80;",
        "3 deleted: }",
      ]
    `);
  });

  it('takes the lines of a program', () => {
    expect(shown('@app.route("/")\ndef hello():\n    return "Hello"\n', 'python')).toMatchInlineSnapshot(`
      [
        "1 deleted: @app.route("/")",
        "1 key misspelt: @pap.route("/")",
        "1 value misspelt: @app.ruote("/")",
        "1 swapped with the next: @app.route("/")",
        "2 deleted: def hello():",
        "2 key misspelt: edf hello():",
        "2 value misspelt: def hlelo():",
        "2 swapped with the next: def hello():",
        "3 deleted: return "Hello"",
        "3 key misspelt: reutrn "Hello"",
        "3 value misspelt: return "Hlelo"",
      ]
    `);
  });

  it("takes the stanzas of Upstart's", () => {
    expect(shown('respawn\nexec $UWSGI --emperor /etc/uwsgi/vassals\n', 'job')).toMatchInlineSnapshot(`
      [
        "1 deleted: respawn",
        "1 key misspelt: repsawn",
        "1 comment behind it: respawn # comment",
        "1 swapped with the next: respawn",
        "2 deleted: exec $UWSGI --emperor /etc/uwsgi/vassals",
        "2 key misspelt: eexc $UWSGI --emperor /etc/uwsgi/vassals",
        "2 value misspelt: exec $UWSGI --emperor /etc/uwsgi/vsasals",
        "2 wrong path: exec $UWSGI --emperor /etc/uswgi/vassals",
        "2 comment behind it: exec $UWSGI --emperor /etc/uwsgi/vassals # comment",
        "2 value in quotes: exec "$UWSGI --emperor /etc/uwsgi/vassals"",
      ]
    `);
  });

  it('knows what only an answer about the line has in it', () => {
    const found = lineMutations('[uwsgi]\nmodule = wsgi:app\n', 'ini').find(
      ({ what }) => what === 'value misspelt: module = wsgi:pap',
    );
    expect(found).toBeDefined();
    const speaks = (text: string) => found?.exactly.some((word) => mentions(text, word));
    for (const text of ['Line 2 is wrong', '`module` is wrong', 'no wsgi:pap', 'write `module = wsgi:app`'])
      expect(speaks(text), text).toBe(true);
    for (const text of ['Line 22 is wrong', 'the module is wrong', 'uWSGI is not running'])
      expect(speaks(text), text).toBe(false);
  });

  it('changes nothing but that line, or that line and the next', () => {
    const content = 'a = one\nb = two\nc = three\n';
    for (const { line, what, content: wrong } of lineMutations(content, 'ini')) {
      const rest = content.split('\n').toSpliced(line - 1, what.startsWith('swapped') ? 2 : 1);
      for (const other of rest) expect(wrong.split('\n'), what).toContain(other);
      expect(wrong).not.toBe(content);
    }
  });
});
