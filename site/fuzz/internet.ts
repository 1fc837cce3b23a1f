/** For tests: an internet of one host with one file, whose second half cannot be fetched. */
import type { InternetSource } from '../sandbox/internet.ts';

/** `http://pypi.org/a` holds `half` twice. */
export function internetWith(half: Uint8Array): InternetSource {
  const file = {
    sizeBytes: 2 * half.length,
    chunks: ['fetched', 'lost'],
    transferBytes: 1,
    type: 'text/plain',
  };
  const manifest = {
    format: 1 as const,
    hosts: { 'pypi.org': { description: 'the Python package index', files: { '/a': file } } },
  };
  return {
    manifest: () => Promise.resolve(manifest),
    chunk: (hash) => () =>
      hash === 'fetched' ? Promise.resolve(half) : Promise.reject(new Error('no network')),
  };
}
