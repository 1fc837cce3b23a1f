/**
 * A bridge, to be taken away: troubles whose diagnosis still puts their sentences together itself. A cause that gets an
 * entry in `words/en/` is taken out of these lists; the file goes when they are empty.
 */
import type { Sentences } from './words.ts';

/** A trouble with its sentences. */
export interface PlainTrouble extends Sentences {
  readonly cause: PlainCause;
}

/** Causes without an entry in `words/en/`, by the file that it belongs into. */
export type PlainCause = NginxCause | UwsgiCause | PythonCause | ChainCause;

type NginxCause =
  | 'default-site-kept'
  // Also found by chain.
  | 'listen-port-wrong'
  | 'location-mismatch'
  | 'nginx-config-invalid'
  | 'nginx-include-missing'
  | 'nginx-main-file-missing'
  | 'nginx-not-restarted'
  | 'nginx-not-running'
  | 'nginx-older-than-group'
  | 'nginx-port-in-use'
  | 'nginx-unknown-directive'
  | 'proxy-pass-instead'
  | 'server-block-link-broken'
  | 'server-block-missing'
  // Also found by chain.
  | 'server-block-not-linked'
  | 'server-name-mismatch'
  // Also found by uwsgi.
  | 'socket-path-mismatch'
  // Also found by systemd.
  | 'started-too-often'
  | 'uwsgi-pass-malformed'
  | 'uwsgi-pass-missing';

type UwsgiCause =
  | 'chmod-socket-differs'
  | 'chmod-socket-missing'
  | 'chmod-socket-too-strict'
  | 'chown-socket-missing'
  | 'chown-socket-unknown'
  | 'chown-socket-wrong'
  | 'directory-not-searchable'
  // Also found by systemd.
  | 'exec-start-misspelt'
  | 'home-missing'
  | 'home-not-environment'
  | 'home-relative'
  | 'ini-group-unknown'
  | 'ini-key-misspelt'
  | 'ini-not-found'
  | 'ini-section-misspelt'
  | 'ini-socket-missing'
  | 'ini-user-unknown'
  // Also found by upstart.
  | 'log-folder-missing'
  | 'log-folder-not-writable'
  | 'nginx-not-in-group'
  | 'placeholder-unknown'
  | 'runtime-directory-missing'
  | 'runtime-directory-not-writable'
  | 'socket-closed'
  | 'socket-folder-missing'
  | 'socket-folder-not-writable'
  // Also found by chain.
  | 'socket-missing'
  | 'socket-not-creatable'
  | 'socket-owner-root'
  | 'socket-wrong-owner'
  | 'strict-with-placeholders'
  // Also found by systemd.
  | 'unit-group-missing'
  | 'uwsgi-never-started'
  | 'uwsgi-not-restarted'
  // Also found by chain.
  | 'uwsgi-outside-job'
  | 'vassal-copied'
  | 'vassal-dies'
  | 'vassal-file-missing'
  | 'vassal-link-broken'
  | 'vassal-not-linked'
  | 'vassal-not-reloaded'
  | 'vassal-not-spawned'
  | 'vassal-renamed'
  | 'vassal-wrong-user'
  | 'vassals-folder-missing'
  | 'vassals-folder-misspelt';

type PythonCause =
  | 'app-answers-500'
  | 'app-exception'
  | 'app-import-error'
  | 'app-syntax-error'
  | 'body-not-bytes'
  | 'callable-missing'
  | 'callable-name-wrong'
  | 'home-left-out'
  | 'import-name-wrong'
  | 'ini-module-missing'
  | 'module-name-wrong'
  | 'package-import-circular'
  | 'package-not-in-environment'
  | 'pythonpath-missing'
  | 'pythonpath-wrong';

type ChainCause =
  | 'answered-by-another-program'
  | 'app-not-loaded'
  | 'app-too-slow'
  | 'bound-to-all-addresses'
  | 'bound-to-localhost'
  | 'default-site-shadowed'
  | 'nginx-bypassed'
  | 'not-served-by-uwsgi'
  | 'nothing-listens'
  | 'page-differs'
  | 'port-taken'
  | 'protocol-http-missing'
  | 'route-missing'
  | 'uwsgi-outside-unit'
  | 'uwsgi-protocol-mismatch';
