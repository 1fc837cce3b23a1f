/** Who starts a uWSGI, and what to type after a change of what it reads. */
export interface Keeper {
  /** As messages call it: `myproject`, `demoapp_uwsgi.ini`. */
  readonly name: string;
  /** Cause of a failure because it works with an older text of its files. */
  readonly staleCause: string;
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
    staleCause: 'uwsgi-not-restarted',
    showLog: `sudo journalctl -u ${name}`,
    readAgain: `Let it read again: \`sudo systemctl restart ${name}\`.`,
    afterConfiguration: restart,
    afterCode: restart,
    afterSocket: restart,
  };
}

/** An Emperor, whose vassal has this configuration file, and which this job of Upstart starts. */
export function emperorKeeper(name: string, ini: string, job: string, log: string): Keeper {
  return {
    name,
    staleCause: 'vassal-not-reloaded',
    showLog: `sudo tail -n 20 ${log}`,
    readAgain: `Let the Emperor reload it: touch its file, \`sudo touch ${ini}\`, and give it a few seconds.`,
    afterConfiguration: 'Save the file, and the Emperor loads it again within a few seconds.',
    afterCode: `Then touch the vassal's file, so that the Emperor reloads it: \`sudo touch ${ini}\`.`,
    // A reload keeps the socket that the vassal has.
    afterSocket: `Then \`sudo stop ${job}\` and \`sudo start ${job}\`: a reload keeps the old socket.`,
  };
}

/** The reader, in a terminal. */
export function handKeeper(name: string, log: string): Keeper {
  const again = 'Save it, end uWSGI with Ctrl+C if it still runs, and start it again.';
  return {
    name,
    staleCause: 'uwsgi-not-restarted',
    showLog: `sudo tail -n 20 ${log}`,
    readAgain: 'End uWSGI with Ctrl+C if it still runs, and start it again.',
    afterConfiguration: again,
    afterCode: again,
    afterSocket: again,
  };
}
