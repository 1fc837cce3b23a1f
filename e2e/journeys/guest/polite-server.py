"""What an ordinary site does: redirects, a style sheet at an absolute path, a cookie, a form."""
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def page(self, heading, extra=""):
        body = f"<link rel=stylesheet href=/style.css><h1>{heading}</h1>{extra}"
        self.answer("text/html", body)

    def answer(self, kind, body, headers=()):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/landed")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/style.css":
            self.answer("text/css", "h1 { color: blue }")
        elif self.path == "/set-cookie":
            self.answer("text/html", "<h1>Set</h1>", [("Set-Cookie", "flavour=oat; Path=/")])
        elif self.path == "/show-cookie":
            self.page(f"Cookie: {self.headers.get('Cookie')}")
        elif self.path == "/form":
            self.page("Form", "<form method=post action=/form><input name=word><button>Send</button></form>")
        else:
            self.page(f"Arrived at {self.path}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.page(f"Posted: {body}")


server = HTTPServer(("", 5000), Handler)
print("ready", flush=True)
server.serve_forever()
