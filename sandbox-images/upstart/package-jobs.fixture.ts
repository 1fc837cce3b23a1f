/** Job files in the manner of the packages of Ubuntu 13.04, in our own words: what such files make use of. */
export const PACKAGE_JOBS: Readonly<Record<string, string>> = {
  // A web application under uWSGI, as guides of the time had it.
  uwsgi: `description "uWSGI"
start on runlevel [2345]
stop on runlevel [06]
respawn

env UWSGI=/usr/local/bin/uwsgi
env LOGTO=/var/log/uwsgi/emperor.log

exec $UWSGI --master --emperor /etc/uwsgi/vassals --die-on-term --uid nginx --gid nginx --logto $LOGTO
`,
  gunicorn: `# A Django site.
description	"Gunicorn for the shop"
author	'The shop <root@localhost>'

start on (local-filesystems and net-device-up IFACE!=lo)
stop on shutdown

setuid www-data
setgid www-data
chdir /srv/shop

respawn
respawn limit 5 30

exec /srv/shop/venv/bin/gunicorn \\
    --workers 3 \\
    --bind 127.0.0.1:8000 \\
    shop.wsgi:application
`,
  cron: `description	"runs things at their time"

start on runlevel [2345]
stop on runlevel [!2345]

expect fork
respawn

exec cron
`,
  'database-server': `description	"A database"
author		"Somebody <somebody@example.org>"

start on (net-device-up
          and local-filesystems
	  and runlevel [2345])
stop on runlevel [016]

respawn
respawn limit 2 5

env HOME=/etc/database
umask 007

# It may have much to write.
kill timeout 300

pre-start script
    # Is there a configuration?
    [ -r /etc/database/my.cnf ] || { stop; exit 0; }
    install -d -m 0755 -o root -g root /var/run/database
end script

exec /usr/sbin/databased

post-start script
    for i in \`seq 1 30\`; do
        /usr/bin/database-ping && exit 0
        sleep 1
    done
    exit 1
end script
`,
  'secure-shell': `description	"A secure shell"

start on filesystem or runlevel [2345]
stop on runlevel [!2345]

respawn
respawn limit 10 5
umask 022

env SSH_SIGSTOP=1
expect stop

# Nothing to say on the console.
console none

pre-start script
    test -x /usr/sbin/sshd || { stop; exit 0; }
    test -e /etc/ssh/sshd_not_to_be_run && { stop; exit 0; }

    mkdir -p -m0755 /var/run/sshd
end script

exec /usr/sbin/sshd -D
`,
  'system-log': `description	"writes the system's log"

start on filesystem
stop on runlevel [06]

expect fork
respawn

pre-start script
    /lib/init/apparmor-profile-load usr.sbin.logd
end script

script
    . /etc/default/logd
    exec logd $LOGD_OPTIONS
end script
`,
  'message-bus': `description	"A bus"

start on local-filesystems
stop on deconfiguring-networking

expect fork
respawn

pre-start script
    mkdir -p /var/run/bus
    chown messagebus:messagebus /var/run/bus

    exec bus-uuidgen --ensure
end script

exec bus-daemon --system --fork --activation=upstart

post-start script
	kill -USR1 1
end script

post-stop exec rm -f /var/run/bus/pid
`,
  tty1: `# A getty, from the point the system is started until it is shut down again.
start on stopped rc RUNLEVEL=[2345] and (
            not-container or
            container CONTAINER=lxc or
            container CONTAINER=lxc-libvirt)

stop on runlevel [!2345]

respawn
exec /sbin/getty -8 38400 tty1
`,
  'boot-clean': `description	"makes /tmp clean"

start on runlevel 2
task

console output
nice -5
oom score never

script
  find /tmp -mindepth 1 -xdev -mtime +7 -delete   # old ones
end script
`,
  'cache-server': `description "An object cache"
version "2.4"
usage "cache-server [PORT=number] - by default 6379"

start on started network-services
stop on stopping network-services

env PORT=6379
export PORT
emits cache-up

limit nofile 65535 65535
limit core unlimited unlimited
oom never
nice 10

expect daemon
kill signal INT
normal exit 0 TERM

pre-stop exec cache-cli -p $PORT save

exec /usr/bin/cache-server --port "$PORT" --name 'the cache'
`,
  'network-services': `# A job that is only a state.
description "the network is there"
start on net-device-up IFACE!=lo and started message-bus
stop on stopped message-bus
`,
  worker: `description 'works through a queue'
start on started gunicorn
stop on stopping gunicorn
setuid daemon
chdir /var/lib
env QUEUE="mail and more"
env DEBUG
console log
exec /bin/sh -c 'echo "$QUEUE"; sleep 1000'
`,
  'run-level': `description "tells of the run level"
start on runlevel
emits level-told
task
export RUNLEVEL
export PREVLEVEL
console output
env INIT_VERBOSE
exec /bin/echo "$RUNLEVEL"
`,
};
