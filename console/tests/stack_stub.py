"""A service in miniature for the tests of the stack: ready at once, with a child of its own."""

import json
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Stub(BaseHTTPRequestHandler):
    """Ready on /health/ready; its ids and its settings on any other path."""

    def do_GET(self) -> None:
        """Answer with what this service was started with."""
        settings = {name: value for name, value in os.environ.items() if name.startswith("ZARBIA_")}
        content = {"pid": os.getpid(), "child": child.pid, "settings": settings}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())


if __name__ == "__main__":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    HTTPServer(("127.0.0.1", int(os.environ["ZARBIA_HTTP_PORT"])), Stub).serve_forever()
