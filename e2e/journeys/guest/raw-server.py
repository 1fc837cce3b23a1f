"""Answers written byte by byte, so that no library puts them right: what broken and hostile programs send."""
import gzip
import os
import socket
import threading

PORT = 5001
LISTENER = os.environ.get("LISTENER", "1")


def answer(body, *headers, kind="text/html"):
    if isinstance(body, str):
        body = body.encode()
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers]
    if kind is not None:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(target):
    return f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()


LINKS = f"""<!doctype html><title>Links</title>
<h1>Links</h1>
<link rel=stylesheet href=/style.css>
<p><a id=path href="/landed?by=path#here">path</a>
<p><a id=own-name href="http://192.168.86.100:{PORT}/landed?by=name">name</a>
<p><a id=climbing href="../../../../landed?by=climbing">climbing</a>
<p><a id=outside href="https://example.org/">outside</a>
<form method=post action=/form><input type=hidden name=word value=hello><button id=post>post</button></form>
<form action="http://flask.example:{PORT}/form"><button id=get formaction=/form>get</button></form>
<div id=picture></div>
"""
# What the first parser takes for an attribute, the second one takes for an element.
def mutant(element):
    return f"<form><math><mtext></form><form><mglyph><style></math>{element}"


PRECONNECT = f"<link rel='preconnect' href='http://localhost:{LISTENER}/'/>"
CONNECT = f"""<h1>Connect</h1>
<link rel=preconnect href="http://localhost:{LISTENER}">
<link rel="x PRECONNECT" href="//localhost:{LISTENER}/">
<link rel=dns-prefetch href="//leak.invalid">
<meta http-equiv=x-dns-prefetch-control content=on>
<svg></p><style><a title="</style><link rel=preconnect href=http://localhost:{LISTENER}>">
<iframe srcdoc="{PRECONNECT}"></iframe>
<template><iframe srcdoc="{PRECONNECT}"></iframe></template>
{mutant(PRECONNECT)}"""
XHTML = f"<html xmlns='http://www.w3.org/1999/xhtml'><head>{PRECONNECT}</head><body>Connect</body></html>"
# A style sheet within the document, which makes a page in HTML of it.
XSLT = f"""<?xml version="1.0"?>
<?xml-stylesheet type="text/xsl" href="#sheet"?>
<!DOCTYPE page [<!ATTLIST xsl:stylesheet id ID #REQUIRED>]>
<page><xsl:stylesheet id="sheet" version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/">{XHTML}</xsl:template></xsl:stylesheet></page>"""
SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">
<html xmlns="http://www.w3.org/1999/xhtml">{PRECONNECT}</html>
<a href="/other-application"><rect width="100" height="50"/></a></svg>"""

PAGES = {
    "/links": answer(LINKS),
    "/landed": answer("<h1>Landed</h1>"),
    "/form": answer("<h1>Form</h1>"),
    "/style.css": answer("h1 { color: blue } #picture { height: 1px; background: url(/picture.png) }", kind="text/css"),
    "/based": answer('<base href="/deep/down/"><h1>Based</h1><a href="../landed">go</a>'),
    "/deep/landed": answer("<h1>Deep</h1>"),
    "/silent": answer('<meta name=referrer content=no-referrer><a id=go href="/landed">go</a>'),
    "/leave": answer('<meta http-equiv=refresh content="0;url=https://example.org/"><h1>Leave</h1>'),
    "/loop": redirect("/loop"),
    "/to-mail": redirect("mailto:someone@example.org"),
    "/file": answer("abc", kind="application/octet-stream"),
    "/attachment": answer("<h1>Report</h1>", "Content-Disposition: attachment; filename=report.html"),
    "/gzip": answer(gzip.compress(b"<h1>Unpacked</h1>"), "Content-Encoding: gzip"),
    "/brotli": answer("<h1>No</h1>", "Content-Encoding: br"),
    "/large": answer(b"<h1>Large</h1>" + b" " * (4 * 1024 * 1024)),
    "/claim": answer('<main data-pane-error="outside">not so</main>'),
    "/old": answer("<title>Caf\xe9</title><pre id=pre>\n\none</pre><h1>Caf\xe9</h1>".encode("latin1")),
    "/untyped": answer("<h1>Untyped</h1>", kind=None),
    "/connect": answer(CONNECT),
    "/connect-file": answer("abc", kind=f"x/{PRECONNECT}"),
    "/connect-types": answer(f"Connect {PRECONNECT}", kind="text/plain; charset=utf-8, text/html"),
    "/connect-xhtml": answer(XHTML, kind="application/xhtml+xml"),
    "/connect-xslt": answer(XSLT, kind="text/xml"),
    "/drawing": answer(SVG, kind="image/svg+xml"),
    "/picture": answer("<h1>Picture</h1><img src=/drawing>"),
    "/mutant": answer(mutant("<a id=way-out href=/other-application>out</a>")),
}


def serve(connection):
    request = b""
    while b"\r\n\r\n" not in request:
        piece = connection.recv(65536)
        if not piece:
            break
        request += piece
    if request:
        method, target, *_ = request.decode("latin1").split(" ")
        print(method, target, flush=True)
        try:
            connection.sendall(PAGES.get(target.split("?")[0], answer("<h1>Nothing</h1>")))
        except OSError:
            pass
    connection.close()


server = socket.create_server(("", PORT))
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
