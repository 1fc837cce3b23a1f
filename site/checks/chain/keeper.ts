/** Who starts a uWSGI, and what to type after a change of what it reads. */
export interface Keeper {
  /** As messages call it: `myproject`, `demoapp_uwsgi.ini`. */
  readonly name: string;
  /** The command that shows the log. */
  readonly showLog: string;
  /** An advice as a whole: let it read its files once more. */
  readonly readAgain: string;
  /** Sentences that end an advice: what to do after a change of the configuration, of the code, of the socket. */
  readonly afterConfiguration: string;
  readonly afterCode: string;
  readonly afterSocket: string;
}

/** A unit of systemd: `name` as people type it. */
export function unitKeeper(name: string): Keeper {
  const restart = `Then \`sudo systemctl restart ${name}\`.`;
  return {
    name,
    showLog: `sudo journalctl -u ${name}`,
    readAgain: `Let it read again: \`sudo systemctl restart ${name}\`.`,
    afterConfiguration: restart,
    afterCode: restart,
    afterSocket: restart,
  };
}
