/** Names the key of a browser, so that it can be told from others. */
import { canonicalJson } from './canonical.ts';
import { hashOf, type Link } from './chain.ts';
import type { Manifest } from './format.ts';

/** Hash of a public key. */
export function keyIdOf({ crv, kty, x, y }: Manifest['key']): Link {
  return hashOf(canonicalJson({ crv, kty, x, y }));
}
