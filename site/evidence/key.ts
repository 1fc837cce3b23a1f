/** The key with which a browser signs what is handed in. Its private half cannot be taken out of the browser. */
import type { Manifest } from './format.ts';
import { keyIdOf } from './key-id.ts';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: Manifest['key'];
  /** {@link keyIdOf} of the public key. */
  readonly id: string;
}

/** Rejects where the browser has no WebCrypto, as on a page that came over plain HTTP. */
export async function makeKeyPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']);
}

export async function signingKeyOf({ privateKey, publicKey }: CryptoKeyPair): Promise<SigningKey> {
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const;
  return { privateKey, publicKey: jwk, id: keyIdOf(jwk) };
}

/** Whether the private half of this key made the signature. */
export async function isSignedBy(
  key: Manifest['key'],
  signature: Uint8Array<ArrayBuffer>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    const imported = await crypto.subtle.importKey('jwk', { ...key }, CURVE, false, ['verify']);
    return await crypto.subtle.verify(SIGNATURE, imported, signature, bytes);
  } catch {
    return false; // The key is no point of the curve.
  }
}

/** 64 bytes, r and s. */
export async function sign(
  { privateKey }: SigningKey,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign(SIGNATURE, privateKey, bytes));
}
