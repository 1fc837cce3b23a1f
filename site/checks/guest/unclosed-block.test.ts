import { expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { unclosedBlock } from './unclosed-block.ts';

const FILE = `user nginx;
events {
    worker_connections 1024;
}
http {
    map $x $y { default 1; }
    server {
        location / {
            include uwsgi_params;
        }
        location /static {
            root /srv;
        }
    }
}
`;

/** The file without one line. */
function without(line: number): string {
  return FILE.split('\n')
    .toSpliced(line - 1, 1)
    .join('\n');
}

it('finds none where none is', () => {
  expect(unclosedBlock(FILE)).toBeNull();
});

it.for([
  [4, 2, 'events {'],
  [10, 8, 'location / {'],
  [13, 11, 'location /static {'],
  [14, 7, 'server {'],
  [15, 5, 'http {'],
] as const)('finds the block that line %i closed', ([deleted, line, text]) => {
  expect(unclosedBlock(without(deleted))).toEqual({ line, text });
});

it('does not guess', () => {
  expect(unclosedBlock('http {\nserver {\nlocation / {\n}\n')).toBeNull();
  expect(unclosedBlock(`${FILE}}\n`)).toBeNull();
});

it.for([
  ['a wide row of braces', `${' '.repeat(30_000)}${'{'.repeat(800)}\n${'}\n'.repeat(801)}`],
  ['rows of their own, which line up with none', '{\n'.repeat(13_000) + ' }\n'.repeat(13_000)],
  ['many more than can be closed', '{\n'.repeat(200_000) + '}'],
  ['as many blocks as are looked at', `${`${' '.repeat(300)}{\n`.repeat(200)}${' }\n'.repeat(200)}`],
] as const)('takes no time: %s', async ([, text]) => {
  expect(await processorMs(() => unclosedBlock(text))).toBeLessThan(1000);
});
