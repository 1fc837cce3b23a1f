"""A few pages: one that leads to the others, one that is no page, and one that leads to itself."""
from http.server import BaseHTTPRequestHandler, HTTPServer

LINKS = """<h1>Home</h1>
<a id=two href=two>Two</a>
<a id=outside href=http://elsewhere.example/>Outside</a>
<a id=file href=/file>File</a>
<a id=circle href=/circle>Circle</a>"""
PAGES = {"/": LINKS, "/two": "<h1>Two</h1>"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/circle":
            self.answer(302, "", [("Location", "/circle")])
        elif self.path == "/file":
            self.answer(200, "abc", [("Content-Type", "application/octet-stream")])
        elif self.path in PAGES:
            self.answer(200, PAGES[self.path], [("Content-Type", "text/html")])
        else:
            self.answer(404, "<h1>Not here</h1>", [("Content-Type", "text/html")])

    def answer(self, status, body, headers):
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())


server = HTTPServer(("", 5000), Handler)
print("ready", flush=True)
server.serve_forever()
