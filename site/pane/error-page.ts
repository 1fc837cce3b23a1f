/** What the browser pane shows when there is no page: what a browser would say, and why. */
import { guestUrl, hostName } from './address.ts';
import type { GuestAddress } from './address.ts';
import { markup } from './markup.ts';

/** Why there is no page. */
export type PaneError = { readonly address: GuestAddress } & (
  | { readonly kind: 'refused' }
  | { readonly kind: 'timeout'; readonly phase: 'connect' | 'answer' }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'unknown-host'; readonly known: readonly string[] }
  | { readonly kind: 'https' }
  /** The machine does not run, and will not by itself: there is none, it is off (perhaps it never was on), or broken. */
  | { readonly kind: 'none' | 'off' | 'failed' }
  /** It does not run yet, or not just now; the pane asks again as soon as it does. */
  | { readonly kind: 'starting' | 'stopping' | 'paused' | 'waiting' }
  /** The page of the site that had the machine is gone. */
  | { readonly kind: 'no-owner' }
  /** The page of the site and the service worker are of different versions. */
  | { readonly kind: 'outdated' }
  /** A link or redirect that leads out of the sandbox; `target` is not always known. */
  | { readonly kind: 'outside'; readonly target: string | null }
  /** Redirects without end. */
  | { readonly kind: 'redirects' }
);

/** Why an answer that arrived is not shown. */
export type PaneNotice = { readonly address: GuestAddress } & (
  | { readonly kind: 'file'; readonly contentType: string; readonly bytes: number }
  | { readonly kind: 'too-large'; readonly bytes: number }
  | { readonly kind: 'unreadable'; readonly message: string }
);

/** Title, code as browsers print it, and what to think of it, a paragraph each. */
interface PaneErrorText {
  readonly title: string;
  readonly code: string;
  readonly paragraphs: readonly string[];
}

