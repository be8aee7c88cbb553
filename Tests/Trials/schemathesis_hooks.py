"""How schemathesis sends the bodies of a sync: as one message of arbitrary bytes, after its length (Schema/hub.md)."""

import schemathesis


@schemathesis.serializer("application/vnd.variorum.sync")
def serialize_messages(context, value):
    body = value if isinstance(value, bytes) else str(value).encode("utf-8", errors="surrogatepass")
    return len(body).to_bytes(4, "big") + body
