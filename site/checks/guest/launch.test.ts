import { describe, expect, it } from 'vitest';
import { readLaunch } from './launch.ts';

describe('readLaunch', () => {
  it('takes a program as it stands', () => {
    expect(readLaunch('/home/sammy/p/env/bin/uwsgi --ini p.ini', '/home/sammy/p')).toEqual({
      command: ['/home/sammy/p/env/bin/uwsgi', '--ini', 'p.ini'],
      byShell: false,
    });
  });

  it.for([
    ['/usr/bin/bash -c cd /srv/app; source env/bin/activate; uwsgi --ini app.ini', ''],
    ['/bin/sh -c cd /srv/app && . env/bin/activate && exec uwsgi --ini app.ini', ''],
    ['bash -lc cd /srv/app/ ; source ./env/bin/activate ; uwsgi --ini app.ini', ''],
    ['/usr/bin/bash -c cd app; source /srv/app/env/bin/activate; uwsgi --ini app.ini', '/srv'],
  ] as const)('follows a shell: %s', ([execStart, workingDirectory]) => {
    expect(readLaunch(execStart, workingDirectory)).toEqual({
      command: ['/srv/app/env/bin/uwsgi', '--ini', 'app.ini'],
      directory: '/srv/app',
      environment: '/srv/app/env',
      byShell: true,
    });
  });

  it('leaves a program with a path, and one without an environment, as they are', () => {
    expect(
      readLaunch('/usr/bin/bash -c cd /a; source e/bin/activate; /opt/uwsgi -i x.ini', '').command[0],
    ).toBe('/opt/uwsgi');
    expect(readLaunch('/usr/bin/bash -c cd /a; uwsgi -i x.ini', '').command[0]).toBe('uwsgi');
    expect(readLaunch('', '')).toEqual({ command: [], byShell: false });
  });
});
