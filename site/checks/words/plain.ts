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
export type PlainCause = NginxCause | SystemdCause | UpstartCause | PackageCause | ChainCause;

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
