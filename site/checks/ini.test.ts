/** The placeholders and magic words of uWSGI's configuration. */
import { describe, expect, it } from 'vitest';
import { expandIni, isUsed, parseIni, unknownPlaceholder, valueOf } from './ini.ts';

const PATH = '/etc/uwsgi/vassals/demoapp_uwsgi.ini';
const read = (text: string) => expandIni(parseIni(`[uwsgi]\n${text}`), PATH);

describe('a configuration with placeholders', () => {
  it('is filled in, and keeps what was written', () => {
    const ini = read('base = /var/www/demoapp\nhome = %(base)/venv\nlogto = /var/log/%n.log\nhere = %d%s');
    expect(valueOf(ini, 'uwsgi', 'home')).toBe('/var/www/demoapp/venv');
    expect(valueOf(ini, 'uwsgi', 'logto')).toBe('/var/log/demoapp_uwsgi.log');
    expect(valueOf(ini, 'uwsgi', 'here')).toBe(PATH);
    expect(ini.entries[1]).toMatchObject({ written: '%(base)/venv', line: 3 });
    expect(ini.entries[0]).not.toHaveProperty('written');
  });

  it('takes the first value of a name, wherever it stands', () => {
    expect(valueOf(read('a = 1\na = 2\nb = %(a)'), 'uwsgi', 'b')).toBe('1');
    expect(valueOf(read('b = %(a)\na = 1'), 'uwsgi', 'b')).toBe('1');
  });

  it('leaves alone what has no value', () => {
    const ini = read('base = /srv\nhome = %(bse)/venv');
    expect(valueOf(ini, 'uwsgi', 'home')).toBe('%(bse)/venv');
    expect(unknownPlaceholder(ini)).toEqual({ name: 'bse', line: 3 });
    expect(unknownPlaceholder(read('base = /srv\nhome = %(base)/venv'))).toBeNull();
    expect(isUsed(read('base = /srv\nhome = %(base)/venv'), 'base')).toBe(true);
    expect(isUsed(ini, 'base')).toBe(false);
  });

  it('does not grow without end', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `k${index + 1} = %(k${index})%(k${index})`);
    const ini = read(`k0 = ab\n${lines.join('\n')}`);
    for (const { value } of ini.entries) expect(value.length).toBeLessThanOrEqual(4096);
  });
});
