/** What the browser pane shows when there is no page: what a browser would say, and why. */
import { guestUrl, hostName } from './address.ts';
import type { GuestAddress } from './address.ts';

/** Why there is no page. */
export type PaneError = { readonly address: GuestAddress } & (
  | { readonly kind: 'refused' }
  | { readonly kind: 'timeout'; readonly phase: 'connect' | 'answer' }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'unknown-host'; readonly known: readonly string[] }
  | { readonly kind: 'https' }
  /** The machine does not run. */
  | { readonly kind: 'off' }
  /** The page of the site that had the machine is gone. */
  | { readonly kind: 'no-owner' }
  /** A redirect that leads out of the sandbox. */
  | { readonly kind: 'outside'; readonly target: string }
);

/** Title, code as browsers print it, and what to think of it, a paragraph each. */
export interface PaneErrorText {
  readonly title: string;
  readonly code: string;
  readonly paragraphs: readonly string[];
}

function explainPaneError(error: PaneError): PaneErrorText {
  const { host } = error.address;
  const name = hostName(host);
  const port = host.slice(name.length + 1) || '80';
  switch (error.kind) {
    case 'refused':
      return {
        title: 'The connection was refused',
        code: 'ERR_CONNECTION_REFUSED',
        paragraphs: [
          `${name} answered at once: nobody listens on port ${port} there.`,
          `The firewall lets you through, but no program has opened the port, or it listens on 127.0.0.1 only. On the server, “ss -ltn” lists the ports that are open.`,
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
          `This browser knows one server, the one in the terminal beside it, and ${name} is not among its names.`,
          `Try ${error.known.map((known) => `http://${known}/`).join(' or ')}.`,
        ],
      };
    case 'https':
      return {
        title: 'There is no HTTPS here',
        code: 'ERR_SSL_PROTOCOL_ERROR',
        paragraphs: ['This guide’s server has no certificate. Use an address that begins with http://.'],
      };
    case 'off':
      return {
        title: `${name} is switched off`,
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: ['The machine does not run at the moment. Start it, then try again.'],
      };
    case 'no-owner':
      return {
        title: 'This page belongs to a machine that is gone',
        code: 'ERR_ADDRESS_UNREACHABLE',
        paragraphs: [
          'The chapter that ran the machine was closed or reloaded. Go back to the chapter and start it there.',
        ],
      };
    case 'outside':
      return {
        title: 'This sandbox’s internet ends here',
        code: 'ERR_BLOCKED_REDIRECT',
        paragraphs: [`The server sent you on to ${error.target}, which is outside of the sandbox.`],
      };
  }
}

/** The page itself: one file, no script. Its link asks for the same address again. */
export function errorPage(error: PaneError): string {
  const { title, code, paragraphs } = explainPaneError(error);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
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
<p class="address">${escape(guestUrl(error.address))}</p>
<h1>${escape(title)}</h1>
${paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`).join('\n')}
<p><code>${code}</code></p>
${error.kind === 'no-owner' ? '' : '<p><a href="">Try again</a></p>'}
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
