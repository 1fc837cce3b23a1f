/** What goes wrong in the one file of Nginx's that holds every server block, on the machine of the CentOS 7 guides. */
import { STOP_NGINX, type WrongTurns } from './turn.ts';

const NGINX_CONF = '/etc/nginx/nginx.conf';

/** `name` is the guide's server, `socket` what its block passes requests to. */
export function nginxConfTurns(name: string, socket: string): WrongTurns {
  const misspelt = name.replace('example', 'exmaple');
  const elsewhere = socket.replace(/\w+\.sock$/, 'other.sock');
  return {
    'the server block stands outside http': {
      cause: 'server-block-outside-http',
      edits: [
        [NGINX_CONF, 'user nginx;', `server {\n    listen 80;\n    server_name ${name};\n}\nuser nginx;`],
      ],
      run: 'systemctl restart nginx',
      fails: true,
      found: /of \/etc\/nginx\/nginx\.conf stands outside `http/,
    },
    'the server block misses a semicolon': {
      cause: 'nginx-missing-semicolon',
      edits: [[NGINX_CONF, `server_name ${name};`, `server_name ${name}`]],
      run: 'systemctl restart nginx',
      fails: true,
      found: /Line \d+ of \/etc\/nginx\/nginx\.conf, `server_name \w+\.example`, does not end in a semicolon/,
    },
    'Nginx is to run as on another system': {
      cause: 'nginx-user-unknown',
      edits: [[NGINX_CONF, 'user nginx;', 'user apache;']],
      run: 'systemctl restart nginx',
      fails: true,
      found: /tells Nginx to run as "apache", and this machine has no such login/,
    },
    'the server block has another name': {
      cause: 'server-name-mismatch',
      edits: [[NGINX_CONF, `server_name ${name};`, `server_name ${misspelt};`]],
      run: 'systemctl restart nginx',
      found: /has the name \w+\.exmaple, so .* goes to another block \(\/etc\/nginx\/nginx\.conf, line \d+\)/,
    },
    'the server block passes to another socket': {
      cause: 'socket-path-mismatch',
      edits: [[NGINX_CONF, `unix:${socket};`, `unix:${elsewhere};`]],
      run: 'systemctl restart nginx',
      found: /Nginx looks for the socket \/.+\/other\.sock, but uWSGI listens on \//,
    },
    'Nginx was not restarted': {
      cause: 'nginx-not-restarted',
      // File systems and systemd are compared by whole seconds.
      run: `sed -i 's/${name};/${misspelt};/' ${NGINX_CONF} && systemctl restart nginx && sleep 1.1 && sed -i 's/${misspelt};/${name};/' ${NGINX_CONF}`,
      found: /\/etc\/nginx\/nginx\.conf changed after Nginx had read its configuration/,
    },
    'Nginx is stopped': {
      cause: 'nginx-not-running',
      run: STOP_NGINX,
      found: /its service is inactive/,
    },
    'Nginx is not enabled': {
      cause: 'service-not-enabled',
      check: (machine) =>
        machine.declared('service', ({ unit, enabled }) => unit === 'nginx' && enabled === true),
      run: 'systemctl disable nginx',
      found: /does not start with the machine: it is disabled/,
    },
  };
}
