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
export type PlainCause = UwsgiCause | PythonCause | SystemdCause | UpstartCause | PackageCause;

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

type SystemdCause =
  | 'daemon-not-reloaded'
  | 'process-missing'
  | 'process-outside-unit'
  | 'process-wrong-group'
  | 'process-wrong-user'
  | 'service-failed'
  | 'service-not-enabled'
  | 'service-not-started'
  | 'service-started-by-hand'
  | 'service-still-active'
  | 'service-still-enabled'
  | 'too-few-processes'
  | 'unit-exec-failed'
  | 'unit-file-invalid'
  | 'unit-group-unknown'
  | 'unit-install-section-missing'
  | 'unit-masked'
  | 'unit-misnamed'
  | 'unit-missing'
  | 'unit-property-differs'
  | 'unit-user-unknown'
  | 'unit-user-wrong'
  | 'uwsgi-daemonized'
  | 'uwsgi-not-in-environment'
  | 'uwsgi-not-started'
  | 'working-directory-missing';

type UpstartCause =
  | 'job-command-misspelt'
  | 'job-ended'
  | 'job-exec-broken'
  | 'job-file-invalid'
  | 'job-login-unknown'
  | 'job-misnamed'
  | 'job-misplaced'
  | 'job-missing'
  | 'job-never-at-boot'
  | 'job-not-running'
  | 'job-outdated'
  | 'job-program-missing'
  | 'job-quote-open'
  | 'job-stanza-unknown'
  | 'job-started-by-hand'
  | 'job-still-running'
  | 'job-unknown'
  | 'job-wrong-user'
  | 'upstart-not-running';

type PackageCause =
  | 'epel-not-enabled'
  | 'installed-outside-environment'
  | 'package-half-installed'
  | 'package-missing'
  | 'repository-key-missing'
  | 'repository-lacks-package'
  | 'repository-line-commented'
  | 'repository-line-missing'
  | 'repository-line-misspelt'
  | 'repository-not-preferred'
  | 'repository-not-read';
