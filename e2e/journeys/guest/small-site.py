"""A few pages: one that leads to the others, one that is no page, and one that leads to itself. `http.server` is slow to import."""
import socket

LINKS = """<h1>Home</h1>
<a id=two href=two>Two</a>
<a id=outside href=http://elsewhere.example/>Outside</a>
<a id=file href=/file>File</a>
<a id=circle href=/circle>Circle</a>"""
PAGES = {
    "/": ("200 OK", "Content-Type: text/html", LINKS),
    "/two": ("200 OK", "Content-Type: text/html", "<h1>Two</h1>"),
    "/file": ("200 OK", "Content-Type: application/octet-stream", "abc"),
    "/circle": ("302 Found", "Location: /circle", ""),
}
NOTHING = ("404 Not Found", "Content-Type: text/html", "<h1>Not here</h1>")

server = socket.create_server(("", 5000))
print("ready", flush=True)
while True:
    connection, _ = server.accept()
    with connection:
        request = connection.recv(65536).decode("latin1").split(" ")
        if len(request) < 2:
            continue
        status, header, body = PAGES.get(request[1], NOTHING)
        head = f"HTTP/1.1 {status}\r\n{header}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        connection.sendall((head + body).encode())
