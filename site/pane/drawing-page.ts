/**
 * Shows an SVG as a picture. Shown as a page of its own it could hold links that open connections, which no policy
 * covers, and style sheets that make such a page of it; in a picture nothing loads.
 */
import { bytesAsText } from '../sandbox/http-message.ts';
import { guestUrl } from './address.ts';
import type { GuestAddress } from './address.ts';
import { markup } from './markup.ts';

export function drawingPage(address: GuestAddress, contentType: string, svg: Uint8Array): string {
  const picture = `data:${contentType};base64,${btoa(bytesAsText(svg))}`;
  const page = markup`<!doctype html>
<html>
<head>
<meta charset="utf-8">
<title>${guestUrl(address)}</title>
<style>
body { margin: 0; }
img { display: block; max-width: 100%; max-height: 100vh; }
</style>
</head>
<body><img src="${picture}" alt="${guestUrl(address)}"></body>
</html>
`;
  return page.toString();
}
