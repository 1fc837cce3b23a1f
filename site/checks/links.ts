/** The links of the chain from the browser to the application. The page loads this file. */

/** From the outside in. A guide without a firewall has no such link. */
export const LINKS = ['firewall', 'nginx', 'socket', 'uwsgi', 'application'] as const;
export type Link = (typeof LINKS)[number];
