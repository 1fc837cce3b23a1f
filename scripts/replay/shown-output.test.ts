import { describe, expect, it } from 'vitest';
import type { PrintedLine } from '../../site/workspace/printed-lines.ts';
import { describeMismatch, findMismatch } from './shown-output.ts';

const lines = (...texts: string[]): PrintedLine[] => texts.map((text) => ({ text, red: [] }));

const UWSGI_REQUEST =
  '[pid: 812|app: 0|req: 1/1] 192.168.86.1 () {30 vars in 420 bytes} [Sat Nov 21 10:12:40 2026] GET / => generated 40 bytes in 14 msecs (HTTP/1.1 200) 2 headers in 79 bytes (1 switches on core 0)';
const NGINX_ERROR =
  '2026/11/21 10:44:12 [crit] 912#912: *9 connect() to unix:/run/app.sock failed (13: Permission denied) while connecting to upstream, client: 192.168.86.1';

describe('findMismatch', () => {
  it.each([
    ['nothing shown', '', ['anything']],
    ['a line as it is', 'Rule added', ['Rule added']],
    ['some of the lines, in order', 'a\n…\nd', ['a', 'b', 'c', 'd']],
    ['other columns', 'drwxr-xr-x root  root     /', ['drwxr-xr-x root root /']],
    ['a part of a line left out', 'sha256=… is a, and b …', ['sha256=x is a, and b or c']],
    ['a part in the middle left out', 'spawned … 1)', ['spawned worker (cores: 1)']],
  ])('accepts %s', (_, shown, printed) => {
    expect(findMismatch(shown, lines(...printed))).toBeNull();
  });

  it.each([
    [
      'a unit’s times',
      'Active: active (running) since Sat 2026-11-21 10:31:47 UTC; 4s ago',
      'Active: active (running) since Fri 2026-11-27 06:46:56 UTC; 1min 14s ago',
    ],
    ['a process number', 'Main PID: 871 (uwsgi)', 'Main PID: 12061 (uwsgi)'],
    ['a process number of few digits', 'Main PID: 871 (uwsgi)', 'Main PID: 87 (uwsgi)'],
    ['a process number in the journal', 'server uwsgi[871]: ready', 'server uwsgi[98]: ready'],
    ['a process number in a tree', '├─871 /usr/bin/uwsgi', '├─98 /usr/bin/uwsgi'],
    ['a job’s process number', 'uwsgi start/running, process 1042', 'uwsgi start/running, process 97'],
    ['process numbers in a table', 'nginx 1042 1 /usr/bin/uwsgi', 'nginx      842     1 /usr/bin/uwsgi'],
    [
      'an address in memory, and a duration',
      'ready in 6 seconds on interpreter 0x808d6d8 pid: 871 (default app)',
      'ready in 12 seconds on interpreter 0x9a4f0 pid: 1201 (default app)',
    ],
    [
      'a package’s version',
      'Setting up nginx (1.22.1-9+deb12u9) ...',
      'Setting up nginx (1.22.1-9+deb12u11) ...',
    ],
    ['a hash', 'sha256=730009dca233f8f5de9c47b6', 'sha256=0f8a33d2de9c47b6730009dc'],
    ['the fingerprint of a key', 'DDEDAE8B8F3DCFD253D318E2', '01EDAE8B8F3DCFD253D318E2'],
    [
      'apt’s number of a transfer',
      'Get:1 http://a/ x InRelease [2136 B]',
      'Get:12 http://a/ x InRelease [98 B]',
    ],
    [
      'wget’s bar',
      'key 100%[=====>]    1006  --.-KB/s    in 0.007s',
      'key 9%[===========>] 998 1.2MB/s in 0s',
    ],
    ['the rule of a table', '='.repeat(80), '='.repeat(47)],
    [
      'a date that begins with its day',
      'Date: Thu, 26 Nov 2026 10:44:51 GMT',
      'Date: Sun, 1 Dec 2026 09:02:00 GMT',
    ],
    [
      'Flask’s date',
      '- - [21/Nov/2026 10:04:32] "GET / HTTP/1.1" 200 -',
      '- - [02/Dec/2026 08:00:01] "GET / HTTP/1.1" 200 -',
    ],
    [
      'a line of ls',
      '-rw-r----- 1 sammy sammy 466 Nov 21 10:31 a',
      '-rw-r----- 1 sammy sammy 66 Dec  1 09:02 a',
    ],
    ['the blocks of a folder', 'total 12', 'total 8'],
    [
      'the numbers of a request to uWSGI',
      UWSGI_REQUEST,
      UWSGI_REQUEST.replace('812', '97')
        .replace('1/1', '2/5')
        .replace('{30 vars in 420', '{8 vars in 98')
        .replace('14 msecs', '3 msecs'),
    ],
    ['Nginx’s numbers', NGINX_ERROR, NGINX_ERROR.replace('912#912', '98#98').replace('*9', '*14')],
  ])('does not compare %s', (_, shown, printed) => {
    expect(findMismatch(shown, lines(printed))).toBeNull();
  });

  it.each([
    ['a word', 'Loaded: loaded (x; enabled)', 'Loaded: loaded (x; disabled)'],
    ['a line that is shown only half', 'Rule', 'Rule added'],
    ['a small number', '1 upgraded, 4 newly installed', '1 upgraded, 5 newly installed'],
    ['a path', '→ /usr/lib/systemd/system/nginx.service.', '→ /lib/systemd/system/nginx.service.'],
    ['the version in a path', 'to /usr/lib/python3.11/site', 'to /usr/lib/python3.12/site'],
    ['an address', 'Running on http://127.0.0.1:5000', 'Running on http://0.0.0.0:5000'],
    ['the port of an address', '0.0.0.0:5000', '0.0.0.0:8000'],
    ['the port of a host', 'http://flask.example:5000/', 'http://flask.example:8000/'],
    ['an answer’s status', 'HTTP/1.1 200 OK', 'HTTP/1.1 502 OK'],
    ['the status in uWSGI’s log', UWSGI_REQUEST, UWSGI_REQUEST.replace('200)', '500)')],
    ['the length of a page in uWSGI’s log', UWSGI_REQUEST, UWSGI_REQUEST.replace('40 bytes', '21 bytes')],
    ['the status in Flask’s log', '"GET / HTTP/1.1" 200 -', '"GET / HTTP/1.1" 404 -'],
    ['the number of an error', NGINX_ERROR, NGINX_ERROR.replace('(13:', '(111:')],
    [
      'permissions',
      'srw-rw---- 1 sammy www-data 0 Nov 21 10:31 a',
      'srw-rw-rw- 1 sammy www-data 0 Nov 21 10:31 a',
    ],
    [
      'an owner',
      'srw-rw---- 1 sammy www-data 0 Nov 21 10:31 a',
      'srw-rw---- 1 root www-data 0 Nov 21 10:31 a',
    ],
    ['apt’s verb', 'Get:1 http://a/ x InRelease', 'Hit:1 http://a/ x InRelease'],
    ['the parent in a table', 'nginx 1042 1 /usr/bin/uwsgi', 'nginx 1042 2 /usr/bin/uwsgi'],
    [
      'a worker',
      'spawned uWSGI worker 1 (pid: 874, cores: 1)',
      'spawned uWSGI worker 2 (pid: 874, cores: 1)',
    ],
  ])('compares %s', (_, shown, printed) => {
    expect(findMismatch(shown, lines(printed))).toMatchObject({ shown });
  });

  it.each([
    ['a line that is not there', 'a\nb', ['a']],
    ['a line that is there once and shown twice', 'a\na', ['a']],
    ['the wrong order', 'b\na', ['a', 'b']],
    ['a line where nothing is printed', 'a', []],
  ])('finds %s', (_, shown, printed) => {
    expect(findMismatch(shown, lines(...printed))).not.toBeNull();
  });

  it('takes apt’s transfers in any order, and only these', () => {
    const printed = lines('Hit:1 http://b/ x', 'Get:2 http://a/ x [9 B]', 'Fetched 9 B', 'Get:1 http://c/ x');
    expect(findMismatch('Get:1 http://a/ x [8 B]\n…\nHit:2 http://b/ x\nFetched 8 B', printed)).toBeNull();
    expect(findMismatch('Fetched 8 B\nHit:2 http://b/ x', printed)).toMatchObject({ misplaced: true });
    expect(findMismatch('Hit:1 http://b/ x\nHit:2 http://b/ x', printed)).not.toBeNull();
  });

  describe('where the terminal is narrow', () => {
    const shown = '├─871 /home/sammy/myproject/myprojectenv/bin/uwsgi --ini myproject.ini';

    it('accepts a line that its program has cut', () => {
      const ellipsized = '├─871 /home/sammy/myproject/myprojectenv/bi…';
      expect(findMismatch(shown, lines(ellipsized))).toBeNull();
      expect(findMismatch(`${shown} …`, lines(ellipsized))).toBeNull();
      const cut = { text: '├─90 /home/sammy/myproject/myprojectenv/b', red: [], reachesEdge: true } as const;
      expect(findMismatch(shown, [cut])).toBeNull();
    });

    it('accepts a line that ends at the edge', () => {
      const whole = { text: shown, red: [], reachesEdge: true } as const;
      expect(findMismatch(shown, [whole])).toBeNull();
      expect(findMismatch('├─871 … --ini myproject.ini', [whole])).toBeNull();
    });

    it.each([
      ['cut, but another', '├─871 /home/sammy/myproject/venv/bi…', true],
      ['not at the edge', '├─871 /home/sammy/myproject/myprojectenv/b', false],
      ['longer', `${shown} --master`, true],
      ['nothing but a cut', '…', true],
    ])('finds a line that is %s', (_, text, reachesEdge) => {
      const printed = { text, red: [], ...(reachesEdge && { reachesEdge: true as const }) };
      expect(findMismatch(shown, [printed])).toMatchObject({ shown });
    });
  });

  it('names the line and the printed lines that are most like it', () => {
    const printed = lines('Rules updated', 'x', 'Rule added', 'y', 'Skipping adding existing rule', 'z (v6)');
    expect(findMismatch('Rule deleted (v6)', printed)).toEqual({
      shown: 'Rule deleted (v6)',
      misplaced: false,
      nearest: ['Rule added', 'z (v6)'],
    });
    expect(findMismatch('nowhere', lines('a', 'b', 'c', 'd'))?.nearest).toEqual(['a', 'b', 'c']);
    expect(findMismatch('d\nnowhere', lines('a', 'b', 'c', 'd'))?.nearest).toEqual(['b', 'c', 'd']);
  });

  it('takes hostile lines in linear time', () => {
    for (const part of ['1.', '1 ', 'a[1', '…a', '1s ', '- 1 a a 1 ', '1:', '=', '0x']) {
      const long = part.repeat(100_000);
      expect(findMismatch('a\nb…c…d', lines(long))).not.toBeNull();
    }
  }, 5000);
});

describe('describeMismatch', () => {
  it('says what is shown and what was printed instead', () => {
    expect(describeMismatch({ shown: 'Rule deleted', misplaced: false, nearest: ['Rule added'] })).toBe(
      'The chapter shows a line that was not printed there:\n  Rule deleted\n' +
        'The printed lines that are most like it:\n  Rule added',
    );
    expect(describeMismatch({ shown: 'a', misplaced: true, nearest: ['a'] })).toContain(
      'It was printed above a line that the chapter shows before it.',
    );
    expect(describeMismatch({ shown: 'a', misplaced: false, nearest: [] })).toContain('Nothing was printed.');
  });
});