function explain(error: PaneError | PaneNotice): PaneErrorText {
  const { host } = error.address;
  const name = hostName(host);
  const port = host.slice(name.length + 1) || '80';
  switch (error.kind) {
    case 'refused':
      return {
        title: 'The connection was refused',
        code: 'ERR_CONNECTION_REFUSED',
        paragraphs: [
          `${name} answered at once: nothing is listening on port ${port}.`,
          `Either no program has opened that port, or the program listens only on 127.0.0.1, which nothing outside the server can reach. On the server, “ss -ltn” lists the open ports. A server that has just started may need a moment.`,
        ],
      };
    case 'timeout':
      return error.phase === 'connect'
        ? {
            title: `${name} took too long to respond`,
            code: 'ERR_CONNECTION_TIMED_OUT',
            paragraphs: [
              `There was no answer from port ${port}, not even a refusal.`,
              'That is what a firewall looks like from outside when it drops packets instead of refusing them. Where ufw is the firewall, “sudo ufw status” lists what it lets through.',
            ],
          }
        : {
            title: `${name} sent nothing`,
            code: 'ERR_TIMED_OUT',
            paragraphs: [
              `A program accepted the connection to port ${port} and then said nothing.`,
              'It may still be busy, or it may not speak HTTP on this port.',
            ],
          };
    case 'broken':
      return {
        title: `${name} sent an answer that is not HTTP`,
        code: 'ERR_INVALID_HTTP_RESPONSE',
        paragraphs: [`The connection to port ${port} ended before there was a page: ${error.message}`],
      };
    case 'unknown-host':
      return {
        title: 'This sandbox’s internet ends here',
        code: 'ERR_NAME_NOT_RESOLVED',
        paragraphs: [
          `This browser reaches one server, the one in the terminal beside it, and ${name} is not among its names.`,
          `Try ${error.known.map((known) => `http://${known}/`).join(' or ')}.`,
        ],
      };
    case 'https':
      return {
        title: 'There is no HTTPS here',
        code: 'ERR_SSL_PROTOCOL_ERROR',
        paragraphs: ['This guide’s server has no certificate. Use an address that begins with http://.'],
      };
    case 'none':
      return {
        title: 'This copy of the site has no machine',
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: [
          'It was built for reading. To see pages here, use a copy that was built with its sandbox.',
        ],
      };
    case 'failed':
      return {
        title: `${name} is not running`,
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: [
          'The machine could not be started, or it broke down. What happened is said where its terminals are.',
          '“Start the machine”, above this page, starts it anew and then opens the page.',
        ],
      };
    case 'off':
      return {
        title: `${name} is off`,
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: ['“Start the machine”, above this page, starts it and then opens the page.'],
      };
    case 'starting':
      return {
        title: `${name} is starting`,
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: ['The page opens by itself as soon as the machine is running.'],
      };
    case 'stopping':
      return {
        title: `${name} is shutting down`,
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: ['The page opens by itself as soon as the machine is running again.'],
      };
    case 'paused':
      return {
        title: `${name} is paused`,
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: ['The page opens by itself as soon as the machine continues.'],
      };
    case 'waiting':
      return {
        title: `${name} is waiting for a file`,
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: [
          'The machine needs a file of this site that has not arrived yet. The page opens by itself as soon as the machine continues.',
        ],
      };
    case 'no-owner':
      return {
        title: 'This page belongs to a machine that is gone',
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: [
          'The chapter that ran the machine was closed or reloaded. Go back to the chapter and start it there.',
        ],
      };
    case 'outdated':
      return {
        title: 'This site has been updated',
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: ['This tab still has the old version. Reload the chapter to see pages here.'],
      };
    case 'outside':
      return {
        title: 'This sandbox’s internet ends here',
        code: 'ERR_BLOCKED_BY_CLIENT',
        paragraphs: [
          error.target === null
            ? 'The page led somewhere outside of the sandbox. This browser reaches the machine and nothing else.'
            : `The server redirected to ${error.target}, which is outside of the sandbox.`,
        ],
      };
    case 'redirects':
      return {
        title: `${name} redirected too many times`,
        code: 'ERR_TOO_MANY_REDIRECTS',
        paragraphs: [
          'The redirects go round in circles: every answer leads on to another, and none is a page.',
        ],
      };
    case 'file':
      return {
        title: 'A browser would save this file',
        code: error.contentType === '' ? 'application/octet-stream' : error.contentType,
        paragraphs: [
          `The answer is a file of ${size(error.bytes)}, not a page. This browser saves nothing; curl in the terminal can.`,
        ],
      };
    case 'too-large':
      return {
        title: 'This page is too large to show here',
        code: size(error.bytes),
        paragraphs: ['Pages of up to 4 MiB are shown. curl in the terminal gets larger ones.'],
      };
    case 'unreadable':
      return {
        title: `The answer of ${name} cannot be shown`,
        code: 'ERR_CONTENT_DECODING_FAILED',
        paragraphs: [`An answer arrived, but ${error.message}`],
      };
  }
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const [figure, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'KiB'] : [bytes / 1024 / 1024, 'MiB'];
  return `${figure.toFixed(1)} ${unit}`;
}

/** Asking again helps only after something else has happened, or not at all. */
const WITHOUT_RETRY: ReadonlySet<string> = new Set([
  'no-owner',
  'outdated',
  'none',
  'off',
  'failed',
  'file',
  'too-large',
]);

/** The page itself: one file, no script. Its link asks for the same address again. */
export function errorPage(error: PaneError | PaneNotice): string {
  const { title, code, paragraphs } = explain(error);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; color: light-dark(#32363e, #d6d9df); background: light-dark(#fff, #16181d); }
body { max-width: 34rem; margin: 12vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.375rem; line-height: 1.3; font-weight: 600; color: light-dark(#16181d, #f4f5f7); }
code { font: 0.8125rem ui-monospace, monospace; color: light-dark(#5b616e, #9aa1ae); }
a { color: light-dark(#0b5f52, #5fd0b8); }
.address { overflow-wrap: anywhere; color: light-dark(#5b616e, #9aa1ae); font-size: 0.875rem; }
</style>
</head>
<body>
<main data-pane-error="${error.kind}">
<p class="address">${guestUrl(error.address)}</p>
<h1>${title}</h1>
${paragraphs.map((paragraph) => markup`<p>${paragraph}</p>`)}
<p><code>${code}</code></p>
${WITHOUT_RETRY.has(error.kind) ? '' : markup`<p><a href="">Try again</a></p>`}
</main>
</body>
</html>
`;
  return page.toString();
}
