/** Who starts a uWSGI, and by what names. */
interface AnyKeeper {
  /** As messages call it: `myproject`, `demoapp_uwsgi.ini`. */
  readonly name: string;
}

/** A unit of systemd: `name` as people type it. */
interface UnitKeeper extends AnyKeeper {
  readonly kind: 'unit';
}

/** An Emperor, whose vassal has the configuration file `ini`, and which the job of Upstart starts. */
interface EmperorKeeper extends AnyKeeper {
  readonly kind: 'emperor';
  readonly ini: string;
  readonly job: string;
  /** The file with its log. */
  readonly log: string;
}

/** The reader, in a terminal. */
interface HandKeeper extends AnyKeeper {
  readonly kind: 'hand';
  /** The file with its log. */
  readonly log: string;
}

export type Keeper = UnitKeeper | EmperorKeeper | HandKeeper;
