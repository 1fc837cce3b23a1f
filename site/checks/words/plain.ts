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
export type PlainCause = SystemdCause | UpstartCause | PackageCause;

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
