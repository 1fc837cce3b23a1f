/** A guest that sends what no network expects, and answers what no browser takes: its machine goes on. */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeSandbox, imageUrl } from '../../scripts/node-sandbox.ts';

const directory = process.env['TYPEALONG_SANDBOX'] ?? '';
if (directory === '') throw new Error('TYPEALONG_SANDBOX is not set: run this with npm test.');
const image = readdirSync(directory).find((name) => name.startsWith('ubuntu')) ?? '';

const HOSTILE_SERVER = `
import socket, threading
OK = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n"
ANSWERS = {
    "/neg-chunk": (OK + b"Transfer-Encoding: chunked\\r\\n\\r\\n-2\\r\\n-2\\r\\n-2\\r\\n", b""),
    "/no-crlf": (OK + b"Transfer-Encoding: chunked\\r\\n\\r\\n", b"a" * 65536),
    "/huge-length": (OK + b"Content-Length: 99999999999\\r\\n\\r\\n", b"a" * 65536),
    "/nan-length": (OK + b"Content-Length: abc\\r\\n\\r\\nhello", b""),
    "/two-lengths": (OK + b"Content-Length: 2\\r\\nContent-Length: 5\\r\\n\\r\\nhello", b""),
    "/landed": (OK + b"Content-Length: 6\\r\\n\\r\\nlanded", b""),
}
def serve(connection):
    try:
        path = connection.recv(65536).split(b" ")[1].decode()
        answer, forever = ANSWERS[path]
        connection.sendall(answer)
        while forever:
            connection.sendall(forever)
    except OSError:
        pass
    connection.close()
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("", 5001))
server.listen(16)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
`;

describe('a machine whose guest is hostile', () => {
  const sandbox = createNodeSandbox();
  const run = async (command: string): Promise<string> => {
    const { code, stdout, stderr } = await sandbox.agent.exec(['bash', '-c', command], { timeoutMs: 60_000 });
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${stdout}${stderr}`);
    return stdout.trim();
  };
  beforeAll(() => sandbox.start({ imageUrl: imageUrl(directory, image), snapshot: 'base' }));
  afterAll(() => sandbox.powerOff());

  it('survives packets that are too short for their kind', async () => {
    for (const port of [53, 67, 123]) {
      expect(await run(`echo > /dev/udp/192.168.86.1/${port}; echo alive`)).toBe('alive');
    }
    const raw = `import socket as s; r = s.socket(s.AF_PACKET, s.SOCK_RAW); r.bind(("eth0", 0))`;
    expect(await run(`python3 -c '${raw}; r.send(b"\\xff" * 12 + b"\\x08\\x00E")'; echo alive`)).toBe(
      'alive',
    );
    expect(await run('getent hosts pypi.org')).toContain('192.168.87.1');
  });

  it('is answered by the internet whatever it asks for', async () => {
    const ask = `import socket as s
c = s.create_connection(("pypi.org", 80), 5)
c.sendall(b"GET / HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n")
print(c.recv(100).split(b" ")[1].decode())`;
    expect(await run(`python3 -c '${ask.replace('%s', 'a b')}'`)).toBe('400');
    expect(await run(`python3 -c '${ask.replace('%s', 'constructor')}'`)).toBe('404');
    await run('apt-get update');
  });

  it('gets broken answers for what no browser takes, and goes on', async () => {
    await sandbox.agent.writeFile('/tmp/hostile.py', HOSTILE_SERVER);
    await run(
      'ufw allow 5001; nohup python3 /tmp/hostile.py > /dev/null 2>&1 & until echo > /dev/tcp/127.0.0.1/5001; do sleep 1; done',
    );
    const ask = (path: string) => sandbox.http({ method: 'GET', url: `http://flask.example:5001${path}` });
    for (const path of ['/neg-chunk', '/no-crlf', '/huge-length', '/nan-length', '/two-lengths']) {
      expect(await ask(path), path).toMatchObject({ kind: 'broken' });
      expect(await ask('/landed')).toMatchObject({ kind: 'response', status: 200 });
    }
    expect(await run('echo alive')).toBe('alive');
  });
});
