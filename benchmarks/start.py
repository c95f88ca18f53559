"""Cold start: prints, as JSON, the milliseconds of `import main`, of that and the first answer, and of a loop."""

import json
import time

began = time.process_time()

from main import handler  # noqa: E402  (this is what is measured)

imported = time.process_time()
http = {"method": "GET", "path": "/health", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"}
EVENT = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/health",
    "rawQueryString": "",
    "headers": {"host": "a.b"},
}
answer = handler(EVENT | {"requestContext": {"http": http, "stage": "$default"}, "isBase64Encoded": False}, None)
answered = time.process_time()
for _ in range(10_000_000):
    pass
counted = time.process_time()

assert answer["statusCode"] == 200, answer
print(json.dumps([(imported - began) * 1000, (answered - began) * 1000, (counted - answered) * 1000]))
