"""A page that tries all it can to get out of the browser pane and at the site around it."""
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

SITE = os.environ["SITE"]
STEAL = "top.stolen=1;top.document.title='stolen';top.localStorage.stolen=1;top.location='/stolen'"
PAGE = f"""<h1>Hostile</h1>
<script>{STEAL}</script>
<script src="/steal.js"></script>
<img src="/none" onerror="{STEAL}">
<svg onload="{STEAL}"></svg>
<iframe srcdoc="<script>{STEAL}</script>"></iframe>
<object data="data:text/html,<script>{STEAL}</script>"></object>
<p><a id=top-link target=_top href="{SITE}/stolen">top</a>
<p><a id=blank-link target=_blank href="{SITE}/stolen">blank</a>
<p><a id=script-link href="javascript:{STEAL}">script</a>
<p><span id=handler onclick="{STEAL}">handler</span>
<form target=_top method=post action="{SITE}/stolen"><button id=top-form>top form</button></form>
<form method=post action="{SITE}/stolen"><button id=site-form>site form</button></form>
"""
PAGES = {
    "/": PAGE,
    "/refresh": f'<meta http-equiv="refresh" content="0;url={SITE}/stolen"><h1>Refresh</h1>',
    "/last": "<h1>Last</h1>",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        script = self.path == "/steal.js"
        body = (STEAL if script else PAGES.get(self.path, "nothing")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "evil=1; Path=/")
        self.send_header("Content-Security-Policy", "script-src * 'unsafe-inline'")
        self.send_header("Refresh", f"3600;url={SITE}/stolen")
        self.send_header("Clear-Site-Data", '"storage"')
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("", 5000), Handler)
print("ready", flush=True)
server.serve_forever()
