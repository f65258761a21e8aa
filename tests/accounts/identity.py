"""A small OpenID Connect provider on a real port: it vouches for whoever the test says."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self


class IdentityProvider:
    """`claims` is what it knows about the person who comes next; `is_down` makes it fail."""

    def __init__(self) -> None:
        self.claims: dict[str, object] = {}
        self.is_down = False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answers(self) -> dict[str, object]:
        places = {name: f"{self.url}/{name.partition('_')[0]}" for name in ("authorization_endpoint", "token_endpoint")}
        return {
            "/.well-known/openid-configuration": {
                **places,
                "issuer": self.url,
                "userinfo_endpoint": f"{self.url}/userinfo",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/token": {"access_token": "opaque", "token_type": "Bearer"},
            "/userinfo": self.claims,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(provider.answers()[self.path]).encode()
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(503 if provider.is_down else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_args: object) -> None:
                pass

        return Handler
