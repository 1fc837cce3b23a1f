/** The placeholders and magic words of uWSGI's configuration. */
import { describe, expect, it } from 'vitest';
import { expandIni, parseIni, unknownPlaceholder, usedKeys, valueOf } from './ini.ts';
import { processorMs } from '../testing/processor-time.ts';

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
    expect([...usedKeys(read('base = /srv\nhome = %(base)/venv'))]).toEqual(['base']);
    expect([...usedKeys(ini)]).toEqual(['bse']);
  });

  it('does not grow without end', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `k${index + 1} = %(k${index})%(k${index})`);
    const ini = read(`k0 = ab\n${lines.join('\n')}`);
    for (const { value } of ini.entries) expect(value.length).toBeLessThanOrEqual(4096);
  });

  it.for([
    // Longer than a string can be.
    ['a long value many times', `${'b = '.padEnd(40_000, '%(a)')}\na = ${'x'.repeat(65_000)}`],
    ['many keys', Array.from({ length: 13_000 }, (_, index) => `k${index}=`).join('\n')],
    ['many placeholders', `${'a=\n'.repeat(5000)}${'b = '.padEnd(4000, '%(z)')}\nz = 1`],
    ['many magic words', `a = ${'%d'.repeat(30_000)}`],
  ] as const)('takes no time and no room: %s', async ([, text]) => {
    const took = await processorMs(() => {
      const ini = read(text);
      usedKeys(ini);
      unknownPlaceholder(ini);
    });
    expect(took).toBeLessThan(500);
  });
});
